import { ArmError, badRequest, resourceNotFound } from './arm-error.js';
import { keyOf } from './arm-path.js';
import type { ArmRequest } from './arm-request.js';
import type { Target } from './arm-target.js';
import { isObject, textAt, type JsonObject } from './json.js';
import type { Resource } from './resource-store.js';
import type { Put, ResourceType } from './resource-types/resource-type.js';
import type { World } from './world.js';

type ResourceTarget = Extract<Target, { kind: 'resource' }>;

/** The resource group and the parent have to be there first. */
export function parentOf(world: World, { type, id, parentId, path }: ResourceTarget): Resource | undefined {
  if (path.resourceGroup !== undefined && path.namespace !== undefined) requireGroup(world, path.subscription, path.resourceGroup);
  if (type.parent === undefined) return undefined;
  const parent = world.store.get(parentId);
  if (parent) return parent;
  throw new ArmError(
    404,
    'ParentResourceNotFound',
    `Failed to perform 'write' on resource(s) of type '${type.type}', because the parent resource '${parentId}' could not be found.`,
    { target: id },
  );
}

export function requireGroup(
  world: World,
  subscription: string | undefined,
  group: string,
  purpose: 'to read' | 'to write' = 'to write',
): Resource {
  const found = world.store.get(`/subscriptions/${subscription ?? ''}/resourceGroups/${group}`);
  if (!found) throw new ArmError(404, 'ResourceGroupNotFound', `Resource group '${group}' could not be found.`);
  if (found.state === 'Deleting' && purpose === 'to write') {
    throw new ArmError(
      409,
      'ResourceGroupBeingDeleted',
      `The resource group '${group}' is in deprovisioning state and cannot perform this operation.`,
    );
  }
  return found;
}

export function bodyOf({ bodyText }: ArmRequest): JsonObject {
  try {
    const body = JSON.parse(bodyText);
    if (isObject(body)) return body;
  } catch {
    // Falls through to the refusal: broken JSON and JSON that is no object are the same to ARM.
  }
  throw badRequest('InvalidRequestContent', 'The request content was invalid and could not be deserialized.');
}

export const nameOf = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

export function checkName(type: ResourceType, { id }: ResourceTarget): void {
  const name = nameOf(id);
  if (type.namePattern.test(name)) return;
  if (type.flatErrors) {
    throw new ArmError(
      400,
      'InvalidParameter',
      `The value of parameter name is invalid: '${name}' does not match ${type.namePattern.source}.`,
      { flat: true, target: 'name' },
    );
  }
  throw badRequest('InvalidResourceName', `Resource name ${name} is invalid. It does not match ${type.namePattern.source}.`);
}

const plainRegion = (location: string | undefined): string => (location ?? '').toLowerCase().replaceAll(' ', '');

export function checkUnchangeable({ existing, location, name, resourceGroup, properties }: Put): void {
  if (!existing) return;
  if (location !== undefined && existing.location !== undefined && plainRegion(location) !== plainRegion(existing.location)) {
    throw new ArmError(
      409,
      'InvalidResourceLocation',
      `The resource '${name}' already exists in location '${existing.location}' in resource group '${resourceGroup}'. A resource with the same name cannot be created in location '${location}'. Please select a new resource name.`,
    );
  }
  const state = textAt(properties, 'provisioningState');
  if (state !== undefined && existing.state !== undefined && state !== existing.state) {
    throw badRequest(
      'InvalidRequestContent',
      `provisioningState is read-only: the resource is '${existing.state}', the request says '${state}'.`,
      { target: 'properties.provisioningState' },
    );
  }
}

export const locksOf = (type: ResourceType, id: string, parent: Resource | undefined): string[] => type.locks?.(id, parent) ?? [keyOf(id)];

export function checkLocks(world: World, type: ResourceType, put: Put): void {
  const running = world.operations.holding(locksOf(type, put.id, put.parent));
  if (running) throw type.busy(running, put.id);
}

export function missing(type: ResourceType, id: string, group: string | undefined): ArmError {
  const name = id.split('/providers/').at(-1)?.split('/') ?? [];
  const pairs =
    name.length > 2
      ? type.type
          .split('/')
          .slice(1)
          .map((word, index) => `${word}/${name[2 + index * 2] ?? ''}`)
      : [];
  return resourceNotFound(`${type.type.split('/')[0]}/${pairs.join('/')}`, group ?? '<null>');
}
