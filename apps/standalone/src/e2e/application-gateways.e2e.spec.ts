import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { acceptedWrites, createdTwice } from '../testing/azure-journal.js';
import { bootStandalone, type TestStandalone } from '../testing/boot-standalone.js';
import { rolloutEvents } from '../testing/event-streams.js';
import { cluster, NEU, rolloutOf, topology, WEU } from '../testing/small-fleet.js';

const agic = (over: object = {}): object => ({ ingress: { kind: 'AGIC', applicationGateway: { maxInstances: 20 }, ...over } });

describe('clusters with an Application Gateway and AGIC', () => {
  let podspan: TestStandalone;
  beforeAll(async () => {
    podspan = await bootStandalone({});
    await podspan.api.post('/v1/topologies', topology).expect(200);
  });
  afterAll(() => podspan.close());

  const carryOut = async (body: { readonly name: string; readonly [member: string]: unknown }): Promise<void> => {
    await podspan.api.post('/v1/rollouts', body).expect(202);
    await rolloutEvents(podspan.api, body.name);
    const { body: items } = await podspan.api.get(`/v1/rollouts/${body.name}/items`).expect(200);
    expect((await podspan.api.get(`/v1/rollouts/${body.name}`)).body, JSON.stringify(items)).toMatchObject({ outcome: 'SUCCEEDED' });
  };

  it('get it with the cluster, by the chart and by the add-on, each resource made once', async () => {
    const clusters = [cluster('by-chart', WEU, agic({ privateFrontend: true })), cluster('by-add-on', NEU, agic({ deployment: 'ADDON' }))];
    await carryOut(rolloutOf('with-agic', clusters));
    const { data } = await podspan.api.graphql<{ cluster: object }>(
      '{ cluster(name: "by-chart") { ingressGateways { kind status frontends { name ipAddress } controller { chart } } } }',
    );
    expect(data.cluster).toMatchObject({
      ingressGateways: [
        {
          kind: 'AGIC',
          status: 'READY',
          frontends: [
            { name: 'public', ipAddress: expect.stringMatching(/^20\./) },
            { name: 'private', ipAddress: expect.stringMatching(/^10\.240\.\d+\.254$/) },
          ],
          controller: { chart: expect.stringContaining('ingress-azure') },
        },
      ],
    });
    expect((await podspan.api.get('/v1/ingress-gateways/by-add-on')).body).toMatchObject({
      deployment: 'ADDON',
      identity: { resourceId: expect.stringMatching(/ingressapplicationgateway-by-add-on$/) },
      subnet: { source: 'PLAN' },
    });
    expect(createdTwice(await acceptedWrites(podspan.azure))).toEqual([]);
  });

  it('serve routes as Ingress and as a chart, and take both along when the clusters go', async () => {
    const route = {
      hostnames: ['shop.example.com'],
      rules: [{ backends: [{ service: 'web', namespace: 'shop', port: 80 }], timeout: { requestSeconds: 5 } }],
    };
    await podspan.api.put('/v1/ingress-gateways/by-add-on/routes/web', route).expect(201);
    const { text } = await podspan.api.get('/v1/ingress-gateways/by-add-on/manifests').expect(200);
    expect(text).toContain('ingressClassName: azure-application-gateway');
    const { body: chart } = await podspan.api.get('/v1/ingress-gateways/by-chart/manifests?format=helm').expect(200);
    expect(Object.keys(chart as object)).toContain('controller-values.yaml');

    await carryOut({
      name: 'away',
      action: 'DELETE',
      confirmIrreversible: true,
      clusters: [{ ref: 'by-chart' }, { ref: 'by-add-on' }],
      strategy: { maxConcurrency: 2 },
    });
    await vi.waitFor(async () => expect((await podspan.api.get('/v1/ingress-gateways')).body.items).toEqual([]), 20_000);
    const gone = (await acceptedWrites(podspan.azure)).filter(({ accepted }) => accepted === 'delete').map(({ path }) => path);
    for (const name of ['by-chart', 'by-add-on'])
      for (const left of [`applicationGateways/${name}`, `publicIPAddresses/pip-${name}`, `managedClusters/${name}`])
        expect(
          gone.some((path) => path.toLowerCase().endsWith(left.toLowerCase())),
          left,
        ).toBe(true);
  });
});
