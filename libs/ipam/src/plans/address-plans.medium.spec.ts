import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoCluster, demoTopology } from '../testing/demo-fleet.js';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';

const pools = { nodeSubnet: 'nodes', podCidr: 'pods', serviceCidr: 'services' };

let bench: IpamBench;
let counter = 100;

/** A cluster of westeurope with a name of its own. */
function aCluster(more: object = {}): { name: string } & Record<string, unknown> {
  counter += 3;
  return { ...(demoCluster(counter) as { name: string }), region: 'westeurope', network: 'spoke-westeurope-0', ...more };
}

const oneNode = [{ name: 'system', mode: 'SYSTEM', vmSize: 'Standard_D4s_v5', count: 3, maxSurge: 1 }];

async function plan(clusters: readonly object[], more: object = {}, query = '') {
  return bench.post(`/v1/address-plans${query}`, { clusters, pools, ...more });
}

async function problemsOf(clusters: readonly object[], more: object = {}): Promise<Record<string, unknown>[]> {
  const { status, body } = await plan(clusters, more, '?dryRun=true');
  expect([409, 422]).toContain(status);
  return body.errors;
}

beforeAll(async () => {
  bench = await ipamBench();
  await bench.post('/v1/topologies', {
    ...demoTopology,
    pools: [
      ...demoTopology.pools,
      { name: 'unique-pods', addressSpace: 'corp', cidrs: ['10.128.0.0/12'], reuse: 'EXCLUSIVE' },
      { name: 'tiny', addressSpace: 'corp', cidrs: ['10.240.255.0/28'], reuse: 'EXCLUSIVE', parentPool: 'nodes' },
    ],
  });
});
afterAll(() => bench.close());

describe('the size of an address plan (SN-10, OV-23)', () => {
  it.each`
    pools                                                                                               | more                                                  | peak   | pod   | nodes
    ${[{ count: 3, maxSurge: 1 }]}                                                                      | ${{}}                                                 | ${4}   | ${22} | ${[28]}
    ${[{ count: 50, maxSurge: '33%' }]}                                                                 | ${{}}                                                 | ${67}  | ${17} | ${[25]}
    ${[{ count: 50, maxSurge: '1' }]}                                                                   | ${{}}                                                 | ${51}  | ${18} | ${[26]}
    ${[{ minCount: 3, maxCount: 5, maxSurge: '33%' }, { minCount: 1, maxCount: 100, maxSurge: '33%' }]} | ${{ privateCluster: true, internalLoadBalancers: 2 }} | ${140} | ${16} | ${[28, 24]}
    ${[{ count: 100, maxSurge: '33%' }]}                                                                | ${{}}                                                 | ${133} | ${16} | ${[24]}
    ${[{ count: 15, maxSurge: 2 }]}                                                                     | ${{}}                                                 | ${17}  | ${19} | ${[27]}
  `('of pools $pools is a /$pod for pods and $nodes for nodes', async ({ pools: nodePools, more, peak, pod, nodes }) => {
    const named = nodePools.map((pool: object, index: number) => ({
      name: `pool${index}`,
      mode: index === 0 ? 'SYSTEM' : 'USER',
      vmSize: 'Standard_D4s_v5',
      ...pool,
    }));
    const { body } = await plan([aCluster({ nodePools: named, ...more })], {}, '?dryRun=true');
    const [cluster] = body.clusters;
    expect(cluster.peakNodes).toBe(peak);
    expect(Number(cluster.podCidr.split('/')[1])).toBe(pod);
    expect(cluster.nodeSubnets.map(({ cidr }: { cidr: string }) => Number(cidr.split('/')[1]))).toEqual(nodes);
  });

  it('holds back twice the pod range where that is free, and says so where it is not (OV-102)', async () => {
    const { body } = await plan([aCluster({ nodePools: oneNode }), aCluster()], {}, '?dryRun=true');
    expect(body.clusters[0]).toMatchObject({ podCidr: '192.168.0.0/22', podCidrGrowth: '192.168.0.0/21', warnings: [] });
    expect(body.clusters[1]).toMatchObject({
      podCidr: '192.168.0.0/16',
      podCidrGrowth: null,
      warnings: [{ code: 'no_growth_block', rule: 'OV-102' }],
    });
  });

  it('searches on when an explicit growthFactor does not fit', async () => {
    const { body } = await plan([aCluster({ growthFactor: 2 })], {}, '?dryRun=true');
    expect(body.clusters[0]).toMatchObject({ podCidr: '100.80.0.0/16', podCidrGrowth: '100.80.0.0/15' });
  });

  it('gives an AGC exactly a /24 and an integrated API server a /28 of its own (AGC-21, SN-40)', async () => {
    const { body } = await plan(
      [aCluster({ ingress: { kind: 'AGC', deployment: 'BYO' }, apiServerVnetIntegration: true })],
      {},
      '?dryRun=true',
    );
    expect(body.clusters[0].gatewaySubnet).toMatch(/^10\.240\.\d+\.0\/24$/);
    expect(body.clusters[0].apiServerSubnet).toMatch(/\/28$/);
    expect(body.clusters[0].dnsServiceIp).toBe('172.16.0.10');
  });
});

describe('an address plan', () => {
  it('is all or nothing: one cluster too many and nobody gets anything', async () => {
    const before = (await bench.get('/v1/pools/nodes/utilization')).body.usedAddresses;
    const big = Array.from({ length: 300 }, () =>
      aCluster({ nodePools: [{ name: 'system', mode: 'SYSTEM', vmSize: 'Standard_D4s_v5', count: 200, maxSurge: '10%' }] }),
    );
    const { status, body } = await plan(big);
    expect([status, body.code]).toEqual([409, 'pool_exhausted']);
    expect(body).toMatchObject({
      pool: 'nodes',
      prefixLength: 24,
      largestFreePrefixLength: expect.any(Number),
      utilization: { totalAddresses: '1048576' },
    });
    expect(body.shortfalls[0]).toMatchObject({ member: 'nodeSubnet', missing: expect.any(Number), within: ['10.240.0.0/16'] });
    expect((await bench.get('/v1/pools/nodes/utilization')).body.usedAddresses).toBe(before);
  });

  it('asked for 16 times at once is made once', async () => {
    const clusters = [aCluster(), aCluster()];
    const answers = await Promise.all(Array.from({ length: 16 }, () => plan(clusters, { name: 'raced' })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    const { body } = await bench.get(`/v1/allocations?owner=CLUSTER/${clusters[0]?.name}`);
    expect(body.items.map(({ purpose }: { purpose: string }) => purpose).sort()).toEqual([
      'NODE_SUBNET:system',
      'NODE_SUBNET:user',
      'POD_CIDR',
      'SERVICE_CIDR',
    ]);
  });

  it('races others for one pool without an overlap or a failure', async () => {
    const answers = await Promise.all(
      Array.from({ length: 24 }, () =>
        plan([aCluster({ podCidrScope: 'UNIQUE', nodePools: oneNode })], { pools: { ...pools, podCidrUnique: 'unique-pods' } }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    const ranges = answers.map(({ body }) => body.clusters[0].podCidr);
    expect(new Set(ranges).size).toBe(24);
  });

  it('keeps a unique range from everybody and reuses it after its release (OV-55)', async () => {
    const unique = aCluster({ podCidrScope: 'UNIQUE', nodePools: oneNode, network: 'spoke-westeurope-1' });
    const exclusive = { pools: { ...pools, podCidr: 'unique-pods' } };
    const made = await plan([unique], { name: 'unique', ...exclusive });
    const range = made.body.clusters[0].podCidr;
    const next = await plan([aCluster({ nodePools: oneNode, podCidr: range })], exclusive, '?dryRun=true');
    expect(next.body.errors[0]).toMatchObject({ path: 'clusters[0].podCidr', code: 'pod_cidr_not_unique', rule: 'OV-55' });
    await bench.post('/v1/address-plans/unique/release');
    expect((await plan([aCluster({ nodePools: oneNode, podCidr: range })], exclusive, '?dryRun=true')).status).toBe(200);
  });

  it('takes unique and shared pod ranges from one reusable pool at no time both (OV-55)', async () => {
    await bench.post('/v1/pools', { name: 'either', addressSpace: 'corp', cidrs: ['100.112.0.0/12'], reuse: 'REUSABLE' });
    const either = { pools: { ...pools, podCidr: 'either' } };
    const unique = () => aCluster({ nodePools: oneNode, podCidrScope: 'UNIQUE' });
    const shared = () => aCluster({ nodePools: oneNode });
    const mixed = await plan([shared(), unique()], either, '?dryRun=true');
    expect(mixed.status).toBe(422);
    expect(mixed.body.errors).toMatchObject([{ path: 'clusters[1].podCidrScope', code: 'pool_serves_another_rule', rule: 'OV-55' }]);
    const held = await plan([unique(), unique()], { name: 'uniques', ...either });
    expect(new Set(held.body.clusters.map(({ podCidr }: { podCidr: string }) => podCidr)).size).toBe(2);
    expect((await plan([shared()], either)).body.errors).toMatchObject([
      { path: 'clusters[0].podCidrScope', code: 'pool_serves_another_rule', conflictsWith: held.body.clusters[0].name },
    ]);
    await bench.post('/v1/address-plans/uniques/release');
    expect((await plan([shared()], either)).status).toBe(201);
    expect((await plan([unique()], either)).body.code).toBe('pool_serves_another_rule');
  });

  it('plans a cluster as a member of the mesh it was put in before (NET-22)', async () => {
    const [first, second] = [aCluster({ nodePools: oneNode }), aCluster({ nodePools: oneNode })];
    await bench.post('/v1/meshes', { name: 'early' });
    for (const { name } of [first, second]) expect((await bench.put(`/v1/meshes/early/members/${name}`)).status).toBe(200);
    const { body } = await plan([first, second]);
    expect(new Set(body.clusters.map(({ podCidr }: { podCidr: string }) => podCidr)).size).toBe(2);
  });

  it('gives back single clusters and keeps the others', async () => {
    const clusters = [aCluster({ nodePools: oneNode }), aCluster({ nodePools: oneNode })];
    await plan(clusters, { name: 'partly' });
    const one = { clusters: [clusters[0]?.name] };
    const before = (await bench.get(`/v1/allocations?owner=${clusters[0]?.name}`)).body.items as {
      cidr: string;
      growthBlock: string | null;
    }[];
    const dry = await bench.post('/v1/address-plans/partly/release?dryRun=true', one);
    expect(dry.body.released.map(({ cidr }: { cidr: string }) => cidr).toSorted()).toEqual(
      before.map(({ cidr, growthBlock }) => growthBlock ?? cidr).toSorted(),
    );
    expect((await bench.get(`/v1/allocations?owner=${clusters[0]?.name}`)).body.items).toEqual(before);
    const released = await bench.post('/v1/address-plans/partly/release', one);
    expect(released.body).toMatchObject({ status: 'ACTIVE', released: dry.body.released });
    expect((await bench.post('/v1/address-plans/partly/release', one)).body.released).toEqual([]);
    expect((await bench.get(`/v1/allocations?owner=${clusters[0]?.name}`)).body.items).toEqual([]);
    expect((await bench.get(`/v1/allocations?owner=${clusters[1]?.name}`)).body.items).toHaveLength(3);
    expect((await bench.post('/v1/address-plans/partly/release', { clusters: ['nobody'] })).body.code).toBe('unknown_reference');
  });

  it('follows its cluster when the pod range grows into the block held for it', async () => {
    const cluster = aCluster({ nodePools: oneNode });
    await plan([cluster], { name: 'growing' });
    const { body } = await bench.get(`/v1/allocations?owner=${cluster.name}&purpose=POD_CIDR`);
    const grown = await bench.post(`/v1/allocations/${body.items[0].id}/expand`, {});
    expect(grown.body).toMatchObject({ cidr: '192.168.0.0/21', growthBlock: null });
    expect((await bench.get('/v1/address-plans/growing')).body.clusters[0]).toMatchObject({
      podCidr: '192.168.0.0/21',
      podCidrGrowth: null,
    });
    const shrunk = await bench.post(`/v1/allocations/${body.items[0].id}/expand`, { cidr: '192.168.0.0/22' });
    expect(shrunk.body).toMatchObject({ code: 'pod_cidr_not_superset' });
  });

  it('writes nothing in a dry run', async () => {
    const count = async () =>
      (
        await sql<{
          n: number;
        }>`select (select count(*) from allocation)::int + (select count(*) from address_plan)::int + (select count(*) from audit_event)::int as n`.execute(
          bench.fresh.db,
        )
      ).rows[0]?.n;
    const before = await count();
    expect((await plan([aCluster()], { name: 'dry' }, '?dryRun=true')).status).toBe(200);
    expect([await count(), (await bench.get('/v1/address-plans/dry')).status]).toEqual([before, 404]);
  });
});

describe('bad input of a plan is refused with rule, path and value', () => {
  const poolOf = (more: object) => [{ name: 'system', mode: 'SYSTEM', vmSize: 'Standard_D4s_v5', count: 3, ...more }];

  it.each`
    line  | cluster                                                                                                                 | path                                     | code                                     | rule
    ${1}  | ${{ podCidr: '172.16.0.0/12' }}                                                                                         | ${'clusters[0].podCidr'}                 | ${'pod_cidr_reserved_range'}             | ${'OV-70'}
    ${2}  | ${{ podCidr: '10.240.0.0/16' }}                                                                                         | ${'clusters[0].podCidr'}                 | ${'pod_cidr_overlaps_vnet'}              | ${'OV-32'}
    ${3}  | ${{ podCidr: '10.200.0.0/22' }}                                                                                         | ${'clusters[0].podCidr'}                 | ${'pod_cidr_overlaps_connected_network'} | ${'OV-34'}
    ${4}  | ${{ podCidr: '192.168.0.0/20' }}                                                                                        | ${'clusters[0].podCidr'}                 | ${'pod_cidr_too_small'}                  | ${'OV-23'}
    ${5}  | ${{ podCidr: '192.168.1.0/16' }}                                                                                        | ${'clusters[0].podCidr'}                 | ${'cidr_not_canonical'}                  | ${'OV-04'}
    ${6}  | ${{ serviceCidr: '10.0.0.0/12' }}                                                                                       | ${'clusters[0].serviceCidr'}             | ${'service_cidr_too_large'}              | ${'OV-60'}
    ${7}  | ${{ serviceCidr: '172.18.0.0/16', dnsServiceIp: '10.0.0.10' }}                                                          | ${'clusters[0].dnsServiceIp'}            | ${'dns_ip_outside_service_cidr'}         | ${'OV-65'}
    ${8}  | ${{ dnsServiceIp: '172.16.0.1' }}                                                                                       | ${'clusters[0].dnsServiceIp'}            | ${'dns_ip_is_api_service_ip'}            | ${'OV-66'}
    ${7}  | ${{ serviceCidr: '172.18.0.0/16' }}                                                                                     | ${'clusters[0].dnsServiceIp'}            | ${'dns_ip_outside_service_cidr'}         | ${'OV-65'}
    ${9}  | ${{ serviceCidr: '10.240.77.0/24', dnsServiceIp: '10.240.77.10', nodePools: poolOf({ subnetCidr: '10.240.77.0/24' }) }} | ${'clusters[0].serviceCidr'}             | ${'service_cidr_overlaps_subnet'}        | ${'OV-61'}
    ${9}  | ${{ serviceCidr: '10.240.192.0/24' }}                                                                                   | ${'clusters[0].serviceCidr'}             | ${'service_cidr_overlaps_vnet'}          | ${'OV-61'}
    ${10} | ${{ nodePools: poolOf({ count: undefined, minCount: 3, maxCount: 10, maxSurge: '33%', subnetCidr: '10.240.0.0/28' }) }} | ${'clusters[0].nodePools[0].subnetCidr'} | ${'node_subnet_too_small'}               | ${'SN-13'}
    ${11} | ${{ nodePools: poolOf({ maxPods: 251 }) }}                                                                              | ${'clusters[0].nodePools[0].maxPods'}    | ${'max_pods_out_of_range'}               | ${'OV-13'}
    ${11} | ${{ nodePools: poolOf({ maxPods: 10, count: 2 }) }}                                                                     | ${'clusters[0].nodePools[0].maxPods'}    | ${'pool_below_30_pods'}                  | ${'OV-14'}
    ${12} | ${{ ingress: { kind: 'AGC', subnetCidr: '10.240.8.0/23' } }}                                                            | ${'clusters[0].ingress.subnetCidr'}      | ${'agc_subnet_not_24'}                   | ${'AGC-21'}
    ${1}  | ${{ podCidrs: ['172.16.0.0/12'] }}                                                                                      | ${'clusters[0].podCidrs[0]'}             | ${'pod_cidr_reserved_range'}             | ${'OV-70'}
    ${14} | ${{ ingress: { kind: 'AGC', subnetCidr: '10.241.8.0/24' } }}                                                            | ${'clusters[0].ingress.subnetCidr'}      | ${'agc_vnet_mismatch'}                   | ${'AGC-23'}
    ${23} | ${{ nodePools: [{ ...poolOf({})[0], name: 'Pool_1' }] }}                                                                | ${'clusters[0].nodePools[0].name'}       | ${'name_invalid'}                        | ${'QUO-41'}
    ${24} | ${{ ipFamilies: ['IPv6', 'IPv4'] }}                                                                                     | ${'clusters[0].ipFamilies'}              | ${'ip_families_unsupported'}             | ${'OV-90'}
    ${0}  | ${{ region: 'northeurope' }}                                                                                            | ${'clusters[0].region'}                  | ${'network_region_mismatch'}             | ${'OV-115'}
    ${0}  | ${{ network: 'on-premises' }}                                                                                           | ${'clusters[0].network'}                 | ${'network_not_virtual'}                 | ${'OV-115'}
    ${0}  | ${{ network: 'nowhere' }}                                                                                               | ${'clusters[0].network'}                 | ${'unknown_reference'}                   | ${undefined}
    ${0}  | ${{ mesh: 'nowhere' }}                                                                                                  | ${'clusters[0].mesh'}                    | ${'unknown_reference'}                   | ${undefined}
    ${0}  | ${{ growthFactor: 3 }}                                                                                                  | ${'clusters[0].growthFactor'}            | ${'growth_factor_invalid'}               | ${'OV-102'}
  `('line $line: $cluster is $code ($rule)', async ({ cluster, path, code, rule }) => {
    const problems = await problemsOf([aCluster(cluster)]);
    expect(problems).toEqual(expect.arrayContaining([expect.objectContaining({ path, code, ...(rule ? { rule } : {}) })]));
  });

  it('line 15: a second AGC in a /24 that is taken is told so (AGC-22)', async () => {
    const first = await plan([aCluster({ ingress: { kind: 'AGC', subnetCidr: '10.240.200.0/24' } })]);
    expect(first.body.clusters[0].gatewaySubnet).toBe('10.240.200.0/24');
    expect(await problemsOf([aCluster({ ingress: { kind: 'AGC', subnetCidr: '10.240.200.0/24' } })])).toMatchObject([
      {
        code: 'agc_subnet_in_use',
        rule: 'AGC-22',
        conflictsWith: `${first.body.clusters[0].name} GATEWAY_SUBNET`,
        suggestion: expect.stringMatching(/^10\.240\.\d+\.0\/24$/),
      },
    ]);
    const together = ['a', 'b'].map(() => aCluster({ ingress: { kind: 'AGC', subnetCidr: '10.240.201.0/24' } }));
    expect(await problemsOf(together)).toMatchObject([
      { path: 'clusters[1].ingress.subnetCidr', code: 'agc_subnet_in_use', conflictsWith: `${together[0]?.name} GATEWAY_SUBNET` },
    ]);
  });

  it('line 27: nodes cannot go where a gateway is, whose subnet is delegated (OV-114)', async () => {
    await plan([aCluster({ ingress: { kind: 'AGC', subnetCidr: '10.240.202.0/24' } })]);
    const problems = await problemsOf([aCluster({ nodePools: poolOf({ subnetCidr: '10.240.202.0/24' }) })]);
    expect(problems).toMatchObject([
      {
        path: 'clusters[0].nodePools[0].subnetCidr',
        code: 'node_subnet_delegated',
        rule: 'OV-114',
        conflictsWith: expect.stringContaining('GATEWAY_SUBNET'),
      },
    ]);
  });

  it('is judged as far as it can be read: a wrong member hides nothing else', async () => {
    const topology = {
      networks: [
        { name: 'askew', addressSpace: 'corp', kind: 'VIRTUAL_NETWORK', prefixes: ['10.99.1.0/16'], region: 'westeurope' },
        { name: 'nameless', kind: 'VIRTUAL_NETWORK' },
      ],
      links: [{ from: 'askew', to: 'nowhere', kind: 'PEERING' }],
    };
    const problems = await problemsOf(
      [
        { name: 'half' },
        aCluster({ colour: 'red', podCidr: '172.16.0.0/12' }),
        aCluster({ network: 'nameless' }),
        aCluster({ network: 'nothing' }),
        aCluster({ resourceGroup: undefined, dataplane: 'FOO', podCidr: '172.31.0.0/16' }),
      ],
      { topology, pools: { podCidr: 'pods', nodeSubnet: 'nodes', serviceCidr: 'none' } },
    );
    const found = problems.map(({ path, code }) => `${String(path)} ${String(code)}`);
    for (const expected of [
      'topology.networks[0].prefixes[0] host_bits_set',
      'topology.networks[1].addressSpace required',
      'topology.links[0].to unknown_reference',
      'clusters[0].network required',
      'clusters[1].colour unknown_field',
      'clusters[1].podCidr pod_cidr_reserved_range',
      'clusters[3].network unknown_reference',
      'clusters[4].resourceGroup required',
      'clusters[4].dataplane invalid_value',
      'clusters[4].podCidr pod_cidr_reserved_range',
      'pools.serviceCidr unknown_reference',
    ])
      expect(found).toContain(expected);
    expect((await bench.get('/v1/networks/askew')).status).toBe(404);
  });

  it('names all of it together, of all clusters and pools', async () => {
    const twice = aCluster();
    const problems = await problemsOf([twice, twice, aCluster({ nodePools: poolOf({ maxPods: 300 }), network: 'nowhere' })], {
      pools: { ...pools, gatewaySubnet: 'none' },
    });
    expect(problems.map(({ path, code }) => `${String(path)} ${String(code)}`).sort()).toEqual([
      'clusters[1].name duplicate_name',
      'clusters[2].network unknown_reference',
      'clusters[2].nodePools[0].maxPods max_pods_out_of_range',
      'pools.gatewaySubnet unknown_reference',
    ]);
  });

  it('tells a pool that lies elsewhere, is too small or of the wrong kind', async () => {
    await bench.post('/v1/pools', { name: 'elsewhere', addressSpace: 'corp', cidrs: ['10.100.0.0/16'], reuse: 'EXCLUSIVE' });
    expect(await problemsOf([aCluster()], { pools: { ...pools, nodeSubnet: 'elsewhere' } })).toEqual(
      expect.arrayContaining([expect.objectContaining({ path: 'pools.nodeSubnet', code: 'pool_outside_network' })]),
    );
    expect(await problemsOf([aCluster()], { pools: { ...pools, nodeSubnet: 'tiny' } })).toEqual(
      expect.arrayContaining([expect.objectContaining({ path: 'pools.nodeSubnet', code: 'node_subnet_too_small', rule: 'SN-13' })]),
    );
    expect(await problemsOf([aCluster()], { pools: { ...pools, nodeSubnet: 'pods' } })).toEqual(
      expect.arrayContaining([expect.objectContaining({ path: 'pools.nodeSubnet', code: 'pool_reuse_mismatch' })]),
    );
  });

  it('suggests a service range where the default is in use on premises (OV-61)', async () => {
    const problems = await problemsOf([aCluster()], { pools: { nodeSubnet: 'nodes', podCidr: 'pods' } });
    expect(problems).toEqual([
      expect.objectContaining({
        path: 'pools.serviceCidr',
        code: 'service_cidr_overlaps_connected_network',
        rule: 'OV-61',
        suggestion: expect.stringMatching(/\/16$/),
      }),
    ]);
  });

  it('sizes the subnet of an Application Gateway by what it scales to (AGIC-10)', async () => {
    const gateway = (subnetCidr: string, maxInstances?: number) =>
      aCluster({ ingress: { kind: 'AGIC', subnetCidr, ...(maxInstances === undefined ? {} : { applicationGateway: { maxInstances } }) } });
    expect(await problemsOf([gateway('10.240.210.0/28', 20)])).toMatchObject([
      { path: 'clusters[0].ingress.subnetCidr', code: 'agic_subnet_too_small', rule: 'AGIC-10' },
    ]);
    expect((await plan([gateway('10.240.210.0/28')])).body.clusters).toMatchObject([{ gatewaySubnet: '10.240.210.0/28' }]);
    expect((await plan([gateway('10.240.210.32/27', 20)])).status).toBe(201);
  });

  it('refuses unknown members and a topology outside a dry run', async () => {
    expect((await plan([aCluster({ colour: 'red' })])).body.errors).toEqual([
      expect.objectContaining({ path: 'clusters[0].colour', code: 'unknown_field' }),
    ]);
    const addOn = { kind: 'AGC', deployment: 'ADDON', acceptPreview: true };
    expect((await plan([aCluster({ ingress: addOn })])).status).toBe(201);
    expect((await plan([aCluster({ ingress: { kind: 'AGC', frontendd: 2 } })])).body.errors).toEqual([
      expect.objectContaining({ path: 'clusters[0].ingress.frontendd', code: 'unknown_field' }),
    ]);
    expect((await plan([aCluster({ ingress: { kind: 'AGC', frontends: ['a', 'b', 'c', 'd', 'e', 'f'] } })])).body.errors).toEqual([
      expect.objectContaining({ path: 'clusters[0].ingress.frontends', code: 'agc_limit_exceeded' }),
    ]);
    expect((await plan([aCluster()], { topology: {} })).body.code).toBe('dry_run_only');
  });

  it('says a name is taken when a cluster holds the addresses of another plan', async () => {
    const cluster = aCluster();
    await plan([cluster], { name: 'holder' });
    const { status, body } = await plan([cluster, aCluster()], { name: 'second' });
    expect([status, body.code, body.errors[0].conflictsWith]).toEqual([409, 'name_taken', 'holder']);
  });
});
