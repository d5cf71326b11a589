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

/** Locks that are free although runs wait for them: whoever was to ring on died or was canceled. */
export async function sweepLocks(db: EngineTransaction, channel: string): Promise<number> {
  const { rows } = await sql`
    with next as (
      update run set waiting_lock = null, due_at = clock_timestamp(), fence = fence + 1
      where id in (
        select distinct on (waiting_lock) id from run r
        where waiting_lock is not null and state in ('PENDING', 'RUNNING') and lease_owner is null
          and not exists (select 1 from operation where lock_key = r.waiting_lock and state in ('INTENT', 'RUNNING'))
        order by waiting_lock, waiting_lock_at
      ) and lease_owner is null
      returning id, fence
    ), added as (
      insert into outbox (kind, subject, fence, due_at) select 'sweep', id::text, fence, clock_timestamp() from next returning id
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
