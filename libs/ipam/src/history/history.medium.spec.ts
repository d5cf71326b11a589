import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowOf } from '../postgres/db.js';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';

let bench: IpamBench;

/** A moment after everything so far, to the microsecond. */
async function moment(): Promise<string> {
  const row = await rowOf(
    bench.fresh.db,
    sql<{ at: string }>`select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at`,
  );
  return row?.at ?? '';
}

async function names(path: string, asOf: string, member = 'name'): Promise<unknown[]> {
  const { body, status } = await bench.get(`${path}${path.includes('?') ? '&' : '?'}asOf=${asOf}`);
  expect(status).toBe(200);
  return body.items.map((item: Record<string, unknown>) => item[member]);
}

const owner = (id: string) => ({ owner: { kind: 'TEAM', id }, purpose: 'test' });

beforeAll(async () => {
  bench = await ipamBench();
});
afterAll(() => bench.close());

describe('asOf', () => {
  it('shows allocations as they were through quarantine, revival, growth, release and the end of their pool', async () => {
    await bench.post('/v1/address-spaces', { name: 'past' });
    await bench.post('/v1/pools', {
      name: 'old',
      addressSpace: 'past',
      cidrs: ['10.0.0.0/16'],
      reuse: 'EXCLUSIVE',
      cooldownSeconds: 3600,
    });
    const empty = await moment();
    const made = (await bench.post('/v1/pools/old/allocations', { prefixLength: 24, ...owner('a') })).body;
    const taken = await moment();
    await bench.post(`/v1/allocations/${made.id}/expand`, {});
    const grown = await moment();
    await bench.post(`/v1/allocations/${made.id}/release`);
    const resting = await moment();
    await bench.patch('/v1/pools/old', { name: 'renamed', cooldownSeconds: 0 });
    await bench.post('/v1/pools/renamed/allocations', { prefixLength: 23, ...owner('a') });
    const revived = await moment();
    await bench.post(`/v1/allocations/${made.id}/release`);
    const released = await moment();
    expect((await bench.delete('/v1/pools/renamed')).status).toBe(204);

    const at = async (asOf: string, more = ''): Promise<unknown> =>
      (await bench.get(`/v1/allocations?addressSpace=past&asOf=${asOf}${more}`)).body.items.map(
        ({ cidr, status, pool }: Record<string, unknown>) => [cidr, status, pool],
      );
    expect(await at(empty)).toEqual([]);
    expect(await at(taken)).toEqual([['10.0.0.0/24', 'ACTIVE', 'old']]);
    expect(await at(grown)).toEqual([['10.0.0.0/23', 'ACTIVE', 'old']]);
    expect(await at(resting)).toEqual([['10.0.0.0/23', 'QUARANTINED', 'old']]);
    expect(await at(revived)).toEqual([['10.0.0.0/23', 'ACTIVE', 'renamed']]);
    expect(await at(released)).toEqual([]);
    expect(await at(released, '&status=RELEASED')).toEqual([['10.0.0.0/23', 'RELEASED', 'renamed']]);
    expect(await at(taken, '&pool=old&owner=TEAM/a&contains=10.0.0.7&purpose=test')).toHaveLength(1);
    expect(await at(taken, '&pool=renamed')).toEqual([]);
    expect(await at(taken, '&contains=10.0.1.7')).toEqual([]);
    expect(await at(grown, '&contains=10.0.1.7')).toHaveLength(1);
    expect(await at(await moment())).toEqual([]);
    expect(await names('/v1/pools', taken)).toEqual(['old']);
    expect(await names('/v1/pools', revived)).toEqual(['renamed']);
    expect(await names('/v1/pools', await moment())).toEqual([]);
  });

  it('ends reservations and quarantines by the clock, not when the pool was next used', async () => {
    await bench.post('/v1/address-spaces', { name: 'clock' });
    await bench.post('/v1/pools', { name: 'clock', addressSpace: 'clock', cidrs: ['10.1.0.0/16'], reuse: 'EXCLUSIVE' });
    const before = await moment();
    await bench.post('/v1/pools/clock/allocations', { prefixLength: 24, expiresAt: '2099-01-01T00:00:00Z', ...owner('short') });
    await sql`update allocation set created_at = now() - interval '3 hours', updated_at = now() - interval '3 hours',
      expires_at = now() - interval '1 hour' where owner_id = 'short'`.execute(bench.fresh.db);
    const hoursAgo = (hours: number): string => new Date(Date.parse(before) - hours * 3_600_000).toISOString();
    await sql`update topology_version set valid_from = valid_from - interval '1 day'`.execute(bench.fresh.db);
    // Its id says that it was made now; the row says three hours ago.
    await sql`update allocation set id = overlay(id::text placing '017f22e2-79b0' from 1 for 13)::uuid where owner_id = 'short'`.execute(
      bench.fresh.db,
    );
    expect(await names('/v1/allocations?pool=clock', hoursAgo(2), 'status')).toEqual(['RESERVED']);
    expect(await names('/v1/allocations?pool=clock', hoursAgo(0.5), 'status')).toEqual([]);
    expect(await names('/v1/allocations?pool=clock&status=EXPIRED', hoursAgo(0.5), 'status')).toEqual(['EXPIRED']);
  });

  it('keeps a state that somebody left who had begun before it did, as one that lasted no time', async () => {
    await bench.post('/v1/address-spaces', { name: 'turns' });
    await bench.post('/v1/pools', { name: 'turns', addressSpace: 'turns', cidrs: ['10.3.0.0/16'], reuse: 'EXCLUSIVE' });
    const { id } = (await bench.post('/v1/pools/turns/allocations', { prefixLength: 24, ...owner('t') })).body;
    await bench.fresh.db.transaction().execute(async (trx) => {
      await sql`select now()`.execute(trx);
      expect((await bench.post(`/v1/allocations/${id}/expand`, {})).status).toBe(200);
      await sql`update allocation set labels = '{"a": "b"}', updated_at = now() where id = ${id}`.execute(trx);
    });
    const { rows } = await sql`select held::text, valid_from = valid_to as "lastedNoTime" from allocation_history
      where allocation_id = ${id} order by held_until`.execute(bench.fresh.db);
    expect(rows).toEqual([
      { held: '10.3.0.0/24', lastedNoTime: false },
      { held: '10.3.0.0/23', lastedNoTime: true },
    ]);
    const { body } = await bench.post('/v1/ipam/checks');
    const about = body.invariants.flatMap(({ examples }: { examples: { subject: string }[] }) =>
      examples.filter(({ subject }) => subject === id),
    );
    expect(about).toEqual([]);
  });

  it('pages through the past by key, with changed and unchanged rows mixed', async () => {
    await bench.post('/v1/address-spaces', { name: 'pages' });
    await bench.post('/v1/pools', { name: 'pages', addressSpace: 'pages', cidrs: ['10.2.0.0/16'], reuse: 'EXCLUSIVE' });
    const made = await bench.post('/v1/allocations/batch', {
      items: Array.from({ length: 20 }, (_, index) => ({ pool: 'pages', prefixLength: 26, ...owner(`p${index}`) })),
    });
    const then = await moment();
    for (const { id } of made.body.items.filter((_: unknown, index: number) => index % 3 === 0)) {
      await bench.post(`/v1/allocations/${id}/release`);
    }
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: { items: { cidr: string }[]; nextCursor: string | null } = (
        await bench.get(`/v1/allocations?pool=pages&limit=7&asOf=${then}${cursor === '' ? '' : `&cursor=${cursor}`}`)
      ).body;
      seen.push(...page.items.map(({ cidr }) => cidr));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(made.body.items.map(({ cidr }: { cidr: string }) => cidr));
  });

  it('shows networks, links, meshes, routing domains and conflicts of then', async () => {
    await bench.post('/v1/address-spaces', { name: 'topo' });
    for (const [name, prefix] of [
      ['na', '10.10.0.0/16'],
      ['nb', '10.11.0.0/16'],
    ] as const)
      await bench.post('/v1/networks', { name, addressSpace: 'topo', kind: 'VIRTUAL_NETWORK', prefixes: [prefix] });
    const apart = await moment();
    await bench.post('/v1/links', { from: 'na', to: 'nb', kind: 'PEERING' });
    await bench.post('/v1/meshes', { name: 'core' });
    await bench.put('/v1/meshes/core/members/aks-1');
    const together = await moment();
    const clash = await bench.post('/v1/networks?force=true', {
      name: 'nc',
      addressSpace: 'topo',
      kind: 'VIRTUAL_NETWORK',
      prefixes: ['10.10.1.0/24'],
    });
    expect(clash.status).toBe(201);
    await bench.post('/v1/links?force=true', { from: 'nc', to: 'na', kind: 'PEERING' });
    const clashing = await moment();
    await bench.delete('/v1/links/nc--na--peering');
    await bench.delete('/v1/links/na--nb--peering');
    await bench.patch('/v1/networks/nb', { prefixes: ['10.12.0.0/16', '10.13.0.0/16'] });
    await bench.delete('/v1/meshes/core/members/aks-1');
    const now = await moment();

    const network = async (name: string, asOf: string): Promise<Record<string, unknown>> =>
      (await bench.get(`/v1/networks?asOf=${asOf}`)).body.items.find((item: { name: string }) => item.name === name);
    expect(await network('nb', together)).toMatchObject({ prefixes: ['10.11.0.0/16'], routingDomain: { networks: ['na', 'nb'] } });
    expect(await network('nb', apart)).toMatchObject({ routingDomain: { networks: ['nb'] } });
    expect(await network('nb', now)).toMatchObject({ prefixes: ['10.12.0.0/16', '10.13.0.0/16'], routingDomain: { networks: ['nb'] } });
    expect(await names('/v1/links', apart)).toEqual([]);
    expect(await names('/v1/links', together)).toEqual(['na--nb--peering']);
    expect(await names('/v1/links', now)).toEqual([]);
    expect(await names('/v1/meshes', apart)).toEqual([]);
    expect(await names('/v1/meshes', together, 'members')).toEqual([['aks-1']]);
    expect(await names('/v1/meshes', now, 'members')).toEqual([[]]);
    expect(await names('/v1/conflicts', together)).toEqual([]);
    expect(await names('/v1/conflicts', clashing, 'kind')).toEqual(['NETWORKS_OVERLAP']);
    expect(await names('/v1/conflicts', now)).toEqual([]);
    const graphql = await bench.post('/graphql', {
      query: `{ links(asOf: "${together}") { nodes { name } } networks(asOf: "1999-01-01T00:00:00Z") { nodes { name } } }`,
    });
    expect(graphql.body.data).toEqual({ links: { nodes: [{ name: 'na--nb--peering' }] }, networks: { nodes: [] } });
  });

  it('is empty before the beginning and refused for the future', async () => {
    for (const path of ['address-spaces', 'networks', 'links', 'meshes', 'pools', 'allocations', 'conflicts']) {
      expect(await names(`/v1/${path}`, '1999-12-31T00:00:00Z')).toEqual([]);
      const future = await bench.get(`/v1/${path}?asOf=2999-01-01T00:00:00Z`);
      expect([future.status, future.body.code]).toEqual([422, 'as_of_in_future']);
    }
    expect((await bench.get('/v1/pools?asOf=yesterday')).status).toBe(422);
  });
});
