import type { ClusterAddresses, NetworkFacts } from '../addresses.js';
import type { ClusterSpec } from '../cluster-spec.js';
import type { ApiVersions } from './api-versions.js';
import type { CreateInput, NamedSubnet, NodeSubnet } from './create-input.js';
import { nodeSubnetV6 } from '../node-subnet-v6.js';
import { subnetName } from './names.js';

export interface FreezeOptions {
  readonly rollout: { readonly id: string; readonly name: string };
  readonly apiVersions: ApiVersions;
  /** The full version of a cluster. */
  readonly versionOf: (spec: ClusterSpec) => string;
}

/** Joins what was asked for with the addresses that were given and decides every name. Pure, so it is the same each time. */
export function freezeCluster(spec: ClusterSpec, addresses: ClusterAddresses, network: NetworkFacts, options: FreezeOptions): CreateInput {
  const vnetId = vnetIdOf(spec, network);
  const named = (use: string, cidr: string): NamedSubnet => {
    const name = subnetName(spec.name, use);
    return { name, cidr, subnetId: `${vnetId}/subnets/${name}` };
  };
  return {
    rollout: options.rollout,
    cluster: { ...spec, kubernetesVersion: options.versionOf(spec) },
    vnet: { id: vnetId, region: network.region ?? spec.region, prefixes: network.prefixes },
    nodeSubnets: nodeSubnetsOf(addresses, named).map((subnet) => withV6(spec, subnet, network)),
    // Named by what stands in it. Clusters of before keep the name they were frozen with.
    ...(addresses.gatewaySubnet ? { gatewaySubnet: named(spec.ingress?.kind === 'AGIC' ? 'agic' : 'agc', addresses.gatewaySubnet) } : {}),
    ...(addresses.apiServerSubnet ? { apiServerSubnet: named('apiserver', addresses.apiServerSubnet) } : {}),
    podCidr: addresses.podCidr,
    podCidrGrowth: addresses.podCidrGrowth,
    serviceCidr: addresses.serviceCidr,
    dnsServiceIp: addresses.dnsServiceIp,
    ...dualStackOf(spec, addresses),
    apiVersions: options.apiVersions,
  };
}

/** The pod and service ranges of the second family are local to the cluster, so every cluster may have the same (OV-91). */
function dualStackOf({ dualStack, podCidrs, serviceCidrs }: ClusterSpec, addresses: ClusterAddresses): Pick<CreateInput, 'dualStack'> {
  if (dualStack !== true) return {};
  const [podCidr, serviceCidr] = [podCidrs?.[1] ?? addresses.podCidrV6, serviceCidrs?.[1] ?? addresses.serviceCidrV6];
  if (podCidr === undefined || serviceCidr === undefined) throw new Error(`the address plan of ${addresses.name} has no IPv6 ranges`);
  return { dualStack: { podCidr, serviceCidr } };
}

function withV6({ dualStack }: ClusterSpec, subnet: NodeSubnet, { name, prefixes }: NetworkFacts): NodeSubnet {
  if (dualStack !== true) return subnet;
  const cidrV6 = nodeSubnetV6(subnet.cidr, prefixes);
  if (cidrV6 === undefined) throw new Error(`network ${name} has no /64 for ${subnet.cidr}`);
  return { ...subnet, cidrV6 };
}

/** Where the network is in Azure: as recorded, else by our own rule. */
export function vnetIdOf(spec: Pick<ClusterSpec, 'subscriptionId'>, network: NetworkFacts): string {
  if (network.resourceId) return network.resourceId;
  const subscription = network.subscriptionId ?? spec.subscriptionId;
  return `/subscriptions/${subscription}/resourceGroups/rg-${network.name}/providers/Microsoft.Network/virtualNetworks/${network.name}`;
}

function nodeSubnetsOf({ nodeSubnets }: ClusterAddresses, named: (use: string, cidr: string) => NamedSubnet): NodeSubnet[] {
  const cidrs = [...new Set(nodeSubnets.map(({ cidr }) => cidr))];
  return cidrs.map((cidr) => {
    const nodePools = nodeSubnets.filter((entry) => entry.cidr === cidr).map(({ nodePool }) => nodePool);
    return { ...named(cidrs.length === 1 ? 'nodes' : (nodePools[0] ?? 'nodes'), cidr), nodePools };
  });
}
