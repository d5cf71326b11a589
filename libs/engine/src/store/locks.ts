import { sql } from 'kysely';
import type { EngineTransaction } from '../contracts.js';

/** Notes that a run waits for a lock. Runs are served in the order in which they began to wait. */
export async function waitForLock(trx: EngineTransaction, runId: string, lockKey: string): Promise<void> {
  await sql`
    update run set waiting_lock = ${lockKey}, waiting_lock_at = coalesce(waiting_lock_at, clock_timestamp())
    where id = ${runId}`.execute(trx);
}

/** Waits for a holder that is just closing: it has looked for waiters before we were one, and counts as busy until it commits. */
export async function lockIsFree(db: EngineTransaction, lockKey: string): Promise<boolean> {
  const { rows } = await sql`select 1 from operation where lock_key = ${lockKey} and state in ('INTENT', 'RUNNING') for share`.execute(db);
  return rows.length === 0;
}

/**
 * If the lock is free, the run that has waited longest is due, and the caller visits it. Whoever is visited and then does not need
 * the lock must hand it on, or those behind him wait for the next sweep.
 */
export async function nextForLock(trx: EngineTransaction, lockKey: string | null | undefined): Promise<string | undefined> {
  if (lockKey === null || lockKey === undefined) return undefined;
  const { rows } = await sql<{ id: string }>`
    update run set waiting_lock = null, due_at = clock_timestamp(), fence = fence + 1
    where id = (
      select id from run where waiting_lock = ${lockKey} and state in ('PENDING', 'RUNNING') and lease_owner is null
        and not exists (select 1 from operation where lock_key = ${lockKey} and state in ('INTENT', 'RUNNING'))
      order by waiting_lock_at limit 1 for update skip locked
    )
    returning id`.execute(trx);
  return rows[0]?.id;
}
