import { ArmFailure, type ArmEndedBadly, type ArmOutcome } from '@podspan/azure';
import type { ArmEffect, FailureView, Json } from '../contracts.js';
import { canceledExternally, failureOfAzure } from '../policy/failures.js';
import { phaseOf } from '../policy/decide-write.js';
import { withOwnershipTags } from '../policy/ownership.js';
import { kindOf, refusal } from '../policy/kinds.js';
import { pollDelay } from '../policy/pacing.js';
import { followResource, type Intent, newOperation, storeIntent } from '../store/operations.js';
import { intendQuickly } from '../store/quick-moves.js';
import { cancelNow, cancelRest, closeOperation, fail, type Progress, settle, trouble, wait } from './endings.js';
import { waitForTurn } from './lock-wait.js';
import { admit, type Admission, answered, NotNow } from './metered.js';
import { release } from './release.js';
import type { Work } from './work.js';

export interface Precondition {
  readonly ifMatch?: string;
  readonly ifNoneMatch?: '*';
}

/** Nobody knows whether the write happened; the resource has to be looked at. */
export interface LostAnswer {
  readonly lost: ArmFailure;
}

/** Intent, write, token: in this order, so that at every point in between the truth can be found again. */
export async function send(work: Work, effect: ArmEffect, precondition: Precondition): Promise<Progress | LostAnswer> {
  const admission = await admit(
    work,
    effect.method,
    effect.action === undefined ? effect.resourceId : `${effect.resourceId}/${effect.action}`,
  );
  if (!work.operation) {
    const stored = await intend(work, effect);
    if (stored === 'canceled') return 'released';
    if (stored === 'locked') return waitForTurn(work);
    await work.parts.tuning.at('intent-stored', work.lease.runId);
  }
  try {
    return await accepted(work, await submit(work, effect, precondition, admission));
  } catch (error) {
    if (error instanceof NotNow) return refusedForNow(work, error);
    if (error instanceof ArmFailure) return refused(work, error);
    throw error;
  }
}

function intentOf({ lease, position, lockKey }: Work, effect: ArmEffect): Intent {
  return { runId: lease.runId, ordinal: position, region: lease.region, effect, lockKey: lockKey ?? null, adopted: false };
}

async function intend(work: Work, effect: ArmEffect): Promise<'stored' | 'locked' | 'canceled'> {
  const quick = work.quick({ to: 'RUNNING', attempts: 1 });
  if (quick) {
    const operation = newOperation(intentOf(work, effect));
    const outcome = await intendQuickly(work.parts.db, quick, operation);
    if (outcome === 'stored') {
      work.operation = operation;
      work.turnPassed = false;
      work.moved({ to: 'RUNNING', attempts: 1 });
    }
    if (outcome) return outcome;
  }
  return intendInTransaction(work, effect);
}

function intendInTransaction(work: Work, effect: ArmEffect): Promise<'stored' | 'locked' | 'canceled'> {
  return work.change(async (trx, cancelMode) => {
    if (cancelMode) {
      await cancelRest(trx, work);
      return 'canceled';
    }
    const operation = await storeIntent(trx, intentOf(work, effect));
    if (!operation) return 'locked';
    work.operation = operation;
    work.turnPassed = false;
    await work.move(trx, { to: 'RUNNING', attempts: 1 });
    return 'stored';
  });
}

function submit(work: Work, effect: ArmEffect, precondition: Precondition, admission: Admission): Promise<ArmOutcome> {
  const body = withOwnershipTags(effect, work.lease.runId);
  return answered(work, admission, () =>
    work.parts.arm.begin({
      method: effect.method,
      resourceId: effect.resourceId,
      apiVersion: effect.apiVersion,
      clientRequestId: work.operation?.clientRequestId ?? work.lease.runId,
      ...(body === undefined ? {} : { body }),
      ...(effect.action === undefined ? {} : { action: effect.action }),
      ...precondition,
    }),
  );
}

async function accepted(work: Work, outcome: ArmOutcome): Promise<Progress> {
  await work.parts.tuning.at('write-accepted', work.lease.runId);
  if (work.refusedWith !== undefined) work.parts.experience.record(refusal(work.refusedWith), work.troubledSeconds);
  if (outcome.state === 'RUNNING') {
    const { operation, parts } = work;
    const seconds = pollDelay({
      provider: operation?.provider ?? '',
      ageSeconds: 0,
      retryAfterSeconds: outcome.retryAfterSeconds,
      baseSeconds: parts.tuning.pollIntervalSeconds,
      speed: parts.tuning.speed,
      earliestSeconds: operation ? parts.experience.earliest(kindOf(operation)) : undefined,
    });
    await release(parts.db, work, { kind: 'poll', seconds, shareBudget: true, accepted: outcome });
    await parts.tuning.at('token-stored', work.lease.runId);
    return 'released';
  }
  return outcome.state === 'SUCCEEDED' ? succeeded(work, outcome) : endedBadly(work, outcome);
}

/** Azure says it is done. A write is done when the resource itself says so. */
export async function succeeded(work: Work, outcome: Extract<ArmOutcome, { state: 'SUCCEEDED' }>): Promise<Progress> {
  const { resource, httpStatus } = outcome;
  if (work.operation?.method === 'DELETE') return settle(work, { httpStatus });
  if (resource && phaseOf(resource) === 'SUCCEEDED') return settle(work, { output: resource.raw as Json, httpStatus });
  return askResourceFromNowOn(work);
}

export function askResourceFromNowOn(work: Work): Promise<Progress> {
  const { tuning } = work.parts;
  return work.change(async (trx) => {
    if (work.operation) work.operation = await followResource(trx, work.operation);
    await release(trx, work, { kind: 'poll', seconds: tuning.pollIntervalSeconds / 5 / tuning.speed });
    return 'released' as const;
  });
}

/** The operation came to a bad end. Some ends only say that it was too early. */
export function endedBadly(work: Work, outcome: ArmEndedBadly): Promise<Progress> {
  const failure = failureOfAzure(outcome.failure);
  if (outcome.state === 'CANCELED') return endedCanceled(work, failure);
  const tooEarly = outcome.failure.class === 'TRANSIENT' || outcome.failure.class === 'WAIT';
  if (tooEarly) return trouble(work, { failure, retryAfterSeconds: outcome.failure.retryAfterSeconds, operationEnd: 'FAILED' });
  return fail(work, failure);
}

/** We asked for it, or somebody else did. */
export function endedCanceled(work: Work, failure?: FailureView): Promise<Progress> {
  const { operation } = work;
  if (!operation || operation.abortRequested) return cancelNow(work, failure);
  return fail(work, { ...failure, ...canceledExternally(operation.resourceId) }, 'CANCELED');
}

function refused(work: Work, error: ArmFailure): Promise<Progress> | LostAnswer {
  const { facts } = error;
  const failure = failureOfAzure(facts);
  switch (facts.class) {
    case 'ADOPT':
      return { lost: error };
    case 'TRANSIENT':
    case 'WAIT': {
      const knownSeconds = work.parts.experience.usual(refusal(failure.code));
      const { retryAfterSeconds } = facts;
      return trouble(work, { failure, retryAfterSeconds, knownSeconds, operationEnd: 'REFUSED', refused: true });
    }
    case 'QUOTA':
    case 'FATAL':
      return fail(work, failure);
  }
}

/** 429: the write did not happen. */
async function refusedForNow(work: Work, { waitSeconds }: NotNow): Promise<Progress> {
  await work.change(async (trx) => {
    await closeOperation(trx, work, 'REFUSED', { httpStatus: 429 });
    await work.move(trx, { to: 'WAITING', waitingFor: 'throttled', attempts: -1 });
  });
  return wait(work, 'throttled', waitSeconds, 'act');
}
