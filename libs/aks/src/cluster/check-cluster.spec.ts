import { Cidr } from '@podspan/cidr';
import { describe, expect, it } from 'vitest';
import { aCluster, aPool } from '../cluster.fixture.js';
import { checkCluster, checkClusterNetwork, checkClusterQuota, checkKubernetesVersion, checkPoolNetworks, isAtLeast } from '../index.js';

const windows = aPool({ name: 'win', mode: 'USER', osType: 'WINDOWS', maxPods: 100 });

describe('a cluster', () => {
  it('of a plain kind passes without a warning', () => {
    expect(checkCluster(aCluster())).toEqual({ problems: [], warnings: [] });
    expect(
      checkCluster(
        aCluster({
          ingress: { kind: 'AGC' },
          networkPolicy: 'CILIUM',
          dualStack: true,
          mesh: 'payments',
          podCidrScope: 'UNIQUE',
        }),
      ),
    ).toEqual({
      problems: [],
      warnings: [],
    });
  });

  it.each`
    over                                                                                  | path                          | code                                         | rule         | because
    ${{ nodePools: [aPool(), windows] }}                                                  | ${'nodePools[1].osType'}      | ${'dataplane_requires_linux'}                | ${'OV-110'}  | ${'Cilium runs on Linux only'}
    ${{ networkPolicy: 'AZURE' }}                                                         | ${'networkPolicy'}            | ${'network_policy_dataplane_mismatch'}       | ${'OV-111'}  | ${'Cilium allows no other engine'}
    ${{ networkPolicy: 'CALICO' }}                                                        | ${'networkPolicy'}            | ${'network_policy_dataplane_mismatch'}       | ${'OV-111'}  | ${'Cilium allows no other engine'}
    ${{ dataplane: 'AZURE', networkPolicy: 'CILIUM' }}                                    | ${'networkPolicy'}            | ${'network_policy_dataplane_mismatch'}       | ${'OV-111'}  | ${'policy cilium needs its data plane'}
    ${{ dataplane: 'AZURE', networkPolicy: 'AZURE', nodePools: [aPool({ count: 251 })] }} | ${'networkPolicy'}            | ${'network_policy_too_many_nodes'}           | ${'OV-111'}  | ${'NPM serves 250 nodes'}
    ${{ dataplane: 'AZURE', networkPolicy: 'AZURE', nodePools: [aPool(), windows] }}      | ${'networkPolicy'}            | ${'network_policy_retired'}                  | ${'OV-111'}  | ${'NPM on Windows has ended'}
    ${{ dataplane: 'AZURE', networkPolicy: 'CALICO', dualStack: true }}                   | ${'networkPolicy'}            | ${'dual_stack_network_policy_unsupported'}   | ${'OV-94'}   | ${'Calico has no dual-stack'}
    ${{ dualStack: true, outboundType: 'MANAGED_NAT_GATEWAY' }}                           | ${'outboundType'}             | ${'dual_stack_outbound_unsupported'}         | ${'OV-94'}   | ${'the NAT gateway is IPv4 only'}
    ${{ podCidrScope: 'REUSABLE', mesh: 'payments' }}                                     | ${'podCidrScope'}             | ${'pod_cidr_not_unique_in_mesh'}             | ${'NET-22'}  | ${'a mesh needs unique pods'}
    ${{ apiServerVnetIntegration: true, region: 'qatarcentral' }}                         | ${'apiServerVnetIntegration'} | ${'api_server_vnet_integration_unavailable'} | ${'SN-41'}   | ${'one region lacks it'}
    ${{ growthFactor: 3 }}                                                                | ${'growthFactor'}             | ${'growth_factor_invalid'}                   | ${'OV-102'}  | ${'growth is by powers of two'}
    ${{ region: 'polandcentral', ingress: { kind: 'AGC' } }}                              | ${'region'}                   | ${'agc_region_unavailable'}                  | ${'AGC-70'}  | ${'AGC is not everywhere'}
    ${{ ingress: { kind: 'AGC', frontends: 6 } }}                                         | ${'ingress.frontends'}        | ${'agc_limit_exceeded'}                      | ${'AGC-12'}  | ${'five frontends are the most'}
    ${{ ingress: { kind: 'AGC', privateFrontend: true } }}                                | ${'ingress.privateFrontend'}  | ${'agc_feature_unsupported'}                 | ${'MAP-14'}  | ${'AGC has no private frontend'}
    ${{ kubernetesVersion: '1.20' }}                                                      | ${'kubernetesVersion'}        | ${'kubernetes_version_unsupported'}          | ${undefined} | ${'the version is gone'}
    ${{ kubernetesVersion: 'latest' }}                                                    | ${'kubernetesVersion'}        | ${'kubernetes_version_invalid'}              | ${undefined} | ${'it is no version'}
    ${{ resourceGroup: 'rg.' }}                                                           | ${'resourceGroup'}            | ${'name_invalid'}                            | ${'QUO-43'}  | ${'a group may not end in a dot'}
  `('is refused: $because ($rule)', ({ over, path, code, rule }) => {
    const { problems } = checkCluster(aCluster(over));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ path, code });
    expect(problems[0]?.rule).toBe(rule);
    expect(problems[0]?.suggestion).toBeTruthy();
  });

  it('needs newer Kubernetes for dual-stack with Cilium and for AGC (OV-95, AGC-32)', () => {
    const old = aCluster({ kubernetesVersion: '1.26', dualStack: true, ingress: { kind: 'AGC' } });
    expect(checkCluster(old).problems.map(({ code, rule }) => [code, rule])).toEqual([
      ['kubernetes_version_unsupported', undefined],
      ['kubernetes_version_too_old', 'OV-95'],
      ['kubernetes_version_too_old', 'AGC-32'],
    ]);
  });

  it('never reaches more than 5,000 nodes, surge included (OV-20, SN-24)', () => {
    const pools = (count: number) => Array.from({ length: 5 }, (_, index) => aPool({ name: `p${index}`, count, maxSurge: '10%' }));
    expect(checkCluster(aCluster({ nodePools: pools(909) })).problems).toEqual([]);
    const sixth = [...pools(909), aPool({ name: 'one', count: 1, maxSurge: 1 })];
    expect(checkCluster(aCluster({ nodePools: sixth })).problems).toMatchObject([
      { path: 'nodePools', code: 'cluster_too_many_nodes', rule: 'SN-24', value: 5_002, conflictsWith: 5_000 },
    ]);
  });

  it('is warned above 200,000 pods, not refused (OV-21)', () => {
    const nodePools = [aPool({ count: 900, maxPods: 250, maxSurge: '10%' })];
    expect(checkCluster(aCluster({ nodePools }))).toMatchObject({
      problems: [],
      warnings: [{ code: 'cluster_many_pods', rule: 'OV-21', value: 225_000 }],
    });
  });

  it.each`
    over                                              | code                              | rule
    ${{ dataplane: 'AZURE', networkPolicy: 'AZURE' }} | ${'network_policy_retiring'}      | ${'OV-111'}
    ${{ outboundType: 'USER_DEFINED_ROUTING' }}       | ${'default_route_required'}       | ${'OV-83'}
    ${{ outboundType: 'USER_ASSIGNED_NAT_GATEWAY' }}  | ${'nat_gateway_required'}         | ${'OV-83'}
    ${{ kubernetesVersion: '1.33.2' }}                | ${'kubernetes_version_long_term'} | ${undefined}
    ${{ kubernetesVersion: '1.99' }}                  | ${'kubernetes_version_unknown'}   | ${undefined}
  `('is warned: $code', ({ over, code, rule }) => {
    const found = checkCluster(aCluster(over));
    expect(found.problems).toEqual([]);
    expect(found.warnings).toMatchObject([{ code }]);
    expect(found.warnings[0]?.rule).toBe(rule);
  });
});

describe('a cluster in a network', () => {
  const network = {
    name: 'spoke-a',
    region: 'westeurope',
    subscriptionId: aCluster().subscriptionId,
    prefixes: [Cidr.parse('10.240.0.0/16')],
  };

  it('shares its region and subscription (OV-115)', () => {
    expect(checkClusterNetwork(aCluster(), network)).toEqual([]);
    expect(checkClusterNetwork(aCluster({ region: 'WestEurope' }), network)).toEqual([]);
    const other = { ...network, region: 'eastus2', subscriptionId: '22222222-2222-4222-8222-222222222222' };
    expect(checkClusterNetwork(aCluster(), other)).toMatchObject([
      {
        path: 'region',
        code: 'network_region_mismatch',
        rule: 'OV-115',
        value: 'westeurope',
        conflictsWith: 'eastus2',
        suggestion: 'eastus2',
      },
      { path: 'subscriptionId', code: 'network_subscription_mismatch', rule: 'OV-115' },
    ]);
  });

  it('is dual-stack only where the network is (OV-90)', () => {
    const dual = aCluster({ dualStack: true });
    expect(checkClusterNetwork(dual, network)).toMatchObject([
      { path: 'dualStack', code: 'network_not_dual_stack', rule: 'OV-90', conflictsWith: ['10.240.0.0/16'] },
    ]);
    expect(checkClusterNetwork(dual, { ...network, prefixes: [...network.prefixes, Cidr.parse('fd00:1::/56')] })).toEqual([]);
  });

  it('puts names on its nodes that must be labels (OV-113)', () => {
    const found = checkClusterNetwork(aCluster(), {
      ...network,
      name: 'v'.repeat(64),
      resourceGroup: 'rg-(a)',
      subnets: ['s'.repeat(64)],
    });
    expect(found.map(({ path, code }) => `${path} ${code}`)).toEqual([
      'network name_too_long_for_node_label',
      'network name_invalid',
      'nodeSubnets name_too_long_for_node_label',
    ]);
  });

  it('has all its pools in one network (SN-30)', () => {
    expect(checkPoolNetworks(['a', 'a'])).toEqual([]);
    expect(checkPoolNetworks(['a', 'b'])).toMatchObject([
      { path: 'nodePools[1].subnet', code: 'pool_subnets_span_vnets', rule: 'SN-30', value: 'b', conflictsWith: 'a' },
    ]);
  });

  it('counts against the quota of its region (QUO-02)', () => {
    expect(checkClusterQuota({ region: 'westeurope', current: 52, requested: 48 })).toEqual([]);
    expect(checkClusterQuota({ region: 'westeurope', current: 53, requested: 48, limit: 200 })).toEqual([]);
    expect(checkClusterQuota({ region: 'westeurope', current: 53, requested: 48 })).toHaveLength(1);
  });
});

describe('Kubernetes versions', () => {
  it.each`
    version     | least       | reached
    ${'1.27'}   | ${'1.27'}   | ${true}
    ${'1.27.0'} | ${'1.27.3'} | ${false}
    ${'1.27'}   | ${'1.27.3'} | ${true}
    ${'1.9'}    | ${'1.27'}   | ${false}
    ${'2.0'}    | ${'1.27'}   | ${true}
    ${'x'}      | ${'1.27'}   | ${false}
  `('$version reaches $least: $reached', ({ version, least, reached }) => {
    expect(isAtLeast(version, least)).toBe(reached);
  });

  it('are judged by dated data that a caller may replace', () => {
    const later = { asOf: '2028-01-01', regular: ['1.39', '1.40', '1.41'], longTerm: [] };
    expect(checkKubernetesVersion('1.35', 'kubernetesVersion', later).problems).toMatchObject([
      { code: 'kubernetes_version_unsupported', value: '1.35', conflictsWith: later.regular, suggestion: '1.41' },
    ]);
  });
});
