import { sql } from 'kysely';
import { lockReason } from '../policy/lock-reason.js';
import { lockIsFree, waitForLock } from '../store/locks.js';
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

async function ringMyself(work: Work): Promise<void> {
  const { parts, lease } = work;
  const { rows } = await sql`
    update run set due_at = clock_timestamp()
    where id = ${lease.runId} and fence = ${lease.fence} and lease_owner is null and state in ('PENDING', 'RUNNING')
    returning id`.execute(parts.db);
  if (rows.length > 0) work.visitAgainIn(0);
}
