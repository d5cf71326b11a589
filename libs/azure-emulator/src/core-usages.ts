import type { ArmRequest } from './arm-request.js';
import type { JsonObject } from './json.js';
import { agentPoolType } from './resource-types/agent-pools.js';
import { managedClusterType } from './resource-types/managed-clusters.js';
import { machineSizes, skuView } from './resource-types/virtual-machine-sizes.js';
import type { World } from './world.js';

const sizes = new Map(machineSizes.map((size) => [size.name.toLowerCase(), size]));

/** `Microsoft.Compute/skus`, as far as the filter by location goes. */
export function skusView(request: ArmRequest): JsonObject {
  const location = /location eq '([^']*)'/.exec(request.query.get('$filter') ?? '')?.[1] ?? 'westeurope';
  return { value: machineSizes.map((size) => skuView(size, location)) };
}

/** `Microsoft.Compute/locations/usages`: what the pools of the clusters there take. */
export function usagesView(world: World, subscription: string, location: string): JsonObject {
  const used = usedCores(world, subscription, location);
  const limit = world.settings.coreQuota;
  const names = ['cores', ...new Set(machineSizes.map(({ family }) => family))];
  return {
    value: names.map((name) => ({ name: { value: name, localizedValue: name }, unit: 'Count', currentValue: used.get(name) ?? 0, limit })),
  };
}

function usedCores(world: World, subscription: string, location: string): ReadonlyMap<string, number> {
  const used = new Map<string, number>();
  const prefix = `/subscriptions/${subscription}/`.toLowerCase();
  for (const cluster of world.store.ofType(managedClusterType.type)) {
    if (!cluster.id.toLowerCase().startsWith(prefix) || plain(cluster.location) !== plain(location)) continue;
    for (const { properties } of world.store.childrenOf(cluster.key, agentPoolType.type)) {
      const { family = '', cores = 0 } = sizes.get(textOf(properties['vmSize']).toLowerCase()) ?? {};
      for (const name of ['cores', family]) used.set(name, (used.get(name) ?? 0) + cores * Number(properties['count'] ?? 1));
    }
  }
  return used;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function plain(location = ''): string {
  return location.toLowerCase().replaceAll(' ', '');
}
