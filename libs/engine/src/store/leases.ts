import { sql } from 'kysely';
import type { ArmEffect, FailureView, Json, RunState, StepState } from '../contracts.js';
import type { Parts } from '../parts.js';
import { outputsOf } from './transitions.js';

/** Somebody else has the run, and a newer fence: what this process knows is out of date and must not be written. */
export class StaleLease extends Error {
  constructor(runId: string) {
    super(`the lease on run ${runId} was taken over`);
    this.name = 'StaleLease';
  }
}

export interface OpenOperation {
  readonly id: string;
  readonly method: ArmEffect['method'];
  readonly resourceId: string;
  readonly apiVersion: string;
  readonly provider: string;
  readonly clientRequestId: string;
  readonly lockKey: string | null;
  readonly state: 'INTENT' | 'RUNNING';
  readonly token: string | null;
  readonly adopted: boolean;
  readonly abortRequested: boolean;
  /** Real seconds. */
  readonly ageSeconds: number;
  readonly absentSeconds: number | null;
}

/** A run in the hands of this process, as it was when the lease was taken. */
export interface Lease {
  readonly runId: string;
  readonly fence: string;
  readonly program: string;
  readonly programVersion: number;
  readonly subject: string;
  readonly input: Json;
  readonly region: string;
  readonly runState: RunState;
  readonly position: number;
  readonly cancelMode: 'ABORT' | 'FINISH' | null;
  /** The holder before us died or froze. */
  readonly takenOver: boolean;
  /** Of whoever started the run. */
  readonly traceparent: string | null;
  readonly step: LeasedStep;
  readonly operation: OpenOperation | null;
  /** Of the settled steps. Null while an operation is open: its end may not need them. */
  readonly outputs: Record<string, Json> | null;
}

export interface LeasedStep {
  readonly state: StepState;
  readonly waitingFor: string | null;
  readonly attempts: number;
  readonly troubles: number;
  /** Real seconds since nothing got on; null when all is well. */
  readonly troubledSeconds: number | null;
  readonly failure: FailureView | null;
}

/** Allowance for the alarm clock's rounding. */
const EARLY_SECONDS = 0.02;

/**
 * Takes the lease of a run that is due and free, and raises its fence. All times are the database's. Should the run have changed while
 * this waited for its row, it is left alone: what is read beside the row is as old as the statement, and would miss an intent or an
 * output that the holder has just committed. Whoever changed it set another alarm, or still holds it.
 * Otherwise says after how many milliseconds to come back, or nothing when no visit is needed.
 */
export async function takeLease(parts: Parts, runId: string): Promise<Lease | { readonly againMs: number } | undefined> {
  const { rows } = await sql<{ lease: Lease }>`/* keep */
    with seen as materialized (
      select due_at, lease_until, position from run where id = ${runId}
    ), old as (
      select run.id, run.lease_owner from run, seen
      where run.id = ${runId} and run.state in ('PENDING', 'RUNNING')
        and run.due_at <= clock_timestamp() + make_interval(secs => ${EARLY_SECONDS})
        and (run.lease_until is null or run.lease_until < clock_timestamp())
        and run.due_at = seen.due_at and run.lease_until is not distinct from seen.lease_until and run.position = seen.position
      for update of run
    ), leased as (
      -- Whoever is at work waits for no lock: a stale mark would take the ring that another run needs.
      update run set fence = fence + 1, waiting_lock = null, lease_owner = ${parts.owner},
        lease_until = clock_timestamp() + make_interval(secs => ${parts.tuning.leaseSeconds})
      from old where run.id = old.id
      returning run.*, old.lease_owner is not null as taken_over
    )
    select json_build_object(
      'runId', r.id, 'fence', r.fence::text, 'program', r.program, 'programVersion', r.program_version, 'subject', r.subject,
      'input', r.input, 'region', r.region, 'runState', r.state, 'position', r.position, 'cancelMode', r.cancel_mode,
      'takenOver', r.taken_over, 'traceparent', r.traceparent,
      'step', json_build_object('state', s.state, 'waitingFor', s.waiting_for, 'attempts', s.attempts, 'troubles', s.troubles,
        'troubledSeconds', extract(epoch from clock_timestamp() - s.troubled_since), 'failure', s.failure),
      'operation', case when o.id is not null then json_build_object('id', o.id, 'method', o.method, 'resourceId', o.resource_id,
        'apiVersion', o.api_version, 'provider', o.provider, 'clientRequestId', o.client_request_id, 'lockKey', o.lock_key,
        'state', o.state, 'token', o.token, 'adopted', o.adopted, 'abortRequested', o.abort_requested,
        'ageSeconds', extract(epoch from clock_timestamp() - coalesce(o.sent_at, o.started_at)),
        'absentSeconds', extract(epoch from clock_timestamp() - o.absent_since)) end,
      'outputs', case when o.id is null then ${outputsOf(sql`r.id`)} end) as lease
    from leased r
    join step s on s.run_id = r.id and s.ordinal = r.position
    left join operation o on o.run_id = r.id and o.ordinal = r.position and o.state in ('INTENT', 'RUNNING')`.execute(parts.db);
  return rows[0]?.lease ?? comeBack(parts, runId);
}

/** A job that rang early is put off; one that found the run held or ended is done. */
async function comeBack(parts: Parts, runId: string): Promise<{ readonly againMs: number } | undefined> {
  const { rows } = await sql<{ wait: number }>`
    select (extract(epoch from due_at - clock_timestamp()) * 1000)::float8 as wait from run
    where id = ${runId} and state in ('PENDING', 'RUNNING') and due_at > clock_timestamp() and lease_owner is null`.execute(parts.db);
  const wait = rows[0]?.wait;
  return wait === undefined ? undefined : { againMs: Math.max(1, Math.ceil(wait)) };
}

/** Prolongs the leases that are still ours. A run whose row is just being written is prolonged the next time: waiting could deadlock. */
export async function renewLeases(parts: Parts, held: readonly { readonly runId: string; readonly fence: string }[]): Promise<void> {
  if (held.length === 0) return;
  await sql`
    with ours as (
      select run.id from run join unnest(${held.map(({ runId }) => runId)}::uuid[], ${held.map(({ fence }) => fence)}::bigint[]) as h (id, fence)
        on run.id = h.id and run.fence = h.fence
      where run.lease_owner = ${parts.owner} for update of run skip locked
    )
    update run set lease_until = clock_timestamp() + make_interval(secs => ${parts.tuning.leaseSeconds})
    from ours where run.id = ours.id`.execute(parts.db);
}

/** A process that leaves lets others take over at once; the fence refuses whatever it still writes after that. */
export async function abandonLeases(parts: Parts): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    update run set lease_owner = null, lease_until = null, due_at = clock_timestamp() where lease_owner = ${parts.owner}
    returning id`.execute(parts.db);
  return rows.map(({ id }) => id);
}
