import type { ArmFailureFacts, ArmResource } from '@podspan/azure';
import type { FailureView, Json } from '../contracts.js';

export function failureOfAzure(facts: ArmFailureFacts): FailureView {
  return {
    code: facts.code,
    message: facts.message,
    ...(facts.httpStatus === undefined ? {} : { httpStatus: facts.httpStatus }),
    ...(facts.target === undefined ? {} : { target: facts.target }),
    ...(facts.details === undefined ? {} : { details: facts.details as Json }),
    requestIds: facts.requestIds,
    retryable: facts.class !== 'FATAL',
    mustAct: facts.mustAct,
  };
}

export function nameTaken(resourceId: string): FailureView {
  return ours('name_taken', `${resourceId} exists and belongs to somebody else`, { target: resourceId, mustAct: 'USER' });
}

export function vanished(resourceId: string): FailureView {
  return ours('vanished', `${resourceId} was accepted by Azure and no longer exists`, { target: resourceId, mustAct: 'OPERATOR' });
}

export function canceledExternally(resourceId: string): FailureView {
  return ours('canceled_externally', `the operation on ${resourceId} was canceled outside of Podspan`, {
    target: resourceId,
    mustAct: 'OPERATOR',
  });
}

/** Nobody can say how it ended: a person decides, it is never called failed blindly. */
export function operationUnknown(resourceId: string, last: FailureView): FailureView {
  return {
    ...last,
    ...ours('operation_unknown', `how the operation on ${resourceId} ended cannot be read: ${last.code}: ${last.message}`, {
      target: resourceId,
      mustAct: 'OPERATOR',
    }),
  };
}

/** It was to be changed. */
export function notThere(resourceId: string): FailureView {
  return ours('vanished', `${resourceId} does not exist any more`, { target: resourceId, mustAct: 'OPERATOR' });
}

/** Waited for longer than the total deadline allows. */
export function waitedTooLong(last: FailureView): FailureView {
  return { ...last, message: `given up after waiting too long: ${last.message}`, retryable: true, mustAct: 'OPERATOR' };
}

export function blockedByForeign(resourceId: string, provisioningState: string): FailureView {
  return ours('blocked_by_foreign_operation', `${resourceId} is ${provisioningState} by an operation that is not ours`, {
    target: resourceId,
    mustAct: 'OPERATOR',
  });
}

export function programBroken(step: string, error: unknown): FailureView {
  return { ...ours('program_error', `step '${step}' could not be computed: ${String(error)}`, { mustAct: 'OPERATOR' }), retryable: false };
}

/** The resource says Failed, and no status is at hand that says why. */
export function failedResource(resource: ArmResource): FailureView {
  const properties = (resource.raw as { properties?: { status?: { provisioningError?: unknown } } } | null)?.properties;
  const cause = properties?.status?.provisioningError as { code?: string; message?: string } | undefined;
  return {
    ...ours(cause?.code ?? 'ResourceFailed', cause?.message ?? `${resource.id} ended ${resource.provisioningState}`, {
      target: resource.id,
      mustAct: 'OPERATOR',
    }),
    ...(cause ? { details: cause } : {}),
  };
}

function ours(code: string, message: string, rest: { target?: string; mustAct: FailureView['mustAct'] }): FailureView {
  return { code, message, retryable: true, ...rest };
}
