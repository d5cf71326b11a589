import { sql } from 'kysely';
import { lockReason } from '../policy/lock-reason.js';
import { lockIsFree, waitForLock } from '../store/locks.js';
import { ringRun } from '../store/outbox.js';
import { cancelRest, type Progress } from './endings.js';
import { release } from './release.js';
import type { Work } from './work.js';

/** Should the ring get lost and no sweep notice, the run looks for itself after this many seconds. */
const FALLBACK_SECONDS = 120;

/** Another operation has the lock; this run is rung when its turn comes. */
export async function waitForTurn(work: Work): Promise<Progress> {
  const { lockKey } = work;
  if (lockKey === undefined) throw new Error('a step without a lock cannot wait for one');
  const reason = lockReason(lockKey);
  await work.change(async (trx, cancelMode) => {
    if (cancelMode) return cancelRest(trx, work);
    await waitForLock(trx, work.lease.runId, lockKey);
    if (work.stepState !== 'WAITING' || work.waitingFor !== reason) await work.move(trx, { to: 'WAITING', waitingFor: reason });
    await release(trx, work, { kind: 'act', seconds: FALLBACK_SECONDS });
    return 'released';
  });
  // The holder may have finished before it could see that we wait.
  if (await lockIsFree(work.parts.db, lockKey)) await ringMyself(work);
  return 'released';
}

async function ringMyself({ parts, lease }: Work): Promise<void> {
  const { rows } = await sql<{ fence: string }>`
    update run set due_at = clock_timestamp(), fence = fence + 1
    where id = ${lease.runId} and fence = ${lease.fence} and lease_owner is null and state in ('PENDING', 'RUNNING')
    returning fence::text`.execute(parts.db);
  const row = rows[0];
  if (row) await ringRun(parts.db, parts.channel, lease.runId, row.fence, 'act');
}
