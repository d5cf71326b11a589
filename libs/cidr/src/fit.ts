import { Cidr } from './cidr.js';
import { fits } from './free-blocks.js';

/** Which free block serves a request. First and last follow the order of the free blocks, so of the parents. */
export type FitStrategy = 'FIRST_FIT' | 'BEST_FIT' | 'LAST_FIT';

/** The first block of `length` in the order of the free blocks; undefined when none is large enough. */
export function firstFit(free: Iterable<Cidr>, length: number): Cidr | undefined {
  for (const block of free) if (fits(block, length)) return lowest(block, length);
  return undefined;
}

/** The lowest block of `length` in the smallest free block that holds it, so large blocks stay whole. */
export function bestFit(free: Iterable<Cidr>, length: number): Cidr | undefined {
  let best: Cidr | undefined;
  for (const block of free) if (fits(block, length) && (!best || block.length > best.length)) best = block;
  return best && lowest(best, length);
}

/** The highest block of `length` in the last free block that holds it. */
export function lastFit(free: Iterable<Cidr>, length: number): Cidr | undefined {
  let last: Cidr | undefined;
  for (const block of free) if (fits(block, length)) last = block;
  return last && highest(last, length);
}

export function fit(free: Iterable<Cidr>, length: number, strategy: FitStrategy): Cidr | undefined {
  return searches[strategy](free, length);
}

const searches: Record<FitStrategy, typeof firstFit> = { FIRST_FIT: firstFit, BEST_FIT: bestFit, LAST_FIT: lastFit };

/** The lowest block of `length` inside `block`. */
export function lowest(block: Cidr, length: number): Cidr {
  return Cidr.at(block.family, block.first, length);
}

/** The highest block of `length` inside `block`. */
export function highest(block: Cidr, length: number): Cidr {
  return Cidr.around(block.lastAddress, length);
}
