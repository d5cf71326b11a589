import {
  AGC_SUBNET_PREFIX,
  apiServerSubnetPrefixFor,
  clusterPeak,
  legacyAddresses,
  type NodePoolInput,
  type NodeSubnetDemand,
  nodeSubnetPrefixFor,
  podPrefixFor,
  poolPeak,
} from '@podspan/aks';
import type { IngressKind } from '@podspan/aks';

/** Pods per node that flat mode plans with when nothing is said (OV-16). */
const FLAT_MAX_PODS = 30;

export interface DemandingCluster {
  readonly nodePools: readonly NodePoolInput[];
  readonly privateCluster?: boolean | undefined;
  readonly apiServerVnetIntegration?: boolean | undefined;
  readonly internalLoadBalancers?: number | undefined;
  readonly ingress?: { readonly kind: IngressKind } | undefined;
}

export interface ClusterDemand {
  readonly peakNodes: number;
  readonly podLength: number;
  readonly nodeSubnets: readonly { readonly nodePool: string; readonly demand: NodeSubnetDemand; readonly length: number }[];
  readonly gatewayLength?: number;
  readonly apiServerLength?: number;
}

/**
 * The lengths of everything a cluster needs (SN-10, SN-40, OV-23, AGC-21, AGIC-10). Every node pool has a subnet of
 * its own; what is not a node (internal load balancers, the private endpoint, SN-14, SN-15) lies in the first one.
 */
export function clusterDemand(cluster: DemandingCluster): ClusterDemand {
  const peakNodes = clusterPeak(cluster.nodePools);
  const kind = cluster.ingress?.kind;
  return {
    peakNodes,
    podLength: podPrefixFor(peakNodes),
    nodeSubnets: cluster.nodePools.map((pool, index) => {
      const demand = { peakNodes: poolPeak(pool), ...(index === 0 ? shared(cluster) : {}) };
      return { nodePool: pool.name, demand, length: nodeSubnetPrefixFor(demand) };
    }),
    ...(kind === 'AGC' || kind === 'AGIC' ? { gatewayLength: AGC_SUBNET_PREFIX } : {}),
    ...(cluster.apiServerVnetIntegration === true ? { apiServerLength: apiServerSubnetPrefixFor(1) } : {}),
  };
}

function shared({
  internalLoadBalancers,
  privateCluster,
  apiServerVnetIntegration,
}: DemandingCluster): Pick<NodeSubnetDemand, 'internalLoadBalancers' | 'privateEndpoints'> {
  // With VNet integration the API server has a subnet of its own and needs no private endpoint.
  return {
    internalLoadBalancers: internalLoadBalancers ?? 0,
    privateEndpoints: privateCluster === true && apiServerVnetIntegration !== true ? 1 : 0,
  };
}

/** Counts as decimal strings. */
export interface Savings {
  readonly flatAddresses: string;
  readonly overlayAddresses: string;
  readonly savedAddresses: string;
}

/** What the cluster would take from its network in flat mode (SN-11), and what it takes in overlay mode. */
export function savingsOf(pools: readonly NodePoolInput[]): Savings {
  const flat = pools.reduce((sum, pool) => sum + legacyAddresses(poolPeak(pool), pool.maxPods ?? FLAT_MAX_PODS), 0);
  return savings(BigInt(flat), BigInt(clusterPeak(pools)));
}

export function totalSavings(parts: readonly Savings[]): Savings {
  const sum = (member: keyof Savings): bigint => parts.reduce((total, part) => total + BigInt(part[member]), 0n);
  return savings(sum('flatAddresses'), sum('overlayAddresses'));
}

function savings(flat: bigint, overlay: bigint): Savings {
  return { flatAddresses: String(flat), overlayAddresses: String(overlay), savedAddresses: String(flat > overlay ? flat - overlay : 0n) };
}
