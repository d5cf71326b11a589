import { apiVersions } from '@podspan/azure';
import { afterAll, describe, expect, it } from 'vitest';
import { IngressBench, statusesOf } from './testing/ingress-bench.js';

const path = '/v1/ingress-gateways';
const addOn = { kind: 'AGC', deployment: 'ADDON', acceptPreview: true, pool: 'gateways' } as const;

describe('gateways with the add-on of AKS (AGC-42)', async () => {
  const bench = await IngressBench.open();
  afterAll(() => bench.close());

  const idOf = (cluster: string): string => (bench.neighbours.clusters.get(cluster) as { resourceId: string }).resourceId;
  const azureCluster = async (cluster: string): Promise<unknown> =>
    (await bench.arm.get(idOf(cluster), apiVersions.containerServicePreview))?.raw;
  /** Without the one that made it. */
  const clusterWrites = (cluster: string): number => bench.accepted(`/managedClusters/${cluster}`).length - 1;

  it('switch it on by one write that leaves the cluster its tags, and give its identity a role on their subnet', async () => {
    const cluster = await bench.cluster({ plan: false });
    const gateway = await bench.gateway({ name: 'shop', cluster, ...addOn });
    expect(await azureCluster(cluster)).toMatchObject({
      tags: { 'podspan-alb-add-on': 'true' },
      properties: {
        ingressProfile: {
          applicationLoadBalancer: {
            enabled: true,
            identity: { clientId: gateway.identity?.clientId, resourceId: gateway.identity?.resourceId },
          },
          gatewayAPI: { installation: 'Standard' },
        },
      },
    });
    expect(await azureCluster(cluster)).not.toHaveProperty('tags.podspan-run');
    expect(gateway).toMatchObject({
      resourceId: null,
      loadBalancer: { name: 'shop' },
      identity: { resourceId: expect.stringMatching(/\/applicationloadbalancer-/) },
      controller: { chart: null, namespace: 'kube-system', version: '1.10.x', gatewayApiVersion: 'v1.3.0', values: null },
    });
    expect(clusterWrites(cluster)).toBe(1);
    expect(bench.accepted('/snet-agc-shop/providers/Microsoft.Authorization/')).toHaveLength(1);
    expect(bench.accepted(`rg-${cluster}-agc`)).toEqual([]);
    expect((await bench.get(`${path}/shop/manifests`)).text).toContain('kind: ApplicationLoadBalancer');
  });

  it('are one however often the same is asked for, also at the same time', async () => {
    const body = { name: 'twice', cluster: await bench.cluster({ plan: false }), ...addOn };
    const answers = await Promise.all([bench.post(path, body), bench.post(path, body)]);
    expect(statusesOf(answers)).toEqual([200, 201]);
    await bench.settled('twice', 'READY');
    expect((await bench.post(path, body)).status).toBe(200);
    expect(clusterWrites(body.cluster)).toBe(1);
  });

  it('come out the same when the worker dies right after Azure accepted a write', async () => {
    const cluster = await bench.cluster({ plan: false });
    await bench.stopWorkers();
    await bench.start({
      at: (moment) => {
        if (moment === 'write-accepted') throw new Error('the worker dies here');
      },
    });
    await bench.gateway({ name: 'survivor', cluster, ...addOn });
    expect(clusterWrites(cluster)).toBe(1);
    await bench.stopWorkers();
    await bench.start();
  });

  it('switch it on once when two are asked for at the same time', async () => {
    const cluster = await bench.cluster({ plan: false });
    const answers = await Promise.all(['left', 'right'].map((name) => bench.post(path, { name, cluster, ...addOn })));
    expect(statusesOf(answers)).toEqual([201, 201]);
    await Promise.all(['left', 'right'].map((name) => bench.settled(name, 'READY')));
    expect(clusterWrites(cluster)).toBe(1);
  });

  it('switch it off once, and give everything back, when the worker dies in the middle of the removal', async () => {
    const cluster = await bench.cluster({ plan: false });
    const gateway = await bench.gateway({ name: 'dying', cluster, ...addOn });
    await bench.stopWorkers();
    await bench.start({
      at: (moment) => {
        if (moment === 'write-accepted') throw new Error('the worker dies here');
      },
    });
    await bench.delete(`${path}/dying`).expect(202);
    await bench.gone('dying');
    expect(clusterWrites(cluster)).toBe(2);
    expect(bench.accepted('/subnets/snet-agc-dying', 'DELETE').filter((id) => id.endsWith('snet-agc-dying'))).toHaveLength(1);
    expect(bench.neighbours.held.find(({ owner }) => owner.includes(gateway.id))?.released).toBe(true);
    await bench.stopWorkers();
    await bench.start();
  });

  it('say in Azure’s words why AKS refused, and go on from there when tried again', async () => {
    const cluster = await bench.cluster({ plan: false });
    bench.azure.faults.add({
      match: { method: 'PUT', idPattern: `/managedClusters/${cluster}$` },
      times: 1,
      do: { status: 400, code: 'BadRequest', message: 'no' },
    });
    const failed = await bench.gateway({ name: 'unlucky', cluster, ...addOn }, 'FAILED');
    expect(failed.steps.find(({ state }) => state === 'FAILED')).toMatchObject({ name: 'add-on' });
    expect((await bench.post(`${path}/unlucky/retry`, {})).status).toBe(202);
    await bench.settled('unlucky', 'READY');
    expect(clusterWrites(cluster)).toBe(1);
  });

  it('leave the add-on to the others of the cluster, and the last one switches it off', async () => {
    const cluster = await bench.cluster({ plan: false });
    const [first, second] = [
      await bench.gateway({ name: 'first', cluster, ...addOn }),
      await bench.gateway({ name: 'second', cluster, ...addOn }),
    ];
    expect(clusterWrites(cluster)).toBe(1);
    await bench.delete(`${path}/first`).expect(202);
    await bench.gone('first');
    expect(await azureCluster(cluster)).toMatchObject({ properties: { ingressProfile: { applicationLoadBalancer: { enabled: true } } } });
    await bench.delete(`${path}/second`).expect(202);
    await bench.gone('second');
    expect(await azureCluster(cluster)).toMatchObject({
      tags: {},
      properties: { ingressProfile: { applicationLoadBalancer: { enabled: false }, gatewayAPI: { installation: 'Standard' } } },
    });
    expect(clusterWrites(cluster)).toBe(2);
    for (const { id } of [first, second]) expect(bench.neighbours.held.find(({ owner }) => owner.includes(id))?.released).toBe(true);
  });

  it('leave on what somebody else has switched on', async () => {
    const cluster = await bench.cluster({ plan: false });
    const raw = (await azureCluster(cluster)) as { location: string; properties: object };
    const ingressProfile = { applicationLoadBalancer: { enabled: true }, gatewayAPI: { installation: 'Standard' } };
    await bench.fixture.put(idOf(cluster), apiVersions.containerServicePreview, {
      ...raw,
      properties: { ...raw.properties, ingressProfile },
    });
    await bench.gateway({ name: 'guest', cluster, ...addOn });
    await bench.delete(`${path}/guest`).expect(202);
    await bench.gone('guest');
    expect(await azureCluster(cluster)).toMatchObject({ properties: { ingressProfile: { applicationLoadBalancer: { enabled: true } } } });
    expect(clusterWrites(cluster)).toBe(1);
  });

  it('are removed after their cluster too', async () => {
    const cluster = await bench.cluster({ plan: false });
    const gateway = await bench.gateway({ name: 'orphan', cluster, ...addOn });
    await bench.fixture.delete(idOf(cluster), apiVersions.containerService);
    await bench.delete(`${path}/orphan`).expect(202);
    await bench.gone('orphan');
    expect(bench.accepted('/snet-agc-orphan/providers/Microsoft.Authorization/', 'DELETE')).toHaveLength(1);
    expect(bench.neighbours.held.find(({ owner }) => owner.includes(gateway.id))?.released).toBe(true);
  });

  it.each([
    ['without a word on the preview', { acceptPreview: undefined }, 'acceptPreview', 'preview_not_accepted', 'AGC-42'],
    ['with a version of the controller', { controllerVersion: '1.11.1' }, 'controllerVersion', 'agc_controller_version_fixed', 'AGC-32'],
  ])('are refused %s', async (_, over, at, code, rule) => {
    const answer = await bench.post(path, { name: 'wrong', cluster: await bench.cluster({ plan: false }), ...addOn, ...over });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([{ path: at, code, rule }]);
  });

  it('cannot be on a cluster with the controller of the Helm chart, nor the other way round (AGC-18)', async () => {
    const charted = await bench.cluster({ plan: false });
    await bench.gateway({ name: 'charted', cluster: charted, deployment: 'MANAGED', pool: 'gateways' });
    const refused = await bench.post(path, { name: 'second-controller', cluster: charted, ...addOn });
    expect(refused.body.errors).toMatchObject([
      {
        path: 'deployment',
        code: 'agc_limit_exceeded',
        rule: 'AGC-18',
        conflictsWith: { limit: 'controllersPerCluster', max: 1, gateway: 'charted' },
      },
    ]);
    const other = await bench.post(path, {
      name: 'byo',
      cluster: (await bench.get(`${path}/shop`)).body.cluster,
      kind: 'AGC',
      pool: 'gateways',
    });
    expect(other.body.errors).toMatchObject([{ code: 'agc_limit_exceeded', rule: 'AGC-18' }]);
  });
});

describe('a subscription that is not registered for the previews', async () => {
  const bench = await IngressBench.open({ unregisteredFeatures: ['ApplicationLoadBalancerPreview'] });
  afterAll(() => bench.close());

  it('is told which feature is missing, and nothing is written (AGC-42)', async () => {
    const answer = await bench.post(path, { name: 'shop', cluster: await bench.cluster({ plan: false }), ...addOn });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([
      { code: 'preview_not_registered', rule: 'AGC-42', suggestion: expect.stringContaining('--name ApplicationLoadBalancerPreview') },
    ]);
    expect(bench.neighbours.taken).toEqual([]);
  });
});
