import type { Cidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import { type Findings, merged, problem } from '../findings.js';
import { checkIngress } from '../ingress/check-ingress.js';
import { clusterPeak, plannedNodes } from '../sizing/node-counts.js';
import { checkCombinations } from './combinations.js';
import type { ClusterInput } from './cluster-input.js';
import { checkName, checkNodeLabelName } from './names.js';
import { checkNodePools, DEFAULT_MAX_PODS } from './node-pools.js';
import { checkKubernetesVersion } from './versions.js';

/** Nodes of one cluster, surge included (OV-20, SN-24). */
export const MOST_NODES = 5_000;
/** Above this the sources disagree on what works, so it is a warning (OV-21). */
export const PODS_WARNING = 200_000;
const MOST_GROWTH = 64;

/** Every rule that can be judged from the cluster alone; paths are relative to it. Ranges are judged when they are known. */
export function checkCluster(cluster: ClusterInput): Findings {
  const version =
    cluster.kubernetesVersion === undefined ? { problems: [], warnings: [] } : checkKubernetesVersion(cluster.kubernetesVersion);
  const own: Findings = {
    problems: [
      ...checkName('MANAGED_CLUSTER', cluster.name),
      ...checkName('RESOURCE_GROUP', cluster.resourceGroup, 'resourceGroup'),
      ...checkPeak(cluster),
      ...checkGrowth(cluster),
    ],
    warnings: warnPods(cluster),
  };
  return merged(own, checkNodePools(cluster.nodePools), version, checkCombinations(cluster), checkIngress(cluster));
}

/** OV-20, SN-24: at the limit an upgrade is blocked, so the peak counts. */
function checkPeak({ nodePools }: ClusterInput): readonly Problem[] {
  const peak = clusterPeak(nodePools);
  if (peak <= MOST_NODES) return [];
  const message = `all pools together reach ${peak} nodes while they upgrade; a cluster has at most ${MOST_NODES}`;
  return [
    problem({
      path: 'nodePools',
      code: 'cluster_too_many_nodes',
      rule: 'SN-24',
      message,
      value: peak,
      conflictsWith: MOST_NODES,
      suggestion: 'fewer nodes, a smaller maxSurge, or two clusters',
    }),
  ];
}

/** OV-102: a pod range grows by whole bits, so by powers of two. */
function checkGrowth({ growthFactor }: ClusterInput): readonly Problem[] {
  if (growthFactor === undefined) return [];
  const isPower =
    Number.isInteger(growthFactor) && growthFactor >= 1 && growthFactor <= MOST_GROWTH && (growthFactor & (growthFactor - 1)) === 0;
  if (isPower) return [];
  const message = `growthFactor is 1, 2, 4, 8 ... up to ${MOST_GROWTH}: a pod range grows to an enclosing block`;
  return [
    problem({
      path: 'growthFactor',
      code: 'growth_factor_invalid',
      rule: 'OV-102',
      message,
      value: growthFactor,
      suggestion: '2',
    }),
  ];
}

function warnPods({ nodePools }: ClusterInput): readonly Problem[] {
  const pods = nodePools.reduce((sum, pool) => sum + plannedNodes(pool) * (pool.maxPods ?? DEFAULT_MAX_PODS), 0);
  if (pods <= PODS_WARNING) return [];
  const message = `${pods} planned pods are above ${PODS_WARNING}, where the platform's limits are not certain`;
  return [
    problem({
      path: 'nodePools',
      code: 'cluster_many_pods',
      rule: 'OV-21',
      message,
      value: pods,
      conflictsWith: PODS_WARNING,
    }),
  ];
}

/** The network a cluster is put into, as far as rules look at it. */
export interface ClusterNetwork {
  readonly name: string;
  readonly region?: string | undefined;
  readonly subscriptionId?: string | undefined;
  readonly prefixes: readonly Cidr[];
  /** Azure names, when they differ from ours or are known. */
  readonly resourceGroup?: string | undefined;
  readonly subnets?: readonly string[] | undefined;
}

/** OV-90, OV-113, OV-115: whether the cluster may be put into the network; paths are relative to the cluster. */
export function checkClusterNetwork(
  cluster: Pick<ClusterInput, 'region' | 'subscriptionId' | 'dualStack'>,
  network: ClusterNetwork,
): readonly Problem[] {
  return [
    ...checkSame('region', cluster.region, network.region, network.name),
    ...checkSame('subscriptionId', cluster.subscriptionId, network.subscriptionId, network.name),
    ...checkNetworkFamilies(cluster.dualStack === true, network),
    ...checkNodeLabelName(network.name, 'network'),
    ...(network.resourceGroup === undefined ? [] : checkNodeLabelName(network.resourceGroup, 'network')),
    ...(network.subnets ?? []).flatMap((subnet) => checkNodeLabelName(subnet, 'nodeSubnets')),
  ];
}

function checkSame(path: 'region' | 'subscriptionId', value: string, networks: string | undefined, network: string): readonly Problem[] {
  if (networks === undefined || networks.toLowerCase() === value.toLowerCase()) return [];
  const code = path === 'region' ? 'network_region_mismatch' : 'network_subscription_mismatch';
  const message = `network ${network} is in ${networks}; a cluster and its network share their ${path === 'region' ? 'region' : 'subscription'}`;
  return [problem({ path, code, rule: 'OV-115', message, value, conflictsWith: networks, suggestion: networks })];
}

function checkNetworkFamilies(dualStack: boolean, { name, prefixes }: ClusterNetwork): readonly Problem[] {
  const families = new Set(prefixes.map(({ family }) => family));
  if (!dualStack || (families.has(4) && families.has(6))) return [];
  const message = `network ${name} is not dual-stack`;
  const facts = {
    value: true,
    conflictsWith: prefixes.map(String),
    suggestion: 'add a range of the missing family to the network',
  };
  return [problem({ path: 'dualStack', code: 'network_not_dual_stack', rule: 'OV-90', message, ...facts })];
}

/** SN-30: the subnets of all pools lie in one network. */
export function checkPoolNetworks(networks: readonly string[]): readonly Problem[] {
  const [first] = networks;
  return networks.flatMap((network, index) => {
    if (network === first) return [];
    const message = `the subnets of the pools are in networks ${first} and ${network}`;
    return [
      problem({
        path: `nodePools[${index}].subnet`,
        code: 'pool_subnets_span_vnets',
        rule: 'SN-30',
        message,
        value: network,
        conflictsWith: first,
        suggestion: first,
      }),
    ];
  });
}

/** Clusters of a subscription in one region, unless Azure granted more (QUO-02). */
export const CLUSTERS_PER_REGION = 100;

/** QUO-02: whether the region takes that many more clusters. */
export function checkClusterQuota(
  {
    region,
    current,
    requested,
    limit = CLUSTERS_PER_REGION,
  }: { region: string; current: number; requested: number; limit?: number | undefined },
  path = 'region',
): readonly Problem[] {
  if (current + requested <= limit) return [];
  const message = `${region} holds ${current} clusters of the subscription, ${requested} more exceed its quota of ${limit}`;
  const suggestion = `ask Azure for ${current + requested} or use another region or subscription`;
  return [
    problem({
      path,
      code: 'cluster_quota_exceeded',
      rule: 'QUO-02',
      message,
      value: region,
      conflictsWith: limit,
      suggestion,
    }),
  ];
}
