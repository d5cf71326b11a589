import { problemIf, usableAddresses } from '@podspan/aks';
import type { Problem } from '@podspan/errors';
import { type AzureCluster, type AzureNodePool, vnetOf } from './azure-cluster.js';
import type { ChangeSurroundings } from './change-target.js';
import { surgeOf } from './check-surge-cores.js';

/** What node-subnet mode gives a node when nobody says otherwise. */
const podsOfFlatNode = 30;

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

/** In node-subnet mode each node brings the addresses of its pods (SN-11). */
function addressesPerNode({ networkMode }: AzureCluster, { maxPods }: AzureNodePool): number {
  return networkMode === 'NODE_SUBNET' ? 1 + (maxPods ?? podsOfFlatNode) : 1;
}
