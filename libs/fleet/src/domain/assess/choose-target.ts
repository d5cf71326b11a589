import { checkPodCidr, type OccupiedRange, podPrefixFor, readRange, suggestPodCidr, usableParts } from '@podspan/aks';
import { type Cidr, firstFit, freeBlocks } from '@podspan/cidr';
import type { AzureCluster } from '../change/azure-cluster.js';

export interface Target {
  readonly podCidr: Cidr;
  /** MG-02: kubenet may keep the range it has. */
  readonly kept: boolean;
}

export interface TargetFacts {
  readonly peakNodes: number;
  readonly occupied: readonly OccupiedRange[];
  /** Where to look, in this order; private space at large when there is none. */
  readonly ranges: readonly Cidr[];
}

/**
 * A pod range for a cluster that moves to overlay: the one a kubenet cluster has, where every rule allows it; else the first that is free around
 * the cluster. Clusters that never reach each other's pods get the same one (OV-37). `undefined` when nothing fits.
 */
export function chooseTarget(cluster: AzureCluster, { peakNodes, occupied, ranges }: TargetFacts): Target | undefined {
  const own = cluster.networkMode === 'KUBENET' && cluster.podCidr !== undefined ? readRange(cluster.podCidr, 'podCidr').value : undefined;
  if (own && checkPodCidr({ podCidr: own, peakNodes, occupied }).length === 0) return { podCidr: own, kept: true };
  const taken = occupied.map(({ cidr }) => cidr);
  const length = podPrefixFor(peakNodes);
  const podCidr = ranges.length === 0 ? suggestPodCidr(length, taken) : firstFit(freeBlocks(ranges.flatMap(usableParts), taken), length);
  return podCidr && { podCidr, kept: false };
}
