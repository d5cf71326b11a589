import { ArmError } from '../arm-error.js';
import { keyOf } from '../arm-path.js';
import type { Operation } from '../operations.js';
import type { Resource } from '../resource-store.js';
import { notProvisioned } from './network-locks.js';
import type { World } from '../world.js';

/** Common to the types of Microsoft.ServiceNetworking. */
export const serviceNetworkingName = /^[A-Za-z0-9]([A-Za-z0-9-_.]{0,62}[A-Za-z0-9])?$/;
export const serviceNetworkingStates = { creating: 'Provisioning', updating: 'Updating', deleting: 'Deleting' } as const;
export const trafficControllers = 'Microsoft.ServiceNetworking/trafficControllers';

export const serviceNetworkingBusy = (running: Operation, id: string): ArmError =>
  running.resourceKey === keyOf(id)
    ? new ArmError(409, 'AnotherOperationInProgress', `Another operation on this or dependent resource is in progress: '${running.id}'.`, {
        retryAfterSeconds: 10,
      })
    : notProvisioned(running.resourceId, id, 'Updating');

/** Children can be written once the traffic controller itself is finished. */
export function requireReady(controller: Resource | undefined, id: string): void {
  if (controller && controller.state !== 'Succeeded') throw notProvisioned(controller.id, id, controller.state ?? 'Provisioning');
}

export const childReferences = (world: World, controller: Resource, type: string): { id: string }[] =>
  world.store.childrenOf(controller.key, `${trafficControllers}/${type}`).map(({ id }) => ({ id }));
