// An estate of the size the limits are given for: 500 networks, 2,000 links and clusters on 480 of the networks.
const HUBS = 12;
const SITES = 20;
const NETWORKS = 500;
const LINKS = 2000;

const hub = (index) => `hub-${index}`;
const spoke = (index) => `spoke-${index}`;
const site = (index) => `site-${index}`;
const spokes = NETWORKS - HUBS - SITES;
/** Every /17 of 10.0.0.0/8 in order; 512 of them. */
const slash17 = (index) => `10.${index >> 1}.${(index & 1) * 128}.0/17`;

const networks = [
  ...Array.from({ length: HUBS }, (_, index) => ({ name: hub(index), kind: 'VIRTUAL_NETWORK', prefixes: [slash17(index)] })),
  ...Array.from({ length: spokes }, (_, index) => ({ name: spoke(index), kind: 'VIRTUAL_NETWORK', prefixes: [slash17(HUBS + index)] })),
  ...Array.from({ length: SITES }, (_, index) => ({
    name: site(index),
    kind: index % 2 === 0 ? 'ON_PREMISES' : 'EXTERNAL',
    prefixes: [slash17(HUBS + spokes + index), `172.${20 + (index % 10)}.${128 * Math.floor(index / 10)}.0/17`],
  })),
].map((network) => ({ ...network, addressSpace: 'estate', region: network.kind === 'VIRTUAL_NETWORK' ? 'westeurope' : undefined }));

/** Every spoke at a hub, the hubs at one another and at the sites, and spokes at one another until there are enough. */
function allLinks() {
  const links = new Map();
  const add = (from, to, kind) => from !== to && links.set(`${from < to ? `${from} ${to}` : `${to} ${from}`} ${kind}`, { from, to, kind });
  for (let index = 0; index < spokes; index++) add(spoke(index), hub(index % HUBS), 'PEERING');
  for (let index = 0; index < HUBS; index++) for (let other = 0; other < index; other++) add(hub(index), hub(other), 'VIRTUAL_WAN');
  for (let index = 0; index < SITES; index++) add(site(index), hub(index % HUBS), index % 2 === 0 ? 'EXPRESSROUTE' : 'VPN');
  for (let step = 1; links.size < LINKS; step++)
    for (let index = 0; index < spokes && links.size < LINKS; index++)
      add(spoke(index), spoke((index + step * 7) % spokes), 'CONNECTED_GROUP');
  return [...links.values()];
}

export const estateTopology = {
  addressSpaces: [{ name: 'estate' }],
  networks,
  links: allLinks(),
  pools: [
    { name: 'subnets', addressSpace: 'estate', cidrs: ['10.0.0.0/8'], reuse: 'EXCLUSIVE' },
    { name: 'pods', addressSpace: 'estate', cidrs: ['100.64.0.0/10'], reuse: 'REUSABLE' },
    { name: 'services', addressSpace: 'estate', cidrs: ['192.168.0.0/16'], reuse: 'REUSABLE' },
  ],
};

/** Two spokes without a link between them. */
export const newLink = { from: spoke(0), to: spoke(1), kind: 'PEERING' };

export const planPools = { nodeSubnet: 'subnets', gatewaySubnet: 'subnets', podCidr: 'pods', serviceCidr: 'services' };

/** `count` clusters with a node subnet, a pod, a service and a gateway range each, spread over the spokes. */
export function clusters(count, prefix) {
  return Array.from({ length: count }, (_, index) => ({
    name: `${prefix}-${index}`,
    subscriptionId: '00000000-0000-0000-0000-000000000001',
    resourceGroup: `rg-${prefix}-${index}`,
    region: 'westeurope',
    network: spoke(index % spokes),
    nodePools: [{ name: 'system', mode: 'SYSTEM', vmSize: 'Standard_D4s_v5', minCount: 3, maxCount: 40, maxSurge: '33%' }],
    podCidrScope: 'REUSABLE',
    dataplane: 'CILIUM',
    ingress: { kind: 'AGC' },
  }));
}
