import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';

let bench: IpamBench;
let before: string;

const take = async (pool: string, id: string, more: object = {}) =>
  (await bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: 28, owner: { kind: 'TEAM', id }, purpose: 'lab', ...more })).body.id;
const listed = async (query: string): Promise<readonly string[]> =>
  (await bench.get(`/v1/allocations?${query}`)).body.items.map(({ owner }: { owner: { id: string } }) => owner.id);

beforeAll(async () => {
  bench = await ipamBench();
  for (const name of ['one', 'two']) {
    await bench.post('/v1/address-spaces', { name });
    for (const pool of ['a', 'b']) {
      const body = { name: `${name}-${pool}`, addressSpace: name, cidrs: [`10.${pool === 'a' ? 0 : 1}.0.0/16`], reuse: 'EXCLUSIVE' };
      await bench.post('/v1/pools', { ...body, cooldownSeconds: pool === 'b' ? 3600 : 0 });
    }
  }
  await take('one-a', 'active', { labels: { env: 'prod' } });
  await take('one-a', 'reserved', { expiresAt: '2099-01-01T00:00:00Z' });
  await take('two-a', 'elsewhere');
  const [released, expired, resting] = [await take('one-a', 'released'), await take('one-a', 'expired'), await take('one-b', 'resting')];
  before = new Date().toISOString();
  for (const id of [released, resting]) await bench.post(`/v1/allocations/${id}/release`);
  await sql`update allocation set status = 'EXPIRED', ended_at = now(), updated_at = now(), version = 2 where id = ${expired}`.execute(
    bench.fresh.db,
  );
});
afterAll(() => bench.close());

describe('a list of allocations', () => {
  it.each`
    query                                  | owners
    ${'status=ACTIVE'}                     | ${['active', 'elsewhere']}
    ${'status=RESERVED'}                   | ${['reserved']}
    ${'status=QUARANTINED'}                | ${['resting']}
    ${'status=RELEASED'}                   | ${['released']}
    ${'status=EXPIRED'}                    | ${['expired']}
    ${''}                                  | ${['active', 'reserved', 'elsewhere', 'resting']}
    ${'owner=released&status=RELEASED'}    | ${['released']}
    ${'owner=TEAM/active&status=ACTIVE'}   | ${['active']}
    ${'owner=active&status=RELEASED'}      | ${[]}
    ${'pool=one-a'}                        | ${['active', 'reserved']}
    ${'pool=one-a&addressSpace=one'}       | ${['active', 'reserved']}
    ${'pool=one-a&addressSpace=two'}       | ${[]}
    ${'pool=nowhere'}                      | ${[]}
    ${'addressSpace=two'}                  | ${['elsewhere']}
    ${'addressSpace=nowhere'}              | ${[]}
    ${'addressSpace=one&label=env%3Dprod'} | ${['active']}
    ${'label=env'}                         | ${['active']}
    ${'label=env%3Dtest'}                  | ${[]}
    ${'label=e%22nv%3D%22'}                | ${[]}
    ${'label=env&status=RELEASED'}         | ${[]}
    ${'purpose=lab&status=EXPIRED'}        | ${['expired']}
    ${'purpose=LAB'}                       | ${[]}
  `('with "$query" has $owners', async ({ query, owners }) => {
    expect(await listed(query)).toEqual(owners);
  });

  it('of one purpose has all of its pages in order, wherever its rows are on disk and whichever pools are asked for', async () => {
    const names = Array.from({ length: 90 }, (_, index) => index);
    for (const index of names)
      await take(index % 2 === 0 ? 'two-a' : 'two-b', `late-${index}`, { purpose: index % 3 === 0 ? 'late' : 'other' });
    // Changed rows move to the end of the table.
    await sql`update allocation set labels = '{"moved": "x"}' where owner_id in ('late-0', 'late-30')`.execute(bench.fresh.db);
    await bench.post(`/v1/allocations/${(await bench.get('/v1/allocations?owner=late-60')).body.items[0].id}/release`);
    const paged = async (query: string, limit: number): Promise<readonly string[]> => {
      const found: string[] = [];
      for (let cursor = ''; ;) {
        const { body } = await bench.get(`/v1/allocations?${query}&limit=${limit}${cursor ? `&cursor=${cursor}` : ''}`);
        found.push(...body.items.map(({ owner }: { owner: { id: string } }) => owner.id));
        if (!body.nextCursor) return found;
        cursor = body.nextCursor;
      }
    };
    const late = names.filter((index) => index % 3 === 0 && index !== 60).map((index) => `late-${index}`);
    for (const limit of [1, 7, 29, 30, 1000]) expect(await paged('purpose=late', limit)).toEqual(late);
    expect(await paged('purpose=late&addressSpace=two', 4)).toEqual(late);
    expect(await paged('purpose=late&pool=two-b&status=ACTIVE', 4)).toEqual(late.filter((name) => Number(name.slice(5)) % 2 === 1));
    expect(await paged('purpose=late&status=RELEASED', 4)).toEqual(['late-60']);
    expect(await paged('purpose=late&addressSpace=one', 4)).toEqual([]);
    expect(await paged('purpose=late&label=moved', 4)).toEqual(['late-0', 'late-30']);
  });

  it('is the same of a moment of the past, by what things were then', async () => {
    const at = `&asOf=${encodeURIComponent(before)}`;
    expect(await listed(`owner=released${at}`)).toEqual(['released']);
    expect(await listed(`owner=TEAM/expired&status=ACTIVE${at}`)).toEqual(['expired']);
    expect(await listed(`owner=expired&status=EXPIRED${at}`)).toEqual([]);
    expect(await listed(`pool=one-b&status=ACTIVE${at}`)).toEqual(['resting']);
    expect(await listed(`addressSpace=two${at}`)).toEqual(['elsewhere']);
    expect(await listed(`pool=nowhere${at}`)).toEqual([]);
  });
});
