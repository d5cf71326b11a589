import { sql } from 'kysely';
import type { EngineTransaction } from '../contracts.js';
import { announce } from './outbox.js';

const BATCH = 1000;

/**
 * Rings again whatever is due with nobody at it: the alarm was lost, or the holder of the lease died. A healthy queue
 * is given `graceSeconds` to ring by itself. Any number of processes may sweep at once.
 */
export async function sweepRuns(db: EngineTransaction, channel: string, graceSeconds: number): Promise<number> {
  const { rows } = await sql`
    with overdue as (
      select id, fence from run
      where state in ('PENDING', 'RUNNING') and due_at <= clock_timestamp()
        and case when lease_until is null then due_at < clock_timestamp() - make_interval(secs => ${graceSeconds})
          else lease_until < clock_timestamp() end
      order by due_at limit ${BATCH} for update skip locked
    ), added as (
      insert into outbox (kind, subject, fence, due_at) select 'sweep', id::text, fence, clock_timestamp() from overdue returning id
    )
    ${announce(channel, 0, 'added')}`.execute(db);
  return rows.length;
}

export async function sweepBells(db: EngineTransaction, channel: string, graceSeconds: number): Promise<number> {
  const { rows } = await sql`
    with overdue as (
      select job, subject, rings from bell
      where case when lease_until is null then due_at < clock_timestamp() - make_interval(secs => ${graceSeconds})
        else lease_until < clock_timestamp() end
      order by due_at limit ${BATCH} for update skip locked
    ), added as (
      insert into outbox (kind, subject, fence, due_at) select 'bell', job || ' ' || subject, rings, clock_timestamp() from overdue returning id
    )
    ${announce(channel, 0, 'added')}`.execute(db);
  return rows.length;
}

/** The queue has lost everything: every alarm that is set is set again, each for its time. */
export async function rebuildAlarms(trx: EngineTransaction, channel: string): Promise<number> {
  const { rows } = await sql`
    with runs as (
      insert into outbox (kind, subject, fence, due_at)
      select 'sweep', id::text, fence, due_at from run where state in ('PENDING', 'RUNNING') returning id
    ), bells as (
      insert into outbox (kind, subject, fence, due_at)
      select 'bell', job || ' ' || subject, rings, due_at from bell where due_at < 'infinity' returning id
    ), added as (select id from runs union all select id from bells)
    ${announce(channel, 0, 'added')}`.execute(trx);
  return rows.length;
}
