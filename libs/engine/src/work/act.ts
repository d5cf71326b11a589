import type { ArmFailure, ArmResource } from '@podspan/azure';
import type { ArmEffect, Json } from '../contracts.js';
import { decideWrite, type WriteDecision } from '../policy/decide-write.js';
import { blockedByForeign, failureOfAzure, nameTaken, notThere, programBroken } from '../policy/failures.js';
import { followResource, storeIntent } from '../store/operations.js';
import { cancelNow, fail, type Progress, settle, trouble } from './endings.js';
import { waitForTurn } from './lock-wait.js';
import { type AnyArmStep, effectOf, readOrTrouble } from './look.js';
import { release } from './release.js';
import { type Precondition, send } from './send.js';
import type { Work } from './work.js';

/** An ARM step with nothing under way: look, compare, and write only if something is missing. */
export async function act(work: Work, step: AnyArmStep): Promise<Progress> {
  const computed = await effectOf(work, step);
  if ('broken' in computed) return fail(work, programBroken(step.name, computed.broken));
  const { effect } = computed;
  if (!effect) return settle(work, { to: 'SKIPPED' });
  if (effect.namedByContent) return carryOut(work, step, effect, undefined);
  const existing = await readOrTrouble(work, effect);
  if ('progress' in existing) return existing.progress;
  return carryOut(work, step, effect, existing.resource);
}

/**
 * An intent whose outcome nobody stored: the process died, the answer was lost, or the write was refused because it
 * exists. The resource decides; only when it shows no trace of the write is it sent again.
 */
export async function recover(work: Work, step: AnyArmStep, canceling: boolean): Promise<Progress> {
  const computed = await effectOf(work, step);
  if ('broken' in computed) return fail(work, programBroken(step.name, computed.broken));
  if (!computed.effect) return settle(work, { to: 'SKIPPED' });
  const existing = await readOrTrouble(work, computed.effect);
  if ('progress' in existing) return existing.progress;
  const decision = decideWrite(computed.effect, existing.resource, work.lease.runId);
  if (canceling && decision.verdict !== 'follow' && decision.verdict !== 'settled') return cancelNow(work);
  return carryOut(work, step, computed.effect, existing.resource);
}

/** After a lost or refused answer: the trace of our write settles it, otherwise wait before sending again. */
async function adopt(work: Work, step: AnyArmStep, effect: ArmEffect, failure: ArmFailure): Promise<Progress> {
  const existing = await readOrTrouble(work, effect);
  if ('progress' in existing) return existing.progress;
  const { verdict } = decideWrite(effect, existing.resource, work.lease.runId);
  if (verdict === 'settled' || verdict === 'follow' || verdict === 'foreign' || verdict === 'blocked' || verdict === 'absent') {
    return carryOut(work, step, effect, existing.resource);
  }
  return trouble(work, { failure: failureOfAzure(failure.facts), retryAfterSeconds: failure.facts.retryAfterSeconds });
}

async function carryOut(work: Work, step: AnyArmStep, effect: ArmEffect, existing: ArmResource | undefined): Promise<Progress> {
  const decision: WriteDecision = decideWrite(effect, existing, work.lease.runId);
  switch (decision.verdict) {
    case 'create':
      return sendOrAdopt(work, step, effect, { ifNoneMatch: '*' });
    case 'replace':
      return sendOrAdopt(work, step, withBody(effect, existing), decision.etag === undefined ? {} : { ifMatch: decision.etag });
    case 'delete':
      return sendOrAdopt(work, step, effect, {});
    case 'settled':
      return settle(work, {
        ...(existing ? { output: existing.raw as Json } : {}),
        ...(work.operation ? { note: 'operation.adopted' } : {}),
      });
    case 'follow':
      return follow(work, effect);
    case 'blocked':
      return trouble(work, {
        failure: blockedByForeign(effect.resourceId, decision.provisioningState),
        operationEnd: 'REFUSED',
        refused: work.operation !== null,
      });
    case 'foreign':
      return fail(work, nameTaken(effect.resourceId), 'REFUSED');
    case 'absent':
      return fail(work, notThere(effect.resourceId), 'REFUSED');
  }
}

/** The body of a change is made from what was read a moment ago; If-Match refuses it should that be out of date. */
function withBody(effect: ArmEffect, existing: ArmResource | undefined): ArmEffect {
  return effect.change && existing ? { ...effect, body: effect.change(existing.raw as Json) } : effect;
}

async function sendOrAdopt(work: Work, step: AnyArmStep, effect: ArmEffect, precondition: Precondition): Promise<Progress> {
  const sent = await send(work, effect, precondition);
  return typeof sent === 'string' ? sent : adopt(work, step, effect, sent.lost);
}

/** What we want is already on its way. */
async function follow(work: Work, effect: ArmEffect): Promise<Progress> {
  const followed = await work.change(async (trx) => {
    const { lease, position } = work;
    const lockKey = work.lockKey ?? null;
    work.operation = work.operation
      ? await followResource(trx, work.operation)
      : ((await storeIntent(trx, { runId: lease.runId, ordinal: position, region: lease.region, effect, lockKey, adopted: true })) ?? null);
    if (!work.operation) return false;
    work.turnPassed = false;
    await work.move(trx, { to: 'RUNNING', note: 'operation.adopted' });
    await release(trx, work, {
      kind: 'poll',
      seconds: work.parts.tuning.pollIntervalSeconds / 5 / work.parts.tuning.speed,
      shareBudget: true,
    });
    return true;
  });
  return followed ? 'released' : waitForTurn(work);
}
