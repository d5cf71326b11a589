import { isAtLeast, problemIf, surgeNodes, usableAddresses } from '@podspan/aks';
import type { Problem } from '@podspan/errors';
import { type AzureCluster, type AzureNodePool, vnetOf } from './azure-cluster.js';
import type { ChangeSurroundings } from './change-target.js';

/** What node-subnet mode gives a node when nobody says otherwise. */
const podsOfFlatNode = 30;
/** From here on an upgrade that is short of addresses or cores goes on with one node more (SN-23). */
const fallsBackFrom = '1.35.0';

/** Addresses that the nodes of the clusters take in their subnets, by the subnet's id in lower case (SN-10, SN-11, OV-54). */
export function nodeAddresses(clusters: readonly AzureCluster[]): ReadonlyMap<string, number> {
  const taken = new Map<string, number>();
  for (const cluster of clusters)
    for (const pool of cluster.nodePools) {
      const id = pool.subnetId?.toLowerCase();
      if (id !== undefined) taken.set(id, (taken.get(id) ?? 0) + pool.count * addressesPerNode(cluster, pool));
    }
  return taken;
}

/** SN-13: an upgrade needs room for the nodes that are there for its time. Without it Azure refuses with InsufficientSubnetSize. */
export function surgeRoomProblems(cluster: AzureCluster, to: string, { networks, addressesInUse }: ChangeSurroundings): readonly Problem[] {
  const bySubnet = new Map<string, number>();
  for (const pool of cluster.nodePools) {
    const id = pool.subnetId?.toLowerCase();
    if (id !== undefined) bySubnet.set(id, (bySubnet.get(id) ?? 0) + surgeOf(pool, to) * addressesPerNode(cluster, pool));
  }
  return [...bySubnet].flatMap(([id, needed]) => {
    const subnet = networks.get(vnetOf(id))?.subnets.find((one) => one.id.toLowerCase() === id);
    if (!subnet) return [];
    const free = usableAddresses(subnet.cidr.length) - (addressesInUse.get(id) ?? 0);
    return problemIf(needed > free, {
      path: 'nodePools',
      code: 'node_subnet_too_small',
      rule: 'SN-13',
      message: `the upgrade needs ${needed} more addresses in subnet ${subnet.name} (${subnet.cidr}), which has ${Math.max(0, free)} free`,
      value: needed,
      conflictsWith: Math.max(0, free),
      suggestion: 'a smaller maxSurge, fewer nodes, or pools in another subnet',
    });
  });
}

/** QUO-08: the nodes of an upgrade take cores of their family and of the region while they are there. */
export function surgeCoreProblems(cluster: AzureCluster, to: string, { cores }: ChangeSurroundings): readonly Problem[] {
  const quotas = cores.get(`${cluster.subscriptionId}/${cluster.region}`.toLowerCase());
  if (!quotas) return [];
  const needed = new Map<string, number>();
  for (const pool of cluster.nodePools) {
    const size = quotas.sizes.get(pool.vmSize.toLowerCase());
    if (!size) continue;
    for (const family of [size.family, 'cores']) needed.set(family, (needed.get(family) ?? 0) + size.cores * surgeOf(pool, to));
  }
  return [...needed].flatMap(([family, count]) => {
    const quota = quotas.families.get(family);
    const free = quota === undefined ? Infinity : quota.limit - quota.used;
    return problemIf(count > free, {
      path: 'nodePools',
      code: 'vcpu_quota_exceeded',
      rule: 'QUO-08',
      message: `the upgrade needs ${count} more vCPUs of ${family} in ${cluster.region}, whose quota has ${Math.max(0, free)} left`,
      value: count,
      conflictsWith: Math.max(0, free),
      suggestion: 'a smaller maxSurge, or ask Azure for more',
    });
  });
}

function surgeOf({ count, maxSurge }: AzureNodePool, to: string): number {
  const surge = surgeNodes(count, maxSurge);
  return isAtLeast(to, fallsBackFrom) ? Math.min(1, surge) : surge;
}

/** In node-subnet mode each node brings the addresses of its pods (SN-11). */
function addressesPerNode({ networkMode }: AzureCluster, { maxPods }: AzureNodePool): number {
  return networkMode === 'NODE_SUBNET' ? 1 + (maxPods ?? podsOfFlatNode) : 1;
}
