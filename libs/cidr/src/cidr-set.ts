import { Address } from './address.js';
import type { Cidr } from './cidr.js';
import { blocksOf, countOf, firstReaching, gaps, type Interval, merged, shared } from './interval.js';

/** A set of addresses of either or both families. Immutable; equal sets hold equal blocks, however they were made. */
export class CidrSet {
  static readonly empty = new CidrSet([]);
  readonly #intervals: readonly Interval[];
  #blocks: readonly Cidr[] | undefined;

  private constructor(intervals: readonly Interval[]) {
    this.#intervals = intervals;
  }

  /** The addresses of all the blocks; they may overlap and come in any order. */
  static of(blocks: Iterable<Cidr>): CidrSet {
    return new CidrSet(merged(blocks));
  }

  /** The number of addresses, each counted once. */
  get size(): bigint {
    return countOf(this.#intervals);
  }

  get isEmpty(): boolean {
    return this.#intervals.length === 0;
  }

  union(other: CidrSet): CidrSet {
    return new CidrSet(merged([...this.#intervals, ...other.#intervals]));
  }

  intersect(other: CidrSet): CidrSet {
    return new CidrSet([...shared(this.#intervals, other.#intervals)]);
  }

  subtract(other: CidrSet): CidrSet {
    return new CidrSet(this.#intervals.flatMap((whole) => [...gaps(whole, other.#intervals)]));
  }

  /** What is left of `block` without this set. */
  complementIn(block: Cidr): CidrSet {
    return new CidrSet([...gaps(block, this.#intervals)]);
  }

  /** Whether every address of the block is in the set. */
  contains(target: Cidr | Address): boolean {
    const { family, first, last } = asInterval(target);
    const reached = this.#intervals[firstReaching(this.#intervals, { family, first, last })];
    return reached !== undefined && reached.family === family && reached.first <= first && last <= reached.last;
  }

  /** Whether at least one address of the block is in the set. */
  overlaps(target: Cidr | Address): boolean {
    const { family, first, last } = asInterval(target);
    const reached = this.#intervals[firstReaching(this.#intervals, { family, first, last })];
    return reached !== undefined && reached.family === family && reached.first <= last;
  }

  equals(other: CidrSet): boolean {
    return this.toString() === other.toString();
  }

  /** The fewest blocks that make up the set, sorted. */
  get blocks(): readonly Cidr[] {
    this.#blocks ??= this.#intervals.flatMap((interval) => [...blocksOf(interval)]);
    return this.#blocks;
  }

  [Symbol.iterator](): Iterator<Cidr> {
    return this.blocks[Symbol.iterator]();
  }

  toString(): string {
    return `{${this.blocks.join(', ')}}`;
  }

  toJSON(): readonly string[] {
    return this.blocks.map(String);
  }
}

function asInterval(target: Cidr | Address): Interval {
  return target instanceof Address ? { family: target.family, first: target.value, last: target.value } : target;
}
