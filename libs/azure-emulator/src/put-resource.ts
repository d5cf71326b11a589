import { setTimeout as realPause } from 'node:timers/promises';
import { ArmError, badRequest, resourceNotFound } from './arm-error.js';
import { keyOf } from './arm-path.js';
import { apiVersionOf, type ArmRequest, type ArmResponse } from './arm-request.js';
import type { Target } from './arm-target.js';
import { checkConditions, conditionsOf } from './conditional-requests.js';
import { isObject, objectAt, textAt, without, type JsonObject } from './json.js';
import { operationHeaders } from './operation-urls.js';
import type { OperationError } from './operations.js';
import type { Resource } from './resource-store.js';
import type { Put, ResourceType } from './resource-types/resource-type.js';
import { checkWire } from './strict-wire.js';
import type { World } from './world.js';

type ResourceTarget = Extract<Target, { kind: 'resource' }>;

/** How a fault wants the operation to end. */
export interface Fate {
  readonly outcome?: 'Failed' | 'Canceled';
  readonly error?: OperationError;
}

export async function putResource(world: World, target: ResourceTarget, request: ArmRequest, fate: Fate): Promise<ArmResponse> {
  const { type } = target;
  if (!type.serialised) return write(world, target, request, fate);
  const lock = keyOf(target.parentId);
  if (world.inFlight.has(lock)) throw type.serialised.refusal();
  world.inFlight.add(lock);
  try {
    await realPause(type.serialised.realMs);
    return write(world, target, request, fate);
  } finally {
    world.inFlight.delete(lock);
  }
}

function write(world: World, target: ResourceTarget, request: ArmRequest, fate: Fate): ArmResponse {
  const { type } = target;
  const put = preparePut(world, target, request);
  checkConditions(conditionsOf(request), put.existing?.etag, type.strictConditions === true);
  checkUnchangeable(put);
  checkLocks(world, type, put);
  const doom = type.validate(put);
  const resource = store(world, target, put);
  const kind = put.existing ? 'update' : 'create';
  const accepted = { status: put.existing ? 200 : 201, accepted: kind } as const;
  const seconds = type.seconds?.[kind];
  if (!seconds) {
    if (type.states) resource.state = 'Succeeded';
    type.onAccepted?.(put, resource);
    return { ...accepted, body: world.view(resource) };
  }
  const locks = locksOf(type, put.id, put.parent);
  const failure = fate.error ?? doom;
  const operation = world.start({
    kind, type, resource, locks, seconds, ...(failure ? { failure: { ...failure } } : {}),
  });
  if (fate.outcome) operation.outcome = fate.outcome;
  type.onAccepted?.(put, resource);
  world.store.hold(resource, type.uses?.(resource) ?? []);
  return { ...accepted, headers: operationHeaders(world, request, operation, 'put'), body: world.view(resource), operation };
}

function preparePut(world: World, target: ResourceTarget, request: ArmRequest): Put {
  const { type, path } = target;
  const parent = parentOf(world, target);
  const body = bodyOf(request);
  checkName(type, target);
  if (world.settings.strictWire && type.wire) checkWire(type.wire, body);
  const existing = world.store.get(target.id);
  const location = type.location === 'none' ? undefined : textAt(body, 'location');
  if (type.location === 'required' && location === undefined) {
    throw badRequest('LocationRequired', 'The location property is required for this definition.');
  }
  return {
    world, parent, existing, body, location,
    id: existing?.id ?? target.id,
    name: existing?.name ?? nameOf(target.id),
    subscription: path.subscription ?? '',
    resourceGroup: path.resourceGroup ?? '',
    apiVersion: apiVersionOf(request),
    properties: objectAt(body, 'properties') ?? {},
  };
}

/** The resource group and the parent have to be there first. */
export function parentOf(world: World, { type, id, parentId, path }: ResourceTarget): Resource | undefined {
  if (path.resourceGroup !== undefined && path.namespace !== undefined) requireGroup(world, path.subscription, path.resourceGroup);
  if (type.parent === undefined) return undefined;
  const parent = world.store.get(parentId);
  if (parent) return parent;
  throw new ArmError(404, 'ParentResourceNotFound', `Failed to perform 'write' on resource(s) of type '${type.type}', because the parent resource '${parentId}' could not be found.`, { target: id });
}

export function requireGroup(world: World, subscription: string | undefined, group: string, purpose: 'to read' | 'to write' = 'to write'): Resource {
  const found = world.store.get(`/subscriptions/${subscription ?? ''}/resourceGroups/${group}`);
  if (!found) throw new ArmError(404, 'ResourceGroupNotFound', `Resource group '${group}' could not be found.`);
  if (found.state === 'Deleting' && purpose === 'to write') {
    throw new ArmError(409, 'ResourceGroupBeingDeleted', `The resource group '${group}' is in deprovisioning state and cannot perform this operation.`);
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

const nameOf = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

function checkName(type: ResourceType, { id }: ResourceTarget): void {
  const name = nameOf(id);
  if (type.namePattern.test(name)) return;
  if (type.flatErrors) {
    throw new ArmError(400, 'InvalidParameter', `The value of parameter name is invalid: '${name}' does not match ${type.namePattern.source}.`, { flat: true, target: 'name' });
  }
  throw badRequest('InvalidResourceName', `Resource name ${name} is invalid. It does not match ${type.namePattern.source}.`);
}

const plainRegion = (location: string | undefined): string => (location ?? '').toLowerCase().replaceAll(' ', '');

function checkUnchangeable({ existing, location, name, resourceGroup, properties }: Put): void {
  if (!existing) return;
  if (location !== undefined && existing.location !== undefined && plainRegion(location) !== plainRegion(existing.location)) {
    throw new ArmError(409, 'InvalidResourceLocation', `The resource '${name}' already exists in location '${existing.location}' in resource group '${resourceGroup}'. A resource with the same name cannot be created in location '${location}'. Please select a new resource name.`);
  }
  const state = textAt(properties, 'provisioningState');
  if (state !== undefined && existing.state !== undefined && state !== existing.state) {
    throw badRequest('InvalidRequestContent', `provisioningState is read-only: the resource is '${existing.state}', the request says '${state}'.`, { target: 'properties.provisioningState' });
  }
}

export const locksOf = (type: ResourceType, id: string, parent: Resource | undefined): string[] =>
  type.locks?.(id, parent) ?? [keyOf(id)];

function checkLocks(world: World, type: ResourceType, put: Put): void {
  const running = world.operations.holding(locksOf(type, put.id, put.parent));
  if (running) throw type.busy(running, put.id);
}

/** Replaces what was there: a PUT says everything. */
function store(world: World, { type, parentId, path }: ResourceTarget, put: Put): Resource {
  const key = keyOf(put.id);
  const fresh = {
    key, id: put.id, type: type.type, name: put.name, createdAt: world.clock.now(), hidden: {},
    parentKey: type.parent || type.extension || path.namespace === undefined
      ? keyOf(parentId)
      : keyOf(`/subscriptions/${put.subscription}/resourceGroups/${put.resourceGroup}`),
  };
  const resource: Resource = Object.assign(put.existing ?? { ...fresh, body: {}, properties: {}, etag: '' }, {
    body: without(put.body, 'id', 'name', 'type', 'location', 'tags', 'properties', 'eTag', 'etag', 'systemData'),
    properties: without(put.properties, 'provisioningState', 'eTag'),
    etag: world.newEtag(key),
  });
  const location = put.location ?? resource.location;
  if (location !== undefined) resource.location = location;
  const tags = objectAt(put.body, 'tags');
  if (tags) resource.tags = tags;
  else delete resource.tags;
  world.store.put(resource);
  return resource;
}

export function missing(type: ResourceType, id: string, group: string | undefined): ArmError {
  const name = id.split('/providers/').at(-1)?.split('/') ?? [];
  const pairs = name.length > 2 ? type.type.split('/').slice(1).map((word, index) => `${word}/${name[2 + index * 2] ?? ''}`) : [];
  return resourceNotFound(`${type.type.split('/')[0]}/${pairs.join('/')}`, group ?? '<null>');
}
