import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowOf } from '../postgres/db.js';
import { demoCluster, demoTopology } from '../testing/demo-fleet.js';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';

let bench: IpamBench;

const team = (id: string) => ({ owner: { kind: 'TEAM', id }, purpose: 'test' });

async function aPool(name: string, cidrs: readonly string[], more: object = {}): Promise<void> {
  const space = 'addressSpace' in more ? {} : { addressSpace: `s-${name}` };
  if ('addressSpace' in space) await bench.post('/v1/address-spaces', { name: `s-${name}` });
  const { body, status } = await bench.post('/v1/pools', { name, cidrs, reuse: 'EXCLUSIVE', ...space, ...more });
  expect([status, body.errors]).toEqual([201, undefined]);
}

async function allocate(pool: string, body: object): Promise<{ id: string; cidr: string }> {
  const made = await bench.post(`/v1/pools/${pool}/allocations`, body);
  expect([made.status, made.body.errors]).toEqual([201, undefined]);
  return made.body;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the answer is what is under test
async function figures(path: string): Promise<Record<string, any>> {
  const { status, body } = await bench.get(path);
  expect([path, status, body.errors]).toEqual([path, 200, undefined]);
  return body;
}

/** Lets something have happened days ago. */
async function ago(id: string, days: number): Promise<void> {
  await sql`update allocation a set created_at = t.at, updated_at = t.at,
      id = overlay(id::text placing substr(t.hex, 1, 8) || '-' || substr(t.hex, 9, 4) from 1 for 13)::uuid
    from (select at, lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') as hex
      from (select now() - make_interval(days => ${days}) as at) n) t
    where id = ${id}`.execute(bench.fresh.db);
}

beforeAll(async () => {
  bench = await ipamBench();
});
afterAll(() => bench.close());

describe('utilization', () => {
  it('says by what a pool is used, and how many blocks of each length can be had', async () => {
    await aPool('mixed', ['10.0.0.0/16'], { cooldownSeconds: 600, maxPrefixLength: 18 });
    await aPool('mixed-child', ['10.0.64.0/18'], { parentPool: 'mixed', addressSpace: 's-mixed' });
    await allocate('mixed', { cidr: '10.0.0.0/18', ...team('a') });
    const { id } = await allocate('mixed', { cidr: '10.0.128.0/18', ...team('b') });
    await bench.post(`/v1/allocations/${id}/release`);
    expect(await figures('/v1/pools/mixed/utilization?breakdown=true')).toEqual({
      usedAddresses: '49152',
      totalAddresses: '65536',
      percent: 75,
      largestFreePrefixLength: 18,
      freeByPrefixLength: { 18: 1 },
      freeByLength: [{ family: 4, prefixLength: 18, freeBlocks: 1, available: '1' }],
      breakdown: { heldAddresses: '16384', quarantinedAddresses: '16384', childPoolAddresses: '16384', otherAddresses: '0' },
    });
  });

  it('tells what is in use elsewhere once, where nobody of the pool holds it', async () => {
    await bench.post('/v1/address-spaces', { name: 'elsewhere' });
    const pool = { name: 'elsewhere', addressSpace: 'elsewhere', cidrs: ['10.0.0.0/16'], reuse: 'EXCLUSIVE', cooldownSeconds: 3600 };
    expect((await bench.post('/v1/pools', pool)).status).toBe(201);
    await bench.post('/v1/pools', { ...pool, name: 'elsewhere-child', cidrs: ['10.0.128.0/24'], parentPool: 'elsewhere' });
    const ids: string[] = [];
    for (const cidr of ['10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24'])
      ids.push((await bench.post('/v1/pools/elsewhere/allocations', { cidr, owner: { kind: 'TEAM', id: cidr }, purpose: 'x' })).body.id);
    await bench.post(`/v1/allocations/${ids[2]}/release`);
    // Over one block that is held, over the child, over one another and over nobody.
    const prefixes = ['10.0.1.128/25', '10.0.128.0/25', '10.0.200.0/24'];
    await bench.post('/v1/networks', { name: 'elsewhere', addressSpace: 'elsewhere', kind: 'ON_PREMISES', prefixes });
    await sql`insert into discovered_range (id, space_id, cidr, source, name)
      select gen_random_uuid(), id, '10.0.200.0/23', 'test', 'printers' from address_space where name = 'elsewhere'`.execute(
      bench.fresh.db,
    );
    await bench.patch('/v1/networks/elsewhere', { prefixes: [...prefixes, '10.0.201.0/24'] });
    expect(await figures('/v1/pools/elsewhere/utilization?breakdown=true')).toMatchObject({
      usedAddresses: String(256 * 6),
      breakdown: { heldAddresses: '512', quarantinedAddresses: '256', childPoolAddresses: '256', otherAddresses: '512' },
    });
  });

  it('counts a shared range once, and is exact where numbers are not', async () => {
    await aPool('six', ['fd00::/16'], { reuse: 'REUSABLE' });
    for (const holder of ['a', 'b', 'c']) await allocate('six', { prefixLength: 32, ...team(holder) });
    const { usedAddresses, totalAddresses, freeByLength, breakdown } = await figures('/v1/pools/six/utilization?breakdown=true');
    expect([usedAddresses, totalAddresses]).toEqual([String(2n ** 96n), String(2n ** 112n)]);
    expect(breakdown.heldAddresses).toBe(String(2n ** 96n));
    expect(freeByLength.at(-1)).toEqual({ family: 6, prefixLength: 64, freeBlocks: 0, available: String(2n ** 48n - 2n ** 32n) });
  });

  it('is known for the past', async () => {
    await aPool('past', ['10.1.0.0/16']);
    const { id } = await allocate('past', { prefixLength: 17, ...team('a') });
    const during = await rowOf(
      bench.fresh.db,
      sql<{ at: string }>`select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at`,
    );
    await bench.post(`/v1/allocations/${id}/release`);
    expect((await figures('/v1/pools/past/utilization')).percent).toBe(0);
    expect(await figures(`/v1/pools/past/utilization?breakdown=true&asOf=${during?.at}`)).toMatchObject({
      percent: 50,
      freeByPrefixLength: { 17: 1 },
      breakdown: { heldAddresses: '32768' },
    });
    expect((await bench.get('/v1/pools/past/utilization?asOf=1999-01-01T00:00:00Z')).status).toBe(404);
  });

  it('of a space counts what children hold once', async () => {
    await aPool('root', ['10.2.0.0/16', 'fd02::/64']);
    await aPool('leaf', ['10.2.0.0/17'], { parentPool: 'root', addressSpace: 's-root' });
    await allocate('leaf', { prefixLength: 18, ...team('a') });
    await allocate('root', { prefixLength: 18, family: 4, ...team('b') });
    const { families, pools } = await figures('/v1/address-spaces/s-root/utilization');
    expect(families).toEqual([
      { family: 4, usedAddresses: '32768', totalAddresses: '65536', percent: 50 },
      { family: 6, usedAddresses: '0', totalAddresses: String(2n ** 64n), percent: 0 },
    ]);
    expect(pools.map((pool: Record<string, unknown>) => [pool['pool'], pool['parentPool'], pool['usedAddresses']])).toEqual([
      ['root', null, '49152'],
      ['leaf', 'root', '16384'],
    ]);
  });
});

describe('the forecast', () => {
  it('comes from what was taken and given back, with growth, per length', async () => {
    await aPool('grow', ['10.3.0.0/16'], { defaultPrefixLength: 20 });
    await sql`update pool set created_at = now() - interval '100 days' where name = 'grow'`.execute(bench.fresh.db);
    const quiet = await figures('/v1/pools/grow/forecast');
    expect(quiet['lengths']).toMatchObject([{ prefixLength: 20, reason: 'NO_GROWTH', runsOutAt: null, blocksLeft: '16' }]);
    for (let day = 0; day < 28; day += 1) {
      const { id } = await allocate('grow', { prefixLength: 24, ...team(`d${day}`) });
      await ago(id, day);
    }
    const older = await allocate('grow', { prefixLength: 24, ...team('older') });
    await ago(older.id, 50);
    const back = await allocate('grow', { prefixLength: 25, ...team('back') });
    await bench.post(`/v1/allocations/${back.id}/release`);
    const { lengths, observedDays } = await figures('/v1/pools/grow/forecast');
    expect(observedDays).toBe(28);
    expect(lengths.map((line: Record<string, unknown>) => [line['prefixLength'], line['blocksLeft'], line['ownBlocksPerDay']])).toEqual([
      [20, '14', 0],
      [24, '227', 1],
      [25, '454', 0],
    ]);
    const runsOut = lengths[1].runsOutAt;
    expect(Date.parse(runsOut.earliest) - Date.now()).toBeGreaterThan(200 * 86_400_000);
    expect(Date.parse(runsOut.latest) - Date.now()).toBeLessThan(260 * 86_400_000);
    expect(lengths[1].confidence).toBe('HIGH');
    expect((await figures('/v1/pools/grow/forecast?windowDays=7&prefixLength=24'))['lengths']).toHaveLength(1);
    expect((await bench.get('/v1/pools/grow/forecast?windowDays=0')).status).toBe(422);
  });

  it('counts growth as giving the old block back and taking the new one', async () => {
    await aPool('expand', ['10.4.0.0/16']);
    await sql`update pool set created_at = now() - interval '100 days' where name = 'expand'`.execute(bench.fresh.db);
    const { id } = await allocate('expand', { prefixLength: 24, ...team('a') });
    await ago(id, 60);
    const moved = (await bench.get('/v1/allocations?pool=expand')).body.items[0];
    expect((await bench.post(`/v1/allocations/${moved.id}/expand`, {})).status).toBe(200);
    const { lengths } = await figures('/v1/pools/expand/forecast');
    expect(lengths.map((line: Record<string, unknown>) => [line['prefixLength'], line['ownBlocksPerDay']])).toEqual([
      [23, 0.036],
      [24, -0.036],
    ]);
  });

  it('of a reusable pool counts a range and not its holders', async () => {
    await aPool('shared', ['10.5.0.0/16'], { reuse: 'REUSABLE' });
    await sql`update pool set created_at = now() - interval '100 days' where name = 'shared'`.execute(bench.fresh.db);
    for (const holder of ['a', 'b', 'c', 'd']) await allocate('shared', { prefixLength: 18, ...team(holder) });
    const { lengths } = await figures('/v1/pools/shared/forecast');
    expect(lengths).toMatchObject([{ prefixLength: 18, blocksLeft: '3', ownBlocksPerDay: 0.036 }]);
  });
});

describe('advice', () => {
  it('names the fewest allocations that would have to leave, and moves nothing', async () => {
    await aPool('full', ['10.6.0.0/22']);
    await allocate('full', { cidr: '10.6.0.0/26', ...team('a') });
    await allocate('full', { cidr: '10.6.1.0/26', owner: { kind: 'CLUSTER', id: 'c' }, purpose: 'NODE_SUBNET:x' });
    await allocate('full', { cidr: '10.6.2.0/26', ...team('b1') });
    await allocate('full', { cidr: '10.6.2.64/26', ...team('b2') });
    await allocate('full', { cidr: '10.6.3.0/25', ...team('c') });
    const advice = await figures('/v1/pools/full/advice?prefixLength=24');
    expect(advice).toMatchObject({ reason: 'ADVICE', available: '0' });
    expect(
      advice['options'].map((option: Record<string, unknown>) => [option['block'], option['allocations'], option['addresses']]),
    ).toEqual([
      ['10.6.0.0/24', 1, '64'],
      ['10.6.3.0/24', 1, '128'],
      ['10.6.2.0/24', 2, '128'],
    ]);
    expect(advice['options'][0].moves).toMatchObject([{ cidr: '10.6.0.0/26', how: 'MOVE', owner: { kind: 'TEAM', id: 'a' } }]);
    const rebuilds = await figures('/v1/pools/full/advice?prefixLength=24&includeRebuilds=true');
    expect(rebuilds['options'].map(({ block }: { block: string }) => block)).toContain('10.6.1.0/24');
    expect(await figures('/v1/pools/full/advice?prefixLength=25')).toMatchObject({ reason: 'NOT_NEEDED' });
    expect((await figures('/v1/pools/full/advice?prefixLength=22'))['reason']).toBe('NOTHING_TO_MOVE');
  });
});

describe('the saving of a space', () => {
  it('is the sum of its live clusters, over REST and GraphQL', async () => {
    await bench.post('/v1/topologies', demoTopology);
    const plan = await bench.post('/v1/address-plans', {
      name: 'demo',
      clusters: [demoCluster(0), demoCluster(1)],
      pools: { nodeSubnet: 'nodes', podCidr: 'pods', serviceCidr: 'services' },
    });
    expect(plan.body.errors).toBeUndefined();
    const space = (await bench.get('/v1/pools/nodes')).body.addressSpace;
    const savings = await figures(`/v1/address-spaces/${space}/savings`);
    expect(savings).toMatchObject({ clusters: 2, ...plan.body.savings });
    expect(BigInt(savings['podAddresses'])).toBe(2n * BigInt(savings['podAddressesShared']));
    const { data, errors } = (
      await bench.post('/graphql', {
        query: `{ addressSpace(name: "${space}") { savings { clusters savedAddresses } utilization { families { family usedAddresses } } }
          pool(name: "nodes") { utilization(breakdown: true) { freeByLength { prefixLength available } breakdown { heldAddresses } }
            forecast { lengths { prefixLength reason } } advice(prefixLength: 30) { reason } } }`,
      })
    ).body;
    expect(errors).toBeUndefined();
    expect(data.addressSpace.savings).toEqual({ clusters: 2, savedAddresses: savings['savedAddresses'] });
    expect(data.pool.advice).toEqual({ reason: 'NOT_NEEDED' });
    const released = await bench.post('/v1/address-plans/demo/release');
    expect(released.status).toBeLessThan(300);
    expect((await figures(`/v1/address-spaces/${space}/savings`))['clusters']).toBe(0);
  });
});
