import { ArmError } from '../arm-error.js';
import { keyOf } from '../arm-path.js';
import type { Operation } from '../operations.js';

/** A cluster with its pools is one lock. */
export const clusterLock = (id: string): string => `cluster:${keyOf(id).replace(/\/agentpools\/[^/]+$/, '')}`;

export function aksBusy(running: Operation): ArmError {
  const name = running.resourceId.slice(running.resourceId.lastIndexOf('/') + 1);
  const started = new Date(running.startedAt).toISOString();
  return new ArmError(
    409,
    'OperationNotAllowed',
    `Operation is not allowed because there's an in progress ${running.kind} managed cluster operation on '${name}' started at ${started}. Please wait for it to finish before starting a new operation. See https://aka.ms/aks-pending-operation for more details.`,
    { flat: true },
  );
}
