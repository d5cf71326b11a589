import { describe, expect, it } from 'vitest';
import { managedClusterBody, networkProfile, virtualNetworkBody } from './bodies.js';
import { anInput } from './builders.js';

const properties = (body: unknown) => (body as { properties: Record<string, never> }).properties as Record<string, unknown>;

/** The wire names of Microsoft.ContainerService/managedClusters 2026-06-01 that a create may carry. */
const wireNames = new Set(
  `location tags sku name tier identity type userAssignedIdentities properties kubernetesVersion dnsPrefix nodeResourceGroup enableRBAC
   agentPoolProfiles count vmSize mode osType maxPods vnetSubnetID enableAutoScaling minCount maxCount availabilityZones upgradeSettings maxSurge
   networkProfile networkPlugin networkPluginMode networkPolicy networkDataplane podCidr podCidrs serviceCidr serviceCidrs dnsServiceIP ipFamilies outboundType loadBalancerSku
   oidcIssuerProfile securityProfile workloadIdentity enabled apiServerAccessProfile enablePrivateCluster enableVnetIntegration subnetId`.split(
    /\s+/,
  ),
);

function namesIn(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => namesIn(entry, path));
  if (value === null || typeof value !== 'object') return [];
  const free = path.endsWith('tags') || path.endsWith('userAssignedIdentities');
  return Object.entries(value).flatMap(([key, entry]) => [...(free ? [] : [key]), ...namesIn(entry, `${path}.${key}`)]);
}

describe('wire bodies of a new cluster', () => {
  it('sends only names that the API has', () => {
    const full = anInput(
      {
        dataplane: 'CILIUM',
        dualStack: true,
        privateCluster: true,
        tags: { team: 'a' },
        nodePools: [{ name: 'system', mode: 'SYSTEM', vmSize: 'x', minCount: 0, maxCount: 5, zones: ['1'], maxSurge: 2 }],
      },
      { apiServerSubnet: '10.240.9.0/28', gatewaySubnet: '10.240.8.0/24' },
    );
    expect(namesIn(managedClusterBody(full)).filter((name) => !wireNames.has(name))).toEqual([]);
  });

  it('always says both plugin fields, for a missing mode means node subnet (OV-02)', () => {
    expect(networkProfile(anInput())).toMatchObject({
      networkPlugin: 'azure',
      networkPluginMode: 'overlay',
      networkDataplane: 'azure',
      networkPolicy: 'none',
    });
  });

  it('gives the Cilium data plane its own policy engine (OV-110)', () => {
    expect(networkProfile(anInput({ dataplane: 'CILIUM' }))).toMatchObject({ networkDataplane: 'cilium', networkPolicy: 'cilium' });
  });

  it('sends the planned ranges, the OIDC issuer and workload identity', () => {
    expect(properties(managedClusterBody(anInput()))).toMatchObject({
      networkProfile: { podCidr: '192.168.0.0/20', serviceCidr: '172.16.0.0/16', dnsServiceIP: '172.16.0.10' },
      oidcIssuerProfile: { enabled: true },
      securityProfile: { workloadIdentity: { enabled: true } },
    });
  });

  it('sends both families in the order of ipFamilies, IPv4 first (OV-90, OV-91)', () => {
    expect(networkProfile(anInput({ dualStack: true }))).toMatchObject({
      ipFamilies: ['IPv4', 'IPv6'],
      podCidr: '192.168.0.0/20',
      podCidrs: ['192.168.0.0/20', 'fd12:3456:789a::/64'],
      serviceCidrs: ['172.16.0.0/16', 'fd12:3456:789a:1::/108'],
    });
    expect(anInput({ dualStack: true }).nodeSubnets).toMatchObject([{ cidr: '10.240.0.0/27', cidrV6: 'fd00:240::/64' }]);
    const own = anInput({ dualStack: true, podCidrs: ['192.168.0.0/20', 'fd99::/64'], serviceCidrs: ['172.16.0.0/16', 'fd99:1::/112'] });
    expect(own.dualStack).toEqual({ podCidr: 'fd99::/64', serviceCidr: 'fd99:1::/112' });
  });

  it.each`
    pool                             | sent     | because
    ${{ count: 3 }}                  | ${'1'}   | ${'a tenth of three nodes is one'}
    ${{ count: 30 }}                 | ${'3'}   | ${'a tenth of thirty is three'}
    ${{ count: 3, maxSurge: 2 }}     | ${'2'}   | ${'a number is sent as text'}
    ${{ count: 3, maxSurge: '33%' }} | ${'33%'} | ${'a percentage as it is'}
  `('always sends maxSurge, here $sent, for $because (SN-21)', ({ pool, sent }) => {
    const body = managedClusterBody(anInput({ nodePools: [{ name: 'system', mode: 'SYSTEM', vmSize: 'x', ...pool }] }));
    expect(properties(body)['agentPoolProfiles']).toMatchObject([{ upgradeSettings: { maxSurge: sent } }]);
  });

  it('keeps the node resource group within 80 characters though every part is legal (QUO-44)', () => {
    const body = managedClusterBody(anInput({ name: 'c'.repeat(63), resourceGroup: 'g'.repeat(60) }));
    expect(String(properties(body)['nodeResourceGroup'])).toHaveLength(80);
  });

  it('starts an autoscaled system pool at one node at least', () => {
    const body = managedClusterBody(anInput({ nodePools: [{ name: 'system', mode: 'SYSTEM', vmSize: 'x', minCount: 0, maxCount: 5 }] }));
    expect(properties(body)['agentPoolProfiles']).toMatchObject([
      { enableAutoScaling: true, minCount: 1, maxCount: 5, count: 1, upgradeSettings: { maxSurge: '1' } },
    ]);
  });

  it('puts each pool into its own subnet when the plan gave it one', () => {
    const input = anInput(
      {
        nodePools: [
          { name: 'system', mode: 'SYSTEM', vmSize: 'x', count: 3 },
          { name: 'work', mode: 'USER', vmSize: 'x', count: 3 },
        ],
      },
      {
        nodeSubnets: [
          { nodePool: 'system', cidr: '10.240.0.0/28' },
          { nodePool: 'work', cidr: '10.240.0.16/28' },
        ],
      },
    );
    const pools = properties(managedClusterBody(input))['agentPoolProfiles'] as { vnetSubnetID: string }[];
    expect(pools.map(({ vnetSubnetID }) => vnetSubnetID.split('/').at(-1))).toEqual(['snet-aks-weu-001-system', 'snet-aks-weu-001-work']);
  });

  it('creates a VNet without inline subnets, for they would replace what is there', () => {
    expect(virtualNetworkBody(anInput())).toEqual({
      location: 'westeurope',
      properties: { addressSpace: { addressPrefixes: ['10.240.0.0/16'] } },
    });
  });
});
