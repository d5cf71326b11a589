import { setTimeout as realPause } from 'node:timers/promises';
import { badRequest } from './arm-error.js';
import { keyOf } from './arm-path.js';
import { apiVersionOf, type ArmRequest, type ArmResponse } from './arm-request.js';
import type { Target } from './arm-target.js';
import { checkConditions, conditionsOf } from './conditional-requests.js';
import { objectAt, textAt, without } from './json.js';
import { operationHeaders } from './operation-urls.js';
import type { OperationError } from './operations.js';
import type { Resource } from './resource-store.js';
import type { Put } from './resource-types/resource-type.js';
import { checkWire } from './strict-wire.js';
import type { World } from './world.js';
import { bodyOf, checkLocks, checkName, checkUnchangeable, locksOf, nameOf, parentOf } from './write-checks.js';

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
    kind,
    type,
    resource,
    locks,
    seconds,
    ...(failure ? { failure: { ...failure } } : {}),
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
    world,
    parent,
    existing,
    body,
    location,
    id: existing?.id ?? target.id,
    name: existing?.name ?? nameOf(target.id),
    subscription: path.subscription ?? '',
    resourceGroup: path.resourceGroup ?? '',
    apiVersion: apiVersionOf(request),
    properties: objectAt(body, 'properties') ?? {},
  };
}

/** Replaces what was there: a PUT says everything. */
function store(world: World, { type, parentId, path }: ResourceTarget, put: Put): Resource {
  const key = keyOf(put.id);
  const fresh = {
    key,
    id: put.id,
    type: type.type,
    name: put.name,
    createdAt: world.clock.now(),
    incarnation: put.existing?.incarnation ?? world.count('incarnation', key),
    hidden: {},
    parentKey:
      type.parent || type.extension || path.namespace === undefined
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
