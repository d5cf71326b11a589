import { apiVersions } from '@podspan/azure';
import { afterAll, describe, expect, it } from 'vitest';
import { delegatedTo } from './testing/azure-fixture.js';
import { IngressBench, statusesOf, until } from './testing/ingress-bench.js';

const path = '/v1/ingress-gateways';
const rolesOf = (bench: IngressBench, method = 'PUT'): readonly string[] => bench.accepted('/roleAssignments/', method);

describe('gateways that the ALB Controller makes (AGC-40)', async () => {
  const bench = await IngressBench.open();
  afterAll(() => bench.close());

  it('get a subnet and an identity, and nothing that the controller makes', async () => {
    const cluster = await bench.cluster({ plan: false });
    const held = rolesOf(bench).length;
    const gateway = await bench.gateway({
      name: 'shop',
      cluster,
      deployment: 'MANAGED',
      pool: 'gateways',
      frontends: ['public', 'partners'],
    });
    expect(gateway).toMatchObject({
      deployment: 'MANAGED',
      resourceId: null,
      associationId: null,
      loadBalancer: { namespace: 'shop', name: 'shop' },
      frontends: [
        { name: 'public', fqdn: null, resourceId: null },
        { name: 'partners', fqdn: null, resourceId: null },
      ],
      controller: { namespace: 'azure-alb-system', values: { albController: { podIdentity: { clientID: gateway.identity?.clientId } } } },
    });
    expect(bench.accepted(`/trafficControllers/`)).toEqual([]);
    const nodeGroup = `/resourceGroups/MC_rg-west_${cluster}_westeurope/providers/Microsoft.Authorization`;
    expect(
      rolesOf(bench)
        .slice(held)
        .map((id) => (id.includes(nodeGroup) ? 'nodes' : id.includes('/subnets/snet-agc-shop/') ? 'subnet' : id)),
    ).toEqual(['nodes', 'nodes', 'subnet']);
  });

  it('are bound by the ApplicationLoadBalancer of their manifests, in the subnet they were given', async () => {
    const { body: gateway } = await bench.get(`${path}/shop`);
    const { items } = (await bench.get(`${path}/shop/manifests?format=json`)).body as {
      items: { kind: string; metadata: { name: string; annotations?: object }; spec: { associations?: string[]; addresses?: object } }[];
    };
    expect(items.filter(({ kind }) => kind === 'ApplicationLoadBalancer')).toMatchObject([
      { metadata: { name: 'shop', namespace: 'shop' }, spec: { associations: [gateway.subnet.id] } },
    ]);
    const gateways = items.filter(({ kind }) => kind === 'Gateway');
    expect(gateways.map(({ metadata }) => metadata.name)).toEqual(['shop', 'shop-partners']);
    for (const { metadata, spec } of gateways) {
      expect(metadata.annotations).toEqual({ 'alb.networking.azure.io/alb-namespace': 'shop', 'alb.networking.azure.io/alb-name': 'shop' });
      expect(spec.addresses).toBeUndefined();
    }
  });

  it('are one however often the same is asked for, also at the same time', async () => {
    const body = { name: 'twice', cluster: await bench.cluster({ plan: false }), kind: 'AGC', deployment: 'MANAGED', pool: 'gateways' };
    const answers = await Promise.all([bench.post(path, body), bench.post(path, body), bench.post(path, body)]);
    expect(statusesOf(answers)).toEqual([200, 200, 201]);
    const gateway = await bench.settled('twice', 'READY');
    expect((await bench.post(path, body)).body).toMatchObject({ id: gateway.id });
    expect((await bench.post(path, { ...body, deployment: 'BYO' })).body).toMatchObject({ code: 'name_taken' });
    expect(bench.accepted('/subnets/snet-agc-twice').filter((id) => id.endsWith('snet-agc-twice'))).toHaveLength(1);
  });

  it('come out the same when the worker dies after every second write that Azure accepted', async () => {
    const cluster = await bench.cluster({ plan: false });
    await bench.stopWorkers();
    let accepted = 0;
    await bench.start({
      at: (moment) => {
        if (moment !== 'write-accepted') return;
        accepted += 1;
        if (accepted % 2 === 0) throw new Error('the worker dies here');
      },
    });
    const gateway = await bench.gateway({ name: 'survivor', cluster, deployment: 'MANAGED', pool: 'gateways' });
    for (const part of [`rg-${cluster}-agc`, `MC_rg-west_${cluster}_westeurope`, '/subnets/snet-agc-survivor']) {
      const writes = bench.accepted(part);
      expect(writes).toHaveLength(new Set(writes).size);
    }
    expect(bench.neighbours.taken.filter(({ owner }) => owner.includes(gateway.id))).toHaveLength(1);
    await bench.stopWorkers();
    await bench.start();
  });

  it('wait with their removal for the controller, which needs its roles to delete what it made', async () => {
    const cluster = await bench.cluster({ plan: false });
    const gateway = await bench.gateway({ name: 'held', cluster, deployment: 'MANAGED', pool: 'gateways' });
    const made = await bench.fixture.asController(cluster, gateway.subnet.id);
    const before = rolesOf(bench, 'DELETE').length;
    await bench.delete(`${path}/held`).expect(202);
    const waiting = await until(
      async () => {
        const view = (await bench.get(`${path}/held`)).body as typeof gateway;
        return view.steps.find(({ waitingFor }) => waitingFor?.includes('ApplicationLoadBalancer'));
      },
      async () => (await bench.get(`${path}/held`)).text,
      10_000,
    );
    expect(waiting).toMatchObject({ name: 'load-balancer', waitingFor: expect.stringContaining("'held'") });
    expect(rolesOf(bench, 'DELETE')).toHaveLength(before);
    await bench.fixture.delete(`${made}/associations/as-1a2b3c4d`, apiVersions.serviceNetworking);
    await bench.fixture.delete(made, apiVersions.serviceNetworking);
    await bench.gone('held');
    expect(rolesOf(bench, 'DELETE')).toHaveLength(before + 3);
    expect(bench.accepted('/subnets/snet-agc-held', 'DELETE').some((id) => id.endsWith('snet-agc-held'))).toBe(true);
    expect(bench.accepted(`id-${cluster}-alb`, 'DELETE').length).toBeGreaterThan(0);
    expect(bench.neighbours.held.find(({ owner }) => owner.includes(gateway.id))?.released).toBe(true);
  });

  it('are gone once, block included, when the worker dies in the middle of the removal', async () => {
    const cluster = await bench.cluster({ plan: false });
    const gateway = await bench.gateway({ name: 'dying', cluster, deployment: 'MANAGED', pool: 'gateways' });
    await bench.stopWorkers();
    let accepted = 0;
    await bench.start({
      at: (moment) => {
        if (moment !== 'write-accepted') return;
        accepted += 1;
        if (accepted % 2 === 1) throw new Error('the worker dies here');
      },
    });
    const before = bench.accepted('', 'DELETE').length;
    await Promise.all([bench.delete(`${path}/dying`), bench.delete(`${path}/dying`)]);
    await bench.gone('dying');
    const removed = bench.accepted('', 'DELETE').slice(before);
    expect(removed).toHaveLength(new Set(removed).size);
    expect(bench.neighbours.held.find(({ owner }) => owner.includes(gateway.id))?.released).toBe(true);
    await bench.stopWorkers();
    await bench.start();
  });

  it.each([
    ['another gateway holds', 'taken', delegatedTo, '10.40.94.0/24', 'agc_subnet_in_use', 'AGC-22'],
    ['is no /24', 'short', delegatedTo, '10.40.95.0/25', 'agc_subnet_not_24', 'AGC-21'],
    ['is not delegated', 'plain', undefined, '10.40.96.0/24', 'agc_subnet_not_delegated', 'AGC-20'],
  ])('are refused a subnet that %s', async (_, name, service, cidr, code, rule) => {
    const subnetId = await bench.fixture.subnet(`snet-${name}`, cidr, service);
    const ask = { cluster: await bench.cluster({ plan: false }), kind: 'AGC', deployment: 'MANAGED', subnetId };
    if (name === 'taken') await bench.gateway({ ...ask, name: 'holder' });
    const answer = await bench.post(path, { ...ask, name: `wants-${name}` });
    expect([answer.status, answer.body.errors]).toMatchObject([422, [{ path: 'subnetId', code, rule }]]);
  });

  it('share identity and controller with those that Podspan makes, each with its own role', async () => {
    const cluster = await bench.cluster({ plan: false });
    await bench.gateway({ name: 'made', cluster, pool: 'gateways' });
    await bench.gateway({ name: 'managed', cluster, deployment: 'MANAGED', pool: 'gateways' });
    const held = rolesOf(bench, 'DELETE').length;
    await bench.delete(`${path}/managed`).expect(202);
    await bench.gone('managed');
    const gone = rolesOf(bench, 'DELETE').slice(held);
    expect(gone).toHaveLength(2);
    expect(gone.some((id) => id.includes(`MC_rg-west_${cluster}`))).toBe(true);
    expect(bench.accepted(`id-${cluster}-alb`, 'DELETE')).toEqual([]);
    await bench.delete(`${path}/made`).expect(202);
    await bench.gone('made');
    expect(bench.accepted(`id-${cluster}-alb`, 'DELETE').length).toBeGreaterThan(0);
  });

  it('are removed as far as they came when their creation failed', async () => {
    const cluster = await bench.cluster({ plan: false });
    bench.azure.faults.add({
      match: { method: 'PUT', idPattern: '/federatedIdentityCredentials/' },
      times: 1,
      do: { status: 400, code: 'BadRequest', message: 'no' },
    });
    const failed = await bench.gateway({ name: 'halfway', cluster, deployment: 'MANAGED', pool: 'gateways' }, 'FAILED');
    await bench.delete(`${path}/halfway`).expect(202);
    await bench.gone('halfway');
    expect(bench.neighbours.held.find(({ owner }) => owner.includes(failed.id))?.released).toBe(true);
  });
});
