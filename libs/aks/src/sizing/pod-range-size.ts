/** Every node takes one block of this length from the pod CIDR, whatever its maxPods (OV-11). */
export const NODE_BLOCK_LENGTH = 24;
/** The smallest pod CIDR handed out: two nodes and two spare (OV-25). */
export const LONGEST_POD_PREFIX = 22;
/** The largest pod CIDR handed out: enough for the most nodes a cluster may have (OV-26). */
export const SHORTEST_POD_PREFIX = 11;

/** Nodes a pod CIDR of this length can hold, surge nodes included (OV-22). */
export function nodeBlocks(podPrefix: number): number {
  return podPrefix > NODE_BLOCK_LENGTH ? 0 : 2 ** (NODE_BLOCK_LENGTH - podPrefix);
}

/** The length of the pod CIDR for a peak of nodes (OV-23), never longer than /22 nor shorter than /11. */
export function podPrefixFor(peakNodes: number): number {
  const exact = NODE_BLOCK_LENGTH - ceilLog2(peakNodes);
  return Math.max(SHORTEST_POD_PREFIX, Math.min(LONGEST_POD_PREFIX, exact));
}

/** The least n with 2^n >= value, in integers only. */
export function ceilLog2(value: number): number {
  return value <= 1 ? 0 : 32 - Math.clz32(value - 1);
}
