import fc from 'fast-check';
import type { Address } from './address.js';
import { Cidr } from './cidr.js';
import type { Family } from './family.js';

/** Small worlds of 64 addresses for models that list every address; the edges of both families are among them. */
export const worlds: readonly Cidr[] = [
  '10.1.2.64/26',
  '0.0.0.0/26',
  '255.255.255.192/26',
  '2001:db8::40/122',
  '::/122',
  'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffc0/122',
].map(Cidr.parse);

/** A world and blocks in it, of every length; they may overlap. */
export function worldWithBlocks(maxLength = 8): fc.Arbitrary<{ world: Cidr; blocks: readonly Cidr[] }> {
  return fc
    .constantFrom(...worlds)
    .chain((world) => fc.record({ world: fc.constant(world), blocks: fc.array(blockIn(world), { maxLength }) }));
}

export function blockIn(world: Cidr): fc.Arbitrary<Cidr> {
  return fc
    .record({
      offset: fc.nat({ max: Number(world.size) - 1 }),
      length: fc.integer({ min: world.length, max: world.bits }),
    })
    .map(({ offset, length }) => Cidr.around(addressOf(world, offset), length));
}

function addressOf(world: Cidr, offset: number): Address {
  const address = world.nthAddress(offset);
  if (!address) throw new Error('outside the world');
  return address;
}

/** Every address of the blocks, as text of family and number. */
export function addressesOf(blocks: Iterable<Cidr>): Set<string> {
  const addresses = new Set<string>();
  for (const { family, first, last } of blocks) {
    for (let value = first; value <= last; value += 1n) addresses.add(`${family}:${value}`);
  }
  return addresses;
}

/** All blocks of the length in the parent none of whose addresses is taken: the slow way to look for space. */
export function freeCandidates(parent: Cidr, taken: ReadonlySet<string>, length: number): readonly Cidr[] {
  if (length < parent.length || length > parent.bits) return [];
  return [...parent.subnets(length)].filter((block) => [...addressesOf([block])].every((address) => !taken.has(address)));
}

export function lengthsOf(family: Family): readonly number[] {
  return family === 4 ? [25, 26, 27, 28, 30, 32, 33] : [121, 122, 123, 125, 128];
}

export function either(a: ReadonlySet<string>, b: ReadonlySet<string>): Set<string> {
  return new Set([...a, ...b]);
}

export function both(a: ReadonlySet<string>, b: ReadonlySet<string>): Set<string> {
  return new Set([...a].filter((address) => b.has(address)));
}

export function minus(a: ReadonlySet<string>, b: ReadonlySet<string>): Set<string> {
  return new Set([...a].filter((address) => !b.has(address)));
}
