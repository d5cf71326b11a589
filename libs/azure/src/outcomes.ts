import type { ArmOutcome, ArmResource, ArmRunning, ArmSucceeded } from './arm.js';
import { readEnvelope } from './domain/error-envelope.js';
import { sameResource } from './domain/resource-id.js';
import { readResource, standingOf } from './domain/resource.js';
import { type WaitBounds, waitOf } from './domain/retry-after.js';
import { endedBadly, requestIdsOf } from './failures.js';
import { type OperationToken, writeToken } from './operation-token.js';
import type { Call, Exchange } from './sdk/call.js';

/** What a write is about; kept for the read-back at its end. */
export type Write = Pick<OperationToken, 'method' | 'resourceId' | 'apiVersion'>;

/** 404s that are about the request, not about the resource. */
const MISDIRECTED = [
  'SubscriptionNotFound',
  'InvalidSubscriptionId',
  'InvalidResourceType',
  'InvalidResourceNamespace',
  'NoRegisteredProviderFound',
];

export function lastOf(call: Call): Exchange {
  const last = call.exchanges.at(-1);
  if (last === undefined) throw new Error('the SDK answered without asking Azure');
  return last;
}

/** The last answer, if it is the resource itself and not the status of an operation. */
export function resourceIn(call: Call, resourceId: string): ArmResource | undefined {
  const last = call.exchanges.at(-1);
  if (call.awaiting || last === undefined || last.status >= 400) return undefined;
  return sameResource(last.path, resourceId) ? readResource(last.body, resourceId, last.headers['etag']) : undefined;
}

/** Whether the last answer says that the resource does not exist. */
export function saysAbsent(call: Call): boolean {
  const last = call.exchanges.at(-1);
  if (call.awaiting || last?.status !== 404) return false;
  return !MISDIRECTED.includes(readEnvelope(last.body)?.code ?? '');
}

export function running(call: Call, token: string, bounds: WaitBounds, resource?: ArmResource): ArmRunning {
  const last = lastOf(call);
  const wait = waitOf(last.headers, Date.now(), bounds);
  return {
    state: 'RUNNING',
    token,
    httpStatus: last.status,
    requestIds: requestIdsOf(call, last),
    ...(wait === undefined ? {} : { retryAfterSeconds: wait }),
    ...(resource === undefined ? {} : { resource }),
  };
}

export function succeeded(call: Call, resource?: ArmResource): ArmSucceeded {
  const last = lastOf(call);
  return {
    state: 'SUCCEEDED',
    httpStatus: last.status,
    requestIds: requestIdsOf(call, last),
    ...(resource === undefined ? {} : { resource }),
  };
}

/** The resource has the last word: a status may say Succeeded while the resource is still at it, or Failed (F22). */
export function settled(call: Call, write: Write, resource: ArmResource, bounds: WaitBounds): ArmOutcome {
  const standing = standingOf(resource.provisioningState);
  if (standing === 'RUNNING') return running(call, writeToken({ kind: 'resource', ...write }), bounds, resource);
  // An abort has done its work when nothing runs any more, however that ended.
  if (standing === 'SUCCEEDED' || write.method === 'POST') return succeeded(call, resource);
  return endedBadly(standing, call, undefined, resource);
}
