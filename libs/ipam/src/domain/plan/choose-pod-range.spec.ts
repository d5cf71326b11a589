import { Cidr } from '@podspan/cidr';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choosePodRange } from './choose-pod-range.js';
import type { Forbidden } from './forbidden-ranges.js';

const forbid = (text: string): Forbidden => ({ cidr: Cidr.parse(text), rule: 'OV-36', code: 'x', path: ['a', 'b'], why: text });
const choose = (open: string[], length: number, forbidden: string[], growthFactor?: number) => {
  const found = choosePodRange({ open: open.map((text) => Cidr.parse(text)), length, forbidden: forbidden.map(forbid), growthFactor });
  return 'podCidr' in found
    ? [String(found.podCidr), String(found.held), found.refused.map(({ cidr }) => cidr)]
    : ['none', found.refused.map(({ cidr }) => cidr)];
};

describe('the pod range of a plan', () => {
  it.each`
    open                                   | length | forbidden                         | growthFactor | expected                                                          | because
    ${['192.168.0.0/16']}                  | ${17}  | ${[]}                             | ${undefined} | ${['192.168.0.0/17', '192.168.0.0/16', []]}                       | ${'twice the range is held back where it is free'}
    ${['192.168.0.0/16']}                  | ${16}  | ${[]}                             | ${undefined} | ${['192.168.0.0/16', '192.168.0.0/16', []]}                       | ${'nothing is held back beyond the pool'}
    ${['192.168.0.0/16']}                  | ${17}  | ${['192.168.128.0/17']}           | ${undefined} | ${['192.168.0.0/17', '192.168.0.0/17', []]}                       | ${'nor over what is forbidden'}
    ${['192.168.0.0/16', '100.80.0.0/12']} | ${16}  | ${['192.168.128.0/17']}           | ${undefined} | ${['100.80.0.0/16', '100.80.0.0/15', ['192.168.0.0/16']]}         | ${'a refused candidate is named and the next range serves'}
    ${['192.168.0.0/16', '100.80.0.0/12']} | ${17}  | ${['192.168.128.0/17']}           | ${2}         | ${['100.80.0.0/17', '100.80.0.0/16', ['192.168.0.0/16']]}         | ${'an explicit factor is part of the search'}
    ${['10.0.0.0/14']}                     | ${16}  | ${['10.0.0.0/24', '10.1.9.0/24']} | ${1}         | ${['10.2.0.0/16', '10.2.0.0/16', ['10.0.0.0/16', '10.1.0.0/16']]} | ${'factor 1 holds nothing back'}
    ${['192.168.0.0/16']}                  | ${16}  | ${['192.168.4.0/24']}             | ${undefined} | ${['none', ['192.168.0.0/16']]}                                   | ${'when all is refused, all of it is named'}
    ${['192.168.0.0/20']}                  | ${16}  | ${[]}                             | ${undefined} | ${['none', []]}                                                   | ${'a pool that is too small refuses nothing'}
  `('$because', ({ open, length, forbidden, growthFactor, expected }) => {
    expect(choose(open, length, forbidden, growthFactor)).toEqual(expected);
  });

  it('is the lowest block of its length that touches nothing forbidden', () => {
    const open = Cidr.parse('10.0.0.0/16');
    const blocks = fc
      .tuple(fc.nat(255), fc.integer({ min: 18, max: 24 }))
      .map(([octet, length]) => Cidr.around(Cidr.parse(`10.0.${octet}.0/32`).firstAddress, length));
    fc.assert(
      fc.property(fc.array(blocks, { maxLength: 12 }), fc.integer({ min: 17, max: 24 }), (forbidden, length) => {
        const found = choosePodRange({ open: [open], length, growthFactor: 1, forbidden: forbidden.map((cidr) => forbid(String(cidr))) });
        const expected = [...open.subnets(length)].find((subnet) => !forbidden.some((range) => range.overlaps(subnet)));
        expect('podCidr' in found ? String(found.podCidr) : undefined).toBe(expected && String(expected));
      }),
    );
  });
});
