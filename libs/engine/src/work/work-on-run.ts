import { inSpan } from '@podspan/platform';
import type { Parts } from '../parts.js';
import { type Lease, StaleLease, takeLease } from '../store/leases.js';
import { requestAbort } from './abort.js';
import { act, recover } from './act.js';
import { cancelNow, type Progress, wait } from './endings.js';
import { NotNow } from './metered.js';
import { poll } from './poll.js';
import { release } from './release.js';
import { runTask } from './run-task.js';
import { Work } from './work.js';

/** A run of a newer or older release waits for a process that knows its steps. */
const UNKNOWN_PROGRAM_SECONDS = 60;

/** The leases in this process's hands, for the timer that prolongs them. */
export type HeldLeases = Set<Lease>;

/**
 * Carries a run as far as it goes without waiting. Any number of rings may call it at any time: who does not get the
 * lease does nothing. A run that was given back will be visited again by this process; returns after how many milliseconds a ring
 * that came too early should come again.
 */
export async function workOnRun(parts: Parts, held: HeldLeases, runId: string): Promise<number | undefined> {
  const taken = await takeLease(parts, runId);
  if (!taken) return undefined;
  if ('againMs' in taken) return taken.againMs;
  held.add(taken);
  let againMs: number | undefined;
  try {
    await parts.tuning.at('lease-taken', runId);
    await inSpan(
      `run ${taken.program}`,
      {
        kind: 'CONSUMER',
        traceparent: taken.traceparent ?? undefined,
        attributes: { 'podspan.run': runId, 'podspan.subject': taken.subject, 'podspan.fence': taken.fence },
      },
      async () => {
        againMs = await carry(parts, taken);
      },
    );
  } finally {
    held.delete(taken);
  }
  if (againMs !== undefined) parts.visit(runId, againMs);
  return undefined;
}

/** After how many milliseconds the run wants to be visited again, if it was given back and we stay. */
async function carry(parts: Parts, lease: Lease): Promise<number | undefined> {
  const program = parts.programs.find(lease.program, lease.programVersion);
  const work = new Work(parts, lease, program ?? { name: lease.program, version: lease.programVersion, steps: [] });
  try {
    await carryOn(parts, work, program !== undefined);
  } catch (error) {
    if (error instanceof StaleLease) {
      await noteStale(work);
      return undefined;
    }
    parts.log.error({ err: error, runId: lease.runId, step: program?.steps[work.position]?.name }, 'a run could not be carried on');
    // Should this fail too, the lease runs out and the sweeper rings.
    await release(parts.db, work, { kind: 'act', seconds: parts.tuning.leaseSeconds / 3 }).catch(() => undefined);
  }
  return work.againMs;
}

async function carryOn(parts: Parts, work: Work, known: boolean): Promise<void> {
  if (!known) return release(parts.db, work, { kind: 'act', seconds: UNKNOWN_PROGRAM_SECONDS, forOthers: true });
  if (work.lease.takenOver) await work.change((trx) => work.note(trx, 'lease.taken_over'));
  let progress: Progress;
  do progress = await oneStep(work);
  while (progress !== 'released' && !parts.isStopping());
  if (progress !== 'released') await release(parts.db, work, { kind: 'act', seconds: 0 });
}

async function oneStep(work: Work): Promise<Progress> {
  try {
    return await advance(work);
  } catch (error) {
    if (!(error instanceof NotNow)) throw error;
    if (!work.operation) return wait(work, 'throttled', error.waitSeconds, 'act');
    await release(work.parts.db, work, { kind: 'poll', seconds: error.waitSeconds });
    return 'released';
  }
}

async function advance(work: Work): Promise<Progress> {
  const { step, operation, lease } = work;
  if (lease.cancelMode && !operation) return cancelNow(work);
  if (step.kind === 'task') return runTask(work, step);
  if (!operation) return act(work, step);
  if (operation.state === 'INTENT') return recover(work, step, lease.cancelMode !== null);
  if (lease.cancelMode === 'ABORT' && !operation.abortRequested) await requestAbort(work, operation);
  return poll(work, step, work.operation ?? operation);
}

/** Nothing of what we knew was written. The remark is all that is left of it. */
async function noteStale(work: Work): Promise<void> {
  const { parts, lease } = work;
  parts.log.warn({ runId: lease.runId, fence: lease.fence }, 'operation.stale_fence');
  await parts.db.transaction().execute((trx) => work.note(trx, 'operation.stale_fence'));
}
