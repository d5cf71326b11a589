import { Cidr } from '@podspan/cidr';
import type { Strategy } from '../../domain/pool.js';

/** What is left of `range` where nothing of `taken` lies, as the largest blocks: by halving until a half is one or the other. */
export function leftOf(range: Cidr, taken: readonly Cidr[]): readonly Cidr[] {
  const over = taken.filter((other) => other.overlaps(range));
  if (over.length === 0) return [range];
  if (over.some((other) => other.contains(range))) return [];
  return halvesOf(range).flatMap((half) => leftOf(half, over));
}

/** The largest blocks of `range` that lie in one of `within` and touch none of `avoid`. */
export function leftWithin(range: Cidr, within: readonly Cidr[], avoid: readonly Cidr[]): readonly Cidr[] {
  const near = within.filter((other) => other.overlaps(range));
  if (near.length === 0) return [];
  if (near.some((other) => other.contains(range))) return leftOf(range, avoid);
  const [low = [], high = []] = halvesOf(range).map((half) => leftWithin(half, near, avoid));
  // Two whole halves are one block again.
  return low.length === 1 && high.length === 1 && low[0]!.length === range.length + 1 && high[0]!.length === range.length + 1
    ? [range]
    : [...low, ...high];
}

/** The block a strategy gives out of free blocks in the pool's order. */
export function chosen(free: readonly Cidr[], length: number, strategy: Strategy): Cidr | undefined {
  const fitting = free.filter((block) => block.length <= length);
  const inTurn =
    strategy === 'FIRST_FIT'
      ? fitting[0]
      : strategy === 'LAST_FIT'
        ? fitting.at(-1)
        : fitting.find((block) => fitting.every((other) => other.length <= block.length));
  return inTurn && Cidr.around(strategy === 'LAST_FIT' ? inTurn.lastAddress : inTurn.firstAddress, length);
}

function halvesOf(range: Cidr): readonly Cidr[] {
  const halves = range.halves();
  if (!halves) throw new Error(`${range} has no halves and is half covered`);
  return halves;
}
