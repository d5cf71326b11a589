import type { MaxSurge, NodePoolInput } from '../cluster/cluster-input.js';

type Sized = Pick<NodePoolInput, 'count' | 'minCount' | 'maxCount' | 'maxSurge'>;

/** Nodes the pool can reach without an upgrade: `maxCount` if the autoscaler runs it, else `count` (OV-23). */
export function plannedNodes(pool: Sized): number {
  return pool.maxCount ?? pool.count ?? pool.minCount ?? 0;
}

/**
 * Extra nodes of an upgrade. Percentages round up and nothing exceeds the nodes there are (SN-20). Without a
 * readable value the larger of one node and 10 % counts, since the platform's own sources disagree (SN-21).
 */
export function surgeNodes(nodes: number, maxSurge: MaxSurge | undefined): number {
  const surge = maxSurge === undefined ? undefined : readSurge(maxSurge);
  if (surge === undefined) return Math.min(nodes, Math.max(1, percentOf(nodes, 10)));
  return Math.min(nodes, 'percent' in surge ? percentOf(nodes, surge.percent) : surge.nodes);
}

/** Nodes of the pool while it is upgraded at its largest. */
export function poolPeak(pool: Sized): number {
  const nodes = plannedNodes(pool);
  return nodes + surgeNodes(nodes, pool.maxSurge);
}

/** Nodes of the cluster when every pool surges in the same upgrade (OV-24). */
export function clusterPeak(pools: readonly Sized[]): number {
  return pools.reduce((sum, pool) => sum + poolPeak(pool), 0);
}

/** The value to send when none was asked for, so that the platform's default never decides (C-02). */
export function explicitMaxSurge(pool: Sized): string {
  return pool.maxSurge === undefined ? String(surgeNodes(plannedNodes(pool), undefined) || 1) : String(pool.maxSurge);
}

export type Surge = { readonly nodes: number } | { readonly percent: number };

/** `3`, `"3"` or `"33%"`; undefined for anything else. */
export function readSurge(maxSurge: MaxSurge): Surge | undefined {
  const [, digits, percent] = /^(\d{1,4})(%?)$/.exec(String(maxSurge)) ?? [];
  if (digits === undefined) return undefined;
  if (percent === '') return { nodes: Number(digits) };
  return Number(digits) <= 100 ? { percent: Number(digits) } : undefined;
}

/** The most nodes whose peak stays within `limit`: what fits a pod CIDR, or what a pool can still upgrade (SN-23). */
export function mostNodesWithin(limit: number, maxSurge: MaxSurge): number {
  let [low, high] = [0, limit];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (middle + surgeNodes(middle, maxSurge) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}

function percentOf(nodes: number, percent: number): number {
  return Math.floor((nodes * percent + 99) / 100);
}
