import { afterAll, beforeAll, expect, it } from 'vitest';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';

let bench: IpamBench;
beforeAll(async () => {
  bench = await ipamBench();
  await bench.post('/v1/address-spaces', { name: 'corp' });
});
afterAll(() => bench.close());

const next = async (id: string) =>
  (await bench.post('/v1/pools/wide/allocations', { prefixLength: 28, owner: { kind: 'TEAM', id }, purpose: 'lab' })).body.cidr;

it('space that comes back by the hundred is found by the very next search, not when a remembered place is forgotten', async () => {
  const prefixes = Array.from({ length: 150 }, (_, index) => `10.0.${index}.0/24`);
  expect((await bench.post('/v1/networks', { name: 'site', addressSpace: 'corp', kind: 'ON_PREMISES', prefixes })).status).toBe(201);
  await bench.post('/v1/pools', { name: 'wide', addressSpace: 'corp', cidrs: ['10.0.0.0/16'], reuse: 'EXCLUSIVE' });
  expect([await next('a'), await next('b')]).toEqual(['10.0.150.0/28', '10.0.150.16/28']);
  expect((await bench.patch('/v1/networks/site', { prefixes: ['10.0.255.0/24'] })).status).toBe(200);
  expect(await next('c')).toBe('10.0.0.0/28');
});
