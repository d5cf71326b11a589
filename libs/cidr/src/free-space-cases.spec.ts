import { describe, expect, it } from 'vitest';
import { bestFit, Cidr, countAvailable, firstFit, freeBlocks, largestFreeLength, totalAddresses, usedAddresses } from './index.js';

function cidrs(texts: string): readonly Cidr[] {
  return texts.split(' ').filter(Boolean).map(Cidr.parse);
}

describe('a request for a length', () => {
  it.each`
    parents                        | taken                                                               | length | first                         | best                          | count                         | because
    ${'10.0.0.0/16'}               | ${''}                                                               | ${20}  | ${'10.0.0.0/20'}              | ${'10.0.0.0/20'}              | ${16n}                        | ${'an empty pool gives its lowest block'}
    ${'2001:db8::/32'}             | ${''}                                                               | ${48}  | ${'2001:db8::/48'}            | ${'2001:db8::/48'}            | ${65_536n}                    | ${'an empty IPv6 pool does the same'}
    ${'2620:135:6000:fffe::/64'}   | ${''}                                                               | ${127} | ${'2620:135:6000:fffe::/127'} | ${'2620:135:6000:fffe::/127'} | ${9_223_372_036_854_775_808n} | ${'counts stay exact beyond 53 bits'}
    ${'0.0.0.0/0'}                 | ${''}                                                               | ${0}   | ${'0.0.0.0/0'}                | ${'0.0.0.0/0'}                | ${1n}                         | ${'everything can be taken at once'}
    ${''}                          | ${''}                                                               | ${24}  | ${undefined}                  | ${undefined}                  | ${0n}                         | ${'a pool without ranges is exhausted'}
    ${'10.0.0.0/24'}               | ${'10.0.0.0/24'}                                                    | ${24}  | ${undefined}                  | ${undefined}                  | ${0n}                         | ${'the whole pool is held'}
    ${'10.0.0.0/22'}               | ${'10.0.0.0/24 10.0.2.0/24'}                                        | ${24}  | ${'10.0.1.0/24'}              | ${'10.0.1.0/24'}              | ${2n}                         | ${'a hole between two blocks is filled'}
    ${'10.0.0.0/24'}               | ${'10.0.0.0/32 10.0.0.1/32'}                                        | ${30}  | ${'10.0.0.4/30'}              | ${'10.0.0.4/30'}              | ${63n}                        | ${'one held address spoils its whole block'}
    ${'10.0.0.0/24'}               | ${'10.0.0.0/30 10.0.0.8/29 10.0.0.16/28 10.0.0.32/27 10.0.0.64/26'} | ${26}  | ${'10.0.0.128/26'}            | ${'10.0.0.128/26'}            | ${2n}                         | ${'a lower half in pieces is passed over'}
    ${'192.168.0.0/16'}            | ${'192.168.0.0/24 192.168.1.0/25'}                                  | ${17}  | ${'192.168.128.0/17'}         | ${'192.168.128.0/17'}         | ${1n}                         | ${'alignment decides for large blocks'}
    ${'10.0.2.0/24 10.0.0.0/24'}   | ${''}                                                               | ${26}  | ${'10.0.2.0/26'}              | ${'10.0.2.0/26'}              | ${8n}                         | ${'parents are tried in the order given'}
    ${'100.0.0.0/16 1.3.3.0/24'}   | ${''}                                                               | ${24}  | ${'100.0.0.0/24'}             | ${'1.3.3.0/24'}               | ${257n}                       | ${'best fit spares the large parent'}
    ${'10.0.0.0/24 10.0.1.0/24'}   | ${'10.0.0.0/24'}                                                    | ${24}  | ${'10.0.1.0/24'}              | ${'10.0.1.0/24'}              | ${1n}                         | ${'a full parent is followed by the next'}
    ${'10.0.0.0/24 10.0.1.0/24'}   | ${''}                                                               | ${23}  | ${undefined}                  | ${undefined}                  | ${0n}                         | ${'two touching parents never make one block'}
    ${'10.0.0.0/24 fd00::/48'}     | ${''}                                                               | ${64}  | ${'fd00::/64'}                | ${'fd00::/64'}                | ${65_536n}                    | ${'only the IPv6 part has such a length'}
    ${'fd00::/62 fd00:0:0:8::/62'} | ${''}                                                               | ${64}  | ${'fd00::/64'}                | ${'fd00::/64'}                | ${8n}                         | ${'two IPv6 parents add up'}
    ${'2001:db8::/126'}            | ${'2001:db8::/128 2001:db8::1/128'}                                 | ${128} | ${'2001:db8::2/128'}          | ${'2001:db8::2/128'}          | ${2n}                         | ${'single IPv6 addresses can be taken'}
    ${'10.0.0.0/24'}               | ${'10.0.0.0/25 10.0.0.128/25 10.9.0.0/28'}                          | ${28}  | ${undefined}                  | ${undefined}                  | ${0n}                         | ${'a block held outside invents no space'}
    ${'10.1.0.0/16'}               | ${'10.0.0.0/8'}                                                     | ${24}  | ${undefined}                  | ${undefined}                  | ${0n}                         | ${'a block that covers the pool leaves nothing'}
    ${'192.168.0.0/20'}            | ${'192.168.0.0/21 192.168.8.0/28'}                                  | ${21}  | ${undefined}                  | ${undefined}                  | ${0n}                         | ${'room in total is not room in one block'}
    ${'10.0.0.0/24'}               | ${''}                                                               | ${128} | ${undefined}                  | ${undefined}                  | ${0n}                         | ${'IPv4 has no such length'}
    ${'10.128.0.0/20'}             | ${''}                                                               | ${16}  | ${undefined}                  | ${undefined}                  | ${0n}                         | ${'a block larger than the pool does not exist'}
  `('$because', ({ parents, taken, length, first, best, count }) => {
    const free = freeBlocks(cidrs(parents), cidrs(taken));
    expect(firstFit(free, length)?.toString()).toBe(first);
    expect(bestFit(free, length)?.toString()).toBe(best);
    expect(countAvailable(free, length)).toBe(count);
  });
});

describe('the list of free blocks', () => {
  it.each`
    parents                  | taken                              | free                                                                                                | because
    ${'192.168.0.0/24'}      | ${'192.168.0.192/27'}              | ${'192.168.0.0/25 192.168.0.128/26 192.168.0.224/27'}                                               | ${'a hole splits the space around it'}
    ${'192.168.0.0/16'}      | ${'192.168.0.0/22 192.168.0.0/26'} | ${'192.168.4.0/22 192.168.8.0/21 192.168.16.0/20 192.168.32.0/19 192.168.64.0/18 192.168.128.0/17'} | ${'nested blocks count as the larger'}
    ${'192.168.0.0/18'}      | ${'192.168.63.0/24'}               | ${'192.168.0.0/19 192.168.32.0/20 192.168.48.0/21 192.168.56.0/22 192.168.60.0/23 192.168.62.0/24'} | ${'the last block held leaves one of each size'}
    ${'2001:db8:85a3::/120'} | ${'2001:db8:85a3::/122'}           | ${'2001:db8:85a3::40/122 2001:db8:85a3::80/121'}                                                    | ${'IPv6 splits the same way'}
    ${'0.0.0.0/0'}           | ${'0.0.0.0/0'}                     | ${''}                                                                                               | ${'everything held leaves nothing'}
  `('$because', ({ parents, taken, free }) => {
    expect(freeBlocks(cidrs(parents), cidrs(taken)).join(' ')).toBe(free);
  });

  it('names the largest block left when a larger one is asked for', () => {
    expect(largestFreeLength(freeBlocks(cidrs('10.0.0.0/24'), cidrs('10.0.0.0/25')))).toBe(25);
  });
});

describe('the addresses in use', () => {
  it.each`
    parents                   | taken                                    | used              | total                          | because
    ${'10.0.0.0/24'}          | ${'10.0.0.0/25 10.0.0.0/25 10.0.0.0/26'} | ${128n}           | ${256n}                        | ${'equal and nested blocks count once'}
    ${'fd20:a1b:2c3d:1::/64'} | ${'fd20:a1b:2c3d:1::/96'}                | ${4_294_967_296n} | ${18_446_744_073_709_551_616n} | ${'IPv6 is exact'}
    ${'10.0.0.0/8'}           | ${'10.0.0.0/9 10.128.0.0/9'}             | ${16_777_216n}    | ${16_777_216n}                 | ${'a full pool is full'}
    ${'10.1.0.0/16'}          | ${'10.0.0.0/8 192.168.0.0/16'}           | ${65_536n}        | ${65_536n}                     | ${'only what lies inside counts'}
  `('$because', ({ parents, taken, used, total }) => {
    expect(usedAddresses(cidrs(parents), cidrs(taken))).toBe(used);
    expect(totalAddresses(cidrs(parents))).toBe(total);
  });
});
