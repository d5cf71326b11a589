import type { Problem } from '@podspan/errors';
import type { NetworkFacts } from './addresses.js';
import type { ClusterSpec } from './cluster-spec.js';

/**
 * OV-115: a VNet is in one subscription, that of its clusters. A network that says none of its own is made where its first cluster
 * is, so a cluster of another subscription would silently get a second VNet with the same ranges.
 */
export function splitNetworks(clusters: readonly ClusterSpec[], networks: ReadonlyMap<string, NetworkFacts>): Problem[] {
  const first = new Map<string, ClusterSpec>();
  return clusters.flatMap((cluster, index): Problem[] => {
    const network = networks.get(cluster.network);
    if (!network || network.resourceId || network.subscriptionId) return [];
    const other = first.get(network.name) ?? cluster;
    first.set(network.name, other);
    if (other.subscriptionId.toLowerCase() === cluster.subscriptionId.toLowerCase()) return [];
    return [
      {
        path: `clusters[${index}].subscriptionId`,
        code: 'network_subscription_mismatch',
        rule: 'OV-115',
        message: `network ${network.name} has no subscription of its own and would be made in that of cluster '${other.name}'; a cluster and its network share their subscription`,
        value: cluster.subscriptionId,
        conflictsWith: other.subscriptionId,
        suggestion: 'use a network for each subscription, and give it its subscriptionId',
      },
    ];
  });
}
