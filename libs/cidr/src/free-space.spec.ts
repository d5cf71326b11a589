import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  availableByLength,
  bestFit,
  Cidr,
  countAvailable,
  firstFit,
  fit,
  type FitStrategy,
  freeBlocks,
  FreeSpace,
  largestFreeLength,
  lastFit,
  totalAddresses,
  usedAddresses,
} from './index.js';
import { addressesOf, blockIn, both, freeCandidates, lengthsOf, minus, worlds } from './model.fixture.js';

/** Up to four parents, which may overlap, and taken blocks in or around them. */
const pool = fc.constantFrom(...worlds).chain((world) =>
  fc.record({
    parents: fc.array(blockIn(world), { minLength: 1, maxLength: 4 }),
    taken: fc.array(blockIn(world), { maxLength: 8 }),
    length: fc.constantFrom(...lengthsOf(world.family)),
  }),
);

const strategies: readonly FitStrategy[] = ['FIRST_FIT', 'BEST_FIT', 'LAST_FIT'];

describe('free blocks', () => {
  it('hold exactly the free addresses, each once, and never cross a parent', () => {
    fc.assert(
      fc.property(pool, ({ parents, taken }) => {
        const free = freeBlocks(parents, taken);
        const expected = minus(addressesOf(parents), addressesOf(taken));
        expect(addressesOf(free)).toEqual(expected);
        expect(free.reduce((sum, { size }) => sum + size, 0n)).toBe(BigInt(expected.size));
        for (const block of free) expect(parents.some((parent) => parent.contains(block))).toBe(true);
      }),
    );
  });

  it('count what each length can still get, as a search of every candidate does', () => {
    fc.assert(
      fc.property(pool, ({ parents: [parent], taken, length }) => {
        if (!parent) return;
        const free = freeBlocks([parent], taken);
        const candidates = freeCandidates(parent, addressesOf(taken), length);
        expect(countAvailable(free, length)).toBe(BigInt(candidates.length));
      }),
    );
  });

  it('of two touching parents stay two', () => {
    expect(freeBlocks(['10.0.0.0/24', '10.0.1.0/24'].map(Cidr.parse), []).map(String)).toEqual(['10.0.0.0/24', '10.0.1.0/24']);
  });

  it('know the largest length and the count of every length', () => {
    const free = freeBlocks([Cidr.parse('10.0.0.0/24')], [Cidr.parse('10.0.0.0/26')]);
    expect(largestFreeLength(free)).toBe(25);
    expect([...availableByLength(free, 28)]).toEqual([
      [25, 1n],
      [26, 3n],
      [27, 6n],
      [28, 12n],
    ]);
    expect(largestFreeLength([])).toBeUndefined();
    expect(availableByLength([], 28).size).toBe(0);
  });
});

describe('fits', () => {
  it('first fit takes the lowest free candidate of the first parent that has one', () => {
    fc.assert(
      fc.property(pool, ({ parents, taken, length }) => {
        const held = addressesOf(taken);
        const candidates = disjoint(parents).map((parent) => freeCandidates(parent, held, length)[0]);
        expect(String(firstFit(freeBlocks(disjoint(parents), taken), length))).toBe(String(candidates.find(Boolean)));
      }),
    );
  });

  it('last fit takes the highest free candidate of the last parent that has one', () => {
    fc.assert(
      fc.property(pool, ({ parents, taken, length }) => {
        const held = addressesOf(taken);
        const candidates = disjoint(parents).map((parent) => freeCandidates(parent, held, length).at(-1));
        expect(String(lastFit(freeBlocks(disjoint(parents), taken), length))).toBe(String(candidates.findLast(Boolean)));
      }),
    );
  });

  it('best fit takes from the smallest free block that is large enough', () => {
    fc.assert(
      fc.property(pool, ({ parents, taken, length }) => {
        const free = freeBlocks(parents, taken);
        const best = bestFit(free, length);
        const large = free.filter((block) => block.length <= length && length <= block.bits);
        expect(best === undefined).toBe(large.length === 0);
        if (!best) return;
        const from = free.find((block) => block.contains(best));
        expect(from?.length).toBe(Math.max(...large.map((block) => block.length)));
        expect(best.first).toBe(from?.first);
      }),
    );
  });

  it('ignore blocks of a family that has no such length', () => {
    const free = ['10.0.0.0/24', 'fd00::/48'].map(Cidr.parse);
    expect(strategies.map((strategy) => String(fit(free, 64, strategy)))).toEqual(['fd00::/64', 'fd00::/64', 'fd00:0:0:ffff::/64']);
    expect(fit(free, 129, 'FIRST_FIT')).toBeUndefined();
  });
});

describe('FreeSpace', () => {
  it('gives block after block what a fresh search would give', () => {
    fc.assert(
      fc.property(pool, fc.constantFrom(...strategies), fc.array(fc.nat(6), { maxLength: 12 }), ({ parents, taken }, strategy, picks) => {
        const space = new FreeSpace(parents, taken);
        const held = [...taken];
        const lengths = lengthsOf(parents[0]?.family ?? 4);
        for (const pick of picks) {
          const length = lengths[pick % lengths.length] ?? 32;
          const given = space.take(length, strategy);
          expect(String(given)).toBe(String(fit(freeBlocks(parents, held), length, strategy)));
          if (given) held.push(given);
        }
        expect(space.blocks.map(String)).toEqual(freeBlocks(parents, held).map(String));
      }),
    );
  });

  it('takes exactly the block asked for, or changes nothing', () => {
    fc.assert(
      fc.property(pool, ({ parents, taken: [asked, ...taken] }) => {
        if (!asked) return;
        const space = new FreeSpace(parents, taken);
        const before = freeBlocks(parents, taken);
        const free = before.some((block) => block.contains(asked));
        expect(space.takeExactly(asked)).toBe(free);
        expect(space.blocks.map(String)).toEqual((free ? freeBlocks(parents, [...taken, asked]) : before).map(String));
      }),
    );
  });

  it('serves 10,000 requests from a pool in more than 8,000 pieces', () => {
    const taken = [...Cidr.parse('10.0.0.0/14').subnets(28)].filter((_, index) => index % 2 === 0);
    const space = new FreeSpace([Cidr.parse('10.0.0.0/12')], taken);
    const given = Array.from({ length: 10_000 }, () => String(space.take(28)));
    expect(new Set(given).size).toBe(10_000);
    expect(given[9_999]).toBe('10.4.112.240/28');
  });
});

describe('used addresses', () => {
  it('count every address of the parents once, exactly, in both families', () => {
    fc.assert(
      fc.property(pool, ({ parents, taken }) => {
        expect(usedAddresses(parents, taken)).toBe(BigInt(both(addressesOf(parents), addressesOf(taken)).size));
        expect(totalAddresses(parents)).toBe(BigInt(addressesOf(parents).size));
      }),
    );
  });

  it('stay exact where a double would round', () => {
    const parents = [Cidr.parse('fd00::/48')];
    expect(usedAddresses(parents, [Cidr.parse('fd00::1/128'), Cidr.parse('fd00:0:0:1::/64')])).toBe(2n ** 64n + 1n);
  });
});

function disjoint(parents: readonly Cidr[]): readonly Cidr[] {
  return parents.filter((parent, index) => !parents.slice(0, index).some((earlier) => earlier.overlaps(parent)));
}
