import { testTokens } from '@podspan/platform/testing';
import request, { type Response } from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoCluster, demoTopology } from '../testing/demo-fleet.js';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';
import { estateThings, exportedThings } from './export-schemas.js';

const things = estateThings;
type Row = Readonly<Record<string, unknown>>;

const subscription = '/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/rg';
const vnetId = `${subscription}/providers/Microsoft.Network/virtualNetworks/seen-net`;
/** Seen, not declared: a network with a subnet, and a kubenet cluster whose service range breaks a rule. */
const vnet = {
  id: vnetId,
  name: 'seen-net',
  type: 'Microsoft.Network/virtualNetworks',
  location: 'westeurope',
  addressSpace: { addressPrefixes: ['10.50.0.0/16'] },
  subnets: [{ id: `${vnetId}/subnets/nodes`, name: 'nodes', addressPrefix: '10.50.0.0/24' }],
};
const aks = {
  id: `${subscription}/providers/Microsoft.ContainerService/managedClusters/aks-seen`,
  name: 'aks-seen',
  type: 'Microsoft.ContainerService/managedClusters',
  location: 'westeurope',
  networkProfile: { networkPlugin: 'kubenet', podCidr: '10.244.0.0/16', serviceCidr: '172.30.0.0/16' },
  agentPoolProfiles: [{ name: 'system', vnetSubnetId: `${vnetId}/subnets/nodes` }],
};

let from: IpamBench;
beforeAll(async () => {
  from = await ipamBench();
  await from.post('/v1/address-spaces', { name: 'odd', description: '=HYPERLINK("http://x") of "all", and\nmore' });
  await from.post('/v1/topologies', demoTopology);
  await from.post('/v1/networks', {
    name: 'odd-net',
    addressSpace: 'odd',
    kind: 'VIRTUAL_NETWORK',
    prefixes: ['10.8.0.0/16', '10.7.0.0/16', 'fd00:8::/48'],
    region: 'westeurope',
    subscriptionId: '00000000-0000-0000-0000-000000000001',
  });
  const pools = [
    {
      name: 'odd-pool',
      addressSpace: 'odd',
      cidrs: ['10.8.0.0/16', '10.7.0.0/16', 'fd00:8::/48'],
      reuse: 'EXCLUSIVE',
      network: 'odd-net',
      purposes: ['lab one', 'prod'],
      strategy: 'BEST_FIT',
      cooldownSeconds: 86_400,
      minPrefixLength: 20,
      defaultPrefixLength: 24,
      labels: { 'a=b': '1;2', plain: '=1+1', empty: '' },
      quotas: [{ ownerKind: 'TEAM', maxAddresses: '4096' }, { maxAllocations: 50 }],
    },
    { name: 'odd-child', addressSpace: 'odd', cidrs: ['10.8.128.0/17'], reuse: 'EXCLUSIVE', parentPool: 'odd-pool' },
  ];
  for (const pool of pools) expect((await from.post('/v1/pools', pool)).status).toBe(201);
  const wishes = [
    { owner: { kind: 'TEAM', id: 'x, "y"; z' }, purpose: '=1+1', prefixLength: 24, labels: { env: 'a|b', note: "'quoted" } },
    { owner: { kind: 'TEAM', id: 'later' }, purpose: 'lab', prefixLength: 25, expiresAt: '2099-01-01T00:00:00.000Z' },
    { owner: { kind: 'TEAM', id: 'gone' }, purpose: 'lab', prefixLength: 26 },
    { owner: { kind: 'TEAM', id: 'six' }, purpose: 'lab', prefixLength: 64, family: 6 },
  ];
  const ids: string[] = [];
  for (const wish of wishes) ids.push((await from.post('/v1/pools/odd-pool/allocations', wish)).body.id);
  expect((await from.post(`/v1/allocations/${ids[2]}/release`)).body.status).toBe('QUARANTINED');
  expect((await from.post('/v1/pools', { name: 'alone', addressSpace: 'corp', cidrs: ['10.64.0.0/12'], reuse: 'REUSABLE' })).status).toBe(
    201,
  );
  const planPools = { nodeSubnet: 'nodes', podCidr: 'pods', serviceCidr: 'services' };
  const members = [0, 2].map((index) => demoCluster(index, { growthFactor: 2, mesh: 'payments', podCidrScope: 'UNIQUE' }));
  const unique = demoCluster(3, { podCidrScope: 'UNIQUE', ingress: { kind: 'AGC' } });
  for (const plan of [
    { name: 'demo', clusters: [...members, demoCluster(1)], pools: planPools },
    { name: 'more', clusters: [demoCluster(4), unique], pools: { ...planPools, podCidrUnique: 'alone' } },
  ])
    expect((await from.post('/v1/address-plans', plan)).body).toMatchObject({ name: plan.name });
  expect((await from.post('/v1/meshes', { name: 'idle', description: 'nobody yet' })).status).toBe(201);
  expect((await from.put('/v1/meshes/idle/members/aks-elsewhere')).status).toBe(200);
  expect((await from.post('/v1/imports?addressSpace=odd', [vnet, aks])).status).toBe(201);
  const table = 'kind,addressSpace,cidr,name,rangeKind,labels\nDISCOVERED_RANGE,odd,10.8.3.0/24,paper list,OTHER,env=a;note=x y\n';
  expect((await send(from, table, 'text/csv')).status).toBe(201);
});
afterAll(() => from.close());

/** What a service says it has, without what is its own: ids, times of its own, who did it, and how long ago something was seen. */
async function estateOf(bench: IpamBench): Promise<Readonly<Record<string, readonly Row[]>>> {
  const estate: Record<string, readonly Row[]> = {};
  for (const thing of things) {
    const { text } = await bench.get(`/v1/exports/${thing}?format=json`);
    const rows = (JSON.parse(text) as Row[]).map(
      ({ id: _id, createdAt: _created, updatedAt: _updated, createdBy: _by, ageSeconds: _age, source: _source, ...row }) => row,
    );
    estate[thing] = rows.sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
  }
  const { items } = (await bench.get('/v1/pools?limit=1000')).body;
  const free = [];
  for (const { name } of items) free.push({ name, free: (await bench.get(`/v1/pools/${name}/free?limit=1000`)).body.items });
  estate['free'] = free.sort((a, b) => a.name.localeCompare(b.name));
  return estate;
}

function send(bench: IpamBench, text: string, type: string): Promise<Response> {
  return request(bench.url)
    .post('/v1/imports')
    .set({ authorization: `Bearer ${testTokens.admin}`, 'content-type': type })
    .send(text)
    .then((response) => response);
}

describe.each([
  ['csv', 'text/csv'],
  ['json', 'application/json'],
])('an estate exported as %s', (format, type) => {
  it('and imported into an empty service is the same estate, and imported again changes nothing', async () => {
    const into = await ipamBench();
    try {
      for (const expected of ['created', 'unchanged']) {
        for (const thing of things) {
          const { text } = await from.get(`/v1/exports/${thing}?format=${format}`);
          const report = await send(into, text, type);
          expect([thing, report.status, report.body.errors]).toEqual([thing, 201, undefined]);
          expect([thing, report.body.counts]).toEqual([
            thing,
            {
              created: 0,
              updated: 0,
              unchanged: 0,
              skipped: 0,
              refused: 0,
              total: report.body.counts.total,
              [expected]: report.body.counts.total,
            },
          ]);
        }
      }
      expect(await estateOf(into)).toEqual(await estateOf(from));
      const { body } = await into.post('/v1/ipam/checks');
      expect(body.invariants.filter(({ broken }: { broken: number }) => broken > 0)).toEqual([]);
    } finally {
      await into.close();
    }
  });
});

it('says of each export that is no part of an estate that it cannot be read', async () => {
  for (const thing of exportedThings.filter((name) => !things.some((known) => known === name))) {
    const { text } = await from.get(`/v1/exports/${thing}`);
    if (text.split('\r\n').length > 2) expect((await send(from, text, 'text/csv')).status).toBe(422);
  }
});

it('names what is wrong with a row of a JSON export, where it is', async () => {
  const rows = [
    { pool: 'odd-pool', cidr: '10.8.0.1/24', owner: { kind: 'nobody', id: 'x' }, purpose: 'lab' },
    { pool: 'odd-pool', cidr: '10.8.9.0/24', owner: { kind: 'TEAM', id: 'q' }, purpose: 'lab', growthBlock: '10.8.16.0/24' },
    { pool: 'odd-pool', cidr: '10.8.10.0/24', owner: { kind: 'TEAM', id: 'r' }, purpose: 'lab', status: 'QUARANTINED' },
    { pool: 'odd-pool', cidr: '10.8.11.0/24', owner: { kind: 'TEAM', id: 's' }, purpose: 'lab', network: 'nowhere', labels: { a: 1 } },
    { pool: 'odd-pool', cidr: '10.8.12.0/24', owner: { kind: 'TEAM', id: 't' }, purpose: 'lab', network: 'nowhere' },
    { colour: 'red' },
  ];
  const { status, body } = await send(from, JSON.stringify(rows), 'application/json');
  expect(status).toBe(422);
  expect(body.errors.map(({ path, code }: { path: string; code: string }) => `${path} ${code}`)).toEqual([
    '[0].cidr host_bits_set',
    '[0].owner unknown_owner_kind',
    '[1].growthBlock invalid_growth_block',
    '[2].availableAt required',
    '[3].labels invalid_format',
    '[4].network unknown_reference',
    '[5] unknown_kind',
  ]);
});
