import { ArmError, badRequest } from '../arm-error.js';
import { keyOf } from '../arm-path.js';
import type { Operation } from '../operations.js';
import type { Resource } from '../resource-store.js';
import type { World } from '../world.js';

/** A VNet with all its subnets and peerings is one lock: any write in it refuses every other. */
export const networkLock = (networkId: string): string =>
  `vnet:${keyOf(networkId).replace(/\/(subnets|virtualnetworkpeerings)\/[^/]+$/, '')}`;

const lockSeconds = 10;

/** The same resource: 409; a sibling in the same VNet: a 429 that is a lock and not a rate. */
export function networkBusy(running: Operation, id: string): ArmError {
  const facts = { retryAfterSeconds: lockSeconds };
  if (running.resourceKey === keyOf(id)) {
    return new ArmError(
      409,
      'AnotherOperationInProgress',
      `Another operation on this or dependent resource is in progress. To retrieve status of the operation use operation id '${running.id}'.`,
      facts,
    );
  }
  return notProvisioned(running.resourceId, id, 'Updating');
}

/** A resource that the request refers to is still being worked on. */
export function notProvisioned(referenced: string, user: string, state: string): ArmError {
  const message = `Cannot proceed with operation because resource ${referenced} used by resource ${user} is not in Succeeded state. Resource is in ${state} state and the last operation that updated/is updating the resource is PutOperation.`;
  return new ArmError(429, 'RetryableError', 'A retryable error occurred.', {
    details: [{ code: 'ReferencedResourceNotProvisioned', message }],
    retryAfterSeconds: lockSeconds,
  });
}

/** The subnet a request refers to, which must exist and be finished. */
export function readySubnet(world: World, subnetId: string, user: string): Resource {
  const subnet = world.store.get(subnetId);
  if (!subnet || subnet.type !== 'Microsoft.Network/virtualNetworks/subnets') {
    throw badRequest(
      'InvalidResourceReference',
      `Resource ${subnetId} referenced by resource ${user} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`,
    );
  }
  const running = world.operations.holding([networkLock(subnetId)]);
  if (subnet.state !== 'Succeeded') throw notProvisioned(subnet.id, user, running ? 'Updating' : (subnet.state ?? 'Updating'));
  return subnet;
}
