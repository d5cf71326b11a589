import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoCluster, demoTopology } from '../testing/demo-fleet.js';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';

let bench: IpamBench;
let counter = 0;

const nodePools = [{ name: 'system', mode: 'SYSTEM', vmSize: 'Standard_D4s_v5', count: 3, maxSurge: 1 }];
const owner = (id: string) => ({ owner: { kind: 'SERVICE', id }, purpose: 'POD_CIDR' });

async function aPool(more: object = {}): Promise<string> {
  counter += 1;
  const name = `either-${counter}`;
  const body = { name, addressSpace: 'corp', cidrs: [`100.${111 + counter}.0.0/16`], reuse: 'REUSABLE', ...more };
  expect((await bench.post('/v1/pools', body)).status).toBe(201);
  return name;
}

async function unique(name: string, pool: string) {
  const cluster = { ...demoCluster(0), name, nodePools, podCidrScope: 'UNIQUE' };
  const pools = { nodeSubnet: 'nodes', podCidr: 'pods', podCidrUnique: pool, serviceCidr: 'services' };
  return bench.post('/v1/address-plans', { name, clusters: [cluster], pools });
}

beforeAll(async () => {
  bench = await ipamBench();
  await bench.post('/v1/topologies', demoTopology);
});
afterAll(() => bench.close());

describe('a reusable pool that holds unique pod ranges (OV-55)', () => {
  it('gives nothing directly: neither any block nor an exact one, alone or in a batch, and nothing is kept', async () => {
    const pool = await aPool();
    const held = await unique('alone', pool);
    expect(held.status).toBe(201);
    const range = held.body.clusters[0].podCidr;
    for (const wish of [{ prefixLength: 22 }, { cidr: range }, { prefixLength: 24, exclude: range }]) {
      const { status, body } = await bench.post(`/v1/pools/${pool}/allocations`, { ...wish, ...owner('direct') });
      expect([status, body.code]).toEqual([422, 'pool_serves_another_rule']);
      expect(body.errors).toMatchObject([{ path: 'pool', rule: 'OV-55', value: pool, conflictsWith: 'alone' }]);
      expect(body.errors[0].suggestion).toContain('another reusable pool');
    }
    const items = [
      { pool: 'pods', prefixLength: 22, ...owner('good') },
      { pool, prefixLength: 22, ...owner('bad') },
    ];
    const { status, body } = await bench.post('/v1/allocations/batch', { items });
    expect([status, body.errors.map(({ path }: { path: string }) => path)]).toEqual([422, ['items[1].pool']]);
    expect((await bench.get('/v1/allocations?owner=good')).body.items).toEqual([]);
    await bench.post('/v1/address-plans/alone/release');
    expect((await bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: 22, ...owner('direct') })).status).toBe(201);
  });

  it('takes no row of an import, and leaves the rows of what is there as they are', async () => {
    const pool = await aPool();
    const { body } = await unique('imported', pool);
    const [row] = (await bench.get('/v1/allocations?owner=imported&purpose=POD_CIDR')).body.items;
    const csv = [
      'kind,pool,cidr,ownerKind,ownerId,purpose',
      `ALLOCATION,${pool},${row.cidr},CLUSTER,imported,POD_CIDR`,
      `ALLOCATION,${pool},${body.clusters[0].podCidr},SERVICE,other,POD_CIDR`,
    ].join('\n');
    const report = await bench.post('/v1/imports?format=CSV&dryRun=true', csv as unknown as object, { 'content-type': 'text/csv' });
    expect(report.body.rows.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['UNCHANGED', 'REFUSED']);
    expect(report.body.rows[1].problems).toMatchObject([{ code: 'pool_serves_another_rule', rule: 'OV-55', conflictsWith: 'imported' }]);
  });

  it('does not give a resting block back to whom it rests from', async () => {
    const pool = await aPool({ cooldownSeconds: 3600 });
    const first = await bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: 22, ...owner('rester') });
    expect((await unique('too-early', pool)).body.errors).toMatchObject([
      { path: 'clusters[0].podCidrScope', code: 'pool_serves_another_rule', conflictsWith: 'SERVICE/rester' },
    ]);
    await bench.post(`/v1/allocations/${first.body.id}/release`);
    expect((await unique('after', pool)).status).toBe(201);
    const again = await bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: 22, ...owner('rester') });
    expect([again.status, again.body.code]).toEqual([422, 'pool_serves_another_rule']);
  });

  it('lets a unique range grow until it meets another', async () => {
    const pool = await aPool();
    await unique('grows', pool);
    await unique('beside', pool);
    const [own] = (await bench.get('/v1/allocations?owner=grows&purpose=POD_CIDR')).body.items;
    expect((await bench.post(`/v1/allocations/${own.id}/expand`, {})).status).toBe(200);
    const met = await bench.post(`/v1/allocations/${own.id}/expand`, { prefixLength: 18 });
    expect([met.status, met.body.errors[0]]).toMatchObject([422, { code: 'pod_cidr_not_unique', rule: 'OV-55' }]);
    expect(met.body.errors[0].message).toContain('beside');
  });

  it('and direct takers at the same time: one of the two rules wins, never both', async () => {
    for (let round = 0; round < 3; round += 1) {
      const pool = await aPool();
      const [planned, taken] = await Promise.all([
        unique(`race-${round}`, pool),
        bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: 22, ...owner(`race-${round}`) }),
      ]);
      expect([planned.status, taken.status].sort((a, b) => a - b)).toEqual([201, 422]);
    }
  });
});
