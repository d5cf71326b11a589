import { afterAll, beforeAll, expect, it } from 'vitest';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';

let bench: IpamBench;
beforeAll(async () => {
  bench = await ipamBench();
  await bench.post('/v1/address-spaces', { name: 'corp' });
});
afterAll(() => bench.close());

it.each(['EXCLUSIVE', 'REUSABLE'])('free blocks of a pool that is %s come in pages, in the order of its ranges', async (reuse) => {
  const name = reuse.toLowerCase();
  const cidrs = reuse === 'EXCLUSIVE' ? ['10.9.0.0/24', '10.8.0.0/24'] : ['10.109.0.0/24', '10.108.0.0/24'];
  expect((await bench.post('/v1/pools', { name, addressSpace: 'corp', cidrs, reuse })).status).toBe(201);
  for (const cidr of cidrs) {
    const block = { cidr: cidr.replace('/24', '/27'), owner: { kind: 'TEAM', id: cidr }, purpose: 'x' };
    expect((await bench.post(`/v1/pools/${name}/allocations`, block)).status).toBe(201);
  }
  const whole = (await bench.get(`/v1/pools/${name}/free`)).body;
  expect(whole.nextCursor).toBeNull();
  expect(whole.items.map(({ cidr }: { cidr: string }) => cidr)).toEqual(
    cidrs.flatMap((cidr) => ['32/27', '64/26', '128/25'].map((end) => cidr.replace('0/24', end))),
  );
  const paged: unknown[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page = `/v1/pools/${name}/free?limit=4${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const { body }: { body: { items: unknown[]; nextCursor: string | null } } = await bench.get(page);
    expect(body.items.length).toBeLessThanOrEqual(4);
    paged.push(...body.items);
    cursor = body.nextCursor;
  }
  expect(paged).toEqual(whole.items);
  expect((await bench.get(`/v1/pools/${name}/free?cursor=no`)).body.code).toBe('invalid_cursor');
});
