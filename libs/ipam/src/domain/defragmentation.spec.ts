import { Cidr, CidrSet, freeBlocks } from '@podspan/cidr';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressesIn, candidatesOf, emptied, moveKind, type Occupying } from './defragmentation.js';
import { freeCounts } from './utilization.js';

const pool = [Cidr.parse('10.0.0.0/28')];

function occupant(text: string, movable = true): Occupying {
  return { id: text, cidr: Cidr.parse(text), movable };
}

function best(occupants: readonly Occupying[], length: number) {
  const free = freeCounts(
    freeBlocks(
      pool,
      occupants.map(({ cidr }) => cidr),
    ),
  );
  return emptied(candidatesOf(pool, occupants, length), free);
}

/** Tries every place for every block. */
function canPlace(blocks: readonly Cidr[], free: readonly Cidr[]): boolean {
  const [first, ...rest] = blocks;
  if (!first) return true;
  return free
    .filter(({ length }) => length <= first.length)
    .flatMap((block) => [...block.subnets(first.length)])
    .some((place) => canPlace(rest, CidrSet.of(free).subtract(CidrSet.of([place])).blocks));
}

/** Every set of movable blocks that goes into what is free now, every block it could free: the fewest moves, then the fewest addresses. */
function bruteForce(occupants: readonly Occupying[], length: number): readonly [number, bigint] | undefined {
  let found: readonly [number, bigint] | undefined;
  for (let set = 1; set < 1 << occupants.length; set += 1) {
    const moved = occupants.filter((_, index) => (set >> index) & 1);
    if (!moved.every(({ movable }) => movable)) continue;
    const cost = [moved.length, moved.reduce((sum, { cidr }) => sum + cidr.size, 0n)] as const;
    if (found && (found[0] < cost[0] || (found[0] === cost[0] && found[1] <= cost[1]))) continue;
    const staying = occupants.filter((one) => !moved.includes(one)).map(({ cidr }) => cidr);
    const free = CidrSet.of(freeBlocks(pool, staying));
    const blocks = [...(pool[0]?.subnets(length) ?? [])].filter((block) => free.contains(block));
    const cidrs = moved.map(({ cidr }) => cidr);
    const now = free.subtract(CidrSet.of(cidrs));
    if (blocks.some((block) => canPlace(cidrs, now.subtract(CidrSet.of([block])).blocks))) found = cost;
  }
  return found;
}

describe('defragmentation', () => {
  it('empties the block with the fewest in it, and leaves what cannot move', () => {
    const occupants = [occupant('10.0.0.0/32'), occupant('10.0.0.2/32'), occupant('10.0.0.8/32'), occupant('10.0.0.12/32', false)];
    expect(best(occupants, 29).map(({ block }) => String(block))).toEqual(['10.0.0.0/29']);
    expect(best([occupant('10.0.0.0/30'), occupant('10.0.0.8/32')], 29).map(({ block }) => String(block))).toEqual([
      '10.0.0.8/29',
      '10.0.0.0/29',
    ]);
  });

  it('advises nothing that has nowhere to go', () => {
    expect(best([occupant('10.0.0.0/29'), occupant('10.0.0.8/30')], 29)).toEqual([]);
    expect(best([occupant('10.0.0.0/32')], 28)).toEqual([]);
  });

  it('finds what trying everything finds', () => {
    const anyBlock = fc
      .tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 29, max: 32 }), fc.boolean())
      .map(([offset, length, movable]) => ({ cidr: Cidr.around(Cidr.parse(`10.0.0.${offset}/32`).firstAddress, length), movable }));
    fc.assert(
      fc.property(fc.array(anyBlock, { maxLength: 7 }), fc.integer({ min: 29, max: 31 }), (blocks, length) => {
        const occupants: Occupying[] = [];
        for (const { cidr, movable } of blocks)
          if (!occupants.some((other) => other.cidr.overlaps(cidr))) occupants.push({ id: String(cidr), cidr, movable });
        const free = freeBlocks(
          pool,
          occupants.map(({ cidr }) => cidr),
        );
        fc.pre(!free.some((block) => block.length <= length));
        const [first] = best(occupants, length);
        expect(first && [first.occupants.length, addressesIn(first)]).toEqual(bruteForce(occupants, length));
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['QUARANTINED', 'POD_CIDR', 'WAIT'],
    ['ACTIVE', 'POD_CIDR', 'REBUILD'],
    ['ACTIVE', 'NODE_SUBNET:system', 'REBUILD'],
    ['RESERVED', 'lab', 'MOVE'],
  ])('%s %s: %s (OV-100, SN-05)', (status, purpose, kind) => {
    expect(moveKind({ status, purpose })).toBe(kind);
  });
});
