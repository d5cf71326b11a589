import { ArmFailure } from '@podspan/azure';
import type { FailureView, TaskOutcome } from '@podspan/engine';
import { DomainError } from '@podspan/errors';

/** What may pass by itself is waited for; the rest ends the run, and says who must act. */
export async function outcomeOf(work: () => Promise<TaskOutcome>): Promise<TaskOutcome> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ArmFailure) return ofArm(error);
    if (error instanceof DomainError) return ofDomain(error);
    throw error;
  }
}

function ofArm({ facts, message }: ArmFailure): TaskOutcome {
  if (facts.class === 'QUOTA' || facts.class === 'FATAL') {
    const { code, httpStatus, requestIds, mustAct } = facts;
    return {
      state: 'FAILED',
      failure: { code, message: facts.message, ...(httpStatus === undefined ? {} : { httpStatus }), requestIds, retryable: false, mustAct },
    };
  }
  return { state: 'WAIT', seconds: facts.retryAfterSeconds ?? 15, reason: message };
}

function ofDomain(error: DomainError): TaskOutcome {
  if (error.kind === 'transient' || error.kind === 'throttled')
    return { state: 'WAIT', seconds: error.retryAfterSeconds ?? 15, reason: error.message };
  return failed(error.code, error.message, error.kind === 'unauthenticated' || error.kind === 'forbidden' ? 'OPERATOR' : 'USER');
}

/** Trying again can help once somebody has acted. */
export function failed(code: string, message: string, mustAct: FailureView['mustAct']): TaskOutcome {
  return { state: 'FAILED', failure: { code, message, retryable: true, mustAct } };
}
