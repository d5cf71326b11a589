import { Cidr } from '@podspan/cidr';
import { describe, expect, it } from 'vitest';
import { aCluster } from './builders.js';
import { type AzureEstate, checkAgainstAzure, type ExistingSubnet } from './check-azure.js';
import type { ClusterSpec } from './cluster-spec.js';

const agc = 'Microsoft.ServiceNetworking/trafficControllers';
const subscriptionId = '11111111-1111-4111-8111-111111111111';
const network = { name: 'spoke', prefixes: ['10.1.0.0/16'], subscriptionId };
const vnetId = `/subscriptions/${subscriptionId}/resourcegroups/rg-spoke/providers/microsoft.network/virtualnetworks/spoke`;
const nodePool = (name: string, subnetCidr?: string): ClusterSpec['nodePools'][number] => ({
  name,
  mode: 'SYSTEM',
  vmSize: 'Standard_D4s_v5',
  count: 3,
  ...(subnetCidr === undefined ? {} : { subnetCidr }),
});
const subnet = (name: string, cidr: string, ...delegations: string[]): ExistingSubnet => ({ name, cidr: Cidr.parse(cidr), delegations });

function problemsOf(change: Partial<ClusterSpec>, subnets: readonly ExistingSubnet[], clusters: AzureEstate['clusters'] = new Map()) {
  const spec = aCluster({
    name: 'one',
    network: 'spoke',
    subscriptionId,
    resourceGroup: 'rg',
    nodePools: [nodePool('system')],
    ingress: { kind: 'NONE' },
    ...change,
  });
  return checkAgainstAzure([{ index: 4, spec }], new Map([['spoke', network]]), { subnets: new Map([[vnetId, subnets]]), clusters });
}

describe('a cluster beside what stands in Azure', () => {
  it.each([
    ['by the name we give', { nodePools: [nodePool('system')] }, 'snet-one-nodes', 'clusters[4].nodePools[0]'],
    ['by the name of one pool of several', { nodePools: [nodePool('a'), nodePool('b')] }, 'snet-one-b', 'clusters[4].nodePools[1]'],
    [
      'by the range that is asked for',
      { nodePools: [nodePool('system', '10.1.9.0/24')] },
      'somebody',
      'clusters[4].nodePools[0].subnetCidr',
    ],
  ])('cannot put nodes into a delegated subnet, found %s (OV-114)', (_, change, name, path) => {
    expect(problemsOf(change, [subnet(name, '10.1.9.0/24', agc)])).toMatchObject([
      { path, code: 'node_subnet_delegated', rule: 'OV-114', value: '10.1.9.0/24', conflictsWith: agc },
    ]);
    expect(problemsOf(change, [subnet(name, '10.1.9.0/24')])).toEqual([]);
  });

  it.each([
    [
      'not delegated (AGC-20)',
      { kind: 'AGC' as const, subnetCidr: '10.1.9.0/24' },
      subnet('theirs', '10.1.9.0/24'),
      'clusters[4].ingress.subnetCidr',
      'agc_subnet_not_delegated',
    ],
    ['no /24 (AGC-21)', { kind: 'AGC' as const }, subnet('snet-one-agc', '10.1.8.0/23', agc), 'clusters[4].ingress', 'agc_subnet_not_24'],
    [
      'not delegated, by its id',
      { kind: 'AGC' as const, subnetId: `${vnetId}/subnets/theirs` },
      subnet('theirs', '10.1.9.0/24'),
      'clusters[4].ingress.subnetId',
      'agc_subnet_not_delegated',
    ],
  ])('cannot have its gateway in a subnet that is %s', (_, ingress, existing, path, code) => {
    expect(problemsOf({ ingress }, [existing])).toMatchObject([{ path, code }]);
    expect(problemsOf({ ingress }, [subnet(existing.name, '10.1.9.0/24', agc)])).toEqual([]);
  });

  it('cannot have its gateway in another network (AGC-23)', () => {
    const subnetId = `${vnetId.replace(/spoke$/, 'peer')}/subnets/agc`;
    expect(problemsOf({ ingress: { kind: 'AGC', subnetId } }, [])).toMatchObject([
      { path: 'clusters[4].ingress.subnetId', code: 'agc_vnet_mismatch', rule: 'AGC-23' },
    ]);
  });

  it('that exists with kubenet cannot have AGC (AGC-25)', () => {
    const id = `/subscriptions/${subscriptionId}/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/one`;
    const existing = new Map([[id, { id, subscriptionId, region: 'westeurope', networkPlugin: 'kubenet' }]]);
    expect(problemsOf({ ingress: { kind: 'AGC' } }, [], existing)).toMatchObject([
      { path: 'clusters[4].ingress.kind', code: 'agc_unsupported_cni', rule: 'AGC-25', conflictsWith: 'KUBENET' },
    ]);
    expect(problemsOf({}, [], existing)).toEqual([]);
  });

  it('in a network that nobody knows is not judged', () => {
    expect(problemsOf({ network: 'nowhere', ingress: { kind: 'AGC' } }, [subnet('snet-one-nodes', '10.1.9.0/24', agc)])).toEqual([]);
  });
});
