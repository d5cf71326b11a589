import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Address, Cidr, InvalidCidr } from './index.js';
import { addressesOf, blockIn, worlds } from './model.fixture.js';

const pair = fc.constantFrom(...worlds).chain((world) => fc.tuple(blockIn(world), blockIn(world)));

describe('a block', () => {
  it('knows its first and last address and its size', () => {
    const pods = Cidr.parse('10.244.0.0/16');
    expect([String(pods.firstAddress), String(pods.lastAddress), pods.size]).toEqual(['10.244.0.0', '10.244.255.255', 65_536n]);
    expect(Cidr.parse('fd00::/64').size).toBe(2n ** 64n);
    expect(Cidr.parse('::/0').last).toBe(2n ** 128n - 1n);
  });

  it('contains and overlaps as the sets of its addresses do, in both families', () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const [inA, inB] = [addressesOf([a]), addressesOf([b])];
        expect(a.contains(b)).toBe([...inB].every((address) => inA.has(address)));
        expect(a.overlaps(b)).toBe([...inB].some((address) => inA.has(address)));
        expect(a.contains(b.firstAddress)).toBe(inA.has(`${b.family}:${b.first}`));
      }),
    );
  });

  it('neither contains nor overlaps a block of the other family with the same numbers', () => {
    const [v4, v6] = [Cidr.parse('0.0.0.0/0'), Cidr.parse('::/96')];
    expect([v4.contains(v6), v6.contains(v4), v4.overlaps(v6), v4.equals(v6)]).toEqual([false, false, false, false]);
  });

  it('sorts by family, then address, then the larger first', () => {
    const sorted = ['10.0.0.0/8', '10.0.0.0/16', '10.1.0.0/16', '192.168.0.0/16', '::/0', 'fd00::/8'];
    expect([...sorted].reverse().map(Cidr.parse).sort(Cidr.compare).map(String)).toEqual(sorted);
  });

  it('halves, and each half is enclosed by the whole', () => {
    expect(Cidr.parse('10.0.0.0/8').halves()?.map(String)).toEqual(['10.0.0.0/9', '10.128.0.0/9']);
    expect(Cidr.parse('10.0.0.1/32').halves()).toBeUndefined();
    fc.assert(
      fc.property(fc.constantFrom(...worlds).chain(blockIn), (block) => {
        for (const half of block.halves() ?? []) expect(half.enclosing()?.equals(block)).toBe(true);
      }),
    );
  });

  it('is enclosed by ever larger blocks that may start lower (OV-102)', () => {
    const pods = Cidr.parse('10.244.0.0/16');
    const growth = [1, 2, 3, 4, 5].map((bits) => String(pods.enclosing(bits)));
    expect(growth).toEqual(['10.244.0.0/15', '10.244.0.0/14', '10.240.0.0/13', '10.240.0.0/12', '10.224.0.0/11']);
    expect(Cidr.parse('0.0.0.0/0').enclosing()).toBeUndefined();
  });

  it('lists its subnets one at a time, without making them all', () => {
    const nodes = Cidr.parse('10.244.0.0/22').subnets(24);
    expect([...nodes].map(String)).toEqual(['10.244.0.0/24', '10.244.1.0/24', '10.244.2.0/24', '10.244.3.0/24']);
    const endless = Cidr.parse('::/0').subnets(128);
    expect([endless.next().value, endless.next().value].map(String)).toEqual(['::/128', '::1/128']);
  });

  it('refuses subnets larger than itself or longer than an address', () => {
    for (const length of [21, 33, 24.5, -1, Number.NaN]) {
      expect(() => Cidr.parse('10.244.0.0/22').subnets(length).next()).toThrow(InvalidCidr);
    }
  });

  it('finds the nth address', () => {
    const services = Cidr.parse('10.200.0.0/16');
    expect(String(services.nthAddress(10))).toBe('10.200.0.10');
    expect(String(services.nthAddress(65_535n))).toBe('10.200.255.255');
    expect(services.nthAddress(65_536)).toBeUndefined();
    expect(services.nthAddress(-1)).toBeUndefined();
  });

  it('cannot be made where no block of the length starts', () => {
    expect(() => Cidr.at(4, 1n, 24)).toThrow(RangeError);
    expect(() => Cidr.at(4, 2n ** 32n, 32)).toThrow(RangeError);
    expect(() => Cidr.at(6, 0n, 129)).toThrow(RangeError);
    expect(() => Address.at(4, -1n)).toThrow(RangeError);
    expect(String(Cidr.around(Address.parse('10.244.7.9'), 24))).toBe('10.244.7.0/24');
  });
});
