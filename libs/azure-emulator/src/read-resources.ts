import { ArmError } from './arm-error.js';
import { keyOf } from './arm-path.js';
import type { ArmRequest, ArmResponse } from './arm-request.js';
import type { Target } from './arm-target.js';
import type { JsonObject } from './json.js';
import { missing, requireGroup } from './write-checks.js';
import type { Resource } from './resource-store.js';
import { roleAssignmentsIn } from './resource-types/role-assignments.js';
import type { World } from './world.js';

export function getResource(world: World, target: Extract<Target, { kind: 'resource' }>): ArmResponse {
  return { status: 200, body: world.view(existing(world, target)) };
}

/** The resource, or the 404 that says what is missing: the group, or the resource. */
export function existing(
  world: World,
  { type, id, path }: { type: Extract<Target, { kind: 'resource' }>['type']; id: string; path: Target['path'] },
): Resource {
  const found = world.store.get(id);
  if (found && found.type === type.type) return found;
  if (
    path.resourceGroup !== undefined &&
    path.subscription !== undefined &&
    !world.store.get(`/subscriptions/${path.subscription}/resourceGroups/${path.resourceGroup}`)
  ) {
    throw new ArmError(404, 'ResourceGroupNotFound', `Resource group '${path.resourceGroup}' could not be found.`);
  }
  throw missing(type, id, path.resourceGroup);
}

export function listResources(world: World, target: Extract<Target, { kind: 'collection' }>, request: ArmRequest): ArmResponse {
  return page(world, request, collection(world, target, request));
}

function collection(world: World, { type, parentId, path }: Extract<Target, { kind: 'collection' }>, request: ArmRequest): Resource[] {
  if (type.extension) return roleAssignmentsIn(world, parentId, request.query.get('$filter'));
  if (type.parent !== undefined || path.namespace === undefined) {
    if (type.parent !== undefined && !world.store.get(parentId)) {
      throw new ArmError(404, 'ParentResourceNotFound', `The parent resource '${parentId}' could not be found.`);
    }
    return world.store.childrenOf(keyOf(parentId), type.type);
  }
  if (path.resourceGroup !== undefined) {
    return world.store.childrenOf(requireGroup(world, path.subscription, path.resourceGroup, 'to read').key, type.type);
  }
  const prefix = keyOf(`/subscriptions/${path.subscription ?? ''}`) + '/';
  return world.store.ofType(type.type).filter(({ key }) => key.startsWith(prefix));
}

/** Everything in a group, without properties, as ARM's generic list has it. */
export function listGroup(world: World, groupId: string, request: ArmRequest): ArmResponse {
  return page(world, request, world.store.childrenOf(keyOf(groupId)), (resource) => {
    const { properties: _, ...rest } = world.view(resource);
    return rest;
  });
}

function page(
  world: World,
  request: ArmRequest,
  all: readonly Resource[],
  view = (resource: Resource): JsonObject => world.view(resource),
): ArmResponse {
  const sorted = all.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const after = request.query.get('$skiptoken');
  const rest = after === undefined ? sorted : sorted.filter(({ key }) => key > Buffer.from(after, 'base64url').toString());
  const items = rest.slice(0, world.settings.pageSize);
  const last = items.at(-1);
  const nextLink = last && rest.length > items.length ? { nextLink: nextPage(request, last.key) } : {};
  return { status: 200, body: { value: items.map(view), ...nextLink } };
}

function nextPage({ origin, path, query }: ArmRequest, key: string): string {
  const parameters = new URLSearchParams([...query].filter(([name]) => name !== '$skiptoken'));
  parameters.set('$skiptoken', Buffer.from(key).toString('base64url'));
  return `${origin}${path}?${parameters.toString()}`;
}
