import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bootStandalone, type TestStandalone } from '../testing/boot-standalone.js';
import { rolloutEvents } from '../testing/event-streams.js';
import { cluster, rolloutOf, topology, WEU } from '../testing/small-fleet.js';

const group = `/subscriptions/${WEU.subscriptionId}/resourceGroups/rg-aks-1`;
const clusterId = `${group}/providers/Microsoft.ContainerService/managedClusters/aks-1`;
const provider = `/subscriptions/${WEU.subscriptionId}/resourceGroups/rg-weu-1/providers/Microsoft.Network`;
const subnetId = `${provider}/virtualNetworks/weu-1/subnets/agic`;
const gatewayId = `${provider}/applicationGateways/agic`;
const part = (properties: object = {}): object[] => [{ name: 'one', properties }];
const applicationGateway = {
  location: WEU.region,
  properties: {
    sku: { name: 'Standard_v2', tier: 'Standard_v2', capacity: 2 },
    gatewayIPConfigurations: part({ subnet: { id: subnetId } }),
    frontendIPConfigurations: part(),
    frontendPorts: part({ port: 80 }),
    backendAddressPools: part(),
    backendHttpSettingsCollection: part({ port: 80 }),
    httpListeners: part({ protocol: 'Http' }),
    requestRoutingRules: part({ priority: 100 }),
  },
};
const ingress = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'shop', namespace: 'shop', annotations: { 'kubernetes.io/ingress.class': 'azure/application-gateway' } },
  spec: {
    rules: [
      {
        host: 'shop.example',
        http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'shop', port: { number: 80 } } } }] },
      },
    ],
  },
};

describe('a cluster goes from AGIC to AGC, with every true service', () => {
  let podspan: TestStandalone;
  beforeAll(async () => {
    podspan = await bootStandalone({ INGRESS_APPLY: true });
  });
  afterAll(() => podspan.close());

  async function azure(method: string, id: string, body?: object): Promise<{ properties: Record<string, unknown> }> {
    const url = `${podspan.azure}${id}?api-version=${id.includes('Microsoft.Network') ? '2026-01-01' : '2026-06-01'}`;
    const headers = { authorization: 'Bearer somebody-else', 'content-type': 'application/json' };
    const answer = await fetch(url, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    expect(answer.ok, await answer.clone().text()).toBe(true);
    return method === 'DELETE' ? { properties: {} } : ((await answer.json()) as { properties: Record<string, unknown> });
  }

  async function settled(id: string): Promise<void> {
    await vi.waitFor(async () => expect((await azure('GET', id)).properties['provisioningState']).toBe('Succeeded'), 20_000);
  }

  async function gone(id: string): Promise<void> {
    await azure('DELETE', id);
    const headers = { authorization: 'Bearer somebody-else' };
    await vi.waitFor(
      async () => expect((await fetch(`${podspan.azure}${id}?api-version=2026-01-01`, { headers })).status).toBe(404),
      20_000,
    );
  }

  /** As somebody did it years ago: the add-on on a subnet whose range ipam knows. */
  async function switchAgicOn(): Promise<string> {
    const { api } = podspan;
    const held = await api.post('/v1/pools/spokes/allocations', {
      cidr: '10.240.200.0/24',
      owner: { kind: 'NETWORK', id: 'agic-of-aks-1' },
      purpose: 'AGIC_SUBNET',
    });
    expect(held.status, held.text).toBeLessThan(300);
    await azure('PUT', subnetId, { properties: { addressPrefix: '10.240.200.0/24' } });
    await settled(subnetId);
    await azure('PUT', gatewayId, applicationGateway);
    await settled(gatewayId);
    const body = (await azure('GET', clusterId)) as unknown as {
      location: string;
      identity: object;
      tags: object;
      properties: Record<string, unknown>;
    };
    const { location, identity, tags, properties } = body;
    const { provisioningState: _, powerState: __, fqdn: ___, ...kept } = properties;
    await azure('PUT', clusterId, {
      location,
      identity,
      tags,
      properties: { ...kept, addonProfiles: { ingressApplicationGateway: { enabled: true, config: { applicationGatewayId: gatewayId } } } },
    });
    await settled(clusterId);
    return (held.body as { id: string }).id;
  }

  it('plans, makes AGC, applies, waits for people, switches AGIC off and gives its range back', async () => {
    const { api } = podspan;
    await api.post('/v1/topologies', topology).expect(200);
    await api.post('/v1/rollouts', rolloutOf('made', [cluster('aks-1', WEU)])).expect(202);
    await rolloutEvents(api, 'made');
    const allocation = await switchAgicOn();

    const plan = await api.post('/v1/ingress-cutovers?cluster=aks-1&pool=spokes', ingress).expect(200);
    expect(plan.body, JSON.stringify(plan.body.blockers)).toMatchObject({
      ready: true,
      subnets: [{ of: 'AGIC', cidr: '10.240.200.0/24' }, { held: 'to be taken from pool spokes' }],
      dns: [{ hostname: 'shop.example' }],
    });

    const body = { name: 'cut', action: 'MIGRATE_INGRESS', clusters: [{ ref: 'aks-1' }], ingress: { pool: 'spokes', ttlSeconds: 0 } };
    await api.post('/v1/rollouts', { ...body, confirmIrreversible: true }).expect(202);
    const at = (gate: string) =>
      vi.waitFor(
        async () => expect((await api.get('/v1/rollouts/cut')).body.waiting).toMatchObject({ kind: 'ITEM_APPROVAL', facts: { gate } }),
        30_000,
      );
    await at('SWITCH_DNS');
    const gateway = (await api.get('/v1/ingress-gateways/aks-1-agc').expect(200)).body;
    expect(gateway).toMatchObject({ cluster: 'aks-1', status: 'READY' });
    const backends = [{ service: 'shop', namespace: 'aks-1-agc', port: 80 }];
    await api.put('/v1/ingress-gateways/aks-1-agc/routes/web', { hostnames: ['shop.example'], rules: [{ backends }] }).expect(201);
    const applied = await api.post('/v1/ingress-gateways/aks-1-agc/apply', {}).expect(200);
    expect(applied.body).toMatchObject({ state: 'READY' });

    await api.post('/v1/rollouts/cut/approve', { gate: 'SWITCH_DNS' }).expect(200);
    await at('DISABLE_AGIC');
    await gone(gatewayId);
    await gone(subnetId);
    await api.post('/v1/rollouts/cut/approve', {}).expect(200);
    await rolloutEvents(api, 'cut');
    const view = (await api.get('/v1/rollouts/cut').expect(200)).body;
    expect(view, JSON.stringify((await api.get('/v1/rollouts/cut/items')).body)).toMatchObject({ lifecycle: 'DONE', outcome: 'SUCCEEDED' });
    expect((await azure('GET', clusterId)).properties['addonProfiles']).toMatchObject({ ingressApplicationGateway: { enabled: false } });
    expect((await api.get(`/v1/allocations/${allocation}`).expect(200)).body.status).toMatch(/QUARANTINED|RELEASED/);
    const after = await api.post('/v1/ingress-cutovers?cluster=aks-1', ingress).expect(200);
    expect(after.body.steps.find(({ id }: { id: string }) => id === 'disable-agic')).toMatchObject({ done: true });
  }, 120_000);
});
