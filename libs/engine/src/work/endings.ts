import type { FailureView, Json } from '../contracts.js';
import { operationUnknown, waitedTooLong } from '../policy/failures.js';
import { kindOf } from '../policy/kinds.js';
import { lockOfReason } from '../policy/lock-reason.js';
import { backoff, untilKnown } from '../policy/pacing.js';
import type { EngineTransaction } from '../contracts.js';
import { nextForLock } from '../store/locks.js';
import { type EndState, endOperation } from '../store/operations.js';
import type { JobKind } from '../store/outbox.js';
import { refuseQuickly, settleQuickly } from '../store/quick-moves.js';
import { cancelSteps } from '../store/transitions.js';
import { release } from './release.js';
import type { Work } from './work.js';

/** `next`: the following step is ready and the lease still held. `released`: the run was given back or has ended. */
export type Progress = 'next' | 'again' | 'released';

export interface Settlement {
  readonly to?: 'SUCCEEDED' | 'SKIPPED';
  readonly output?: Json;
  readonly note?: string;
  readonly httpStatus?: number;
}

/** The step has what it wanted. */
export async function settle(work: Work, settlement: Settlement): Promise<Progress> {
  return (await settleAtOnce(work, settlement)) ?? settleInTransaction(work, settlement);
}

/** A step in the middle of a run ends in one statement, unless the run was taken over or canceled meanwhile. */
async function settleAtOnce(work: Work, { to = 'SUCCEEDED', output, note, httpStatus }: Settlement): Promise<Progress | undefined> {
  const quick = work.isLastStep ? undefined : work.quick({ to, ...(note === undefined ? {} : { note }) });
  if (!quick) return undefined;
  const { operation, parts } = work;
  const lockKey = work.turnPassed ? undefined : (operation?.lockKey ?? work.lockKey ?? lockOfReason(work.waitingFor) ?? undefined);
  const settled = await settleQuickly(parts.db, quick, { operation, to, output, httpStatus, lockKey, wantsOutputs: !work.knowsOutputs });
  if (!settled) return undefined;
  if (note !== undefined) parts.meter.noted(note);
  if (operation) parts.meter.ended(kindOf(operation), 'SUCCEEDED', operation.ageSeconds);
  work.advance(output, settled.outputs);
  if (settled.next !== undefined) parts.visit(settled.next, 0);
  return 'next';
}

async function settleInTransaction(work: Work, { to = 'SUCCEEDED', output, note, httpStatus }: Settlement): Promise<Progress> {
  const progress = await work.change(async (trx, cancelMode): Promise<Progress> => {
    await closeOperation(trx, work, 'SUCCEEDED', { httpStatus });
    await work.move(trx, { to, ...(output === undefined ? {} : { output }), ...(note === undefined ? {} : { note }) });
    if (work.isLastStep) return endRun(trx, work, 'SUCCEEDED');
    if (cancelMode) return cancelRest(trx, work);
    await work.goToNextStep(trx);
    return 'next';
  });
  if (progress === 'next') work.advance(output);
  return progress;
}

/** The step failed for good; a person may retry the run from here. */
export function fail(work: Work, failure: FailureView, operationEnd: EndState = 'FAILED'): Promise<Progress> {
  return work.change(async (trx, cancelMode) => {
    await closeOperation(trx, work, operationEnd, { failure });
    await work.move(trx, { to: 'FAILED', failure });
    return cancelMode ? cancelRest(trx, work, failure) : endRun(trx, work, 'FAILED', failure);
  });
}

/** Nothing is under way any more, or it was aborted: the rest of the run does not happen. */
export function cancelNow(work: Work, failure?: FailureView): Promise<Progress> {
  return work.change(async (trx) => {
    await closeOperation(trx, work, 'CANCELED', failure ? { failure } : {});
    return cancelRest(trx, work);
  });
}

export interface Trouble {
  readonly failure: FailureView;
  readonly retryAfterSeconds?: number | undefined;
  /** Real seconds after which the same trouble is usually over, where that is known. */
  readonly knownSeconds?: number | undefined;
  /** How the open operation ends; it stays open when absent. */
  readonly operationEnd?: EndState;
  /** Azure refused to look at it: not an attempt. */
  readonly refused?: boolean;
}

/** Nothing got on, but it may later: wait and do the same again, until the total deadline. The failure budget is untouched. */
export async function trouble(work: Work, { failure, retryAfterSeconds, knownSeconds, operationEnd, refused }: Trouble): Promise<Progress> {
  const { tuning } = work.parts;
  if (work.troubledSeconds * tuning.speed > tuning.troubleDeadlineSeconds) {
    const sent = work.operation !== null && operationEnd === undefined;
    if (sent && work.operation) return fail(work, operationUnknown(work.operation.resourceId, failure), 'UNKNOWN');
    return fail(work, waitedTooLong(failure), operationEnd ?? 'REFUSED');
  }
  const own = backoff(work.troubles, retryAfterSeconds, tuning.speed, tuning.random());
  const seconds = Math.max(own, untilKnown(work.troubledSeconds, knownSeconds, tuning.speed));
  if (refused && operationEnd === 'REFUSED' && (await refuseAtOnce(work, failure, seconds))) return 'released';
  return work.change(async (trx, cancelMode) => {
    if (operationEnd || !work.operation) await closeOperation(trx, work, operationEnd ?? 'REFUSED', { failure });
    if (cancelMode && !work.operation) return cancelRest(trx, work);
    await work.move(trx, {
      to: 'WAITING',
      waitingFor: failure.code,
      failure,
      trouble: true,
      ...(refused ? { attempts: -1 as const } : {}),
    });
    await release(trx, work, { kind: work.operation?.state === 'RUNNING' ? 'poll' : 'act', seconds });
    return 'released';
  });
}

/** One statement, unless the run was taken over or canceled meanwhile, or goes to another process. */
async function refuseAtOnce(work: Work, failure: FailureView, seconds: number): Promise<boolean> {
  const { operation, parts } = work;
  if (!operation || parts.isStopping()) return false;
  const quick = work.quick({ to: 'WAITING', waitingFor: failure.code, failure, trouble: true, attempts: -1 });
  if (!quick) return false;
  const lockKey = work.turnPassed ? undefined : (operation.lockKey ?? undefined);
  const refused = await refuseQuickly(parts.db, quick, { operationId: operation.id, failure, lockKey, seconds });
  if (!refused) return false;
  parts.meter.ended(kindOf(operation), 'REFUSED', operation.ageSeconds);
  if (refused.next !== undefined) parts.visit(refused.next, 0);
  work.operation = null;
  work.visitAgainIn(refused.wait);
  return true;
}

/** Neither trouble nor progress: a full bucket, a lock, a task that asks for patience. */
export async function wait(work: Work, reason: string, seconds: number, kind: JobKind): Promise<Progress> {
  if (work.stepState === 'WAITING' && work.waitingFor === reason) {
    await release(work.parts.db, work, { kind, seconds });
    return 'released';
  }
  return work.change(async (trx, cancelMode) => {
    if (cancelMode && !work.operation) return cancelRest(trx, work);
    if (!work.operation) await passTurn(trx, work);
    await work.move(trx, { to: 'WAITING', waitingFor: reason });
    await release(trx, work, { kind, seconds });
    return 'released';
  });
}

export async function closeOperation(
  trx: EngineTransaction,
  work: Work,
  to: EndState,
  result: { readonly httpStatus?: number | undefined; readonly failure?: FailureView },
): Promise<void> {
  const { operation } = work;
  if (operation) {
    await endOperation(trx, operation, to, result);
    work.parts.meter.ended(kindOf(operation), to, operation.ageSeconds);
  }
  work.operation = null;
  await passTurn(trx, work, operation?.lockKey ?? undefined);
}

/** The lock is free, or it was our turn and we do not need it: the next one, please. */
async function passTurn(trx: EngineTransaction, work: Work, lockKey = work.lockKey ?? lockOfReason(work.waitingFor)): Promise<void> {
  if (!lockKey || work.turnPassed) return;
  work.turnPassed = true;
  work.handOverTo(await nextForLock(trx, lockKey));
}

export async function cancelRest(trx: EngineTransaction, work: Work, failure?: FailureView): Promise<Progress> {
  if (!work.operation) await passTurn(trx, work);
  await cancelSteps(trx, work.parts, work.lease.runId, work.program.name);
  return endRun(trx, work, 'CANCELED', failure);
}

async function endRun(
  trx: EngineTransaction,
  work: Work,
  to: 'SUCCEEDED' | 'FAILED' | 'CANCELED',
  failure?: FailureView,
): Promise<Progress> {
  await work.moveRun(trx, to, failure);
  return 'released';
}
