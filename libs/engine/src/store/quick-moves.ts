import { type RawBuilder, sql } from 'kysely';
import type { EngineTransaction, FailureView, Json, RunListener, SqlPart, StepChange } from '../contracts.js';
import type { OpenOperation } from './leases.js';
import type { NewOperation } from './operations.js';
import { json, outputsOf, type StepAt } from './transitions.js';

/**
 * The moves that every step makes, each as one statement: a transaction of seven round trips would do the same. They hold
 * only while the lease is ours and nobody wants the run canceled; otherwise they change nothing, and the long way finds out why.
 */

export interface QuickStep {
  readonly at: StepAt;
  readonly fence: string;
  readonly leaseSeconds: number;
  /** It is the first move of its run, which leaves PENDING with it. */
  readonly begins: boolean;
  readonly change: StepChange;
  /** What the listeners add to the statement. */
  readonly parts: readonly SqlPart[];
}

/** The listeners' share of one statement, or undefined when one of them wants a transaction of its own. */
export function partsOf(listeners: readonly RunListener[], change: StepChange): readonly SqlPart[] | undefined {
  const parts: SqlPart[] = [];
  for (const listener of listeners) {
    if (!listener.onStep) continue;
    if (!listener.stepParts) return undefined;
    parts.push(...listener.stepParts(change));
  }
  return parts;
}

function held({ at, fence }: QuickStep): RawBuilder<unknown> {
  return sql`held as (select id from run where id = ${at.runId} and fence = ${fence} and cancel_mode is null for no key update)`;
}

function joined(parts: readonly SqlPart[]): RawBuilder<unknown> {
  return parts.length === 0 ? sql`` : sql`, ${sql.join(parts.map(({ name, statement }) => sql`${sql.ref(name)} as (${statement})`))}`;
}

function begun({ begins }: QuickStep): RawBuilder<unknown> {
  return begins ? sql`, state = 'RUNNING'` : sql``;
}

/** That it is tried says nothing about whether it gets on: what troubles it goes on counting until Azure accepts it. */
function attempted({ runId, ordinal }: StepAt): RawBuilder<unknown> {
  return sql`
    update step set state = 'RUNNING', waiting_for = null, attempts = attempts + 1, failure = null,
      started_at = coalesce(started_at, clock_timestamp()), ended_at = null
    from changed where step.run_id = ${runId} and step.ordinal = ${ordinal}`;
}

/** Moves the step to RUNNING. False: it changed nothing. */
export async function beginQuickly(db: EngineTransaction, step: QuickStep): Promise<boolean> {
  const { at } = step;
  const { rows } = await sql`/* keep */
    with ${held(step)}, changed as (
      update run set lease_until = clock_timestamp() + make_interval(secs => ${step.leaseSeconds})${begun(step)}
      from held where run.id = held.id returning run.id
    ), moved as (
      ${attempted(at)}
    )${joined(step.parts)}
    select id from changed`.execute(db);
  return rows.length > 0;
}

/** Stores the intent, takes the lock with it, and moves the step to RUNNING. */
export async function intendQuickly(
  db: EngineTransaction,
  step: QuickStep,
  operation: NewOperation,
): Promise<'stored' | 'locked' | undefined> {
  const { at } = step;
  const { rows } = await sql<{ held: boolean; stored: boolean }>`/* keep */
    with ${held(step)}, changed as (
      insert into operation (id, run_id, ordinal, method, resource_id, api_version, subscription_id, region, provider,
        body_hash, client_request_id, lock_key, state)
      select ${operation.id}::uuid, held.id, ${at.ordinal}::int, ${operation.method}, ${operation.resourceId}, ${operation.apiVersion},
        ${operation.subscriptionId}, ${operation.region}, ${operation.provider}, ${operation.bodyHash}::text, ${operation.clientRequestId}::uuid,
        ${operation.lockKey}::text, 'INTENT' from held
      on conflict (lock_key) where state in ('INTENT', 'RUNNING') do nothing
      returning id
    ), alive as (
      -- It has had its turn. And a sign of life: whoever waits to take over must see that something has changed.
      update run set waiting_lock_at = null${begun(step)}, lease_until = clock_timestamp() + make_interval(secs => ${step.leaseSeconds})
      from changed where run.id = ${at.runId}
    ), moved as (
      ${attempted(at)}
    )${joined(step.parts)}
    select exists (select 1 from held) as held, exists (select 1 from changed) as stored`.execute(db);
  const row = rows[0];
  if (!row?.held) return undefined;
  return row.stored ? 'stored' : 'locked';
}

export interface QuickRefusal {
  readonly operationId: string;
  readonly failure: FailureView;
  readonly lockKey: string | undefined;
  /** Until the next try. */
  readonly seconds: number;
}

export interface QuicklyRefused {
  readonly next: string | undefined;
  /** Milliseconds until the run is due. */
  readonly wait: number;
}

/** Closes a write that Azure refused for now: it was no attempt. The step waits, the lock goes on, and the run is given back. */
export async function refuseQuickly(
  db: EngineTransaction,
  step: QuickStep,
  { operationId, failure, lockKey, seconds }: QuickRefusal,
): Promise<QuicklyRefused | undefined> {
  const { at } = step;
  const { rows } = await sql<{ next: string | null; wait: number }>`/* keep */
    with ${held(step)}, changed as (
      update run set lease_owner = null, lease_until = null, due_at = clock_timestamp() + make_interval(secs => ${seconds})
      from held where run.id = held.id returning run.id, run.due_at
    ), closed as (
      update operation set state = 'REFUSED', http_status = coalesce(${failure.httpStatus ?? null}::int, http_status),
        failure = ${json(failure)}::jsonb, sent_at = coalesce(sent_at, clock_timestamp()), ended_at = clock_timestamp()
      from changed where operation.id = ${operationId}::uuid
    ), moved as (
      update step set state = 'WAITING', waiting_for = ${failure.code}, attempts = attempts - 1, troubles = troubles + 1,
        troubled_since = coalesce(troubled_since, clock_timestamp()), failure = ${json(failure)}::jsonb, ended_at = null
      from changed where step.run_id = ${at.runId} and step.ordinal = ${at.ordinal}
    )${joined(step.parts)}${lockKey === undefined ? sql`` : handOver(lockKey, operationId)}
    select ${lockKey === undefined ? sql`null::text` : sql`(select id::text from next)`} as next,
      (extract(epoch from due_at - clock_timestamp()) * 1000)::float8 as wait from changed`.execute(db);
  const row = rows[0];
  return row && { next: row.next ?? undefined, wait: row.wait };
}

export interface QuickSettlement {
  readonly operation: OpenOperation | null;
  readonly to: 'SUCCEEDED' | 'SKIPPED';
  readonly output: Json | undefined;
  readonly httpStatus: number | undefined;
  /** The lock that goes to the next run, if any. */
  readonly lockKey: string | undefined;
  /** Whether the outputs of the steps before are asked for too: the next step may need them. */
  readonly wantsOutputs: boolean;
}

export interface QuicklySettled {
  readonly next: string | undefined;
  readonly outputs: Readonly<Record<string, Json>> | undefined;
}

/** Ends the operation and the step well, goes on to the next step, and hands the lock over. */
export async function settleQuickly(
  db: EngineTransaction,
  step: QuickStep,
  { operation, to, output, httpStatus, lockKey, wantsOutputs }: QuickSettlement,
): Promise<QuicklySettled | undefined> {
  const { at } = step;
  const { rows } = await sql<{ next: string | null; outputs: Record<string, Json> | null }>`/* keep */
    with ${held(step)}, changed as (
      update run set position = position + 1${begun(step)} from held where run.id = held.id returning run.id
    ), closed as (
      update operation set state = 'SUCCEEDED', http_status = coalesce(${httpStatus ?? null}::int, http_status),
        failure = null, sent_at = coalesce(sent_at, clock_timestamp()), ended_at = clock_timestamp()
      from changed where operation.id = ${operation?.id ?? null}::uuid
    ), moved as (
      update step set state = ${to}, waiting_for = null, troubles = 0, troubled_since = null, failure = null,
        output = coalesce(${json(output)}::jsonb, output),
        started_at = coalesce(started_at, clock_timestamp()), ended_at = clock_timestamp()
      from changed where step.run_id = ${at.runId} and step.ordinal = ${at.ordinal}
    )${joined(step.parts)}${lockKey === undefined ? sql`` : handOver(lockKey, operation?.id)}
    select ${lockKey === undefined ? sql`null::text` : sql`(select id::text from next)`} as next,
      ${wantsOutputs ? outputsOf(sql`${at.runId}::uuid`) : sql`null::json`} as outputs from changed`.execute(db);
  const row = rows[0];
  return row && { next: row.next ?? undefined, outputs: row.outputs ?? undefined };
}

/** As `nextForLock`, except that the operation that frees the lock is still open for the rest of its own statement. */
function handOver(lockKey: string, operationId: string | undefined): RawBuilder<unknown> {
  return sql`, next as (
      update run set waiting_lock = null, due_at = clock_timestamp(), fence = fence + 1
      where id = (
        select id from run where waiting_lock = ${lockKey} and state in ('PENDING', 'RUNNING') and lease_owner is null
          and exists (select 1 from changed)
          and not exists (select 1 from operation o where o.lock_key = ${lockKey} and o.state in ('INTENT', 'RUNNING')
            and o.id is distinct from ${operationId ?? null}::uuid)
        order by waiting_lock_at limit 1 for update skip locked
      )
      returning id
    )`;
}
