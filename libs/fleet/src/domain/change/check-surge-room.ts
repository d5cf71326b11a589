import { problem, problemIf, usableAddresses } from '@podspan/aks';
import type { Cidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import { groupBy } from '../group-by.js';
import { slotsAt } from '../limits.js';
import type { PlannedWave } from '../waves.js';
import { type AzureCluster, type AzureNodePool, vnetOf } from './azure-cluster.js';
import type { ChangeSurroundings, ChangeTarget } from './change-target.js';
import { type Pace, surgeOf } from './check-surge-cores.js';

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
export function surgeRoomProblems(cluster: AzureCluster, to: string, around: Room): readonly Problem[] {
  return [...surgeAddresses(cluster, to)].flatMap(([id, needed]) => {
    const subnet = subnetOf(id, around);
    if (!subnet) return [];
    return problemIf(needed > subnet.free, {
      path: 'nodePools',
      code: 'node_subnet_too_small',
      rule: 'SN-13',
      message: `the upgrade needs ${needed} more addresses in subnet ${subnet.name} (${subnet.cidr}), which has ${Math.max(0, subnet.free)} free`,
      value: needed,
      conflictsWith: Math.max(0, subnet.free),
      suggestion: 'a smaller maxSurge, fewer nodes, or pools in another subnet',
    });
  });
}

/**
 * SN-13 of clusters that share a node subnet (OV-54) and are upgraded at the same time: those of a wave with the largest surge in it, as
 * many as the strategy lets run at once there. One that does not fit alone is told by {@link surgeRoomProblems}.
 */
export function sharedRoomProblems(
  targets: readonly Pick<ChangeTarget, 'name' | 'azure' | 'asked'>[],
  { waves, strategy }: { readonly waves: readonly PlannedWave[]; readonly strategy: Pace },
  around: Room,
): readonly Problem[] {
  const byName = new Map(targets.map((target) => [target.name, target]));
  const { maxConcurrencyPerSubscription, maxConcurrencyPerRegion, maxConcurrencyPerNetwork } = strategy;
  return waves.flatMap((wave) => {
    const atOnce = slotsAt(strategy, targets.length, wave, [
      maxConcurrencyPerSubscription,
      maxConcurrencyPerRegion,
      maxConcurrencyPerNetwork,
    ]);
    const surges = wave.clusters.flatMap((name) => surgesOf(byName.get(name)));
    return [...groupBy(surges, ({ subnet }) => subnet)].flatMap(([id, sharing]) => {
      const subnet = subnetOf(id, around);
      return subnet ? overfull(wave.name, subnet, sharing, atOnce) : [];
    });
  });
}

type Room = Pick<ChangeSurroundings, 'networks' | 'addressesInUse'>;

interface Surge {
  readonly cluster: string;
  readonly subnet: string;
  readonly addresses: number;
}

interface Subnet {
  readonly name: string;
  readonly cidr: Cidr;
  readonly free: number;
}

function surgesOf(target: Pick<ChangeTarget, 'name' | 'azure' | 'asked'> | undefined): readonly Surge[] {
  if (!target?.azure) return [];
  const { name, azure, asked } = target;
  return [...surgeAddresses(azure, asked.kubernetesVersion ?? azure.kubernetesVersion)].map(([subnet, addresses]) => ({
    cluster: name,
    subnet,
    addresses,
  }));
}

/** What the nodes of an upgrade take beside the others, by the subnet's id in lower case. */
function surgeAddresses(cluster: AzureCluster, to: string): ReadonlyMap<string, number> {
  const bySubnet = new Map<string, number>();
  for (const pool of cluster.nodePools) {
    const id = pool.subnetId?.toLowerCase();
    if (id !== undefined) bySubnet.set(id, (bySubnet.get(id) ?? 0) + surgeOf(pool, to) * addressesPerNode(cluster, pool));
  }
  return bySubnet;
}

function subnetOf(id: string, { networks, addressesInUse }: Room): Subnet | undefined {
  const subnet = networks.get(vnetOf(id))?.subnets.find((one) => one.id.toLowerCase() === id);
  return subnet && { name: subnet.name, cidr: subnet.cidr, free: usableAddresses(subnet.cidr.length) - (addressesInUse.get(id) ?? 0) };
}

function overfull(wave: string, { name, cidr, free }: Subnet, sharing: readonly Surge[], atOnce: number): readonly Problem[] {
  const largest = sharing.toSorted((left, right) => right.addresses - left.addresses).slice(0, atOnce);
  let needed = 0;
  const fit = largest.map(({ addresses }) => (needed += addresses)).findIndex((sum) => sum > free);
  if (fit < 1) return [];
  return [
    problem({
      path: 'strategy.maxConcurrencyPerNetwork',
      code: 'node_subnet_too_small',
      rule: 'SN-13',
      message: `wave '${wave}' upgrades up to ${largest.length} clusters at a time whose nodes share subnet ${name} (${cidr}): ${sharing.map(({ cluster }) => cluster).join(', ')}; together they need ${needed} more addresses, and it has ${free} free`,
      value: needed,
      conflictsWith: free,
      suggestion: `maxConcurrencyPerNetwork ${fit}, or a smaller maxSurge`,
    }),
  ];
}

/** In node-subnet mode each node brings the addresses of its pods (SN-11). */
function addressesPerNode({ networkMode }: AzureCluster, { maxPods }: AzureNodePool): number {
  return networkMode === 'NODE_SUBNET' ? 1 + (maxPods ?? podsOfFlatNode) : 1;
}
