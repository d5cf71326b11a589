import { connectArm, staticCredential } from '@podspan/azure';
import { type Emulator, startEmulator } from '@podspan/azure-emulator';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';

const subscription = '11111111-1111-4111-8111-111111111111';
let azure: Emulator;
let bench: IpamBench;
beforeAll(async () => {
  azure = await startEmulator({ clock: 'manual', throttling: false, seed: 7 });
  const arm = connectArm({ endpoint: azure.url, credential: staticCredential('ipam-test') });
  bench = await ipamBench({
    azure: { arm, subscriptions: [subscription], addressSpace: 'corp', intervalSeconds: 1 },
    backgroundMs: 25,
  });
});
afterAll(async () => {
  await bench.close();
  await azure.close();
});

const group = `/subscriptions/${subscription}/resourceGroups/rg`;
const networkId = (name: string): string => `${group}/providers/Microsoft.Network/virtualNetworks/${name}`;

async function arm(method: 'PUT' | 'DELETE', path: string, body?: object): Promise<void> {
  const response = await fetch(`${azure.url}${path}?api-version=2025-05-01`, {
    method,
    headers: { authorization: 'Bearer test', 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect([path, response.status < 300]).toEqual([path, true]);
  azure.clock.advance(3600);
}

const network = (name: string, addressPrefixes: readonly string[]): Promise<void> =>
  arm('PUT', networkId(name), { location: 'westeurope', properties: { addressSpace: { addressPrefixes } } });
const peering = (from: string, to: string): Promise<void> =>
  arm('PUT', `${networkId(from)}/virtualNetworkPeerings/to-${to}`, { properties: { remoteVirtualNetwork: { id: networkId(to) } } });

async function drift(kind: string): Promise<readonly unknown[]> {
  return (await bench.get(`/v1/drift?kind=${kind}`)).body.items;
}

/** The schedule reads Azure by itself; nobody asks for it here. */
async function until(what: () => Promise<void>): Promise<void> {
  await vi.waitFor(what, { timeout: 20_000, interval: 50 });
}

describe('the schedule and the drift it finds', () => {
  it('reads Azure by itself, again and again', async () => {
    await bench.post('/v1/address-spaces', { name: 'corp' });
    await arm('PUT', group, { location: 'westeurope' });
    await network('hub', ['10.40.0.0/16']);
    await until(async () => {
      const { items } = (await bench.get('/v1/discoveries')).body;
      expect(items.filter(({ status }: { status: string }) => status === 'SUCCEEDED').length).toBeGreaterThan(1);
      expect(items[0].trigger).toBe('SCHEDULE');
      expect((await bench.get('/v1/networks/hub')).status).toBe(200);
    });
  });

  it('tells each of the six kinds with what was expected, what is there and how old the data is', async () => {
    for (const name of ['told', 'going'] as const) {
      const prefixes = [name === 'told' ? '10.41.0.0/16' : '10.42.0.0/16'];
      const made = {
        name,
        addressSpace: 'corp',
        kind: 'VIRTUAL_NETWORK',
        prefixes,
        subscriptionId: subscription,
        resourceId: networkId(name),
      };
      expect((await bench.post('/v1/networks', made)).status).toBe(201);
    }
    expect((await bench.post('/v1/links', { from: 'told', to: 'going', kind: 'PEERING' })).status).toBe(201);
    expect(
      (await bench.post('/v1/pools', { name: 'nodes', addressSpace: 'corp', cidrs: ['10.41.0.0/16'], reuse: 'EXCLUSIVE', network: 'told' }))
        .status,
    ).toBe(201);
    for (const [cidr, id] of [
      ['10.41.1.0/24', 'grown'],
      ['10.41.9.0/24', 'never'],
    ] as const) {
      const held = await bench.post('/v1/pools/nodes/allocations', { cidr, owner: { kind: 'CLUSTER', id }, purpose: 'NODE_SUBNET' });
      expect([held.status, held.body.network]).toEqual([201, 'told']);
    }
    await network('told', ['10.41.0.0/16', '10.141.0.0/16']);
    await network('going', ['10.42.0.0/16']);
    await peering('told', 'going');
    await peering('going', 'told');
    await arm('PUT', `${networkId('told')}/subnets/grown`, { properties: { addressPrefix: '10.41.1.0/25' } });
    await arm('PUT', `${networkId('told')}/subnets/stray`, { properties: { addressPrefix: '10.41.20.0/24' } });
    const aged = { ageSeconds: expect.any(Number), checkedAt: expect.any(String), network: 'told' };
    await until(async () => {
      expect(await drift('SUBNET_PREFIX_DIFFERS')).toMatchObject([{ expected: ['10.41.1.0/24'], actual: ['10.41.1.0/25'], ...aged }]);
      expect(await drift('ALLOCATED_NOT_SEEN')).toMatchObject([{ expected: ['10.41.9.0/24'], actual: [], ...aged }]);
      expect(await drift('SEEN_NOT_ALLOCATED')).toMatchObject([{ expected: [], actual: ['10.41.20.0/24'], ...aged }]);
      expect(await drift('NETWORK_PREFIXES_DIFFER')).toMatchObject([
        { expected: ['10.41.0.0/16'], actual: ['10.41.0.0/16', '10.141.0.0/16'], ...aged },
      ]);
    });
    await arm('DELETE', `${networkId('told')}/virtualNetworkPeerings/to-going`);
    await arm('DELETE', `${networkId('going')}/virtualNetworkPeerings/to-told`);
    await arm('DELETE', networkId('going'));
    await until(async () => {
      expect(await drift('NETWORK_NOT_SEEN')).toMatchObject([{ network: 'going', expected: ['10.42.0.0/16'], actual: [] }]);
      expect(await drift('LINK_NOT_SEEN')).toMatchObject([{ actual: [], network: expect.any(String) }]);
    });
    expect((await bench.get('/v1/networks/going')).status).toBe(200);
  });

  it('is over when Azure and Podspan agree again', async () => {
    await arm('DELETE', `${networkId('told')}/subnets/grown`);
    await arm('DELETE', `${networkId('told')}/subnets/stray`);
    await arm('PUT', `${networkId('told')}/subnets/grown`, { properties: { addressPrefix: '10.41.1.0/24' } });
    await arm('PUT', `${networkId('told')}/subnets/never`, { properties: { addressPrefix: '10.41.9.0/24' } });
    await network('going', ['10.42.0.0/16']);
    await peering('told', 'going');
    await peering('going', 'told');
    expect((await bench.patch('/v1/networks/told', { prefixes: ['10.41.0.0/16', '10.141.0.0/16'] })).status).toBe(200);
    await until(async () => expect((await bench.get('/v1/drift')).body.items).toEqual([]));
  });
});
