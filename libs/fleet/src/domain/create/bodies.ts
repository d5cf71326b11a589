import { explicitMaxSurge, nodeResourceGroupName } from '@podspan/aks';
import type { Json } from '@podspan/engine';
import type { NodePoolSpec } from '../cluster-spec.js';
import type { CreateInput } from './create-input.js';
import { dnsPrefix, identityId } from './names.js';

type Body = { readonly [key: string]: Json };

const outboundTypes = {
  LOAD_BALANCER: 'loadBalancer',
  USER_DEFINED_ROUTING: 'userDefinedRouting',
  MANAGED_NAT_GATEWAY: 'managedNATGateway',
  USER_ASSIGNED_NAT_GATEWAY: 'userAssignedNATGateway',
  NONE: 'none',
} as const;

export function resourceGroupBody(location: string, tags: Readonly<Record<string, string>> = {}): Body {
  return { location, tags };
}

/** Without subnets: an inline list replaces, so subnets are only ever written one by one. */
export function virtualNetworkBody({ vnet }: CreateInput): Body {
  return { location: vnet.region, properties: { addressSpace: { addressPrefixes: vnet.prefixes } } };
}

export function identityBody({ cluster }: CreateInput): Body {
  return { location: cluster.region, tags: cluster.tags ?? {} };
}

export function managedClusterBody(input: CreateInput): Body {
  const { cluster } = input;
  const identity = identityId(cluster.subscriptionId, cluster.resourceGroup, cluster.name);
  return {
    location: cluster.region,
    tags: cluster.tags ?? {},
    sku: { name: 'Base', tier: 'Standard' },
    identity: { type: 'UserAssigned', userAssignedIdentities: { [identity]: {} } },
    properties: {
      kubernetesVersion: cluster.kubernetesVersion,
      dnsPrefix: dnsPrefix(cluster.name),
      // QUO-44: Azure's own default can exceed 80 though each part is legal, so it is always sent.
      nodeResourceGroup: nodeResourceGroupName(cluster.resourceGroup, cluster.name, cluster.region),
      enableRBAC: true,
      agentPoolProfiles: cluster.nodePools.map((pool) => agentPool(pool, input)),
      networkProfile: networkProfile(input),
      oidcIssuerProfile: { enabled: true },
      securityProfile: { workloadIdentity: { enabled: true } },
      ...apiServerAccess(input),
    },
  };
}

/** OV-02: both plugin fields, always; a default would mean another mode. */
export function networkProfile({ cluster, podCidr, serviceCidr, dnsServiceIp, dualStack }: CreateInput): Body {
  const cilium = cluster.dataplane === 'CILIUM';
  return {
    networkPlugin: 'azure',
    networkPluginMode: 'overlay',
    networkDataplane: cilium ? 'cilium' : 'azure',
    networkPolicy: (cluster.networkPolicy ?? (cilium ? 'CILIUM' : 'NONE')).toLowerCase(),
    podCidr,
    serviceCidr,
    dnsServiceIP: dnsServiceIp,
    ...(dualStack
      ? {
          podCidrs: [podCidr, dualStack.podCidr],
          serviceCidrs: [serviceCidr, dualStack.serviceCidr],
          ipFamilies: ['IPv4', 'IPv6'],
        }
      : { ipFamilies: ['IPv4'] }),
    outboundType: outboundTypes[cluster.outboundType ?? 'LOAD_BALANCER'],
    loadBalancerSku: 'standard',
  };
}

function agentPool(pool: NodePoolSpec, { nodeSubnets }: CreateInput): Body {
  const subnet = nodeSubnets.find(({ nodePools }) => nodePools.includes(pool.name));
  return {
    name: pool.name,
    mode: pool.mode === 'SYSTEM' ? 'System' : 'User',
    type: 'VirtualMachineScaleSets',
    vmSize: pool.vmSize,
    osType: pool.osType === 'WINDOWS' ? 'Windows' : 'Linux',
    maxPods: pool.maxPods ?? 250,
    ...(subnet ? { vnetSubnetID: subnet.subnetId } : {}),
    ...(pool.zones ? { availabilityZones: pool.zones } : {}),
    ...scale(pool),
    // SN-21: the documents disagree about the default, so it is always sent.
    upgradeSettings: { maxSurge: explicitMaxSurge(pool) },
  };
}

/** An autoscaled pool starts at its minimum; a system pool never below one node. */
function scale(pool: NodePoolSpec): Body {
  const { maxCount } = pool;
  const count = startingNodes(pool);
  return maxCount === undefined ? { count } : { enableAutoScaling: true, minCount: leastNodes(pool), maxCount, count };
}

/** Nodes that a pool has at first. */
export function startingNodes(pool: NodePoolSpec): number {
  return pool.count ?? (pool.maxCount === undefined ? 1 : leastNodes(pool));
}

function leastNodes({ mode, minCount }: NodePoolSpec): number {
  return mode === 'SYSTEM' ? Math.max(1, minCount ?? 1) : (minCount ?? 0);
}

function apiServerAccess({ cluster, apiServerSubnet }: CreateInput): Body {
  const members: Body = {
    ...(cluster.privateCluster ? { enablePrivateCluster: true } : {}),
    ...(apiServerSubnet ? { enableVnetIntegration: true, subnetId: apiServerSubnet.subnetId } : {}),
  };
  return Object.keys(members).length === 0 ? {} : { apiServerAccessProfile: members };
}
