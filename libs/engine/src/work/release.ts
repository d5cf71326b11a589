import { parseResourceId, POLLS_BEFORE_LIST } from '@podspan/azure';
import { sql } from 'kysely';
import type { EngineTransaction } from '../contracts.js';
import { statusReadsPerSecond } from '../policy/pacing.js';
import { isListed } from '../policy/kinds.js';
import { bellKey } from '../store/bells.js';
import { type OpenOperation, StaleLease } from '../store/leases.js';
import type { JobKind } from '../store/outbox.js';
import { runningClusters, watchJob } from '../store/watch.js';
import type { Work } from './work.js';

export interface Alarm {
  readonly kind: JobKind;
  /** Seconds of this machine's time. */
  readonly seconds: number;
  /** Share the budget of status reads with all operations that run in the same subscription and region. */
  readonly shareBudget?: boolean;
  /** For another process, by way of the queue: this one cannot do anything about it. */
  readonly forOthers?: boolean;
  /** The token of a write that was just accepted. */
  readonly accepted?: { readonly token: string; readonly httpStatus: number };
}

/**
 * Gives the run back and sets its alarm, in one statement: schedule and, after a write, the token stand or fall together. A run that
 * somebody canceled meanwhile is due at once. The alarm is this process's own (`Visits`); only one that is leaving, or does
 * not know the run's steps, hands it to the queue, with the same statement.
 * @throws StaleLease when another process has taken over
 */
export async function release(executor: EngineTransaction, work: Work, alarm: Alarm): Promise<void> {
  const { lease, operation, parts } = work;
  const cancelUnknown = lease.cancelMode === null;
  const running = alarm.shareBudget && operation ? operation : undefined;
  const watched = running !== undefined && isListed(running);
  const handsOn = alarm.forOthers ?? parts.isStopping();
  const { rows } = await sql<{ wait: number }>`/* keep */
    with crowd as (
      select ${running ? budgetFloor(work, running) : sql`0`} as floor, ${watched ? isCrowd(running) : sql`false`} as listed
    ), freed as (
      update run set lease_owner = null, lease_until = null,
        due_at = clock_timestamp() + case when cancel_mode is not null and ${cancelUnknown} then interval '0'
          else make_interval(secs => greatest(${alarm.seconds}::float8, floor, case when listed then ${fallbackSeconds(work)}::float8 end)) end
      from crowd where id = ${lease.runId} and fence = ${lease.fence}
      returning id, fence, due_at
    ), accepted as (${acceptance(work, alarm)})${calmed(work, alarm)}${handsOn ? handOn(alarm.kind) : sql``}${watched ? watch(work, running) : sql``}
    select (extract(epoch from due_at - clock_timestamp()) * 1000)::float8 as wait from freed`.execute(executor);
  const row = rows[0];
  if (!row) throw new StaleLease(lease.runId);
  if (!handsOn) work.visitAgainIn(row.wait);
}

/** Whoever hears this alarm need not be us. */
function handOn(kind: JobKind) {
  return sql`, added as (
      insert into outbox (kind, subject, fence, due_at) select ${kind}, id::text, fence, due_at from freed
    )`;
}

/** From the run's row that was just written: a snapshot might show a fence that has grown meanwhile, and reopen what has ended. */
function acceptance({ operation }: Work, { accepted }: Alarm) {
  if (!accepted || !operation) return sql`select 1`;
  return sql`
    update operation set state = 'RUNNING', token = ${accepted.token}, http_status = ${accepted.httpStatus}, sent_at = clock_timestamp()
    from freed where operation.id = ${operation.id}`;
}

/** What was accepted is no trouble any more. */
function calmed({ position, troubles }: Work, { accepted }: Alarm) {
  if (!accepted || troubles === 0) return sql``;
  return sql`, calmed as (
      update step set troubles = 0, troubled_since = null from freed where step.run_id = freed.id and step.ordinal = ${position}
    )`;
}

/** With n operations under way and r reads a second granted, each may be asked every n / r seconds. */
function budgetFloor({ parts, lease }: Work, operation: OpenOperation) {
  const perSecond = statusReadsPerSecond(operation.provider) * parts.tuning.speed;
  return sql`(
    select count(*) / ${perSecond}::float8 from operation o join operation mine on mine.id = ${operation.id}
    where o.state = 'RUNNING' and o.subscription_id = mine.subscription_id and o.region = ${lease.region} and o.provider = ${operation.provider})`;
}

/** Enough clusters are under way in the subscription for one LIST to be cheaper than their polls. Ours may not count itself yet. */
function isCrowd({ resourceId }: OpenOperation) {
  return sql`${runningClusters(sql`${parseResourceId(resourceId).subscriptionId?.toLowerCase() ?? ''}`)} >= ${POLLS_BEFORE_LIST}`;
}

/** Should whoever makes the lists fail us, the run looks for itself. */
function fallbackSeconds({ parts }: Work): number {
  return (30 * parts.tuning.pollIntervalSeconds) / parts.tuning.speed;
}

/** Rings the bell of the subscription's list unless it is set already. */
function watch({ parts }: Work, { resourceId }: OpenOperation) {
  const subscription = parseResourceId(resourceId).subscriptionId?.toLowerCase() ?? '';
  const at = sql`clock_timestamp() + make_interval(secs => ${parts.tuning.pollIntervalSeconds / parts.tuning.speed})`;
  return sql`, rung as (
      insert into bell (job, subject, due_at, latest_at) select ${watchJob}, ${subscription}, ${at}, ${at} from crowd where listed
      on conflict (job, subject) do nothing returning rings, due_at
    ), watched as (
      insert into outbox (kind, subject, fence, due_at) select 'bell', ${bellKey(watchJob, subscription)}, rings, due_at from rung
    )`;
}
