import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Address, Cidr, CidrSet } from './index.js';
import { addressesOf, blockIn, both, either, minus, worldWithBlocks, worlds } from './model.fixture.js';

const twoLists = fc
  .uniqueArray(fc.constantFrom(...worlds), { minLength: 1, maxLength: 3 })
  .chain((some) => fc.tuple(blocksIn(some), blocksIn(some)));

function blocksIn(some: readonly Cidr[]): fc.Arbitrary<readonly Cidr[]> {
  return fc.array(fc.constantFrom(...some).chain(blockIn), { maxLength: 8 });
}

function texts(...blocks: string[]): CidrSet {
  return CidrSet.of(blocks.map(Cidr.parse));
}

describe('a set of addresses', () => {
  it('joins, cuts and shares as sets of single addresses do, also across families', () => {
    fc.assert(
      fc.property(twoLists, ([a, b]) => {
        const [setA, setB] = [CidrSet.of(a), CidrSet.of(b)];
        const [inA, inB] = [addressesOf(a), addressesOf(b)];
        expect(addressesOf(setA.union(setB))).toEqual(either(inA, inB));
        expect(addressesOf(setA.intersect(setB))).toEqual(both(inA, inB));
        expect(addressesOf(setA.subtract(setB))).toEqual(minus(inA, inB));
        expect(setA.size).toBe(BigInt(inA.size));
      }),
    );
  });

  it('contains and overlaps blocks as its addresses say', () => {
    fc.assert(
      fc.property(
        worldWithBlocks().chain(({ world, blocks }) => fc.tuple(fc.constant(blocks), blockIn(world))),
        ([blocks, probe]) => {
          const set = CidrSet.of(blocks);
          const [held, asked] = [addressesOf(blocks), addressesOf([probe])];
          expect(set.contains(probe)).toBe(minus(asked, held).size === 0);
          expect(set.overlaps(probe)).toBe(both(asked, held).size > 0);
          expect(set.contains(probe.firstAddress)).toBe(held.has(`${probe.family}:${probe.first}`));
        },
      ),
    );
  });

  it('is the fewest blocks: none can be joined with its neighbour, however it was made', () => {
    fc.assert(
      fc.property(worldWithBlocks(), ({ blocks }) => {
        const set = CidrSet.of(blocks);
        for (const block of set) expect(set.contains(block.enclosing() ?? Cidr.parse('0.0.0.0/0'))).toBe(false);
        expect(set.equals(CidrSet.of([...blocks].reverse()))).toBe(true);
      }),
    );
  });

  it('joins halves, and keeps the two ends of a family apart', () => {
    expect(texts('10.0.0.0/25', '10.0.0.128/25').blocks.map(String)).toEqual(['10.0.0.0/24']);
    expect(texts('255.255.255.255/32', '::/128').blocks.map(String)).toEqual(['255.255.255.255/32', '::/128']);
    expect(texts('0.0.0.0/1', '128.0.0.0/1', '::/1', '8000::/1').blocks.map(String)).toEqual(['0.0.0.0/0', '::/0']);
  });

  it('does not join neighbours that are no pair', () => {
    expect(texts('10.0.1.0/24', '10.0.2.0/24').blocks.map(String)).toEqual(['10.0.1.0/24', '10.0.2.0/24']);
  });

  it('leaves the usable remainder of 172.16.0.0/12 (OV-71)', () => {
    const left = texts('172.30.0.0/16', '172.31.0.0/16').complementIn(Cidr.parse('172.16.0.0/12'));
    expect(left.toJSON()).toEqual(['172.16.0.0/13', '172.24.0.0/14', '172.28.0.0/15']);
  });

  it('may be empty', () => {
    const { empty } = CidrSet;
    expect([empty.size, empty.isEmpty, String(empty)]).toEqual([0n, true, '{}']);
    expect(empty.contains(Address.parse('10.0.0.1'))).toBe(false);
    expect(texts('10.0.0.0/8').subtract(texts('0.0.0.0/0')).isEmpty).toBe(true);
  });
});
