import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';

let bench: IpamBench;
let pools = 0;
beforeAll(async () => {
  bench = await ipamBench();
});
afterAll(() => bench.close());

const owner = (id: string) => ({ owner: { kind: 'TEAM', id }, purpose: 'lab' });

/** A pool of two ranges in which 10.0.0.0/26 is held: free are .64/26, .128/25 and 10.0.1.0/24. */
async function aPool(): Promise<string> {
  pools += 1;
  const name = `p${pools}`;
  await bench.post('/v1/address-spaces', { name });
  await bench.post('/v1/pools', { name, addressSpace: name, cidrs: ['10.0.1.0/24', '10.0.0.0/24'], reuse: 'EXCLUSIVE' });
  await bench.post(`/v1/pools/${name}/allocations`, { cidr: '10.0.0.0/26', ...owner('first') });
  return name;
}

async function given(pool: string, wish: object): Promise<string> {
  const { body } = await bench.post(`/v1/pools/${pool}/allocations?dryRun=true`, { ...wish, ...owner('x') });
  return body.cidr ?? body.code;
}

const everywhere = ['10.0.0.0/24', '10.0.1.0/24'];

describe('a block under conditions', () => {
  it.each`
    strategy       | length | exclude                                              | block               | because
    ${'BEST_FIT'}  | ${27}  | ${['10.0.0.128/27']}                                 | ${'10.0.0.160/27'}  | ${'what exclude leaves of a larger block fits closer than a smaller block that is whole'}
    ${'BEST_FIT'}  | ${27}  | ${['10.0.1.0/27', '10.0.0.128/27']}                  | ${'10.0.1.32/27'}   | ${'of equals the first in the order of the ranges'}
    ${'BEST_FIT'}  | ${26}  | ${['10.0.1.255/32']}                                 | ${'10.0.1.128/26'}  | ${'a piece of exactly the length in an earlier range before a whole block of it'}
    ${'BEST_FIT'}  | ${26}  | ${['10.0.0.64/32']}                                  | ${'10.0.0.128/26'}  | ${'a block that exclude spoils is none'}
    ${'FIRST_FIT'} | ${27}  | ${['10.0.1.0/25']}                                   | ${'10.0.1.128/27'}  | ${'the first of what is left'}
    ${'LAST_FIT'}  | ${27}  | ${['10.0.0.224/28']}                                 | ${'10.0.0.192/27'}  | ${'the last of what is left'}
    ${'BEST_FIT'}  | ${25}  | ${['10.0.1.0/32', '10.0.1.128/32', '10.0.0.255/32']} | ${'pool_exhausted'} | ${'nothing is left'}
  `('$strategy of a /$length without $exclude: $because', async ({ strategy, length, exclude, block }) => {
    const pool = await aPool();
    const wish = { prefixLength: length, strategy, exclude };
    expect(await given(pool, wish)).toBe(block);
    expect(await given(pool, { ...wish, within: everywhere })).toBe(block);
  });
});
