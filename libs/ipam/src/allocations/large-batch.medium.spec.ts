import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';

let bench: IpamBench;
beforeAll(async () => {
  bench = await ipamBench();
  for (const name of ['together', 'alone']) {
    await bench.post('/v1/address-spaces', { name });
    await bench.post('/v1/pools', { name, addressSpace: name, cidrs: ['10.1.0.0/20', '10.0.0.0/20', '2001:db8::/64'], reuse: 'EXCLUSIVE' });
    await bench.post('/v1/pools', { name: `${name}-pods`, addressSpace: name, cidrs: ['100.64.0.0/16'], reuse: 'REUSABLE' });
  }
});
afterAll(() => bench.close());

const strategies = ['FIRST_FIT', 'BEST_FIT', 'LAST_FIT'];

/** Requests of every kind, in no order of their strictness. */
const wishes = Array.from({ length: 90 }, (_, index): Record<string, unknown> => {
  const strategy = strategies[index % 3];
  const kinds: Record<string, unknown>[] = [
    { prefixLength: 26 + (index % 4), strategy },
    { prefixLength: 27, within: ['10.0.8.0/22', '10.1.3.0/24'], strategy },
    { prefixLength: 28, exclude: [`10.0.${index % 16}.0/24`, '10.1.0.0/22'], strategy },
    { cidr: `10.1.${8 + (index % 8)}.${index}/32` },
    { prefixLength: 80, family: 6, strategy },
    { pool: 'pods', prefixLength: 20 + (index % 3), exclude: '100.64.0.0/18' },
  ];
  return { ...kinds[index % kinds.length], owner: { kind: 'TEAM', id: `t${index}` }, purpose: 'lab' };
});

const poolOf = (name: string, { pool }: Record<string, unknown>): string => (pool === undefined ? name : `${name}-pods`);
const strictness = ({ cidr, within, exclude, pool, prefixLength }: Record<string, unknown>): number =>
  cidr === undefined ? Number(within === undefined && exclude === undefined && pool === undefined) * 1000 + Number(prefixLength) : 0;

async function sound(): Promise<void> {
  const { body } = await bench.post('/v1/ipam/checks');
  expect(body.invariants.filter(({ broken }: { broken: number }) => broken > 0)).toEqual([]);
}

describe('a batch of many', () => {
  it('gives each what it would get alone, the strictest first, in the order of the items', async () => {
    const alone = new Map<unknown, string>();
    for (const wish of [...wishes].sort((a, b) => strictness(a) - strictness(b))) {
      const { pool: _, ...body } = wish;
      alone.set(wish, (await bench.post(`/v1/pools/${poolOf('alone', wish)}/allocations`, body)).body.cidr);
    }
    const items = wishes.map((wish) => ({ ...wish, pool: poolOf('together', wish) }));
    const { status, body } = await bench.post('/v1/allocations/batch', { items });
    expect(status).toBe(201);
    expect(body.items.map(({ cidr }: { cidr: string }) => cidr)).toEqual(wishes.map((wish) => alone.get(wish)));
    const again = await bench.post('/v1/allocations/batch', { items });
    expect([again.status, again.body.items]).toEqual([200, body.items]);
    await sound();
  });

  it('is all or nothing: one exact block that is taken, and the free list is as it was', async () => {
    const before = (await bench.get('/v1/pools/together/free?limit=1000')).body;
    const items = wishes.map((wish, index) => ({
      ...wish,
      pool: poolOf('together', wish),
      owner: { kind: 'TEAM', id: `u${index}` },
      ...('cidr' in wish ? { cidr: index < 80 ? `10.1.15.${128 + index}/32` : '10.1.9.0/24' } : {}),
    }));
    const { status, body } = await bench.post('/v1/allocations/batch', { items });
    expect([status, body.code, body.blockers.length > 0]).toEqual([409, 'prefix_taken', true]);
    expect((await bench.get('/v1/pools/together/free?limit=1000')).body).toEqual(before);
    const twice = [3, 9].map((index) => ({ ...items[index], cidr: `10.1.8.0/${index === 3 ? 25 : 26}` }));
    const asked = await bench.post('/v1/allocations/batch', { items: twice });
    expect([asked.status, asked.body.code, asked.body.items]).toEqual([409, 'prefix_taken', [0, 1]]);
    expect((await bench.get('/v1/allocations?owner=u0')).body.items).toEqual([]);
    await sound();
  });
});
