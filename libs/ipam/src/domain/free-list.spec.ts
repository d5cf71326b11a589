import { Cidr, CidrSet } from '@podspan/cidr';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { carved, type FreeBlock, refreshed } from './free-list.js';

const pool = [Cidr.parse('10.0.0.0/20'), Cidr.parse('10.0.32.0/20')];
const block = fc
  .tuple(fc.constantFrom(...pool), fc.nat(255), fc.integer({ min: 22, max: 28 }))
  .map(([range, offset, length]) => Cidr.around(range.nthAddress(offset * 16) ?? range.firstAddress, length));

/** The free list as it must be: the largest blocks of what nobody holds, by range of the pool. */
function listOf(held: readonly Cidr[]): FreeBlock[] {
  return pool.flatMap((range, position) =>
    CidrSet.of(held)
      .complementIn(range)
      .blocks.map((cidr) => ({ cidr, position })),
  );
}

function applied(free: readonly FreeBlock[], { gone, made }: ReturnType<typeof refreshed>): string[] {
  const left = free.filter(({ cidr }) => !gone.some((other) => other.equals(cidr)));
  expect(left).toHaveLength(free.length - gone.length);
  return texts([...left, ...made]);
}

const texts = (blocks: readonly FreeBlock[]): string[] => blocks.map(({ cidr, position }) => `${position} ${cidr}`).sort();

describe('a free list', () => {
  it('without blocks that were taken is the list computed from nothing', () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 6 }), fc.array(block, { maxLength: 6 }), (held, wanted) => {
        const free = listOf(held);
        const all = wanted.every((cidr) => free.some((one) => one.cidr.contains(cidr)));
        const change = carved(free, wanted);
        expect(change !== undefined).toBe(all);
        if (change) expect(applied(free, change)).toEqual(texts(listOf([...held, ...wanted])));
      }),
    );
  });

  it('with regions computed anew is the list computed from nothing, buddies joined and no range of the pool crossed', () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 6 }), fc.array(block, { maxLength: 6 }), (held, released) => {
        const still = held.filter((cidr) => !released.some((other) => other.overlaps(cidr)));
        const free = listOf([...held, ...released]);
        expect(applied(free, refreshed(pool, free, released, still))).toEqual(texts(listOf(rest(held, released, still))));
      }),
    );
  });
});

/** What stays occupied: what is still held, and what was held outside the regions. */
function rest(held: readonly Cidr[], released: readonly Cidr[], still: readonly Cidr[]): readonly Cidr[] {
  return [...CidrSet.of(held).subtract(CidrSet.of(released)).blocks, ...still];
}
