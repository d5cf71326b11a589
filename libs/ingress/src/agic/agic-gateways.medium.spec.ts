import { apiVersions } from '@podspan/azure';
import { afterAll, describe, expect, it } from 'vitest';
import { subscriptionId } from '../testing/azure-fixture.js';
import { IngressBench, statusesOf } from '../testing/ingress-bench.js';

const path = '/v1/ingress-gateways';
const agic = { kind: 'AGIC', pool: 'gateways' } as const;

describe('Application Gateways with AGIC', async () => {
  const bench = await IngressBench.open();
  afterAll(() => bench.close());

  const idOf = (cluster: string): string => (bench.neighbours.clusters.get(cluster) as { resourceId: string }).resourceId;
  const rawOf = async (id: string | null, version: string = apiVersions.network): Promise<unknown> =>
    (await bench.arm.get(id ?? '', version))?.raw;
  const clusterIn = (cluster: string): Promise<unknown> => rawOf(idOf(cluster), apiVersions.containerService);
  /** Without the one that made it. */
  const clusterWrites = (cluster: string): number => bench.accepted(`/managedClusters/${cluster}`).length - 1;
  const bareCluster = () => bench.cluster({ plan: false });

  describe('by the Helm chart', () => {
    it('become READY with a block by their instances, an address, an identity with its roles, and values for the chart', async () => {
      const cluster = await bareCluster();
      const gateway = await bench.gateway({ name: 'web', cluster, ...agic });
      expect(bench.neighbours.asked.at(-1)).toMatchObject({ prefixLength: 28, purpose: 'GATEWAY_SUBNET', owner: { id: gateway.id } });
      expect(gateway).toMatchObject({
        kind: 'AGIC',
        deployment: 'BYO',
        api: 'INGRESS',
        applicationGateway: { sku: 'STANDARD_V2', minInstances: 2, maxInstances: 10 },
        frontends: [
          { name: 'public', fqdn: null, ipAddress: expect.stringMatching(/^20\./), resourceId: expect.stringMatching(/\/pip-web$/) },
        ],
        subnet: { source: 'POOL', cidr: expect.stringMatching(/\/28$/), id: expect.stringMatching(/\/snet-agic-web$/) },
        controller: {
          chart: 'oci://mcr.microsoft.com/azure-application-gateway/charts/ingress-azure',
          namespace: 'web',
          version: '1.8.1',
          gatewayApiVersion: null,
          values: {
            appgw: { applicationGatewayID: gateway.resourceId },
            armAuth: { type: 'workloadIdentity', identityClientID: gateway.identity?.clientId },
          },
        },
        failure: null,
      });
      expect(await rawOf(gateway.resourceId)).toMatchObject({
        properties: {
          sku: { name: 'Standard_v2', tier: 'Standard_v2' },
          autoscaleConfiguration: { minCapacity: 2, maxCapacity: 10 },
          gatewayIPConfigurations: [{ properties: { subnet: { id: gateway.subnet.id } } }],
          operationalState: 'Running',
        },
      });
      const writes = bench.accepted(`rg-${cluster}-agic`);
      expect(writes).toHaveLength(new Set(writes).size);
      const roles = bench
        .accepted('/roleAssignments/')
        .filter((put) => put.includes(`rg-${cluster}-agic`) || put.includes('snet-agic-web'));
      expect(roles).toHaveLength(3);
      expect(
        await rawOf(`${gateway.identity?.resourceId}/federatedIdentityCredentials/ingress-azure`, apiVersions.managedIdentity),
      ).toMatchObject({
        properties: { subject: 'system:serviceaccount:web:ingress-azure' },
      });
      expect(clusterWrites(cluster)).toBe(0);
    });

    it('take everything along when they go, the subnet before its block', async () => {
      const cluster = await bareCluster();
      const gateway = await bench.gateway({ name: 'going', cluster, ...agic });
      await bench.delete(`${path}/going`).expect(202);
      await bench.gone('going');
      const removed = bench.accepted('', 'DELETE');
      const order = [
        /roleAssignments/,
        /applicationGateways\/going$/,
        /publicIPAddresses\/pip-going$/,
        /ingress-azure$/,
        /-agic$/,
        /subnets\/snet-agic-going$/,
      ];
      const positions = order.map((part) => removed.findLastIndex((deleted) => part.test(deleted)));
      expect(positions).toEqual(positions.toSorted((a, b) => a - b));
      expect(positions).not.toContain(-1);
      expect(bench.neighbours.held.find(({ owner }) => owner.includes(gateway.id))?.released).toBe(true);
      await bench.gateway({ name: 'going', cluster, ...agic });
    });

    it('have a private address of their own, and a WAF policy that AGIC may join', async () => {
      const cluster = await bareCluster();
      const wafPolicyId = await bench.fixture.wafPolicy('waf-agic');
      const gateway = await bench.gateway({
        name: 'inside',
        cluster,
        ...agic,
        subnetCidr: undefined,
        privateFrontend: true,
        wafPolicyId,
        applicationGateway: { maxInstances: 125 },
      });
      const [base] = (gateway.subnet.cidr ?? '').split('.0/24');
      expect(gateway).toMatchObject({
        applicationGateway: { sku: 'WAF_V2', maxInstances: 125 },
        frontends: [{ name: 'public' }, { name: 'private', ipAddress: `${base}.254` }],
        subnet: { cidr: expect.stringMatching(/\/24$/) },
      });
      expect(await rawOf(gateway.resourceId)).toMatchObject({
        properties: { sku: { name: 'WAF_v2' }, firewallPolicy: { id: wafPolicyId } },
      });
      expect(bench.accepted('/waf-agic/providers/Microsoft.Authorization/')).toHaveLength(1);
    });

    it('are one however often the same is asked for, also at the same time', async () => {
      const body = { name: 'twice', cluster: await bareCluster(), ...agic };
      const answers = await Promise.all([bench.post(path, body), bench.post(path, { ...body, deployment: 'BYO' }), bench.post(path, body)]);
      expect(statusesOf(answers)).toEqual([200, 200, 201]);
      await bench.settled('twice', 'READY');
      const again = await bench.post(path, { ...body, applicationGateway: { minInstances: 2 } });
      expect(again.status).toBe(200);
      expect((await bench.post(path, { ...body, applicationGateway: { minInstances: 3 } })).body).toMatchObject({ code: 'name_taken' });
      expect(bench.accepted('/applicationGateways/twice')).toHaveLength(2);
    });

    it('give a cluster one of two that are asked for at once (AGIC-01)', async () => {
      const cluster = await bareCluster();
      const answers = await Promise.all(['left', 'right'].map((name) => bench.post(path, { name, cluster, ...agic })));
      expect(statusesOf(answers)).toEqual([201, 422]);
      expect(answers.find(({ status }) => status === 422)?.body.errors).toMatchObject([
        { code: 'agic_limit_exceeded', rule: 'AGIC-01', path: 'cluster' },
      ]);
      await bench.settled(String(answers.find(({ status }) => status === 201)?.body.name), 'READY');
      // AGC has its own controller and goes beside it (MAP-34).
      await bench.gateway({ name: `${cluster}-agc`, cluster, pool: 'gateways' });
    });

    it('come out the same when the worker dies right after Azure accepted a write', async () => {
      const cluster = await bareCluster();
      await bench.stopWorkers();
      await bench.start({
        at: (moment) => {
          if (moment === 'write-accepted') throw new Error('the worker dies here');
        },
      });
      await bench.gateway({ name: 'survivor', cluster, ...agic });
      const writes = bench.accepted(`rg-${cluster}-agic`);
      expect(writes).toHaveLength(new Set(writes).size);
      await bench.delete(`${path}/survivor`).expect(202);
      await bench.gone('survivor');
      await bench.stopWorkers();
      await bench.start();
    });
  });

  describe('by the add-on of AKS', () => {
    const addOn = { ...agic, deployment: 'ADDON' } as const;

    it('switch it on by one write that leaves pools and tags, give its identity the roles, and switch it off again', async () => {
      const cluster = await bareCluster();
      const before = (await clusterIn(cluster)) as { properties: { agentPoolProfiles: unknown }; tags?: unknown };
      const gateway = await bench.gateway({ name: 'addon', cluster, ...addOn });
      const on = (await clusterIn(cluster)) as typeof before;
      expect(on).toMatchObject({
        properties: {
          addonProfiles: { ingressApplicationGateway: { enabled: true, config: { applicationGatewayId: gateway.resourceId } } },
        },
      });
      const plain = (pools: unknown): unknown =>
        JSON.parse(JSON.stringify(pools, (key, value: unknown) => (key === 'eTag' ? undefined : value)));
      expect(plain(on.properties.agentPoolProfiles)).toEqual(plain(before.properties.agentPoolProfiles));
      expect(on.tags ?? {}).toEqual(before.tags ?? {});
      expect(gateway).toMatchObject({
        deployment: 'ADDON',
        identity: { resourceId: expect.stringMatching(/\/ingressapplicationgateway-/) },
        controller: { chart: null, namespace: 'kube-system', values: null },
      });
      expect(clusterWrites(cluster)).toBe(1);
      await bench.delete(`${path}/addon`).expect(202);
      await bench.gone('addon');
      expect(await clusterIn(cluster)).toMatchObject({ properties: { addonProfiles: { ingressApplicationGateway: { enabled: false } } } });
      expect(clusterWrites(cluster)).toBe(2);
      expect(await rawOf(gateway.resourceId)).toBeUndefined();
    });

    it('leave an add-on alone that drives a gateway of somebody else, and go on when it is off', async () => {
      const cluster = await bareCluster();
      const first = await bench.gateway({ name: 'foreign', cluster: await bareCluster(), ...agic });
      const raw = (await clusterIn(cluster)) as { properties: object };
      const withAddOn = (enabled: boolean) => ({
        ...raw,
        properties: {
          ...raw.properties,
          addonProfiles: { ingressApplicationGateway: { enabled, config: { applicationGatewayId: first.resourceId } } },
        },
      });
      await bench.fixture.put(idOf(cluster), apiVersions.containerService, withAddOn(true));
      await bench.post(path, { name: 'blocked', cluster, ...addOn }).expect(201);
      const blocked = await bench.settled('blocked', 'FAILED');
      expect(blocked.failure).toMatchObject({ code: 'agic_add_on_taken', mustAct: 'USER', retryable: true });
      await bench.fixture.put(idOf(cluster), apiVersions.containerService, withAddOn(false));
      await bench.post(`${path}/blocked/retry`, {}).expect(202);
      await bench.settled('blocked', 'READY');
    });
  });

  describe('asked for wrongly', () => {
    it('name every problem at once, with rule, value and suggestion', async () => {
      const answer = await bench.post(path, {
        name: 'bad_',
        cluster: await bench.cluster({ plan: false, region: 'usgovvirginia' }),
        kind: 'AGIC',
        deployment: 'ADDON',
        frontends: 2,
        api: 'GATEWAY',
        controllerVersion: '1.7.5',
        applicationGateway: {
          sku: 'WAF_V2',
          minInstances: 200,
          maxInstances: 126,
          prohibitedTargets: [{ paths: ['x'] }],
          reconcileSeconds: 10,
        },
      });
      expect(answer.status).toBe(422);
      const found = (answer.body.errors as { path: string; rule?: string }[]).map(({ path: at, rule }) => `${at} ${rule}`);
      expect(found).toEqual([
        'name QUO-48',
        'applicationGateway.maxInstances AGIC-10',
        'applicationGateway.minInstances AGIC-10',
        'wafPolicyId AGIC-03',
        'applicationGateway.prohibitedTargets[0].paths[0] AGIC-30',
        'controllerVersion AGIC-01',
        'applicationGateway.prohibitedTargets AGIC-30',
        'applicationGateway.reconcileSeconds AGIC-01',
        'applicationGateway.reconcileSeconds AGIC-02',
        'frontends AGIC-53',
        'api AGIC-32',
        'pool AGIC-10',
        'cluster AGIC-22',
        'controllerVersion AGIC-20',
      ]);
    });

    it.each([
      ['a managed deployment', { ...agic, deployment: 'MANAGED' }, 'deployment', 'unsupported_deployment'],
      ['a pool of another network (AGIC-22)', { pool: 'hub-pool' }, 'pool', 'agic_vnet_mismatch'],
      ['a block of /23 (AGIC-21)', { pool: 'gateways', subnetCidr: '10.40.100.0/23' }, 'subnetCidr', 'agic_subnet_too_large'],
      [
        'a block too small for its instances (AGIC-10)',
        { pool: 'gateways', subnetCidr: '10.40.100.0/29' },
        'subnetCidr',
        'agic_subnet_too_small',
      ],
      ['a pool nobody knows', { pool: 'nothing' }, 'pool', 'unknown_pool'],
      [
        'a WAF policy on Standard_v2',
        {
          ...agic,
          applicationGateway: { sku: 'STANDARD_V2' },
          wafPolicyId:
            '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.Network/applicationGatewayWebApplicationFirewallPolicies/none',
        },
        'applicationGateway.sku',
        'waf_policy_invalid',
      ],
    ])('refuse %s', async (_, body, at, code) => {
      const answer = await bench.post(path, { name: 'wrong', kind: 'AGIC', ...body, cluster: await bareCluster() });
      expect(answer.status).toBe(422);
      expect(answer.body.errors).toContainEqual(expect.objectContaining({ path: at, code }));
    });

    it('refuse a subnet of AGC, and one that somebody is in (AGIC-10, AGIC-22)', async () => {
      const planned = await bench.post(path, { name: 'wrong', kind: 'AGIC', cluster: await bench.cluster() });
      expect(planned.body.errors).toMatchObject([{ path: 'cluster', code: 'agic_subnet_delegated', rule: 'AGIC-10' }]);
      const holder = await bench.gateway({ name: 'holder', cluster: await bareCluster(), ...agic });
      const taken = await bench.post(path, { name: 'wrong', kind: 'AGIC', cluster: await bareCluster(), subnetId: holder.subnet.id });
      expect(taken.body.errors).toContainEqual(expect.objectContaining({ code: 'agic_subnet_in_use', conflictsWith: 'holder' }));
    });

    it('refuse a subnet that is cut off from those who manage a gateway (AGIC-11)', async () => {
      const provider = `/subscriptions/${subscriptionId}/resourceGroups/rg-west/providers/Microsoft.Network`;
      const [table, group] = [`${provider}/routeTables/rt-hub`, `${provider}/networkSecurityGroups/nsg-closed`];
      const routes = [
        { name: 'hub', properties: { addressPrefix: '0.0.0.0/0', nextHopType: 'VirtualAppliance', nextHopIpAddress: '10.0.0.4' } },
      ];
      await bench.fixture.put(table, apiVersions.network, { location: 'westeurope', properties: { routes } });
      await bench.fixture.put(group, apiVersions.network, { location: 'westeurope', properties: { securityRules: [] } });
      const subnetId = await bench.fixture.subnet('snet-guarded', '10.40.96.0/26');
      const guarded = { addressPrefix: '10.40.96.0/26', routeTable: { id: table }, networkSecurityGroup: { id: group } };
      await bench.fixture.put(subnetId, apiVersions.network, { properties: guarded });
      const answer = await bench.post(path, { name: 'wrong', kind: 'AGIC', cluster: await bareCluster(), subnetId });
      expect(answer.body.errors).toMatchObject([
        { path: 'subnetId', code: 'agic_default_route', rule: 'AGIC-11', conflictsWith: 'hub' },
        { path: 'subnetId', code: 'agic_inbound_blocked', rule: 'AGIC-11', conflictsWith: 'DenyAllInBound' },
      ]);
    });

    it('refuse on AGC what only an Application Gateway has', async () => {
      const cluster = await bench.cluster();
      const refused = await bench.post(path, { name: 'wrong', kind: 'AGC', cluster, applicationGateway: { maxInstances: 5 } });
      expect(refused.body.errors).toMatchObject([{ path: 'applicationGateway', code: 'not_expressible' }]);
      await bench.gateway({ name: 'plain-agc', cluster });
      const rules = [{ backends: [{ service: 'web', namespace: 'shop', port: 80 }], applicationGateway: { connectionDrainingSeconds: 5 } }];
      const route = await bench.put(`${path}/plain-agc/routes/web`, {
        hostnames: ['a.example.com'],
        rules,
        applicationGateway: { priority: 1 },
      });
      expect((route.body.errors as { path: string }[]).map(({ path: at }) => at)).toEqual([
        'applicationGateway',
        'rules[0].applicationGateway',
      ]);
    });
  });

  it('stand on a subnet that exists, undelegated and empty', async () => {
    const subnetId = await bench.fixture.subnet('snet-own-appgw', '10.40.95.0/26');
    const gateway = await bench.gateway({ name: 'given', kind: 'AGIC', cluster: await bareCluster(), subnetId });
    expect(gateway.subnet).toEqual({ id: subnetId, cidr: '10.40.95.0/26', source: 'GIVEN' });
    await bench.delete(`${path}/given`).expect(202);
    await bench.gone('given');
    expect(await rawOf(subnetId)).toMatchObject({ properties: { provisioningState: 'Succeeded' } });
  });

  describe('their routes', () => {
    const web = {
      hostnames: ['shop.example.com'],
      tls: { secret: 'cert' },
      rules: [
        {
          backends: [{ service: 'web', namespace: 'routes', port: 8080 }],
          timeout: { requestSeconds: 5 },
          headers: { response: { remove: ['server'] } },
        },
      ],
      applicationGateway: { sslProfile: 'strict' },
    };

    it('come as Ingress with annotations, judged when they are put, over REST and GraphQL alike', async () => {
      await bench.gateway({
        name: 'routes',
        cluster: await bareCluster(),
        ...agic,
        applicationGateway: { prohibitedTargets: [{ hostname: 'old.example.com' }] },
      });
      await bench.put(`${path}/routes/routes/web`, web).expect(201);
      expect((await bench.put(`${path}/routes/routes/web`, web)).status).toBe(200);
      expect((await bench.get(`${path}/routes/routes/web`)).body).toMatchObject(web);
      const manifests = await bench.get(`${path}/routes/manifests`);
      expect((await bench.get(`${path}/routes/manifests?api=INGRESS`)).text).toBe(manifests.text);
      for (const part of [
        'kind: AzureIngressProhibitedTarget',
        'kind: AzureApplicationGatewayRewrite',
        'kind: Ingress',
        'request-timeout: "5"',
        'ingressClassName: azure-application-gateway',
      ])
        expect(manifests.text).toContain(part);
      const { data } = await bench.graphql(
        '{ ingressGateway(name: "routes") { manifests applicationGateway { sku } routes { applicationGateway { sslProfile } } } }',
      );
      expect(data['ingressGateway']).toMatchObject({
        manifests: manifests.text,
        applicationGateway: { sku: 'STANDARD_V2' },
        routes: [{ applicationGateway: { sslProfile: 'strict' } }],
      });
    });

    it('are refused with the rule where AGIC cannot say them, and the Gateway API with it', async () => {
      const rules = [
        {
          match: { methods: ['GET'] },
          backends: web.rules[0]?.backends,
          waf: { policyId: '/x' },
          affinity: { type: 'APPLICATION_COOKIE', cookieName: 'c', cookieSeconds: 1 },
        },
      ];
      const refused = await bench.put(`${path}/routes/routes/bad`, { hostnames: ['b.example.com'], rules });
      expect(refused.status).toBe(422);
      expect((refused.body.errors as { path: string; rule: string }[]).map(({ path: at, rule }) => `${at} ${rule}`)).toEqual([
        'rules[0].waf.policyId AGC-66',
        'rules[0].match.methods AGC-54',
        'rules[0].affinity.type AGIC-49',
        'rules[0].waf AGIC-54',
      ]);
      const gateway = await bench.get(`${path}/routes/manifests?api=GATEWAY`);
      expect([gateway.status, gateway.body.errors]).toMatchObject([422, [{ path: 'api', rule: 'AGIC-32' }]]);
    });

    it('say at the manifests what a deletion has left behind', async () => {
      const redirect = { hostnames: ['shop.example.com'], rules: [{ backends: [], redirect: { scheme: 'HTTPS', status: 301 } }] };
      await bench.put(`${path}/routes/routes/http`, redirect).expect(201);
      expect((await bench.get(`${path}/routes/manifests`)).text).toContain('ssl-redirect: "true"');
      await bench.delete(`${path}/routes/routes/web`).expect(204);
      const left = await bench.get(`${path}/routes/manifests`);
      expect(left.body.errors).toMatchObject([{ path: 'routes.http.rules[0].redirect', rule: 'AGIC-43' }]);
    });
  });
});
