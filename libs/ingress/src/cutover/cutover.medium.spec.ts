import { apiVersions } from '@podspan/azure';
import { testTokens } from '@podspan/platform/testing';
import supertest from 'supertest';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subscriptionId, vnetId } from '../testing/azure-fixture.js';
import { IngressBench } from '../testing/ingress-bench.js';
import type { CutoverView } from './cutover-schemas.js';

const group = `/subscriptions/${subscriptionId}/resourceGroups/rg-west`;
const gatewayId = `${group}/providers/Microsoft.Network/applicationGateways/agw-west`;
const publicId = `${group}/providers/Microsoft.Network/publicIPAddresses/pip-west`;

const ingress = (over: object = {}, annotations: object = {}) =>
  JSON.stringify({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'shop', namespace: 'shop', annotations },
    spec: {
      ingressClassName: 'azure-application-gateway',
      tls: [{ hosts: ['shop.example', 'www.shop.example'], secretName: 'shop' }],
      rules: ['shop.example', 'www.shop.example'].map((host) => ({
        host,
        http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'shop', port: { number: 80 } } } }] },
      })),
      ...over,
    },
  });

describe('the plan of a cutover', async () => {
  const bench = await IngressBench.open();
  afterAll(() => bench.close());
  const addOn = { addonProfiles: { ingressApplicationGateway: { enabled: true, config: { applicationGatewayId: gatewayId } } } };
  beforeAll(async () => {
    await bench.fixture.subnet('snet-agw', '10.40.60.0/24');
    await bench.fixture.put(publicId, apiVersions.network, {
      location: 'westeurope',
      sku: { name: 'Standard' },
      properties: { publicIPAllocationMethod: 'Static' },
    });
    const part = (name: string, properties: object = {}) => [{ name, properties }];
    await bench.fixture.put(gatewayId, apiVersions.network, {
      location: 'westeurope',
      properties: {
        sku: { name: 'Standard_v2', tier: 'Standard_v2', capacity: 2 },
        gatewayIPConfigurations: part('ip', { subnet: { id: `${vnetId}/subnets/snet-agw` } }),
        frontendIPConfigurations: part('public', { publicIPAddress: { id: publicId } }),
        frontendPorts: part('http', { port: 80 }),
        backendAddressPools: part('pool'),
        backendHttpSettingsCollection: part('settings'),
        httpListeners: part('listener'),
        requestRoutingRules: part('rule', { priority: 1 }),
      },
    });
  });

  const ask = (query: object, yaml = ingress(), accept = 'application/json') =>
    supertest(bench.url)
      .post('/v1/ingress-cutovers')
      .query(query)
      .set({ authorization: `Bearer ${testTokens.viewer}`, 'content-type': 'application/yaml', accept })
      .send(yaml);
  const idsOf = ({ steps }: CutoverView): readonly string[] => steps.map(({ id }) => id);

  it('before anything was done: both subnets, every host, every step in order and the way back (MAP-34)', async () => {
    const cluster = await bench.cluster({ plan: false, azure: addOn });
    const answer = await ask({ cluster, pool: 'gateways' });
    expect(answer.status).toBe(200);
    const plan = answer.body as CutoverView;
    expect(plan).toMatchObject({
      ready: true,
      gateway: `${cluster}-agc`,
      blockers: [],
      warnings: [{ code: 'range_not_taken' }],
      subnets: [
        { of: 'AGIC', cidr: '10.40.60.0/24', held: 'held by nobody in ipam' },
        { of: 'AGC', cidr: null, held: 'to be taken from pool gateways' },
      ],
      dns: [
        { hostname: 'shop.example', from: [expect.stringMatching(/^20\./)], to: null, record: 'ALIAS' },
        { hostname: 'www.shop.example', record: 'CNAME' },
      ],
    });
    expect(idsOf(plan)).toEqual([
      'take-agic-range',
      'make-agc',
      'install-controller',
      'apply-manifests',
      'verify',
      'lower-ttl',
      'switch-dns',
      'watch',
      'delete-ingresses',
      'disable-agic',
      'delete-application-gateway',
      'release-agic-range',
    ]);
    expect(plan.steps.map(({ number }) => number)).toEqual(plan.steps.map((_, index) => index + 1));
    expect(plan.steps.find(({ id }) => id === 'switch-dns')?.rollback[0]).toMatch(/^shop\.example: back to 20\./);
    expect(plan.steps.filter(({ pointOfNoReturn }) => pointOfNoReturn).map(({ id }) => id)).toEqual(['delete-application-gateway']);
    expect(plan.steps.find(({ id }) => id === 'lower-ttl')?.waitSeconds).toBe(3600);
  });

  it('knows what is done: the range taken, the gateway READY, its address in every record', async () => {
    const cluster = await bench.cluster({ azure: addOn });
    const gateway = await bench.gateway({ name: 'cut', cluster });
    bench.neighbours.others.push({
      id: 'held-1',
      cidr: '10.40.60.0/24',
      pool: 'agic',
      network: 'spoke-west',
      owner: { kind: 'CLUSTER', id: cluster },
    });
    const plan = (await ask({ cluster, ttlSeconds: 30 })).body as CutoverView;
    bench.neighbours.others.length = 0;
    expect(plan.gateway).toBe('cut');
    expect(plan.warnings).toEqual([]);
    expect(plan.steps.filter(({ done }) => done === true).map(({ id }) => id)).toEqual(['take-agic-range', 'make-agc', 'lower-ttl']);
    expect(plan.dns.map(({ to }) => to)).toEqual([gateway.frontends[0]?.fqdn, gateway.frontends[0]?.fqdn]);
    expect(plan.steps.find(({ id }) => id === 'install-controller')?.actions[0]).toContain(gateway.identity?.clientId);
    expect(plan.steps.at(-1)?.actions).toEqual(['podspan release held-1']);
  });

  it('names everything in the way at once (MAP-30, MAP-35, AGC-25, AGC-29, AGC-30)', async () => {
    const cluster = await bench.cluster({
      plan: false,
      azure: {
        networkProfile: { networkPlugin: 'kubenet', podCidr: '192.168.0.0/22', serviceCidr: '172.20.0.0/16', dnsServiceIP: '172.20.0.10' },
        oidcIssuerProfile: { enabled: false },
      },
    });
    const yaml = ingress({}, { 'appgw.ingress.kubernetes.io/use-private-ip': 'true' });
    const { ready, blockers } = (await ask({ cluster }, yaml)).body as CutoverView;
    expect(ready).toBe(false);
    expect(blockers.map(({ code }) => code)).toEqual(
      expect.arrayContaining([
        'agic_not_enabled',
        'agc_unsupported_cni',
        'workload_identity_missing',
        'agc_subnet_missing',
        'agc_feature_unsupported',
      ]),
    );
    const before = (await ask({ cluster, overlay: 'BEFORE', agic: 'HELM', pool: 'gateways' })).body as CutoverView;
    expect(before.blockers.map(({ code }) => code)).toEqual(['workload_identity_missing']);
    expect(before.steps[0]).toMatchObject({ id: 'move-to-overlay', who: 'PODSPAN', rules: ['MAP-35', 'MG-19'] });
    expect(before.steps.find(({ id }) => id === 'disable-agic')).toMatchObject({
      who: 'PERSON',
      actions: ['helm uninstall ingress-azure'],
    });
  });

  it('comes as JSON, YAML and text, and over GraphQL, all saying the same', async () => {
    const cluster = await bench.cluster({ plan: false, azure: addOn });
    const query = { cluster, pool: 'gateways' };
    const json = (await ask(query)).body as CutoverView;
    const { text, ...document } = json;
    expect(parse((await ask(query, ingress(), 'application/yaml')).text)).toEqual(document);
    const markdown = await ask({ ...query, format: 'text' });
    expect(markdown.headers['content-type']).toContain('text/markdown');
    expect(markdown.text).toBe(text);
    expect(text).toContain('### 7. [SWITCH] DNS leads to AGC');
    const { data } = await bench.graphql(
      `mutation ($input: PlanIngressCutoverInput!) { planIngressCutover(input: $input) {
        __typename ... on IngressCutover { ready text steps { id } } } }`,
      { input: { ...query, yaml: ingress() } },
    );
    expect(data['planIngressCutover']).toMatchObject({ __typename: 'IngressCutover', ready: true, text });
  });

  it('takes any cluster of Azure by its id, and none that is not there', async () => {
    const cluster = await bench.cluster({ plan: false, azure: addOn });
    const { resourceId } = bench.neighbours.clusters.get(cluster) as { resourceId: string };
    expect((await ask({ cluster: resourceId, pool: 'gateways' })).body).toMatchObject({ cluster, ready: true });
    expect((await ask({ cluster: 'nobody' })).status).toBe(404);
    expect((await ask({ cluster: `${resourceId}-x` })).status).toBe(404);
    expect((await ask({ cluster, ttlSeconds: -1, overlay: 'SOON' })).body.errors).toHaveLength(2);
  });
});
