import { parse } from 'csv-parse/sync';
import { testTokens } from '@podspan/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ExistingClusters, kubenet } from '../testing/existing-clusters.js';
import { FleetBench, subscriptions } from '../testing/fleet-bench.js';
import { AssessMigrations } from './assess-migrations.js';

const PATH = '/v1/migrations/assess';
const GROUP = `/subscriptions/${subscriptions[0]}/resourceGroups/rg/providers`;
const vnetId = (network: string): string => `${GROUP}/Microsoft.Network/virtualNetworks/${network}`;

/** As `az aks list` prints it. */
function listed(name: string, over: Readonly<Record<string, unknown>> = {}, network = 'spoke-7'): Record<string, unknown> {
  return {
    id: `${GROUP}/Microsoft.ContainerService/managedClusters/${name}`,
    name,
    location: 'westeurope',
    currentKubernetesVersion: '1.33.2',
    identity: { type: 'UserAssigned' },
    networkProfile: { networkPlugin: 'azure', serviceCidr: '172.16.0.0/16' },
    agentPoolProfiles: [{ name: 'system', mode: 'System', count: 3, maxPods: 30, vnetSubnetId: `${vnetId(network)}/subnets/nodes` }],
    ...over,
  };
}

describe(AssessMigrations.name, () => {
  let bench: FleetBench;
  beforeAll(async () => {
    bench = await FleetBench.open();
  });
  afterAll(() => bench.destroy());
  const assess = (body: object, query = '') => bench.api(testTokens.viewer).post(`${PATH}${query}`, body);

  it('takes the output of az aks list as it is, from whoever may read, and writes nothing', async () => {
    const list = [
      listed('flat'),
      listed('pods', { agentPoolProfiles: [{ name: 'a', count: 1, podSubnetId: `${vnetId('spoke-7')}/subnets/pods` }] }),
      listed('policed', { networkProfile: { networkPlugin: 'azure', networkPolicy: 'calico' }, currentKubernetesVersion: '1.25.1' }),
    ];
    const { body } = await assess(list).expect(200);
    expect(body.clusters.map(({ name, verdict }: { name: string; verdict: string }) => [name, verdict])).toEqual([
      ['flat', 'READY'],
      ['pods', 'UNSUPPORTED'],
      ['policed', 'BLOCKED'],
    ]);
    expect(body.clusters[2].problems.map(({ rule }: { rule: string }) => rule)).toEqual(['MG-10', 'MG-11']);
    expect(body.summary).toMatchObject({ clusters: 3, ready: 1, blocked: 1, unsupported: 1, givenBackAddresses: '240' });
    expect(body.kubenetEnd).toMatchObject({ rule: 'MG-50', date: '2028-03-31' });
    expect((await bench.api().get('/v1/clusters').expect(200)).body.items).toEqual([]);
    expect(bench.azure.journal({ accepted: true })).toEqual([]);
  });

  it('takes a list of ARM and rows of Resource Graph as they are, too', async () => {
    for (const body of [
      { value: [listed('flat')] },
      { data: [listed('flat')] },
      { clusters: { value: [listed('flat')] }, networks: { data: [] } },
    ])
      expect((await assess(body).expect(200)).body.clusters).toMatchObject([{ name: 'flat', verdict: 'READY' }]);
    expect((await assess({ value: 'x' }).expect(422)).body.errors).toMatchObject([{ path: 'value', code: 'unknown_field' }]);
  });

  it('looks further where ipam knows more of the networks than the listing (OV-35)', async () => {
    bench.ipam.ranges.pools.set('narrow', ['10.250.0.0/16', '10.251.0.0/16']);
    const { body } = await assess({ clusters: [listed('flat')], pool: 'narrow' }).expect(200);
    expect(body.clusters[0]).toMatchObject({ verdict: 'READY', target: { podCidr: '10.251.0.0/22', checkedBy: 'IPAM' } });
    const unknown = await assess({ clusters: [listed('flat', {}, 'nobody-knows')], pool: 'narrow' }).expect(200);
    expect(unknown.body.clusters[0].target).toMatchObject({ podCidr: '10.250.0.0/22', checkedBy: 'LISTING' });
    bench.ipam.ranges.pools.set('hopeless', ['10.250.0.0/16']);
    const none = await assess({ clusters: [listed('flat')], pool: 'hopeless' }).expect(200);
    expect(none.body.clusters[0]).toMatchObject({ verdict: 'BLOCKED', target: null, problems: [{ code: 'no_pod_range', rule: 'OV-35' }] });
  });

  it('finds the subnet of an AGIC that was given its gateway: from Azure, or from the listing (MG-19)', async () => {
    const legacy = new ExistingClusters(bench);
    const { id: gateway, subnetId } = await legacy.applicationGateway('agw-wide', '10.77.128.0/23');
    const addonProfiles = { ingressApplicationGateway: { enabled: true, config: { applicationGatewayId: gateway } } };
    const id = await legacy.make('with-agic', { properties: { addonProfiles } });
    const azure = await assess({ subscriptionIds: [id.split('/')[2]] }).expect(200);
    const found = azure.body.clusters.find(({ name }: { name: string }) => name === 'with-agic');
    expect(found).toMatchObject({ ingress: 'AGIC', verdict: 'BLOCKED', problems: [{ code: 'agic_subnet_too_large', rule: 'MG-19' }] });
    const network = subnetId.replace(/\/subnets\/.*/, '');
    const networks = [
      { id: network, addressSpace: { addressPrefixes: ['10.77.0.0/16'] }, subnets: [{ id: subnetId, addressPrefix: '10.77.128.0/23' }] },
    ];
    const clusters = [listed('with-agic', { addonProfiles })];
    const alone = await assess({ clusters, networks }).expect(200);
    expect(alone.body.clusters[0]).toMatchObject({ ingress: 'AGIC', verdict: 'READY' });
    const gateways = [{ id: gateway, gatewayIPConfigurations: [{ subnet: { id: subnetId } }] }];
    const listing = await assess({ clusters, networks: [...networks, ...gateways] }).expect(200);
    expect(listing.body.clusters[0].problems.map(({ code }: { code: string }) => code)).toEqual([
      'agic_subnet_too_large',
      'agic_vnet_mismatch',
    ]);

    const move = { name: 'move', action: 'MIGRATE_TO_OVERLAY', clusters: [{ ref: id }], pools: { podCidr: 'pods' } };
    const refused = await bench.api().post('/v1/rollouts?dryRun=true', move).expect(422);
    expect(refused.body.errors).toMatchObject([{ code: 'agic_subnet_too_large', rule: 'MG-19' }]);
  });

  it('asks Azure when nothing is posted', async () => {
    const legacy = new ExistingClusters(bench);
    const id = await legacy.make('old-kubenet', { network: kubenet });
    const { body } = await assess({ subscriptionIds: [id.split('/')[2]] }).expect(200);
    expect(body.source).toBe('AZURE');
    const found = body.clusters.find(({ name }: { name: string }) => name === 'old-kubenet');
    expect(found).toMatchObject({ networkMode: 'KUBENET', ends: [{ rule: 'MG-50' }] });
    expect(found.warnings.map(({ message }: { message: string }) => message).join()).not.toContain('not in the listing');
  });

  it('says the same over GraphQL', async () => {
    const query =
      'mutation ($input: MigrationAssessmentInput!) { assessMigrations(input: $input) { __typename ... on MigrationAssessment { clusters { name verdict target { podCidr } } } ... on RuleViolations { errors { path code } } } }';
    const good = await bench.api(testTokens.viewer).graphql(query, { input: { clusters: [listed('flat')] } });
    expect(good.body.data.assessMigrations.clusters).toMatchObject([{ name: 'flat', verdict: 'READY' }]);
    const bad = await bench.api(testTokens.viewer).graphql(query, { input: { clusters: [1] } });
    expect(bad.body.data.assessMigrations).toEqual({
      __typename: 'RuleViolations',
      errors: [{ path: 'clusters[0]', code: 'not_a_cluster' }],
    });
  });

  it('comes as CSV and as a page, and nothing in it is a formula or a tag', async () => {
    const nasty = listed('<script>alert(1)</script>', { location: '=cmd()' });
    const csv = await assess([nasty], '?format=csv')
      .expect(200)
      .expect('content-type', /text\/csv/);
    const [row] = parse(csv.text, { columns: true }) as Record<string, string>[];
    expect(row).toMatchObject({ name: '<script>alert(1)</script>', verdict: 'READY' });
    expect(row?.['region']).toMatch(/^'/);
    const page = await bench
      .api()
      .post(PATH, { clusters: [nasty], networks: [network('spoke-7')] }, { accept: 'text/html' })
      .expect(200)
      .expect('content-type', /text\/html/)
      .expect('content-security-policy', /default-src 'none'/);
    expect(page.text).not.toContain('<script>');
    expect(page.text).toContain('&lt;script&gt;');
    // 3 nodes with one of surge: 124 addresses of the /24 before, 4 after.
    expect(page.text).toContain('nodes 10.7.0.0/24: 124 of 256 held before the move');
    expect(page.text).toContain('nodes 10.7.0.0/24: 4 of 256 held after the move');
    await assess([], '?format=pdf').expect(422);
    await bench.api().post(PATH, {}, { accept: 'image/png' }).expect(406);
  });

  it('names every row that is no cluster, and a pool that is none', async () => {
    const { body } = await assess({ clusters: [listed('a'), { foo: 1 }, null], pool: 'pods' }).expect(422);
    expect(body.errors.map(({ path, code }: { path: string; code: string }) => [path, code])).toEqual([
      ['clusters[1]', 'not_a_cluster'],
      ['clusters[2]', 'not_a_cluster'],
    ]);
    bench.ipam.ranges.pools.set('missing', undefined);
    expect((await assess({ clusters: [listed('a')], pool: 'missing' }).expect(422)).body.errors[0]).toMatchObject({
      path: 'pool',
      code: 'unknown_pool',
    });
    await assess({ clusters: Array.from({ length: 20_001 }, () => 1) }).expect(422);
  });

  it('takes a fleet of thousands in one request', async () => {
    const started = performance.now();
    const many = Array.from({ length: 3_000 }, (_, index) => listed(`aks-${index}`, {}, `spoke-${index % 200}`));
    const { body } = await assess({
      clusters: many,
      networks: Array.from({ length: 200 }, (_, index) => network(`spoke-${index}`)),
    }).expect(200);
    expect(body.summary).toMatchObject({ clusters: 3_000, ready: 3_000 });
    // A guard against a search that grows with the square, not a measurement.
    expect(performance.now() - started).toBeLessThan(60_000);
  });
});

function network(name: string): Record<string, unknown> {
  const octet = name.split('-').at(-1);
  return {
    id: vnetId(name),
    name,
    addressSpace: { addressPrefixes: [`10.${octet}.0.0/16`] },
    subnets: [{ id: `${vnetId(name)}/subnets/nodes`, name: 'nodes', addressPrefix: `10.${octet}.0.0/24` }],
  };
}
