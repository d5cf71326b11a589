import { ArmError } from './arm-error.js';
import { parseArmPath, type ArmPath } from './arm-path.js';
import { resourceGroupType } from './resource-types/resource-groups.js';
import { resourceTypes } from './resource-types/registry.js';
import type { ResourceType } from './resource-types/resource-type.js';

/** What a path is about. */
export type Target =
  | { readonly kind: 'resource'; readonly type: ResourceType; readonly id: string; readonly parentId: string; readonly path: ArmPath }
  | { readonly kind: 'collection'; readonly type: ResourceType; readonly parentId: string; readonly path: ArmPath }
  /** Something below a resource that is not one: an action by POST, a view by GET. */
  | { readonly kind: 'below'; readonly type: ResourceType; readonly id: string; readonly below: string; readonly path: ArmPath }
  /** Something of a subscription: its providers, its locations. */
  | { readonly kind: 'subscription'; readonly words: readonly string[]; readonly path: ArmPath };

export function targetOf(text: string): Target {
  const path = parseArmPath(text);
  return path.namespace === undefined ? scopeTarget(path) : providerTarget(path, path.namespace);
}

function scopeTarget(path: ArmPath): Target {
  const words = (path.scope ?? '').split('/').slice(1);
  const fixed = words.map((word) => word.toLowerCase());
  if (fixed[0] !== 'subscriptions') throw notFoundType(path.scope ?? '');
  const subscriptionId = `/${words.slice(0, 2).join('/')}`;
  if (fixed[2] !== 'resourcegroups') return { kind: 'subscription', words: words.slice(2), path };
  if (words.length === 3) return { kind: 'collection', type: resourceGroupType, parentId: subscriptionId, path };
  const id = `/${words.slice(0, 4).join('/')}`;
  if (words.length === 4) return { kind: 'resource', type: resourceGroupType, id, parentId: subscriptionId, path };
  return { kind: 'below', type: resourceGroupType, id, below: fixed.slice(4).join('/'), path };
}

function providerTarget(path: ArmPath, namespace: string): Target {
  const { types, names } = path;
  const chain = (depth: number): ResourceType | undefined =>
    resourceTypes.get([namespace, ...types.slice(0, depth)].join('/').toLowerCase());
  const idAt = (depth: number): string => {
    const pairs = types.slice(0, depth).map((type, index) => `${type}/${names[index] ?? ''}`);
    return depth === 0 ? (path.scope ?? '') : [path.scope, 'providers', namespace, ...pairs].join('/');
  };
  const type = chain(types.length);
  if (type && types.length === names.length) {
    return { kind: 'resource', type, id: idAt(types.length), parentId: idAt(types.length - 1), path };
  }
  if (type) return { kind: 'collection', type, parentId: idAt(types.length - 1), path };
  const parent = chain(types.length - 1);
  if (parent && types.length > 1) {
    const below = [types.at(-1), ...names.slice(types.length - 1)].join('/').toLowerCase();
    return { kind: 'below', type: parent, id: idAt(types.length - 1), below, path };
  }
  if (path.resourceGroup === undefined) {
    const words = types.flatMap((word, index) => [word, ...names.slice(index, index + 1)]);
    return { kind: 'subscription', words: ['providers', namespace, ...words], path };
  }
  throw notFoundType([namespace, ...types].join('/'));
}

function notFoundType(type: string): ArmError {
  const [namespace = '', ...rest] = type.split('/');
  return new ArmError(
    404,
    'InvalidResourceType',
    `The resource type '${rest.join('/')}' could not be found in the namespace '${namespace}' for the requested api version.`,
  );
}
