import { Cidr } from '@podspan/cidr';
import { describe, expect, it } from 'vitest';
import { changedCluster } from '@podspan/aks';
import { readAzureCluster } from './azure-cluster.js';
import { checkChange, needsConfirmation } from './check-change.js';
import type { ChangeAction } from './change-input.js';
import type { AskedChange, ChangeSurroundings, KnownCluster } from './change-target.js';
import { nodeAddresses } from './check-surge-room.js';
import { resolveVersion } from './check-upgrade.js';

const id = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks';
const vnet = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/spoke';
const pool = (change: object = {}) => ({
  name: 'system',
  mode: 'System',
  count: 3,
  osType: 'Linux',
  vnetSubnetID: `${vnet}/subnets/nodes`,
  upgradeSettings: { maxSurge: '1' },
  ...change,
});
const wire = (network: object = {}, properties: object = {}, more: object = {}) => ({
  id,
  name: 'aks',
  location: 'West Europe',
  identity: { type: 'UserAssigned', userAssignedIdentities: { '/id': { clientId: 'c', principalId: 'p' } } },
  ...more,
  properties: {
    provisioningState: 'Succeeded',
    currentKubernetesVersion: '1.34.2',
    agentPoolProfiles: [pool()],
    networkProfile: {
      networkPlugin: 'azure',
      networkPluginMode: 'overlay',
      podCidr: '192.168.0.0/20',
      serviceCidr: '172.20.0.0/16',
      networkPolicy: 'none',
      ...network,
    },
    ...properties,
  },
});
const kubenet = { networkPlugin: 'kubenet', networkPluginMode: undefined };
const flat = { networkPluginMode: undefined, podCidr: undefined };
const known: KnownCluster = {
  name: 'aks',
  state: 'READY',
  busyWith: undefined,
  network: 'spoke',
  created: true,
  podCidr: '192.168.0.0/20',
  podCidrGrowth: '192.168.0.0/19',
  gatewaySubnet: undefined,
};
const around: ChangeSurroundings = {
  networks: new Map([
    [
      vnet.toLowerCase(),
      {
        prefixes: [Cidr.parse('10.0.0.0/16')],
        subnets: [{ id: `${vnet}/subnets/late`, name: 'late', cidr: Cidr.parse('10.0.9.0/24'), delegations: [] }],
      },
    ],
  ]),
  addressesInUse: new Map(),
  cores: new Map(),
  versions: new Map([['s/westeurope', { patches: ['1.34.2', '1.34.3', '1.35.1', '1.35.2', '1.36.0'] }]]),
};
const judge = (action: ChangeAction, raw: object, asked: AskedChange = {}, whose: KnownCluster | undefined = known, where = around) =>
  checkChange(action, { index: 4, name: 'aks', asked, azure: readAzureCluster(id, raw), known: whose }, where).map(({ path, code, rule }) =>
    [path.replace('clusters[4]', ''), code, rule ?? ''].join(' ').trim(),
  );

describe(checkChange.name, () => {
  it.each`
    action                  | raw                                                                                              | asked                                                 | expected
    ${'MIGRATE_TO_OVERLAY'} | ${wire(flat)}                                                                                    | ${{ podCidr: '192.168.0.0/20' }}                      | ${[]}
    ${'MIGRATE_TO_OVERLAY'} | ${wire(kubenet)}                                                                                 | ${{}}                                                 | ${[]}
    ${'MIGRATE_TO_OVERLAY'} | ${wire()}                                                                                        | ${{}}                                                 | ${['.networkMode migration_irreversible MG-06']}
    ${'MIGRATE_TO_OVERLAY'} | ${wire({ networkPlugin: 'none' })}                                                               | ${{}}                                                 | ${['.networkMode migration_source_unsupported MG-05']}
    ${'MIGRATE_TO_OVERLAY'} | ${wire(flat)}                                                                                    | ${{ podCidr: '10.0.128.0/20' }}                       | ${['.podCidr pod_cidr_overlaps_vnet OV-32']}
    ${'MIGRATE_TO_OVERLAY'} | ${wire(flat)}                                                                                    | ${{ podCidr: '172.20.16.0/20' }}                      | ${['.podCidr pod_service_cidr_overlap OV-33']}
    ${'MIGRATE_TO_OVERLAY'} | ${wire(flat)}                                                                                    | ${{ podCidr: '192.168.0.0/23' }}                      | ${['.podCidr pod_cidr_too_small MG-17']}
    ${'MIGRATE_TO_OVERLAY'} | ${wire(flat, { currentKubernetesVersion: '1.26.9' })}                                            | ${{ podCidr: '192.168.0.0/20' }}                      | ${['.kubernetesVersion migration_kubernetes_too_old MG-10']}
    ${'MIGRATE_TO_OVERLAY'} | ${wire(flat)}                                                                                    | ${{ podCidr: '192.168.0.0/20', dataplane: 'CILIUM' }} | ${['.dataplane migration_combined_operation MG-31']}
    ${'MIGRATE_TO_OVERLAY'} | ${wire(flat, { powerState: { code: 'Stopped' } })}                                               | ${{ podCidr: '192.168.0.0/20' }}                      | ${['cluster_stopped']}
    ${'MIGRATE_TO_OVERLAY'} | ${wire(flat, { provisioningState: 'Failed' })}                                                   | ${{ podCidr: '192.168.0.0/20' }}                      | ${['cluster_not_healthy']}
    ${'EXPAND_POD_CIDR'}    | ${wire()}                                                                                        | ${{}}                                                 | ${[]}
    ${'EXPAND_POD_CIDR'}    | ${wire()}                                                                                        | ${{ podCidr: '192.168.0.0/21' }}                      | ${['.podCidr pod_cidr_not_superset OV-100']}
    ${'EXPAND_POD_CIDR'}    | ${wire()}                                                                                        | ${{ podCidr: '192.168.0.0/20' }}                      | ${['.podCidr pod_cidr_not_superset OV-100']}
    ${'EXPAND_POD_CIDR'}    | ${wire()}                                                                                        | ${{ podCidr: '192.168.0.0/18' }}                      | ${['.podCidr growth_block_missing OV-102']}
    ${'EXPAND_POD_CIDR'}    | ${wire()}                                                                                        | ${{ podCidr: '192.168.1.0/19' }}                      | ${['.podCidr cidr_not_canonical OV-04']}
    ${'EXPAND_POD_CIDR'}    | ${wire(kubenet)}                                                                                 | ${{}}                                                 | ${['.networkMode pod_cidr_expansion_needs_overlay OV-100']}
    ${'EXPAND_POD_CIDR'}    | ${wire({}, { agentPoolProfiles: [pool(), pool({ name: 'win', osType: 'Windows' })] })}           | ${{}}                                                 | ${['.podCidr pod_cidr_expansion_windows OV-101']}
    ${'ENABLE_CILIUM'}      | ${wire()}                                                                                        | ${{}}                                                 | ${[]}
    ${'ENABLE_CILIUM'}      | ${wire({ networkDataplane: 'cilium' })}                                                          | ${{}}                                                 | ${[]}
    ${'ENABLE_CILIUM'}      | ${wire(kubenet)}                                                                                 | ${{}}                                                 | ${['.networkMode cilium_requires_azure_cni MG-40']}
    ${'ENABLE_CILIUM'}      | ${wire({}, { nodeProvisioningProfile: { mode: 'Auto' } })}                                       | ${{}}                                                 | ${['.nodeProvisioning cilium_needs_node_provisioning_off MG-40']}
    ${'ENABLE_CILIUM'}      | ${wire({}, { agentPoolProfiles: [pool({ osType: 'Windows' })] })}                                | ${{}}                                                 | ${['.nodePools cilium_linux_only MG-40']}
    ${'UPGRADE'}            | ${wire()}                                                                                        | ${{ kubernetesVersion: '1.35' }}                      | ${[]}
    ${'UPGRADE'}            | ${wire({}, { provisioningState: 'Failed' })}                                                     | ${{ kubernetesVersion: '1.34.3' }}                    | ${[]}
    ${'UPGRADE'}            | ${wire()}                                                                                        | ${{ kubernetesVersion: '1.36' }}                      | ${['.kubernetesVersion kubernetes_version_skips_minor']}
    ${'UPGRADE'}            | ${wire({}, { currentKubernetesVersion: '1.35.2' })}                                              | ${{ kubernetesVersion: '1.34' }}                      | ${['.kubernetesVersion kubernetes_version_downgrade']}
    ${'UPGRADE'}            | ${wire()}                                                                                        | ${{ kubernetesVersion: '1.35.7' }}                    | ${['.kubernetesVersion kubernetes_version_not_offered']}
    ${'UPGRADE'}            | ${wire()}                                                                                        | ${{ kubernetesVersion: 'newest' }}                    | ${['.kubernetesVersion kubernetes_version_invalid']}
    ${'UPGRADE'}            | ${wire({ serviceCidr: '10.0.8.0/22' })}                                                          | ${{ nodeImage: true }}                                | ${['.serviceCidr service_cidr_overlaps_subnet OV-61']}
    ${'UPGRADE'}            | ${wire({}, { agentPoolProfiles: [pool({ count: 950, upgradeSettings: { maxSurge: '10%' } })] })} | ${{ nodeImage: true }}                                | ${['.nodePools[0].maxSurge pool_surge_exceeds_limit SN-23']}
    ${'DELETE'}             | ${wire()}                                                                                        | ${{}}                                                 | ${[]}
  `('$action of $raw.properties.networkProfile with $asked: $expected', ({ action, raw, asked, expected }) => {
    expect(judge(action, raw, asked)).toEqual(expected);
  });

  it.each`
    length | inUse | network | nodes | surge    | to          | expected
    ${28}  | ${3}  | ${{}}   | ${3}  | ${'33%'} | ${'1.34.3'} | ${[]}
    ${28}  | ${11} | ${{}}   | ${11} | ${'1'}   | ${'1.34.3'} | ${['.nodePools node_subnet_too_small SN-13']}
    ${28}  | ${9}  | ${{}}   | ${9}  | ${'33%'} | ${'1.34.3'} | ${['.nodePools node_subnet_too_small SN-13']}
    ${28}  | ${9}  | ${{}}   | ${9}  | ${'33%'} | ${'1.35.1'} | ${[]}
    ${24}  | ${93} | ${flat} | ${3}  | ${'5'}   | ${'1.34.3'} | ${[]}
    ${25}  | ${93} | ${flat} | ${3}  | ${'5'}   | ${'1.34.3'} | ${['.nodePools node_subnet_too_small SN-13']}
  `(
    'UPGRADE to $to wants room for a surge of $surge on $nodes nodes in a /$length',
    ({ length, inUse, network, nodes, surge, to, expected }) => {
      const nodesSubnet = { id: `${vnet}/subnets/nodes`, name: 'nodes', cidr: Cidr.parse(`10.0.4.0/${length}`), delegations: [] };
      const where = {
        ...around,
        networks: new Map([[vnet.toLowerCase(), { prefixes: [Cidr.parse('10.0.0.0/16')], subnets: [nodesSubnet] }]]),
        addressesInUse: new Map([[nodesSubnet.id.toLowerCase(), inUse]]),
      };
      const raw = wire(network, { agentPoolProfiles: [pool({ count: nodes, maxPods: 30, upgradeSettings: { maxSurge: surge } })] });
      expect(judge('UPGRADE', raw, { kubernetesVersion: to }, known, where)).toEqual(expected);
    },
  );

  it.each`
    used   | limit  | to          | expected
    ${90}  | ${100} | ${'1.34.3'} | ${[]}
    ${93}  | ${100} | ${'1.34.3'} | ${['.nodePools vcpu_quota_exceeded QUO-08']}
    ${93}  | ${100} | ${'1.35.1'} | ${[]}
    ${100} | ${100} | ${'1.35.1'} | ${['.nodePools vcpu_quota_exceeded QUO-08']}
  `('UPGRADE to $to wants 8 vCPUs, or 4, of a quota of $limit with $used in use (QUO-08)', ({ used, limit, to, expected }) => {
    const quotas = {
      families: new Map([['standarddsv5family', { used, limit }]]),
      sizes: new Map([['standard_d4s_v5', { family: 'standarddsv5family', cores: 4 }]]),
    };
    const raw = wire({}, { agentPoolProfiles: [pool({ vmSize: 'Standard_D4s_v5', upgradeSettings: { maxSurge: '2' } })] });
    expect(judge('UPGRADE', raw, { kubernetesVersion: to }, known, { ...around, cores: new Map([['s/westeurope', quotas]]) })).toEqual(
      expected,
    );
  });

  it('counts the nodes of all clusters that share a subnet, with their pods in node-subnet mode (SN-11, OV-54)', () => {
    const clusters = [wire(), wire(flat, { agentPoolProfiles: [pool({ count: 2, maxPods: 10 })] })].map((raw) => readAzureCluster(id, raw));
    expect([...nodeAddresses(clusters)]).toEqual([[`${vnet}/subnets/nodes`.toLowerCase(), 3 + 2 * 11]]);
  });

  it('leaves a cluster to the rollout that has it, and to whoever made it (QUO-31)', () => {
    expect(judge('ENABLE_CILIUM', wire(), {}, { ...known, busyWith: 'other' })).toEqual(['cluster_busy QUO-31']);
    expect(judge('DELETE', wire(), {}, { ...known, created: false })).toEqual(['not_created_by_podspan']);
    expect(judge('EXPAND_POD_CIDR', wire(), {}, { ...known, podCidrGrowth: null })).toEqual(['.podCidr growth_block_missing OV-102']);
  });

  it('asks about what cannot be undone, and about nothing else (MG-34)', () => {
    expect(
      (['MIGRATE_TO_OVERLAY', 'EXPAND_POD_CIDR', 'ENABLE_CILIUM', 'DELETE'] as const).map(
        (action) => needsConfirmation(action, false)?.code,
      ),
    ).toEqual(Array(4).fill('confirmation_required'));
    expect(needsConfirmation('UPGRADE', true)?.code).toBe('confirmation_required');
    expect(needsConfirmation('UPGRADE', false)).toBeUndefined();
  });
});

describe('what is sent', () => {
  it('is everything that was read, also what we do not know, less what is read-only (QUO-34)', () => {
    const raw = wire(
      { loadBalancerProfile: { effectiveOutboundIPs: [{ id: 'x' }], idleTimeoutInMinutes: 30 } },
      { fqdn: 'x', somethingNew: { a: 1 } },
      { eTag: 'e', tags: { team: 't' }, futureMember: true },
    );
    const body = changedCluster(raw, { networkProfile: { podCidr: '192.168.0.0/19' } });
    expect(body).toMatchObject({
      tags: { team: 't' },
      futureMember: true,
      identity: { userAssignedIdentities: { '/id': {} } },
      properties: {
        somethingNew: { a: 1 },
        networkProfile: { podCidr: '192.168.0.0/19', loadBalancerProfile: { idleTimeoutInMinutes: 30 } },
      },
    });
    for (const gone of ['id', 'eTag', 'name']) expect(body).not.toHaveProperty(gone);
    for (const gone of ['provisioningState', 'fqdn', 'currentKubernetesVersion']) expect(body['properties']).not.toHaveProperty(gone);
  });

  it.each([
    ['1.35', '1.35.2'],
    ['1.35.1', '1.35.1'],
    ['1.35.9', undefined],
    ['1.37', undefined],
  ])('resolves version %s once, to %s', (asked, expected) => {
    expect(resolveVersion(asked, ['1.34.2', '1.35.1', '1.35.2'])).toBe(expected);
  });
});
