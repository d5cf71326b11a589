/** Two regions and two subscriptions, one VNet each, peered: everything routed is unique, pods may be reused. */
export const WEU = { network: 'weu-1', region: 'westeurope', subscriptionId: '5c1f0f5e-6d1b-4f3e-9a51-0d5a7c9e1001' } as const;
export const NEU = { network: 'neu-1', region: 'northeurope', subscriptionId: '8e27b1a4-93c0-4d6f-8b7e-41f6d2ab2002' } as const;

export const topology = {
  addressSpaces: [{ name: 'corporate' }],
  networks: [
    {
      name: WEU.network,
      addressSpace: 'corporate',
      kind: 'VIRTUAL_NETWORK',
      region: WEU.region,
      subscriptionId: WEU.subscriptionId,
      prefixes: ['10.240.0.0/16'],
    },
    {
      name: NEU.network,
      addressSpace: 'corporate',
      kind: 'VIRTUAL_NETWORK',
      region: NEU.region,
      subscriptionId: NEU.subscriptionId,
      prefixes: ['10.241.0.0/16'],
    },
    { name: 'data-centres', addressSpace: 'corporate', kind: 'ON_PREMISES', prefixes: ['10.0.0.0/14'] },
  ],
  links: [
    { from: WEU.network, to: NEU.network, kind: 'PEERING' },
    { from: WEU.network, to: 'data-centres', kind: 'EXPRESSROUTE' },
  ],
  meshes: [{ name: 'payments' }],
  pools: [
    { name: 'spokes', addressSpace: 'corporate', reuse: 'EXCLUSIVE', cidrs: ['10.240.0.0/12'] },
    { name: 'pods', addressSpace: 'corporate', reuse: 'REUSABLE', cidrs: ['192.168.0.0/16'] },
    { name: 'mesh-pods', addressSpace: 'corporate', reuse: 'REUSABLE', cidrs: ['100.80.0.0/12'] },
    { name: 'services', addressSpace: 'corporate', reuse: 'REUSABLE', cidrs: ['172.16.0.0/16'], defaultPrefixLength: 16 },
  ],
};

type Place = typeof WEU | typeof NEU;

export interface ClusterRequest {
  readonly name: string;
  readonly network: string;
  readonly [member: string]: unknown;
}

/** A cluster of four nodes at its peak: a /22 for pods, a /28 for nodes. */
export function cluster(name: string, place: Place, more: object = {}): ClusterRequest {
  return {
    name,
    ...place,
    resourceGroup: `rg-${name}`,
    podCidrScope: 'REUSABLE',
    dataplane: 'AZURE',
    nodePools: [{ name: 'system', mode: 'SYSTEM', vmSize: 'Standard_D4s_v5', count: 3, maxSurge: 1 }],
    ...more,
  };
}

export const AGC = { ingress: { kind: 'AGC', deployment: 'BYO' } };
export const IN_MESH = { mesh: 'payments', podCidrScope: 'UNIQUE' };

/** Six clusters: the first two with AGC, the last two in one mesh. */
export const sixClusters = [
  cluster('aks-1', WEU, AGC),
  cluster('aks-2', NEU, AGC),
  cluster('aks-3', WEU),
  cluster('aks-4', NEU),
  cluster('aks-5', WEU, IN_MESH),
  cluster('aks-6', NEU, IN_MESH),
];

export interface RolloutRequest {
  readonly name: string;
  readonly clusters: readonly ClusterRequest[];
  readonly [member: string]: unknown;
}

export function rolloutOf(name: string, clusters: readonly ClusterRequest[], strategy: object = {}): RolloutRequest {
  return {
    name,
    action: 'CREATE',
    clusters,
    pools: { nodeSubnet: 'spokes', podCidr: 'pods', podCidrUnique: 'mesh-pods', serviceCidr: 'services' },
    strategy: { maxConcurrency: 10, failureMode: 'FAST', ...strategy },
  };
}
