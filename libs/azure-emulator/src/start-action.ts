import type { ArmRequest, ArmResponse } from './arm-request.js';
import { operationHeaders } from './operation-urls.js';
import type { Seconds } from './options.js';
import type { Resource } from './resource-store.js';
import type { World } from './world.js';
import { locksOf } from './write-checks.js';

/** An action by POST: 202, and an operation under the same locks as a write. */
export function startAction(
  world: World,
  resource: Resource,
  action: (world: World, resource: Resource) => Seconds,
  request: ArmRequest,
): ArmResponse {
  const type = world.typeOf(resource);
  const locks = locksOf(type, resource.id, world.store.get(resource.parentKey));
  const running = world.operations.holding(locks);
  if (running) throw type.busy(running, resource.id);
  const operation = world.start({ kind: 'action', type, resource, locks, seconds: action(world, resource) });
  return { status: 202, headers: operationHeaders(world, request, operation, 'abort'), accepted: 'action', operation };
}
