import { ArmError } from './arm-error.js';
import type { ArmRequest, ArmResponse } from './arm-request.js';
import type { Target } from './arm-target.js';
import { checkConditions, conditionsOf } from './conditional-requests.js';
import { operationHeaders } from './operation-urls.js';
import type { Fate } from './put-resource.js';
import { locksOf } from './write-checks.js';
import type { Resource } from './resource-store.js';
import type { ResourceType } from './resource-types/resource-type.js';
import type { World } from './world.js';

/** 204 when there is nothing, whatever the headers; so a repeated DELETE is harmless. */
export function deleteResource(world: World, target: Extract<Target, { kind: 'resource' }>, request: ArmRequest, fate: Fate): ArmResponse {
  const { type } = target;
  const resource = world.store.get(target.id);
  if (!resource) return { status: 204 };
  checkConditions({ ...conditionsOf(request), ifNoneMatch: undefined }, resource.etag, type.strictConditions === true);
  const deleting = world.operations.runningOn(resource.key);
  if (deleting?.kind === 'delete')
    return { status: 202, headers: operationHeaders(world, request, deleting, 'delete'), operation: deleting };
  clearTheWay(world, type, resource);
  checkNested(world, type, resource);
  type.validateDelete?.(world, resource);
  const seconds = type.seconds?.delete;
  if (!seconds) return deleteAtOnce(world, type, resource);
  const operation = world.start({
    kind: 'delete',
    type,
    resource,
    locks: locksOf(type, resource.id, world.store.get(resource.parentKey)),
    seconds,
    ...(fate.error ? { failure: fate.error } : {}),
  });
  if (fate.outcome) operation.outcome = fate.outcome;
  return { status: 202, headers: operationHeaders(world, request, operation, 'delete'), accepted: 'delete', operation };
}

function deleteAtOnce(world: World, type: ResourceType, resource: Resource): ArmResponse {
  const body = world.view(resource);
  world.remove(resource);
  return { status: type.deleteStatus ?? 200, accepted: 'delete', ...(type.extension ? { body } : {}) };
}

/** Whatever holds the locks refuses the delete, unless this type's delete displaces it. */
function clearTheWay(world: World, type: ResourceType, resource: Resource): void {
  const running = world.operations.holding(locksOf(type, resource.id, world.store.get(resource.parentKey)));
  if (!running) return;
  if (!type.deletePreempts || running.kind === 'foreign') throw type.busy(running, resource.id);
  world.preempt(running, { ...type.deletePreempts });
}

function checkNested(world: World, type: ResourceType, resource: Resource): void {
  const nested = (type.keptBy ?? []).flatMap((child) => world.store.childrenOf(resource.key, child));
  if (nested.length === 0) return;
  throw new ArmError(
    409,
    'CannotDeleteResource',
    `Cannot delete resource while nested resources exist. Some existing nested resource IDs include: '${nested.map(({ id }) => id).join("', '")}'. Please delete all nested resources before deleting this resource.`,
  );
}
