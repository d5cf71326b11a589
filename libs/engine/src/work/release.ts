import { sql } from 'kysely';
import type { EngineTransaction } from '../contracts.js';
import { statusReadsPerSecond } from '../policy/pacing.js';
import { type OpenOperation, StaleLease } from '../store/leases.js';
import { announce, type JobKind } from '../store/outbox.js';
import type { Work } from './work.js';

export interface Alarm {
  readonly kind: JobKind;
  /** Seconds of this machine's time. */
  readonly seconds: number;
  /** Share the budget of status reads with all operations that run in the same subscription and region. */
  readonly shareBudget?: boolean;
  /** The token of a write that was just accepted. */
  readonly accepted?: { readonly token: string; readonly httpStatus: number };
}

/**
 * Gives the run back and sets its alarm, in one statement: schedule, outbox row and, after a write, the token stand or
 * fall together. A run that somebody canceled meanwhile is due at once.
 * @throws StaleLease when another process has taken over
 */
export async function release(executor: EngineTransaction, work: Work, alarm: Alarm): Promise<void> {
  const { lease, operation, parts } = work;
  const cancelUnknown = lease.cancelMode === null;
  const floor = alarm.shareBudget && operation ? budgetFloor(work, operation) : sql`0`;
  const { rows } = await sql`
    with accepted as (${acceptance(work, alarm)}), freed as (
      update run set lease_owner = null, lease_until = null,
        due_at = clock_timestamp() + case when cancel_mode is not null and ${cancelUnknown} then interval '0'
          else make_interval(secs => greatest(${alarm.seconds}::float8, ${floor})) end
      where id = ${lease.runId} and fence = ${lease.fence}
      returning id, fence, due_at
    ), added as (
      insert into outbox (kind, subject, fence, due_at) select ${alarm.kind}, id::text, fence, due_at from freed returning id
    )
    ${announce(parts.channel, alarm.seconds, 'added')}`.execute(executor);
  if (rows.length === 0) throw new StaleLease(lease.runId);
}

function acceptance({ operation, lease }: Work, { accepted }: Alarm) {
  if (!accepted || !operation) return sql`select 1`;
  return sql`
    update operation set state = 'RUNNING', token = ${accepted.token}, http_status = ${accepted.httpStatus}, sent_at = clock_timestamp()
    where id = ${operation.id} and exists (select 1 from run where id = ${lease.runId} and fence = ${lease.fence})`;
}

/** With n operations under way and r reads a second granted, each may be asked every n / r seconds. */
function budgetFloor({ parts, lease }: Work, operation: OpenOperation) {
  const perSecond = statusReadsPerSecond(operation.provider) * parts.tuning.speed;
  return sql`(
    select count(*) / ${perSecond}::float8 from operation o join operation mine on mine.id = ${operation.id}
    where o.state = 'RUNNING' and o.subscription_id = mine.subscription_id and o.region = ${lease.region} and o.provider = ${operation.provider})`;
}
