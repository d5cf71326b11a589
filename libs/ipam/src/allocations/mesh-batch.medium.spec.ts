import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';

let bench: IpamBench;
beforeAll(async () => {
  bench = await ipamBench();
  await bench.post('/v1/address-spaces', { name: 'space' });
  for (const [mesh, members] of [
    ['one', ['a', 'b', 'c', 'd']],
    ['two', ['x', 'y']],
  ] as const) {
    await bench.post('/v1/meshes', { name: mesh });
    for (const cluster of members) expect((await bench.put(`/v1/meshes/${mesh}/members/${cluster}`)).status).toBe(200);
  }
});
afterAll(() => bench.close());

let counter = 0;
async function aPool(cidr: string): Promise<string> {
  const name = `pods-${(counter += 1)}`;
  expect((await bench.post('/v1/pools', { name, addressSpace: 'space', cidrs: [cidr], reuse: 'REUSABLE' })).status).toBe(201);
  return name;
}
const pods = (pool: string, id: string, more: object = { prefixLength: 20 }, purpose = 'POD_CIDR') => ({
  pool,
  owner: { kind: 'CLUSTER', id },
  purpose,
  ...more,
});
const cidrsOf = (answer: { body: { items: readonly { cidr: string }[] } }) => answer.body.items.map(({ cidr }) => cidr);

describe('members of a mesh who ask for pod ranges together (NET-22)', () => {
  it('get what they would get one after another, with what others share beside them', async () => {
    const pool = await aPool('10.64.0.0/16');
    const items = [
      pods(pool, 'a'),
      pods(pool, 'x'),
      pods(pool, 'b'),
      pods(pool, 'lone'),
      pods(pool, 'y'),
      pods(pool, 'c'),
      pods(pool, 'a', undefined, 'other'),
    ];
    const expected = ['10.64.0.0/20', '10.64.0.0/20', '10.64.16.0/20', '10.64.0.0/20', '10.64.16.0/20', '10.64.32.0/20', '10.64.0.0/20'];
    const together = await bench.post('/v1/allocations/batch', { items });
    expect([together.status, cidrsOf(together)]).toEqual([201, expected]);
    const again = await bench.post('/v1/allocations/batch', { items });
    expect([again.status, cidrsOf(again)]).toEqual([200, expected]);
    for (const { id } of together.body.items) expect((await bench.post(`/v1/allocations/${id}/release`)).status).toBe(200);
    const alone = [];
    for (const { pool: _, ...item } of items) alone.push((await bench.post(`/v1/pools/${pool}/allocations`, item)).body.cidr);
    expect(alone).toEqual(expected);
  });

  it('keep off an exact block in the same batch, and are refused where two name the same', async () => {
    const pool = await aPool('10.65.0.0/16');
    await Promise.all(
      (await bench.get('/v1/allocations?purpose=POD_CIDR')).body.items.map(({ id }: { id: string }) =>
        bench.post(`/v1/allocations/${id}/release`),
      ),
    );
    const mixed = await bench.post('/v1/allocations/batch?dryRun=true', {
      items: [pods(pool, 'a'), pods(pool, 'b', { cidr: '10.65.0.0/18' })],
    });
    expect([mixed.status, cidrsOf(mixed)]).toEqual([200, ['10.65.64.0/20', '10.65.0.0/18']]);
    const same = await bench.post('/v1/allocations/batch', {
      items: [
        pods(pool, 'a', { cidr: '10.65.0.0/20' }),
        pods(pool, 'b', { cidr: '10.65.0.0/20' }),
        pods(pool, 'c', { cidr: '10.65.0.0/18' }),
      ],
    });
    expect([same.status, same.body.errors]).toMatchObject([
      422,
      [
        { path: 'items[0].cidr', code: 'pod_cidr_not_unique_in_mesh', rule: 'NET-22', conflictsWith: '10.65.0.0/18' },
        { path: 'items[1].cidr', code: 'pod_cidr_not_unique_in_mesh', rule: 'NET-22' },
      ],
    ]);
    const full = await bench.post('/v1/allocations/batch', { items: ['a', 'b', 'c'].map((id) => pods(pool, id, { prefixLength: 17 })) });
    expect([full.status, full.body.errors]).toMatchObject([409, [{ path: 'items[2].prefixLength', code: 'pool_exhausted' }]]);
  });
});
