import type { Cidr } from './cidr.js';
import { CidrSet } from './cidr-set.js';

/**
 * The free space of the parents as the fewest, largest aligned blocks: parents in the order given, blocks of a
 * parent by address, never one block across two parents. Taken blocks may overlap one another, lie outside or
 * cover a parent. Where parents overlap, the space belongs to the earlier one.
 */
export function freeBlocks(parents: readonly Cidr[], taken: Iterable<Cidr>): readonly Cidr[] {
  const held = CidrSet.of(taken);
  return parents.flatMap((parent, index) => {
    const earlier = parents.slice(0, index).filter((other) => other.overlaps(parent));
    const holes = earlier.length === 0 ? held : held.union(CidrSet.of(earlier));
    return holes.complementIn(parent).blocks;
  });
}

/** Addresses of the parents that at least one taken block covers; a shared address counts once. */
export function usedAddresses(parents: Iterable<Cidr>, taken: Iterable<Cidr>): bigint {
  return CidrSet.of(parents).intersect(CidrSet.of(taken)).size;
}

/** Addresses of the parents; a shared address counts once. */
export function totalAddresses(parents: Iterable<Cidr>): bigint {
  return CidrSet.of(parents).size;
}

/** How many disjoint blocks of `length` the free blocks can still give. */
export function countAvailable(free: Iterable<Cidr>, length: number): bigint {
  let count = 0n;
  for (const block of free) if (fits(block, length)) count += 1n << BigInt(length - block.length);
  return count;
}

/** `countAvailable` for every length from the largest free block to `longest`. */
export function availableByLength(free: readonly Cidr[], longest: number): ReadonlyMap<number, bigint> {
  const counts = new Map<number, bigint>();
  const shortest = largestFreeLength(free);
  if (shortest === undefined) return counts;
  for (let length = shortest; length <= longest; length += 1) counts.set(length, countAvailable(free, length));
  return counts;
}

/** The prefix length of the largest free block; undefined when nothing is free. */
export function largestFreeLength(free: Iterable<Cidr>): number | undefined {
  let shortest: number | undefined;
  for (const { length } of free) if (shortest === undefined || length < shortest) shortest = length;
  return shortest;
}

/** Whether a block of `length` fits into the free block. */
export function fits(block: Cidr, length: number): boolean {
  return block.length <= length && length <= block.bits;
}
