import { Gateway } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/Gateway';
import { HTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { acceptedWrites, createdByType, createdTwice } from '../testing/azure-journal.js';
import { bootStandalone, type TestStandalone } from '../testing/boot-standalone.js';
import { rolloutEvents, subscribedOverSse, subscribedOverWebSocket } from '../testing/event-streams.js';
import { AGC, cluster, rolloutOf, sixClusters, topology, WEU } from '../testing/small-fleet.js';

const AGC_SUBNET = `/subscriptions/${WEU.subscriptionId}/resourceGroups/rg-weu-1/providers/Microsoft.Network/virtualNetworks/weu-1/subnets/snet-aks-1-agc`;

let podspan: TestStandalone;

beforeAll(async () => {
  podspan = await bootStandalone();
});
afterAll(() => podspan.close());

const first = rolloutOf('first', sixClusters, { waves: [{ name: 'canary', clusters: ['aks-1'] }, { name: 'rest' }] });
const names = sixClusters.map(({ name }) => name);
const upTo = (last: number, after = 0): number[] => Array.from({ length: last - after }, (_, index) => after + index + 1);

/** How many there are of everything a rollout could write. */
async function countsOf(): Promise<Readonly<Record<string, number>>> {
  const kinds = [
    'address-spaces',
    'networks',
    'links',
    'meshes',
    'pools',
    'allocations',
    'rollouts',
    'clusters',
    'ingress-gateways',
    'audit-events',
  ];
  const counts = await Promise.all(
    kinds.map(async (kind) => [kind, (await podspan.api.get(`/v1/${kind}?limit=1000`).expect(200)).body.items.length] as const),
  );
  return { ...Object.fromEntries(counts), azure: (await acceptedWrites(podspan.azure)).length };
}

describe('a portal rolls out a fleet', () => {
  it('plans networks, pools and clusters that do not exist yet, and a dry run keeps nothing', async () => {
    const before = await countsOf();
    const { body } = await podspan.api.post('/v1/rollouts?dryRun=true', { ...first, topology }).expect(200);
    expect(body.clusters.map(({ name, wave }: { name: string; wave: string }) => [name, wave])).toEqual(
      names.map((name) => [name, name === 'aks-1' ? 'canary' : 'rest']),
    );
    expect(body.clusters[0]).toMatchObject({ addresses: { podCidr: '192.168.0.0/22', podCidrGrowth: '192.168.0.0/21' } });
    expect(body.clusters[0].resources).toContainEqual(expect.objectContaining({ resourceId: AGC_SUBNET, change: 'CREATE' }));
    expect(await countsOf()).toEqual(before);
  });

  it('applies a topology twice and changes nothing the second time', async () => {
    const changesOf = async () =>
      (await podspan.api.post('/v1/topologies', topology).expect(200)).body.changes.map(({ change }: { change: string }) => change);
    expect(new Set(await changesOf())).toEqual(new Set(['CREATED']));
    const before = await countsOf();
    expect(new Set(await changesOf())).toEqual(new Set(['UNCHANGED']));
    expect(await countsOf()).toEqual(before);
  });

  it('plans on what exists, and keeps nothing either', async () => {
    const before = await countsOf();
    const dry = await podspan.api.post('/v1/rollouts?dryRun=true', first).expect(200);
    const { data } = await podspan.api.graphql<{ planRollout: unknown }>(
      'mutation ($input: StartRolloutInput!) { planRollout(input: $input) { ... on RolloutPlan { specHash } ... on ProblemInterface { code message } } }',
      { input: first },
    );
    expect(data.planRollout).toEqual({ specHash: dry.body.specHash });
    expect(await countsOf()).toEqual(before);
  });

  it('names every problem of a bad rollout at once and writes nothing (OV-30 to OV-36)', async () => {
    const before = await countsOf();
    const bad = rolloutOf('bad', [
      cluster('aks-bad', WEU, { podCidr: '10.240.0.0/16' }),
      cluster('aks-bad', WEU),
      cluster('aks_', WEU, { network: 'nowhere' }),
    ]);
    const { body } = await podspan.api.post('/v1/rollouts', bad).expect(422);
    const problems = body.errors as { path: string; code: string }[];
    expect(problems).toContainEqual(
      expect.objectContaining({
        path: 'clusters[0].podCidr',
        code: 'pod_cidr_overlaps_vnet',
        value: '10.240.0.0/16',
        rule: expect.stringMatching(/^[A-Z]+-\d+$/),
      }),
    );
    expect(problems.some(({ path }) => path.startsWith('clusters[1]'))).toBe(true);
    expect(problems.some(({ path }) => path === 'clusters[2].network')).toBe(true);
    expect(await countsOf()).toEqual(before);
  });

  it('rolls out six clusters while readers follow, hang up and go on without a gap', async () => {
    const started = await podspan.api.post('/v1/rollouts', first).expect(202);
    expect(started.headers['location']).toBe('/v1/rollouts/first');
    const [live, sse, sockets] = await Promise.all([
      rolloutEvents(podspan.api, 'first', { atMost: 12 }).then(async (seen) => [
        ...seen,
        ...(await rolloutEvents(podspan.api, 'first', { lastSeen: seen.at(-1)!.id })),
      ]),
      subscribedOverSse(podspan.api, 'first', 0),
      subscribedOverWebSocket(podspan.api, 'first', 5),
    ]);
    const { body: rollout } = await podspan.api.get('/v1/rollouts/first').expect(200);
    expect(rollout).toMatchObject({
      lifecycle: 'DONE',
      outcome: 'SUCCEEDED',
      waitingFor: null,
      counts: { total: 6, succeeded: 6, failed: 0 },
    });
    expect(live.map(({ id }) => id)).toEqual(upTo(rollout.lastSequence));
    expect(live.every(({ id, event, data }) => data.sequence === id && data.type === event)).toBe(true);
    expect(sse).toEqual(upTo(rollout.lastSequence));
    expect(sockets).toEqual(upTo(rollout.lastSequence, 5));
    const { body: page } = await podspan.api.get('/v1/rollouts/first/events?limit=1000').expect(200);
    expect(page.items.map(({ sequence }: { sequence: number }) => sequence)).toEqual(upTo(rollout.lastSequence));
  }, 60_000);

  it('opened the second wave only when the canary was there', async () => {
    const { body } = await podspan.api.get('/v1/rollouts/first/events?limit=1000').expect(200);
    const events = body.items as { sequence: number; type: string; cluster: string | null; wave: string | null }[];
    const at = (type: string, wave: string) => events.find((event) => event.type === type && event.wave === wave)!.sequence;
    const othersStarted = events
      .filter(({ type, cluster }) => type === 'item.started' && cluster !== 'aks-1')
      .map(({ sequence }) => sequence);
    expect(Math.min(...othersStarted)).toBeGreaterThan(at('wave.opened', 'rest'));
    expect(at('wave.opened', 'rest')).toBeGreaterThan(at('wave.opened', 'canary'));
  });

  it('shows every item with its steps and Azure calls, and every cluster with its addresses', async () => {
    const items = (await podspan.api.get('/v1/rollouts/first/items').expect(200)).body.items as { cluster: string; state: string }[];
    expect(items.map(({ cluster, state }) => [cluster, state])).toEqual(names.map((name) => [name, 'SUCCEEDED']));
    const { body: item } = await podspan.api.get('/v1/rollouts/first/items/aks-1').expect(200);
    const created = item.steps.flatMap(({ operations }: { operations: { method: string; resourceId: string }[] }) => operations);
    expect(created).toContainEqual(expect.objectContaining({ method: 'PUT', state: 'SUCCEEDED', resourceId: AGC_SUBNET }));
    const clusters = (await podspan.api.get('/v1/clusters').expect(200)).body.items as {
      name: string;
      state: string;
      addresses: { podCidr: string; nodeSubnets: { cidr: string }[] };
    }[];
    expect(clusters.map(({ name, state }) => [name, state])).toEqual(names.map((name) => [name, 'READY']));
    const nodes = clusters.flatMap(({ addresses }) => addresses.nodeSubnets.map(({ cidr }) => cidr));
    expect(new Set(nodes).size).toBe(6);
    const pods = new Map(clusters.map(({ name, addresses }) => [name, addresses.podCidr]));
    expect(new Set(['aks-1', 'aks-2', 'aks-3', 'aks-4'].map((name) => pods.get(name)))).toEqual(new Set(['192.168.0.0/22']));
    expect(pods.get('aks-5')).not.toBe(pods.get('aks-6'));
  });

  it('created every resource exactly once in Azure', async () => {
    const writes = await acceptedWrites(podspan.azure);
    expect(createdTwice(writes)).toEqual([]);
    expect(writes.filter(({ accepted }) => accepted !== 'create')).toEqual([]);
    expect(createdByType(writes)).toMatchObject({
      'Microsoft.ContainerService/managedClusters': 6,
      'Microsoft.Network/virtualNetworks': 2,
      'Microsoft.Network/virtualNetworks/subnets': 8,
      'Microsoft.ServiceNetworking/trafficControllers': 2,
      'Microsoft.ServiceNetworking/trafficControllers/associations': 2,
      'Microsoft.ServiceNetworking/trafficControllers/frontends': 2,
    });
  });

  it('answers with the rollout when the same is asked for again, and refuses another one under its name', async () => {
    const before = await countsOf();
    const again = await podspan.api.post('/v1/rollouts', first).expect(200);
    expect(again.body).toMatchObject({ name: 'first', lifecycle: 'DONE' });
    await podspan.api.post('/v1/rollouts', rolloutOf('first', [cluster('aks-9', WEU)])).expect(409);
    expect(await countsOf()).toEqual(before);
  });

  it('joins what three services know of a cluster in one query', async () => {
    const { data, errors } = await podspan.api.graphql(
      '{ cluster(name: "aks-1") { name region addressPlan { podCidr reusedBy { name region } } rollouts { name outcome } ingressGateways { name status frontends { fqdn } } } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      cluster: {
        name: 'aks-1',
        region: 'westeurope',
        addressPlan: {
          podCidr: '192.168.0.0/22',
          reusedBy: [
            { name: 'aks-2', region: 'northeurope' },
            { name: 'aks-3', region: 'westeurope' },
            { name: 'aks-4', region: 'northeurope' },
          ],
        },
        rollouts: [{ name: 'first', outcome: 'SUCCEEDED' }],
        ingressGateways: [{ name: 'aks-1', status: 'READY', frontends: [{ fqdn: expect.stringContaining('.alb.azure.com') }] }],
      },
    });
  });

  it('starts a rollout over GraphQL, which answers a Rollout or RuleViolations', async () => {
    const START =
      'mutation ($input: StartRolloutInput!) { startRollout(input: $input) { __typename ... on Rollout { name lifecycle counts { total } } ... on RuleViolations { code errors { path code rule } } } }';
    const input = rolloutOf('second', [cluster('aks-7', WEU, AGC)]);
    const { data } = await podspan.api.graphql(START, { input });
    expect(data).toMatchObject({ startRollout: { __typename: 'Rollout', name: 'second', counts: { total: 1 } } });
    const [over] = await Promise.all([subscribedOverWebSocket(podspan.api, 'second', 0), subscribedOverSse(podspan.api, 'second', 3)]);
    const done = await podspan.api.graphql('{ rollout(name: "second") { outcome lastSequence items { nodes { cluster state } } } }');
    expect(done.data).toEqual({
      rollout: { outcome: 'SUCCEEDED', lastSequence: over.length, items: { nodes: [{ cluster: 'aks-7', state: 'SUCCEEDED' }] } },
    });
    const refused = await podspan.api.graphql(START, { input: rolloutOf('third', [cluster('aks-8', WEU, { podCidr: '10.240.0.0/16' })]) });
    expect(refused.data).toMatchObject({
      startRollout: {
        __typename: 'RuleViolations',
        errors: expect.arrayContaining([expect.objectContaining({ path: 'clusters[0].podCidr', code: 'pod_cidr_overlaps_vnet' })]),
      },
    });
  }, 60_000);
});

describe('a team gets ingress', () => {
  const manifests = async (accept: string) =>
    (await podspan.api.get('/v1/ingress-gateways/aks-1/manifests').set('accept', accept).buffer(true).expect(200)).text;

  it('gives manifests that are the same bytes twice, in YAML and in JSON', async () => {
    const yaml = await manifests('application/yaml');
    expect(await manifests('application/yaml')).toBe(yaml);
    const json = await manifests('application/json');
    expect(await manifests('application/json')).toBe(json);
    const kinds = [...yaml.matchAll(/^kind: (\w+)$/gm)].map(([, kind]) => kind);
    const list = JSON.parse(json) as { items: { kind: string }[] };
    expect(list.items.map(({ kind }) => kind)).toEqual(kinds);
    expect(new Set(kinds)).toEqual(new Set(['Namespace', 'Gateway', 'HTTPRoute', 'HealthCheckPolicy']));
  });

  it('gives objects that the schemas of the Gateway API accept', async () => {
    const { items } = JSON.parse(await manifests('application/json')) as { items: { kind: string }[] };
    for (const object of items) {
      if (object.kind === 'Gateway') new Gateway(object as never).validate();
      if (object.kind === 'HTTPRoute') new HTTPRoute(object as never).validate();
    }
  });

  it('renders a route with its health check, and the GraphQL field gives the same bytes as REST', async () => {
    const route = {
      hostnames: ['shop.example.com'],
      rules: [{ backends: [{ service: 'shop', namespace: 'shop', port: 8080 }], healthCheck: { path: '/healthz' } }],
    };
    await podspan.api.put('/v1/ingress-gateways/aks-1/routes/shop', route).expect(201);
    await podspan.api.put('/v1/ingress-gateways/aks-1/routes/shop', route).expect(200);
    const yaml = await manifests('application/yaml');
    expect(yaml).toContain('shop.example.com');
    const { data } = await podspan.api.graphql('{ ingressGateway(name: "aks-1") { manifests } }');
    expect(data).toEqual({ ingressGateway: { manifests: yaml } });
  });

  it('refuses a second gateway on the same /24 (AGC-22), a subnet of another VNet (AGC-23), and writes nothing', async () => {
    const before = await countsOf();
    for (const body of [
      { name: 'second', cluster: 'aks-1', kind: 'AGC' },
      { name: 'second', cluster: 'aks-3', kind: 'AGC', subnetId: AGC_SUBNET },
    ]) {
      const { body: problem } = await podspan.api.post('/v1/ingress-gateways', body).expect(422);
      expect(problem.errors).toContainEqual(expect.objectContaining({ code: 'agc_subnet_in_use', rule: 'AGC-22', conflictsWith: 'aks-1' }));
    }
    const { body: elsewhere } = await podspan.api
      .post('/v1/ingress-gateways', { name: 'second', cluster: 'aks-4', kind: 'AGC', subnetId: AGC_SUBNET })
      .expect(422);
    expect(elsewhere.errors).toContainEqual(expect.objectContaining({ code: 'agc_vnet_mismatch', rule: 'AGC-23' }));
    expect(await countsOf()).toEqual(before);
  });

  it('takes another /24 from a pool for a second gateway, and READY means its frontend has a name', async () => {
    await podspan.api.post('/v1/ingress-gateways', { name: 'side-door', cluster: 'aks-1', kind: 'AGC', pool: 'spokes' }).expect(201);
    const ready = await vi.waitFor(
      async () => {
        const { body } = await podspan.api.get('/v1/ingress-gateways/side-door').expect(200);
        expect(body).toMatchObject({ status: 'READY', failure: null });
        return body;
      },
      { timeout: 20_000, interval: 50 },
    );
    expect(ready).toMatchObject({
      subnet: { cidr: expect.stringMatching(/^10\.240\.\d+\.0\/24$/), source: 'POOL' },
      frontends: [{ fqdn: expect.stringContaining('.alb.azure.com') }],
    });
    expect(createdTwice(await acceptedWrites(podspan.azure))).toEqual([]);
  });

  it('makes a dual-stack cluster in a network that has IPv6, and says no where there is none (OV-90)', async () => {
    const network = { name: 'weu-6', addressSpace: 'corporate', kind: 'VIRTUAL_NETWORK', prefixes: ['10.247.0.0/16', 'fd00:247::/48'] };
    const { region, subscriptionId } = WEU;
    await podspan.api.post('/v1/networks', { ...network, region, subscriptionId }).expect(201);
    const six = rolloutOf('six', [cluster('aks-six', WEU, { network: 'weu-6', dualStack: true })]);
    const { body: plan } = await podspan.api.post('/v1/rollouts?dryRun=true', six).expect(200);
    expect(plan.clusters[0].warnings.map(({ code }: { code: string }) => code)).not.toContain('node_subnet_v6_not_planned');
    await podspan.api.post('/v1/rollouts', six).expect(202);
    await rolloutEvents(podspan.api, 'six');
    expect((await podspan.api.get('/v1/rollouts/six').expect(200)).body).toMatchObject({ outcome: 'SUCCEEDED' });
    const { addresses } = (await podspan.api.get('/v1/clusters/aks-six').expect(200)).body;
    expect(addresses.nodeSubnets).toMatchObject([
      { cidr: expect.stringMatching(/^10\.247\./), cidrV6: expect.stringMatching(/^fd00:247:/) },
    ]);
    const { body: refused } = await podspan.api
      .post('/v1/rollouts', rolloutOf('no-six', [cluster('aks-no-six', WEU, { dualStack: true })]))
      .expect(422);
    expect(refused.errors).toContainEqual(expect.objectContaining({ code: 'network_not_dual_stack', rule: 'OV-90' }));
  }, 60_000);
});
