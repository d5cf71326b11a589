import { currentApiVersions } from './current-api-versions.js';
import { type AzureCluster, vnetOf } from '../domain/change/azure-cluster.js';
import type { CreateInput, NodeSubnet } from '../domain/create/create-input.js';
import type { AdoptedCluster } from './prepared-rollout.js';
import { networkNameOf, type ResolvedTarget } from '../request/resolve-targets.js';

/** Its name here, and the network of its nodes where that is known by another name than Azure's. */
type Adopted = Pick<ResolvedTarget, 'name' | 'network' | 'azure'>;

/** What is written down of a cluster that somebody else made, from what Azure tells of it. */
export function adoptedCluster(target: Adopted, azure: AzureCluster, rollout: CreateInput['rollout']): AdoptedCluster {
  const vnetId = azure.nodePools.flatMap(({ subnetId }) => (subnetId === undefined ? [] : [vnetOf(subnetId)]))[0] ?? '';
  return {
    networkPlugin: azure.networkMode === 'KUBENET' ? 'kubenet' : azure.networkMode === 'NONE' ? 'none' : 'azure',
    networkPluginMode: azure.networkMode === 'OVERLAY' ? 'overlay' : null,
    input: {
      rollout,
      cluster: specOf(target, azure),
      vnet: { id: vnetId, region: azure.region, prefixes: [] },
      nodeSubnets: subnetsOf(azure),
      podCidr: azure.podCidr ?? '',
      podCidrGrowth: null,
      serviceCidr: azure.serviceCidr ?? '',
      dnsServiceIp: azure.dnsServiceIp ?? '',
      apiVersions: currentApiVersions,
    },
  };
}

function specOf(target: Adopted, azure: AzureCluster): CreateInput['cluster'] {
  return {
    name: target.name,
    subscriptionId: azure.subscriptionId,
    resourceGroup: azure.resourceGroup,
    region: azure.region,
    network: networkNameOf(target),
    kubernetesVersion: azure.kubernetesVersion,
    nodePools: azure.nodePools.map(({ name, mode, count, osType }) => ({ name, mode, vmSize: '', count, osType })),
    podCidrScope: 'REUSABLE',
    dataplane: azure.dataplane,
    networkPolicy: azure.networkPolicy,
    tags: azure.tags,
  };
}

/** Their ranges are in Azure; a change needs none of them. */
function subnetsOf({ nodePools }: AzureCluster): NodeSubnet[] {
  const ids = [...new Set(nodePools.flatMap(({ subnetId }) => subnetId ?? []))];
  return ids.map((subnetId) => ({
    name: subnetId.slice(subnetId.lastIndexOf('/') + 1),
    cidr: '',
    subnetId,
    nodePools: nodePools.filter((pool) => pool.subnetId === subnetId).map(({ name }) => name),
  }));
}
