import { Cidr } from '@podspan/cidr';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoCluster, demoTopology } from '../testing/demo-fleet.js';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';
import { SearchRanges } from './search-ranges.js';

let bench: IpamBench;

interface Hit {
  readonly kind: string;
  readonly name: string;
  readonly cidr: string;
  readonly growthBlock: string | null;
  readonly status: string | null;
}

async function search(query: string): Promise<readonly Hit[]> {
  const { body, status } = await bench.get(`/v1/search?${query}`);
  expect([status, body.errors]).toEqual([200, undefined]);
  return body.items;
}

const kindsOf = (hits: readonly Hit[]): string[] => hits.map(({ kind, cidr }) => `${kind} ${cidr}`);

beforeAll(async () => {
  bench = await ipamBench();
  await bench.post('/v1/address-spaces', { name: 's' });
  await bench.post('/v1/networks', { name: 'n', addressSpace: 's', kind: 'VIRTUAL_NETWORK', prefixes: ['10.0.0.0/16', 'fd00::/48'] });
  await bench.post('/v1/pools', { name: 'p', addressSpace: 's', cidrs: ['10.0.0.0/17', 'fd00::/56'], reuse: 'EXCLUSIVE' });
  await bench.post('/v1/allocations/batch', {
    items: [
      { pool: 'p', cidr: '10.0.1.0/24', owner: { kind: 'TEAM', id: 'a' }, purpose: 'x' },
      { pool: 'p', cidr: '10.0.2.0/25', owner: { kind: 'TEAM', id: 'b' }, purpose: 'x' },
      { pool: 'p', cidr: 'fd00::/64', owner: { kind: 'TEAM', id: 'c' }, purpose: 'x' },
    ],
  });
  // The growth of b reaches to the end of its /23.
  await sql`update allocation set held = '10.0.2.0/23' where owner_id = 'b'`.execute(bench.fresh.db);
  await sql`insert into discovered_range (id, space_id, cidr, source) select gen_random_uuid(), id, '10.0.2.128/26', 'test' from address_space where name = 's'`.execute(
    bench.fresh.db,
  );
});
afterAll(() => bench.close());

describe('search', () => {
  it('finds everything that holds an address, the widest first', async () => {
    expect(kindsOf(await search('contains=10.0.2.130'))).toEqual([
      'NETWORK 10.0.0.0/16',
      'POOL 10.0.0.0/17',
      'GROWTH_BLOCK 10.0.2.0/25',
      'DISCOVERED 10.0.2.128/26',
    ]);
    expect(kindsOf(await search('contains=fd00::7'))).toEqual(['NETWORK fd00::/48', 'POOL fd00::/56', 'ALLOCATION fd00::/64']);
    expect(kindsOf(await search('contains=10.0.1.0/24'))).toEqual(['NETWORK 10.0.0.0/16', 'POOL 10.0.0.0/17', 'ALLOCATION 10.0.1.0/24']);
    expect(await search('contains=11.0.0.1')).toEqual([]);
  });

  it('finds what lies in a range and what touches it', async () => {
    expect(kindsOf(await search('within=10.0.2.0/24'))).toEqual(['ALLOCATION 10.0.2.0/25', 'DISCOVERED 10.0.2.128/26']);
    expect(kindsOf(await search('overlaps=10.0.3.0/24'))).toEqual(['NETWORK 10.0.0.0/16', 'POOL 10.0.0.0/17', 'GROWTH_BLOCK 10.0.2.0/25']);
    expect(kindsOf(await search('within=10.0.0.0/17&kind=ALLOCATION'))).toEqual(['ALLOCATION 10.0.1.0/24', 'ALLOCATION 10.0.2.0/25']);
    expect(await search('within=0.0.0.0/0&addressSpace=unknown')).toEqual([]);
  });

  it('finds the gateway subnets and the service ranges of clusters', async () => {
    await bench.post('/v1/topologies', demoTopology);
    const plan = await bench.post('/v1/address-plans', {
      name: 'demo',
      clusters: [{ ...demoCluster(0), ingress: { kind: 'AGC' } }],
      pools: { nodeSubnet: 'nodes', podCidr: 'pods', gatewaySubnet: 'nodes', serviceCidr: 'services' },
    });
    expect(plan.body.errors).toBeUndefined();
    const [{ gatewaySubnet, serviceCidr, podCidr, podCidrGrowth }] = plan.body.clusters;
    expect(kindsOf(await search(`within=${gatewaySubnet}&kind=ALLOCATION`))).toEqual([`ALLOCATION ${gatewaySubnet}`]);
    expect(await search(`contains=${serviceCidr}&kind=CLUSTER`)).toEqual([]);
    // As if the range had come from no pool.
    await sql`delete from allocation where purpose = 'SERVICE_CIDR'`.execute(bench.fresh.db);
    expect(kindsOf(await search(`contains=${serviceCidr}&kind=CLUSTER`))).toEqual([`CLUSTER ${serviceCidr}`]);
    const pods = await search(`contains=${podCidr}&kind=ALLOCATION`);
    expect(pods.map(({ growthBlock }) => growthBlock)).toEqual([podCidrGrowth]);
  });

  it('pages through what a naive look at every row finds, whatever is asked', async () => {
    await bench.post('/v1/address-spaces', { name: 'many' });
    await bench.post('/v1/pools', { name: 'many', addressSpace: 'many', cidrs: ['172.16.0.0/16'], reuse: 'EXCLUSIVE' });
    await bench.post('/v1/pools', {
      name: 'child',
      addressSpace: 'many',
      cidrs: ['172.16.128.0/17'],
      reuse: 'REUSABLE',
      parentPool: 'many',
    });
    const sizes = [22, 24, 25, 28];
    const items = Array.from({ length: 120 }, (_, index) => ({
      pool: index % 3 === 0 ? 'child' : 'many',
      prefixLength: sizes[index % sizes.length],
      owner: { kind: 'TEAM', id: `t${index}` },
      purpose: 'x',
    }));
    expect((await bench.post('/v1/allocations/batch', { items })).status).toBe(201);
    const all = (await bench.get('/v1/allocations?addressSpace=many&limit=1000')).body.items.map(({ cidr }: Hit) => Cidr.parse(cidr));
    const pools = ['172.16.0.0/16', '172.16.128.0/17'].map((text) => Cidr.parse(text));
    const use = new SearchRanges(bench.fresh.db);
    const actor = { subject: 'test', role: 'viewer', spaces: '*' } as const;
    const range = fc
      .tuple(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 14, max: 32 }))
      .map(([offset, length]) => Cidr.around(Cidr.parse(`172.16.${offset >> 8}.${offset & 255}/32`).firstAddress, length));
    await fc.assert(
      fc.asyncProperty(
        range,
        fc.constantFrom('contains', 'within', 'overlaps'),
        fc.integer({ min: 1, max: 40 }),
        async (cidr, mode, limit) => {
          const matches = (other: Cidr): boolean =>
            mode === 'contains' ? other.contains(cidr) : mode === 'within' ? cidr.contains(other) : cidr.overlaps(other);
          const expected = [...pools, ...all].filter(matches).sort(Cidr.compare).map(String);
          const found: string[] = [];
          let cursor: string | undefined;
          do {
            const page = await use.execute(actor, { [mode]: String(cidr), addressSpace: 'many', limit, cursor });
            expect(page.items.length).toBeLessThanOrEqual(limit);
            found.push(...page.items.map((hit) => hit.cidr));
            cursor = page.nextCursor ?? undefined;
          } while (cursor !== undefined);
          expect(found).toEqual(expected);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('walks crowded ranges in windows and loses no block that is larger than a window', async () => {
    await bench.post('/v1/address-spaces', { name: 'crowd' });
    await bench.post('/v1/pools', { name: 'crowd', addressSpace: 'crowd', cidrs: ['10.64.0.0/16'], reuse: 'REUSABLE' });
    await sql`insert into allocation (id, pool_id, space_no, cidr, held, status, owner_kind, owner_id, purpose, exclusive, created_by)
      select gen_random_uuid(), p.id, s.no, c.cidr, c.cidr, 'ACTIVE', 'TEAM', 'c' || n, 'x', false, 'test'
      from pool p join address_space s on s.id = p.space_id cross join generate_series(1, 2600) n cross join lateral (
        select case n % 3 when 0 then '10.64.0.0/16'::cidr when 1 then '10.64.32.0/19'::cidr else set_masklen('10.64.0.0'::inet + n, 32)::cidr end
      ) c(cidr) where p.name = 'crowd'`.execute(bench.fresh.db);
    const seen = new Set<string>();
    const order: Cidr[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: { items: (Hit & { id: string })[]; nextCursor: string | null } = (
        await bench.get(`/v1/search?overlaps=10.64.0.0/15&kind=ALLOCATION&limit=700${cursor === '' ? '' : `&cursor=${cursor}`}`)
      ).body;
      page.items.forEach(({ id, cidr }) => seen.add(id) && order.push(Cidr.parse(cidr)));
      cursor = page.nextCursor;
    }
    expect(seen.size).toBe(2600);
    expect(order.map(String)).toEqual([...order].sort(Cidr.compare).map(String));
  });

  it("shows only what the caller's rights reach", async () => {
    const use = new SearchRanges(bench.fresh.db);
    const page = await use.execute({ subject: 'x', role: 'viewer', spaces: ['many'] }, { overlaps: '0.0.0.0/0', limit: 1000 });
    expect(new Set(page.items.map(({ addressSpace }) => addressSpace))).toEqual(new Set(['many']));
    expect((await use.execute({ subject: 'x', role: 'viewer', spaces: [] }, { overlaps: '0.0.0.0/0', limit: 10 })).items).toEqual([]);
  });

  it('names what is wrong with a question', async () => {
    for (const [query, code] of [
      ['', 'ambiguous_request'],
      ['contains=10.0.0.1&within=10.0.0.0/8', 'ambiguous_request'],
      ['within=10.0.0.1/8', 'host_bits_set'],
      ['contains=10.0.0.1:80', 'invalid_address'],
      ['contains=10.0.0.1&limit=1001', 'too_big'],
      ['contains=10.0.0.1&cursor=x', 'invalid_cursor'],
    ] as const) {
      const { status, body } = await bench.get(`/v1/search?${query}`);
      expect([query, status]).toEqual([query, 422]);
      expect([body.code, ...(body.errors ?? []).map((problem: { code: string }) => problem.code)]).toContain(code);
    }
  });
});

describe('the audit trail', () => {
  it('is filtered by time, action and request', async () => {
    const marked = await bench.post('/v1/address-spaces', { name: 'audited' }, { 'x-request-id': 'req-42' });
    expect(marked.status).toBe(201);
    const items = async (query: string): Promise<{ action: string; requestId: string; at: string }[]> =>
      (await bench.get(`/v1/audit-events?${query}`)).body.items;
    const [event] = await items('requestId=req-42');
    expect(event).toMatchObject({ action: 'address_space.created', requestId: 'req-42' });
    expect(await items(`since=${event?.at}&action=address_space.created&actor=admin`)).toHaveLength(1);
    expect(await items('until=2000-01-01T00:00:00Z')).toEqual([]);
  });

  it('has the state before and after of every change', async () => {
    await bench.post('/v1/address-spaces', { name: 'trail' });
    await bench.post('/v1/networks', { name: 'trail-n', addressSpace: 'trail', kind: 'VIRTUAL_NETWORK', prefixes: ['10.90.0.0/16'] });
    await bench.patch('/v1/networks/trail-n', { prefixes: ['10.91.0.0/16'] });
    await bench.post('/v1/meshes', { name: 'trail-m' });
    await bench.put('/v1/meshes/trail-m/members/c1');
    await bench.delete('/v1/meshes/trail-m/members/c1');
    await bench.post('/v1/pools', {
      name: 'trail',
      addressSpace: 'trail',
      cidrs: ['10.92.0.0/16'],
      reuse: 'EXCLUSIVE',
      cooldownSeconds: 600,
    });
    const wish = { prefixLength: 24, owner: { kind: 'TEAM', id: 'trail' }, purpose: 'x' };
    const { id } = (await bench.post('/v1/pools/trail/allocations', wish)).body;
    await bench.post(`/v1/allocations/${id}/expand`, {});
    await bench.post(`/v1/allocations/${id}/release`);
    await bench.post('/v1/pools/trail/allocations', { ...wish, prefixLength: 23 });
    await bench.post(`/v1/allocations/${id}/release`);
    await sql`update allocation set available_at = now() where id = ${id}`.execute(bench.fresh.db);
    await bench.get('/v1/pools/trail/utilization');
    const events = async (query: string): Promise<unknown[]> =>
      // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the answer is what is under test
      (await bench.get(`/v1/audit-events?${query}`)).body.items.map(({ action, actor, before, after }: Record<string, any>) => [
        action,
        actor,
        before?.status ?? before?.prefixes ?? before?.members ?? null,
        after?.status ?? after?.prefixes ?? after?.members ?? null,
      ]);
    expect(await events(`resource=${id}`)).toEqual([
      ['allocation.released', 'podspan', 'QUARANTINED', 'RELEASED'],
      ['allocation.quarantined', 'admin', 'ACTIVE', 'QUARANTINED'],
      ['allocation.revived', 'admin', 'QUARANTINED', 'ACTIVE'],
      ['allocation.quarantined', 'admin', 'ACTIVE', 'QUARANTINED'],
      ['allocation.expanded', 'admin', 'ACTIVE', 'ACTIVE'],
      ['allocation.created', 'admin', null, 'ACTIVE'],
    ]);
    expect(await events('action=network.updated')).toEqual([['network.updated', 'admin', ['10.90.0.0/16'], ['10.91.0.0/16']]]);
    expect(await events('kind=mesh&limit=2')).toEqual([
      ['mesh.left', 'admin', ['c1'], []],
      ['mesh.joined', 'admin', [], ['c1']],
    ]);
  });
});
