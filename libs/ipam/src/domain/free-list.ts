import { type Cidr, CidrSet } from '@podspan/cidr';
import { groupBy } from './group-by.js';
import { RangeIndex } from './range-index.js';

/** How the free list of a pool changes: blocks that go, and what comes instead. */
export interface FreeListChange {
  readonly gone: readonly Cidr[];
  readonly made: readonly { readonly cidr: Cidr; readonly position: number }[];
}

/** A free block and the place of its range in the pool. */
export interface FreeBlock {
  readonly cidr: Cidr;
  readonly position: number;
}

/** Takes the ranges out of the free blocks; undefined when one of them is not whole inside a free block. */
export function carved(free: readonly FreeBlock[], ranges: readonly Cidr[]): FreeListChange | undefined {
  const index = new RangeIndex(free.map((block) => ({ cidr: block.cidr, value: block })));
  const cuts: { readonly block: FreeBlock; readonly range: Cidr }[] = [];
  for (const range of ranges) {
    const around = [...index.overlapping(range)].find(({ cidr }) => cidr.contains(range));
    if (!around) return undefined;
    cuts.push({ block: around.value, range });
  }
  const changed = [...groupBy(cuts, ({ block }) => block)];
  return {
    gone: changed.map(([{ cidr }]) => cidr),
    made: changed.flatMap(([{ cidr, position }, taken]) =>
      CidrSet.of(taken.map(({ range }) => range))
        .complementIn(cidr)
        .blocks.map((left) => ({ cidr: left, position })),
    ),
  };
}

/** The free list with the regions computed anew: free in them is what nobody occupies, and buddies are joined. */
export function refreshed(
  pool: readonly Cidr[],
  free: readonly FreeBlock[],
  regions: readonly Cidr[],
  occupied: readonly Cidr[],
): FreeListChange {
  const inside = CidrSet.of(regions);
  const open = inside.subtract(CidrSet.of(occupied));
  const kept = CidrSet.of(free.map(({ cidr }) => cidr)).subtract(inside);
  const then = kept.union(open);
  const made = pool.flatMap((cidr, position) => then.intersect(CidrSet.of([cidr])).blocks.map((block) => ({ cidr: block, position })));
  const before = new Set(free.map(({ cidr }) => String(cidr)));
  const after = new Set(made.map(({ cidr }) => String(cidr)));
  return {
    gone: free.filter(({ cidr }) => !after.has(String(cidr))).map(({ cidr }) => cidr),
    made: made.filter(({ cidr }) => !before.has(String(cidr))),
  };
}
