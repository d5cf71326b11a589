import { connectArm, staticCredential } from '@podspan/azure';
import { type Emulator, startEmulator } from '@podspan/azure-emulator';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';
import { RunDiscoveries } from './run-discoveries.js';

const [one, two] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
let azure: Emulator;
let bench: IpamBench;
beforeAll(async () => {
  azure = await startEmulator({ clock: 'manual', throttling: false, pageSize: 2, seed: 7 });
  const arm = connectArm({ endpoint: azure.url, credential: staticCredential('ipam-test') });
  bench = await ipamBench({ azure: { arm, subscriptions: [one], addressSpace: 'corp', intervalSeconds: undefined } });
  await bench.post('/v1/address-spaces', { name: 'corp' });
  await bench.post('/v1/pools', { name: 'nodes', addressSpace: 'corp', cidrs: ['10.40.0.0/14'], reuse: 'EXCLUSIVE' });
});
afterAll(async () => {
  await bench.close();
  await azure.close();
});

async function put(path: string, body: object): Promise<void> {
  const response = await fetch(`${azure.url}${path}?api-version=2025-05-01`, {
    method: 'PUT',
    headers: { authorization: 'Bearer test', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect([path, response.status < 300]).toEqual([path, true]);
  azure.clock.advance(3600);
}

const networkId = (name: string, subscription = one): string =>
  `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/${name}`;

async function network(name: string, prefix: string, subscription = one): Promise<void> {
  await put(`/subscriptions/${subscription}/resourceGroups/rg`, { location: 'westeurope' });
  await put(networkId(name, subscription), { location: 'westeurope', properties: { addressSpace: { addressPrefixes: [prefix] } } });
}

async function remove(path: string): Promise<void> {
  await fetch(`${azure.url}${path}?api-version=2025-05-01`, { method: 'DELETE', headers: { authorization: 'Bearer test' } });
  azure.clock.advance(3600);
}

const discover = (body: object = {}) => bench.post('/v1/discoveries', body);
const ranges = async (query = '') =>
  (await bench.get(`/v1/discovered-ranges?limit=100${query}`)).body.items.map(
    ({ kind, cidr, state }: Record<string, string>) => `${kind} ${cidr} ${state}`,
  );

describe('discovery', () => {
  it('reads every page of networks and clusters, and twice is once', async () => {
    for (const [name, prefix] of [
      ['hub', '10.40.0.0/16'],
      ['spoke-a', '10.41.0.0/16'],
      ['spoke-b', '10.42.0.0/16'],
    ] as const)
      await network(name, prefix);
    await put(`${networkId('spoke-a')}/subnets/nodes`, { properties: { addressPrefix: '10.41.0.0/24' } });
    for (const [from, to] of [
      ['hub', 'spoke-a'],
      ['spoke-a', 'hub'],
    ] as const)
      await put(`${networkId(from)}/virtualNetworkPeerings/to-${to}`, { properties: { remoteVirtualNetwork: { id: networkId(to) } } });
    await put(`/subscriptions/${one}/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks-1`, {
      location: 'westeurope',
      identity: { type: 'SystemAssigned' },
      properties: {
        dnsPrefix: 'demo',
        agentPoolProfiles: [
          { name: 'system', mode: 'System', count: 3, vmSize: 'Standard_D4s_v5', vnetSubnetID: `${networkId('spoke-a')}/subnets/nodes` },
        ],
        networkProfile: {
          networkPlugin: 'azure',
          networkPluginMode: 'overlay',
          podCidr: '192.168.0.0/16',
          serviceCidr: '172.16.0.0/16',
          dnsServiceIP: '172.16.0.10',
        },
      },
    });
    const { status, body } = await discover();
    expect([status, body.status, body.subscriptions[0].error]).toEqual([200, 'SUCCEEDED', null]);
    expect((await ranges()).sort()).toEqual([
      'POD_CIDR 192.168.0.0/16 LIVE',
      'SERVICE_CIDR 172.16.0.0/16 LIVE',
      'SUBNET 10.41.0.0/24 LIVE',
      'VIRTUAL_NETWORK 10.40.0.0/16 LIVE',
      'VIRTUAL_NETWORK 10.41.0.0/16 LIVE',
      'VIRTUAL_NETWORK 10.42.0.0/16 LIVE',
    ]);
    expect((await bench.get('/v1/networks/spoke-a')).body.routingDomain.networks).toEqual(['hub', 'spoke-a']);
    expect((await bench.get('/v1/discovered-ranges?cluster=aks-1&kind=POD_CIDR')).body.items).toMatchObject([
      { mode: 'OVERLAY', routed: false, network: 'spoke-a', scope: `azure:${one}` },
    ]);
    const next = await bench.post('/v1/pools/nodes/allocations', { prefixLength: 24, owner: { kind: 'TEAM', id: 'a' }, purpose: 'lab' });
    expect(next.body.cidr).toBe('10.43.0.0/24');
    expect((await discover()).body.subscriptions[0].counts).toMatchObject({ created: 0, updated: 0, refused: 0 });
  });

  it('opens a conflict when a network comes over a block held, tells the drift, and gives the space back once when it goes', async () => {
    const before = (await bench.get('/v1/pools/nodes/free')).body.items;
    await network('late', '10.43.0.0/20');
    await put(`${networkId('late')}/subnets/stray`, { properties: { addressPrefix: '10.43.2.0/24' } });
    await discover();
    const found = (await bench.get('/v1/conflicts')).body.items.filter(
      ({ kind }: { kind: string }) => kind === 'ALLOCATION_OVERLAPS_DISCOVERED',
    );
    expect(found).toMatchObject([
      { ranges: [{ cidr: '10.43.0.0/24' }, { cidr: '10.43.0.0/20' }], ageSeconds: expect.any(Number), dataSeenAt: expect.any(String) },
    ]);
    const drift = (await bench.get('/v1/drift?kind=SEEN_NOT_ALLOCATED')).body.items;
    expect(drift.map(({ actual }: { actual: string[] }) => actual[0])).toEqual(expect.arrayContaining(['10.43.2.0/24', '10.41.0.0/24']));
    await remove(networkId('late'));
    await discover();
    expect(await ranges('&state=ENDED')).toEqual(
      expect.arrayContaining(['VIRTUAL_NETWORK 10.43.0.0/20 ENDED', 'SUBNET 10.43.2.0/24 ENDED']),
    );
    expect((await bench.get('/v1/pools/nodes/free')).body.items).toEqual(before);
    expect((await bench.get('/v1/networks/late')).status).toBe(404);
    expect(
      (await bench.get('/v1/conflicts')).body.items.filter(({ kind }: { kind: string }) => kind === 'ALLOCATION_OVERLAPS_DISCOVERED'),
    ).toEqual([]);
  });

  it('leaves what it saw, marked as stale, when a subscription cannot be read, and goes on with the others', async () => {
    await network('far', '10.50.0.0/16', two);
    expect((await discover({ subscriptions: [one, two] })).body.status).toBe('SUCCEEDED');
    azure.faults.add({ match: { method: 'GET', subscription: two }, do: { status: 403 }, times: 100 });
    const { body } = await discover({ subscriptions: [one, two] });
    expect([body.status, body.subscriptions.map(({ status }: { status: string }) => status)]).toEqual(['PARTIAL', ['SUCCEEDED', 'FAILED']]);
    expect(await ranges('&state=STALE')).toEqual(['VIRTUAL_NETWORK 10.50.0.0/16 STALE']);
    expect((await bench.get('/v1/networks/far')).status).toBe(200);
    azure.faults.clear();
    await discover({ subscriptions: [two] });
    expect(await ranges('&state=STALE')).toEqual([]);
  });

  it('waits as long as Azure says and goes on from the row', async () => {
    azure.faults.add({ match: { method: 'GET', subscription: one }, do: { throttle: { retryAfter: 30 } }, times: 1 });
    const { status, body } = await discover();
    expect([status, body.status, body.subscriptions[0].status, body.subscriptions[0].nextAttemptAt !== null]).toEqual([
      202,
      'RUNNING',
      'PENDING',
      true,
    ]);
    azure.faults.clear();
    await sql`update discovery_task set due_at = now() where status = 'PENDING'`.execute(bench.fresh.db);
    await Promise.all([bench.resolve(RunDiscoveries).tick(), bench.resolve(RunDiscoveries).tick()]);
    expect((await bench.get(`/v1/discoveries/${body.id}`)).body).toMatchObject({ status: 'SUCCEEDED', subscriptions: [{ attempts: 2 }] });
  });

  it('is done by another when who claimed it died', async () => {
    await sql`insert into discovery (id, trigger, actor) values ('01900000-0000-7000-8000-000000000001', 'REQUEST', 'dead')`.execute(
      bench.fresh.db,
    );
    await sql`insert into discovery_task (discovery_id, subscription_id, status, attempts, claimed_until)
      values ('01900000-0000-7000-8000-000000000001', ${one}, 'RUNNING', 1, now() - interval '1 second')`.execute(bench.fresh.db);
    await bench.resolve(RunDiscoveries).tick();
    expect((await bench.get('/v1/discoveries/01900000-0000-7000-8000-000000000001')).body.status).toBe('SUCCEEDED');
  });

  it('names what is wrong with a request', async () => {
    expect((await discover({ subscriptions: [] })).status).toBe(422);
    expect((await discover({ addressSpace: 'nowhere' })).body.code).toBe('unknown_reference');
    expect((await bench.get('/v1/discoveries/none')).status).toBe(404);
    const { body } = await bench.post('/graphql', {
      query:
        '{ discoveredRanges(first: 1, kind: SUBNET) { nodes { cidr state network } } drift(first: 1) { nodes { kind ageSeconds } } discoveries(first: 1) { nodes { status subscriptions { status } } } }',
    });
    expect(body.data.discoveredRanges.nodes).toEqual([{ cidr: '10.41.0.0/24', state: 'LIVE', network: 'spoke-a' }]);
  });
});
