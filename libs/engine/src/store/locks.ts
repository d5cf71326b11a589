import { sql } from 'kysely';
import type { EngineTransaction } from '../contracts.js';
import { ringRun } from './outbox.js';

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
 * If the lock is free, rings the run that has waited longest, and says which. Whoever is rung and then does not need
 * the lock must ring on, or those behind him wait for the next sweep. Its fence grows, because the alarm it set for the
 * worst case carries the old fence in its job id and would otherwise swallow this one.
 */
export async function ringNextForLock(
  trx: EngineTransaction,
  channel: string,
  lockKey: string | null | undefined,
): Promise<string | undefined> {
  if (lockKey === null || lockKey === undefined) return undefined;
  const { rows } = await sql<{ id: string; fence: string }>`
    update run set waiting_lock = null, due_at = clock_timestamp(), fence = fence + 1
    where id = (
      select id from run where waiting_lock = ${lockKey} and state in ('PENDING', 'RUNNING') and lease_owner is null
        and not exists (select 1 from operation where lock_key = ${lockKey} and state in ('INTENT', 'RUNNING'))
      order by waiting_lock_at limit 1 for update skip locked
    )
    returning id, fence::text`.execute(trx);
  const next = rows[0];
  if (next) await ringRun(trx, channel, next.id, next.fence, 'act');
  return next?.id;
}
