/**
 * Three regions, each a hub with four spokes; on-premises reached through every hub; an acquired company's network
 * behind a VPN of one hub only. Address facts of Microsoft's AKS baseline (mspnp/aks-baseline,
 * mspnp/aks-baseline-multi-region), extended to a fleet.
 */
export const regions = ['westeurope', 'northeurope', 'eastus2'] as const;

const hubs = regions.map((region, index) => ({ name: `hub-${region}`, region, prefixes: [`10.200.${index}.0/24`] }));
const spokes = regions.flatMap((region, r) =>
  [0, 1, 2, 3].map((s) => ({ name: `spoke-${region}-${s}`, region, prefixes: [`10.${240 + r * 4 + s}.0.0/16`] })),
);

export const demoTopology = {
  addressSpaces: [{ name: 'corp' }],
  networks: [
    ...[...hubs, ...spokes].map((network) => ({ ...network, addressSpace: 'corp', kind: 'VIRTUAL_NETWORK' })),
    { name: 'on-premises', addressSpace: 'corp', kind: 'ON_PREMISES', prefixes: ['10.0.0.0/14', '172.20.0.0/16', '100.64.0.0/12'] },
    { name: 'acquired', addressSpace: 'corp', kind: 'EXTERNAL', prefixes: ['192.168.128.0/17'] },
  ],
  links: [
    ...spokes.map(({ name, region }) => ({ from: name, to: `hub-${region}`, kind: 'PEERING' })),
    ...hubs.map(({ name }) => ({ from: name, to: 'on-premises', kind: 'EXPRESSROUTE' })),
    { from: 'hub-eastus2', to: 'acquired', kind: 'VPN' },
  ],
  meshes: [{ name: 'payments' }],
  pools: [
    { name: 'nodes', addressSpace: 'corp', cidrs: ['10.240.0.0/12'], reuse: 'EXCLUSIVE' },
    { name: 'pods', addressSpace: 'corp', cidrs: ['192.168.0.0/16', '100.80.0.0/12'], reuse: 'REUSABLE' },
    { name: 'services', addressSpace: 'corp', cidrs: ['172.16.0.0/16'], reuse: 'REUSABLE' },
  ],
};

export function demoCluster(index: number, more: object = {}): object {
  const region = regions[index % 3] ?? 'westeurope';
  return {
    name: `aks-${String(index).padStart(2, '0')}`,
    subscriptionId: '00000000-0000-0000-0000-000000000001',
    resourceGroup: `rg-aks-${index}`,
    region,
    network: `spoke-${region}-${Math.floor(index / 3) % 4}`,
    nodePools: [
      { name: 'system', mode: 'SYSTEM', vmSize: 'Standard_D4s_v5', count: 3 },
      { name: 'user', mode: 'USER', vmSize: 'Standard_D8s_v5', minCount: 3, maxCount: 100, maxSurge: '33%' },
    ],
    podCidrScope: 'REUSABLE',
    dataplane: 'CILIUM',
    ...more,
  };
}
