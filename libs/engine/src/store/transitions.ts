import { type RawBuilder, sql } from 'kysely';
import type { EngineTransaction, FailureView, Json, RunState, StepChange, StepState } from '../contracts.js';
import type { Parts } from '../parts.js';

/** The step whose state changes, as this process knows it. */
export interface StepAt {
  readonly runId: string;
  readonly program: string;
  readonly ordinal: number;
  readonly name: string;
  readonly title: string;
  readonly from: StepState;
}

export interface StepPatch {
  readonly to: StepState;
  readonly waitingFor?: string;
  readonly failure?: FailureView;
  readonly output?: Json;
  readonly note?: string;
  /** Counts as an attempt, or takes back one that Azure refused to look at. */
  readonly attempts?: 1 | -1;
  /** Nothing got on: counts toward the total deadline. Everything else clears it. */
  readonly trouble?: boolean;
}

const ended: ReadonlySet<string> = new Set(['SUCCEEDED', 'SKIPPED', 'FAILED', 'CANCELED']);

export async function moveStep(trx: EngineTransaction, parts: Parts, step: StepAt, patch: StepPatch): Promise<void> {
  const over = ended.has(patch.to);
  const trouble = patch.trouble ?? false;
  // A lock, a full bucket or another try is no trouble, and no relief either: the deadline goes on counting.
  const keeps = !trouble && (patch.to === 'WAITING' || patch.attempts === 1);
  await sql`/* keep */
    update step set state = ${patch.to}, waiting_for = ${patch.waitingFor ?? null},
      attempts = attempts + ${patch.attempts ?? 0},
      troubles = case when ${trouble} then troubles + 1 when ${keeps} then troubles else 0 end,
      troubled_since = case when ${trouble} then coalesce(troubled_since, clock_timestamp()) when ${keeps} then troubled_since end,
      output = coalesce(${json(patch.output)}::jsonb, output),
      failure = ${json(patch.failure)}::jsonb,
      started_at = coalesce(started_at, clock_timestamp()),
      ended_at = case when ${over} then clock_timestamp() end
    where run_id = ${step.runId} and ordinal = ${step.ordinal}`.execute(trx);
  await tellStep(trx, parts, stepChange(step, patch));
}

/** What listeners are told. */
export function stepChange(step: StepAt, patch: StepPatch): StepChange {
  return {
    runId: step.runId,
    program: step.program,
    step: step.name,
    title: step.title,
    from: step.from,
    to: patch.to,
    ...(patch.waitingFor === undefined ? {} : { waitingFor: patch.waitingFor }),
    ...(patch.failure === undefined ? {} : { failure: patch.failure }),
    ...(patch.note === undefined ? {} : { note: patch.note }),
  };
}

export async function tellStep(trx: EngineTransaction, parts: Pick<Parts, 'listeners'>, change: StepChange): Promise<void> {
  for (const listener of parts.listeners) await listener.onStep?.(trx, change);
}

export interface RunAt {
  readonly runId: string;
  readonly program: string;
  readonly subject: string;
  readonly from: RunState;
}

export async function moveRun(
  trx: EngineTransaction,
  parts: Pick<Parts, 'listeners'>,
  run: RunAt,
  to: RunState,
  failure?: FailureView,
): Promise<void> {
  const over = ended.has(to);
  // Whatever is still open of a run that has ended is nobody's, and must not keep a lock.
  await sql`
    with orphans as (
      update operation set state = 'SUPERSEDED', ended_at = clock_timestamp()
      where ${over} and run_id = ${run.runId} and state in ('INTENT', 'RUNNING')
    )
    update run set state = ${to}, failure = ${json(failure)}::jsonb,
      ended_at = case when ${over} then clock_timestamp() end,
      lease_owner = case when not ${over} then lease_owner end,
      lease_until = case when not ${over} then lease_until end,
      waiting_lock = null, waiting_lock_at = null
    where id = ${run.runId}`.execute(trx);
  const told = parts.listeners.filter((listener) => listener.onRun && (over || !listener.endsOnly));
  if (told.length === 0) return;
  const outputs = over ? await readOutputs(trx, run.runId) : {};
  for (const listener of told) {
    await listener.onRun?.(trx, {
      runId: run.runId,
      program: run.program,
      subject: run.subject,
      from: run.from,
      to,
      outputs,
      ...(failure === undefined ? {} : { failure }),
    });
  }
}

/** Steps that did not start, or were stopped: they end CANCELED, in order, each told to the listeners. */
export async function cancelSteps(trx: EngineTransaction, parts: Pick<Parts, 'listeners'>, runId: string, program: string): Promise<void> {
  const { rows } = await sql<{ name: string; title: string; before: StepState }>`
    with open as (select run_id, ordinal, state from step where run_id = ${runId} and state in ('PENDING', 'RUNNING', 'WAITING') for update),
    closed as (
      update step set state = 'CANCELED', waiting_for = null, troubled_since = null, troubles = 0, ended_at = clock_timestamp()
      from open where step.run_id = open.run_id and step.ordinal = open.ordinal
      returning step.ordinal, step.name, step.title, open.state as before
    )
    select name, title, before from closed order by ordinal`.execute(trx);
  for (const { name, title, before } of rows)
    await tellStep(trx, parts, { runId, program, step: name, title, from: before, to: 'CANCELED' });
}

export async function readOutputs(trx: EngineTransaction, runId: string): Promise<Record<string, Json>> {
  const { rows } = await sql<{ outputs: Record<string, Json> }>`select ${outputsOf(sql`${runId}::uuid`)} as outputs`.execute(trx);
  return rows[0]?.outputs ?? {};
}

/** Outputs of the settled steps by step name, as a value of SQL. */
export function outputsOf(runId: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(
    select coalesce(json_object_agg(d.name, d.output) filter (where d.output is not null), '{}')
    from step d where d.run_id = ${runId} and d.state = 'SUCCEEDED')`;
}

export function json(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(value);
}
