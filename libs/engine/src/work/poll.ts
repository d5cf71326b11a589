import { ArmFailure, type ArmResource, parseResourceId } from '@podspan/azure';
import type { Json } from '../contracts.js';
import { decideWrite, phaseOf } from '../policy/decide-write.js';
import { failedResource, nameTaken, programBroken, vanished } from '../policy/failures.js';
import { kindOf } from '../policy/kinds.js';
import { pollDelay } from '../policy/pacing.js';
import type { OpenOperation } from '../store/leases.js';
import { followResource, markAbsent } from '../store/operations.js';
import { closeOperation, fail, type Progress, settle } from './endings.js';
import { type AnyArmStep, effectOf, readOrTrouble } from './look.js';
import { metered } from './metered.js';
import { release } from './release.js';
import { endedBadly, endedCanceled, succeeded } from './send.js';
import type { Work } from './work.js';

/** Asks once how a running operation goes. */
export async function poll(work: Work, step: AnyArmStep, operation: OpenOperation): Promise<Progress> {
  const { token } = operation;
  if (token === null) return askResource(work, step, operation);
  try {
    const outcome = await metered(work, 'GET', statusPath(work, operation), () => work.parts.arm.poll(token, operation.clientRequestId));
    if (outcome.state === 'RUNNING') return goOn(work, operation, outcome.retryAfterSeconds);
    if (outcome.state !== 'SUCCEEDED') return await endedBadly(work, outcome);
    work.parts.experience.record(kindOf(operation), operation.ageSeconds);
    return await succeeded(work, outcome);
  } catch (error) {
    if (!(error instanceof ArmFailure)) throw error;
    // The status cannot be read, which says nothing about the operation. A 4xx will stay so; forget the token.
    const gone = error.facts.httpStatus !== undefined && error.facts.httpStatus < 500;
    return askResource(work, step, operation, gone);
  }
}

/** Where Azure keeps the status of operations; for the budget only, the token knows the true URL. */
function statusPath({ lease }: Work, { resourceId, provider }: OpenOperation): string {
  const { subscriptionId = '' } = parseResourceId(resourceId);
  return `/subscriptions/${subscriptionId}/providers/${provider}/locations/${lease.region}/operations/any`;
}

async function askResource(work: Work, step: AnyArmStep, operation: OpenOperation, forgetToken = false): Promise<Progress> {
  if (forgetToken) work.operation = await work.change((trx) => followResource(trx, operation));
  const read = await readOrTrouble(work, operation);
  if ('progress' in read) return read.progress;
  const { resource } = read;
  if (!resource) return operation.method === 'DELETE' ? settle(work, {}) : absent(work, operation);
  switch (phaseOf(resource)) {
    case 'RUNNING':
    case 'DELETING':
      return goOn(work, operation);
    case 'FAILED':
      return fail(work, failedResource(resource));
    case 'CANCELED':
      return endedCanceled(work);
    case 'SUCCEEDED':
      return compare(work, step, operation, resource);
  }
}

/** Whoever's operation it was that ended: is the resource as we want it? */
async function compare(work: Work, step: AnyArmStep, operation: OpenOperation, resource: ArmResource): Promise<Progress> {
  const computed = await effectOf(work, step);
  if ('broken' in computed) return fail(work, programBroken(step.name, computed.broken));
  const verdict = computed.effect ? decideWrite(computed.effect, resource, work.lease.runId).verdict : 'settled';
  if (verdict === 'settled') return settle(work, { output: resource.raw as Json });
  if (verdict === 'foreign') return fail(work, nameTaken(operation.resourceId));
  await work.change((trx) => closeOperation(trx, work, 'SUPERSEDED', {}));
  return 'again';
}

/** Replicas of Azure lag: what was accepted may be absent for a while, but not for long. */
async function absent(work: Work, operation: OpenOperation): Promise<Progress> {
  const { tuning } = work.parts;
  if ((operation.absentSeconds ?? 0) * tuning.speed > tuning.absenceToleranceSeconds) return fail(work, vanished(operation.resourceId));
  return work.change(async (trx) => {
    await markAbsent(trx, operation, true);
    await release(trx, work, { kind: 'poll', seconds: tuning.absenceToleranceSeconds / 6 / tuning.speed });
    return 'released' as const;
  });
}

async function goOn(work: Work, operation: OpenOperation, retryAfterSeconds?: number): Promise<Progress> {
  const { parts } = work;
  const { speed, pollIntervalSeconds } = parts.tuning;
  const { provider, ageSeconds } = operation;
  const earliestSeconds = parts.experience.earliest(kindOf(operation));
  const seconds = pollDelay({ provider, ageSeconds, retryAfterSeconds, baseSeconds: pollIntervalSeconds, speed, earliestSeconds });
  const alarm = { kind: 'poll', seconds, shareBudget: true } as const;
  if (work.stepState === 'RUNNING' && operation.absentSeconds === null) {
    await release(parts.db, work, alarm);
    return 'released';
  }
  return work.change(async (trx) => {
    if (operation.absentSeconds !== null) await markAbsent(trx, operation, false);
    if (work.stepState !== 'RUNNING') await work.move(trx, { to: 'RUNNING' });
    await release(trx, work, alarm);
    return 'released' as const;
  });
}
