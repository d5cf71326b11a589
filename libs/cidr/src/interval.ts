import { Cidr } from './cidr.js';
import { bitsOf, type Family } from './family.js';

/** Addresses from `first` to `last`, both included; need not be one block. */
export interface Interval {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
}

/** Sorted, with overlapping and touching intervals joined. */
export function merged(intervals: Iterable<Interval>): readonly Interval[] {
  const result: Interval[] = [];
  for (const next of [...intervals].sort(byFirst)) {
    const current = result.at(-1);
    if (!current || current.family !== next.family || next.first > current.last + 1n) {
      result.push({ family: next.family, first: next.first, last: next.last });
    } else if (next.last > current.last) {
      result[result.length - 1] = { ...current, last: next.last };
    }
  }
  return result;
}

/** What both lists hold. Both must be merged; one pass over them. */
export function* shared(a: readonly Interval[], b: readonly Interval[]): Generator<Interval, void, undefined> {
  let left = 0;
  let right = 0;
  for (;;) {
    const one = a[left];
    const other = b[right];
    if (!one || !other) return;
    const first = one.first > other.first ? one.first : other.first;
    const last = one.last < other.last ? one.last : other.last;
    if (one.family === other.family && first <= last) yield { family: one.family, first, last };
    if (endsBefore(one, other)) left += 1;
    else right += 1;
  }
}

/** What `whole` holds and none of `holes` does. `holes` must be merged; starts by bisection, so many wholes are cheap. */
export function* gaps(whole: Interval, holes: readonly Interval[]): Generator<Interval, void, undefined> {
  const { family } = whole;
  let cursor = whole.first;
  for (let index = firstReaching(holes, whole); index < holes.length; index += 1) {
    const hole = holes[index];
    if (!hole || hole.family !== family || hole.first > whole.last) break;
    if (cursor < hole.first) yield { family, first: cursor, last: hole.first - 1n };
    cursor = hole.last + 1n;
  }
  if (cursor <= whole.last) yield { family, first: cursor, last: whole.last };
}

/** Index of the first of `intervals` (merged) that ends at or after the start of `target`. */
export function firstReaching(intervals: readonly Interval[], target: Interval): number {
  let low = 0;
  let high = intervals.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const candidate = intervals[middle];
    const before = candidate && (candidate.family === target.family ? candidate.last < target.first : candidate.family < target.family);
    if (before) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The fewest blocks that make up the interval, in order. */
export function* blocksOf({ family, first, last }: Interval): Generator<Cidr, void, undefined> {
  const bits = bitsOf(family);
  for (let cursor = first; cursor <= last;) {
    const hostBits = Math.min(trailingZeros(cursor, bits), floorLog2(last - cursor + 1n));
    yield Cidr.at(family, cursor, bits - hostBits);
    cursor += 1n << BigInt(hostBits);
  }
}

export function countOf(intervals: Iterable<Interval>): bigint {
  let count = 0n;
  for (const { first, last } of intervals) count += last - first + 1n;
  return count;
}

function byFirst(a: Interval, b: Interval): number {
  if (a.family !== b.family) return a.family - b.family;
  return a.first < b.first ? -1 : a.first > b.first ? 1 : 0;
}

function endsBefore(a: Interval, b: Interval): boolean {
  return a.family === b.family ? a.last < b.last : a.family < b.family;
}

// 32 bits at a time: Math.clz32 is much faster than a loop of one-bit shifts on bigints.
function trailingZeros(value: bigint, limit: number): number {
  for (let zeros = 0; zeros < limit; zeros += 32) {
    const word = Number(BigInt.asIntN(32, value >> BigInt(zeros)));
    if (word !== 0) return zeros + 31 - Math.clz32(word & -word);
  }
  return limit;
}

function floorLog2(value: bigint): number {
  let rest = value;
  let log = 0;
  for (; rest > 0xffff_ffffn; rest >>= 32n) log += 32;
  return log + 31 - Math.clz32(Number(rest));
}
