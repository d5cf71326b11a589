import { ArmFailure, type ArmResource } from '@podspan/azure';
import type { ArmEffect, ArmStep } from '../contracts.js';
import { failureOfAzure } from '../policy/failures.js';
import { fail, type Progress, trouble } from './endings.js';
import { metered } from './metered.js';
import type { Work } from './work.js';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see AnyStep
export type AnyArmStep = ArmStep<any>;

export async function effectOf(work: Work, step: AnyArmStep): Promise<{ effect: ArmEffect | undefined } | { broken: unknown }> {
  const context = await work.context();
  try {
    work.lockKey = step.lockKey?.(context);
    return { effect: step.effect(context) };
  } catch (broken) {
    return { broken };
  }
}

/** Reads the resource; a refusal is dealt with here. */
export async function readOrTrouble(
  work: Work,
  target: Pick<ArmEffect, 'resourceId' | 'apiVersion'>,
): Promise<{ resource: ArmResource | undefined } | { progress: Progress }> {
  const { resourceId, apiVersion } = target;
  try {
    return { resource: await metered(work, 'GET', resourceId, () => work.parts.arm.get(resourceId, apiVersion)) };
  } catch (error) {
    if (!(error instanceof ArmFailure)) throw error;
    const failure = failureOfAzure(error.facts);
    const mayPass = error.facts.class === 'TRANSIENT' || error.facts.class === 'WAIT' || error.facts.class === 'ADOPT';
    // What was sent may be alive: then its fate stays open however the read was refused.
    if (mayPass || work.operation) return { progress: await trouble(work, { failure, retryAfterSeconds: error.facts.retryAfterSeconds }) };
    return { progress: await fail(work, failure) };
  }
}
