import { parseAllDocuments } from 'yaml';
import { afterAll, describe, expect, it } from 'vitest';
import { IngressBench } from './testing/ingress-bench.js';

const path = '/v1/ingress-gateways';
const web = {
  hostnames: ['shop.example.com'],
  rules: [{ backends: [{ service: 'web', namespace: 'shop', port: 8080 }], timeout: { requestSeconds: 5 } }],
};
const split = {
  hostnames: ['split.example.com'],
  rules: [
    {
      match: { headers: [{ name: 'x-canary', value: 'yes' }] },
      backends: [
        { service: 'one', namespace: 'shop', port: 80, weight: 9 },
        { service: 'two', namespace: 'shop', port: 80 },
      ],
    },
  ],
};
const kindsIn = (text: string): string[] => parseAllDocuments(text).map((document) => (document.toJS() as { kind: string }).kind);
const problemsOf = (body: { errors?: { path: string; rule?: string }[] }) => body.errors?.map(({ path: at, rule }) => `${at} ${rule}`);

describe('manifests by api', async () => {
  const bench = await IngressBench.open();
  afterAll(() => bench.close());

  it('are the Gateway API by default, and Ingress on demand, the same bytes each time', async () => {
    await bench.gateway({ name: 'either', cluster: await bench.cluster() });
    await bench.put(`${path}/either/routes/web`, web).expect(201);
    const gateway = await bench.get(`${path}/either/manifests`);
    expect(kindsIn(gateway.text)).toContain('HTTPRoute');
    expect((await bench.get(`${path}/either/manifests?api=GATEWAY`)).text).toBe(gateway.text);
    const ingress = await bench.get(`${path}/either/manifests?api=INGRESS`);
    expect(kindsIn(ingress.text)).toEqual(['IngressExtension', 'Ingress']);
    expect((await bench.get(`${path}/either/manifests?api=INGRESS`)).text).toBe(ingress.text);
    const folder = await bench.get(`${path}/either/manifests?api=INGRESS&format=kustomize`);
    expect(Object.keys(folder.body as object)).toEqual(['ingress.yaml', 'ingressextension.yaml', 'kustomization.yaml']);
    const chart = await bench.get(`${path}/either/manifests?api=INGRESS&format=helm`);
    expect(Object.keys(chart.body as object)).toEqual(['Chart.yaml', 'controller-values.yaml', 'templates/objects.yaml', 'values.yaml']);
    expect(chart.text).toBe((await bench.get(`${path}/either/manifests?api=INGRESS&format=helm`)).text);
    expect((await bench.get(`${path}/either/manifests?api=SOAP`)).status).toBe(422);
  });

  it('name everything that Ingress cannot say, by route and field, and the Gateway API goes on', async () => {
    await bench.put(`${path}/either/routes/split`, split).expect(201);
    const refused = await bench.get(`${path}/either/manifests?api=INGRESS`);
    expect(refused.status).toBe(422);
    expect(problemsOf(refused.body)).toEqual(['routes.split.rules[0].match.headers AGC-54', 'routes.split.rules[0].backends AGC-54']);
    expect((await bench.get(`${path}/either/manifests`)).status).toBe(200);
  });

  it('of a gateway for Ingress are judged when a route is put', async () => {
    const cluster = await bench.cluster();
    const gateway = await bench.gateway({ name: 'plain', cluster, api: 'INGRESS' });
    expect(gateway).toMatchObject({ api: 'INGRESS' });
    const again = await bench.post(path, { name: 'plain', cluster, kind: 'AGC' });
    expect(again.body).toMatchObject({ code: 'name_taken' });
    await bench.put(`${path}/plain/routes/web`, web).expect(201);
    const refused = await bench.put(`${path}/plain/routes/split`, split);
    expect(problemsOf(refused.body)).toEqual(['rules[0].match.headers AGC-54', 'rules[0].backends AGC-54']);
    const twin = await bench.put(`${path}/plain/routes/twin`, web);
    expect(twin.body.errors).toMatchObject([{ code: 'path_taken', conflictsWith: 'route web, rules[0]' }]);
    expect(kindsIn((await bench.get(`${path}/plain/manifests`)).text)).toContain('Ingress');
    expect(kindsIn((await bench.get(`${path}/plain/manifests?api=GATEWAY`)).text)).toContain('HTTPRoute');
  });

  it('come over GraphQL as over REST', async () => {
    const query = '{ ingressGateway(name: "plain") { api manifests(api: GATEWAY) ingress: manifests chart: manifests(format: HELM) } }';
    const { data } = await bench.graphql(query);
    const ingressGateway = data['ingressGateway'] as { api: string; manifests: string; ingress: string; chart: string };
    expect(ingressGateway.api).toBe('INGRESS');
    expect(ingressGateway.manifests).toBe((await bench.get(`${path}/plain/manifests?api=GATEWAY`)).text);
    expect(JSON.parse(ingressGateway.chart)).toHaveProperty('values.yaml');
    expect(ingressGateway.ingress).toBe((await bench.get(`${path}/plain/manifests`)).text);
  });
});
