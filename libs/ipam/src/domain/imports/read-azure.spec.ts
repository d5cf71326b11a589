import { describe, expect, it } from 'vitest';
import { readAzure } from './read-azure.js';

const subscription = '/subscriptions/11111111-1111-4111-8111-111111111111';
const vnetId = `${subscription}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/spoke`;
const clusterId = `${subscription}/resourcegroups/rg/providers/Microsoft.ContainerService/managedClusters/aks`;

/** `az aks list` prints every member, most of them null. */
const cluster = (networkProfile: object, pool: object = {}): object => ({
  id: clusterId,
  name: 'aks',
  type: 'Microsoft.ContainerService/ManagedClusters',
  location: 'westeurope',
  kubernetesVersion: '1.33',
  currentKubernetesVersion: '1.33.2',
  autoUpgradeProfile: null,
  agentPoolProfiles: [{ name: 'system', count: 3, maxPods: 250, vnetSubnetId: `${vnetId}/subnets/nodes`, podSubnetId: null, ...pool }],
  networkProfile: {
    podCidr: null,
    podCidrs: null,
    serviceCidr: '172.16.0.0/16',
    serviceCidrs: ['172.16.0.0/16'],
    networkPluginMode: null,
    ...networkProfile,
  },
});

const told = (document: unknown): unknown =>
  readAzure(document).rows.map(({ kind, values, problems }) => [
    values['kind'] ?? kind,
    values['cidr'] ?? values['prefixes'] ?? values['to'],
    ...(values['mode'] === undefined ? [] : [values['mode'], values['routed']]),
    ...problems.map(({ code }) => code),
  ]);

const services = (mode: string): unknown => ['SERVICE_CIDR', '172.16.0.0/16', mode, false];
const overlayPods = ['POD_CIDR', '192.168.0.0/16', 'OVERLAY', false];

describe('az aks list', () => {
  it.each([
    [
      'overlay',
      cluster({ networkPlugin: 'azure', networkPluginMode: 'overlay', podCidr: '192.168.0.0/16', podCidrs: ['192.168.0.0/16'] }),
      [overlayPods, services('OVERLAY')],
    ],
    [
      'overlay of both families',
      cluster({
        networkPlugin: 'azure',
        networkPluginMode: 'Overlay',
        podCidr: '192.168.0.0/16',
        podCidrs: ['192.168.0.0/16', 'fd12:3456:789a::/64'],
      }),
      [overlayPods, ['POD_CIDR', 'fd12:3456:789a::/64', 'OVERLAY', false], services('OVERLAY')],
    ],
    [
      'kubenet',
      cluster({ networkPlugin: 'kubenet', podCidr: '10.244.0.0/16' }),
      [['POD_CIDR', '10.244.0.0/16', 'KUBENET', true], services('KUBENET')],
    ],
    ['node subnet, whose podCidr means nothing', cluster({ networkPlugin: 'azure', podCidr: '10.244.0.0/16' }), [services('NODE_SUBNET')]],
    [
      'pod subnet, dynamic',
      cluster({ networkPlugin: 'azure' }, { podSubnetId: `${vnetId}/subnets/pods`, podIpAllocationMode: 'DynamicIndividual' }),
      [services('POD_SUBNET')],
    ],
    [
      'pod subnet, static blocks',
      cluster({ networkPlugin: 'azure' }, { podSubnetId: `${vnetId}/subnets/pods`, podIpAllocationMode: 'StaticBlock' }),
      [services('POD_SUBNET')],
    ],
    [
      "a network of one's own",
      cluster({ networkPlugin: 'none', podCidr: '10.245.0.0/16' }),
      [['POD_CIDR', '10.245.0.0/16', 'BYO', true], services('BYO')],
    ],
    [
      'no range at all',
      cluster({ networkPlugin: 'none', serviceCidr: null, serviceCidrs: null }),
      [[null, undefined, 'cluster_without_ranges']],
    ],
  ])('reads %s', (_, document, rows) => {
    expect(told([document])).toEqual(rows);
  });

  it('names the network and both kinds of subnet, with and without an id', () => {
    const { rows } = readAzure([cluster({ networkPlugin: 'azure' }, { podSubnetId: `${vnetId}/subnets/pods` })]);
    expect(rows[0]?.values).toMatchObject({
      cluster: 'aks',
      network: vnetId,
      facts: { nodeSubnets: [`${vnetId}/subnets/nodes`], podSubnets: [`${vnetId}/subnets/pods`], kubernetesVersion: '1.33.2' },
    });
  });

  it.each([
    ['renamed members', [{ name: 'aks', podCidr: '192.168.0.0/16' }], [overlayPods]],
    [
      'paths as names',
      [{ name: 'aks', 'networkProfile.podCidr': '192.168.0.0/16', 'networkProfile.networkPluginMode': 'overlay' }],
      [overlayPods],
    ],
    [
      'an id and a list',
      [{ id: clusterId, podCidrs: ['192.168.0.0/16'], networkPlugin: 'azure', networkPluginMode: 'overlay' }],
      [overlayPods],
    ],
    [
      'values without names',
      [['aks', '192.168.0.0/16'], '192.168.0.0/16', null],
      [
        [null, undefined, 'not_a_resource'],
        [null, undefined, 'not_a_resource'],
        [null, undefined, 'not_a_resource'],
      ],
    ],
    ['no name', [{ podCidr: '192.168.0.0/16' }], [['DISCOVERED_RANGE', undefined, 'required']]],
    [
      'one cluster of az aks show',
      { name: 'aks', networkProfile: { podCidr: '192.168.0.0/16', networkPluginMode: 'overlay' } },
      [overlayPods],
    ],
  ])('reads a projection with %s', (_, document, rows) => {
    expect(told(document)).toEqual(rows);
  });

  it('names a broken range by its place', () => {
    const { rows } = readAzure([
      cluster({ networkPlugin: 'kubenet', podCidr: '10.244.0.1/16', serviceCidrs: ['172.16.0.0/16', '300.0.0.0/8'] }),
    ]);
    expect(rows.flatMap(({ problems }) => problems.map(({ path, code }) => [path, code]))).toEqual([
      ['[0].podCidr', 'host_bits_set'],
      ['[0].serviceCidrs[1]', 'invalid_cidr'],
    ]);
  });
});

const network = {
  addressSpace: { addressPrefixes: ['10.40.0.0/16', 'fd40::/48'], ipamPoolPrefixAllocations: null },
  id: vnetId,
  name: 'spoke',
  location: 'westeurope',
  futureMember: { deep: [1] },
  subnets: [
    { name: 'GatewaySubnet', addressPrefix: '10.40.255.0/27', id: `${vnetId}/subnets/GatewaySubnet` },
    { name: 'both', addressPrefixes: ['10.40.0.0/24', 'fd40::/64'] },
    { name: 'agc', addressPrefix: '10.40.1.0/24', delegations: [{ serviceName: 'Microsoft.ServiceNetworking/trafficControllers' }] },
    { name: 'empty' },
  ],
  virtualNetworkPeerings: [
    { name: 'up', peeringState: 'Connected', remoteVirtualNetwork: { id: `${subscription}/hub` } },
    { name: 'down', peeringState: 'Initiated', remoteVirtualNetwork: { id: `${subscription}/hub` } },
  ],
};
const rowsOfNetwork = [
  ['NETWORK', ['10.40.0.0/16', 'fd40::/48']],
  ['VIRTUAL_NETWORK', '10.40.0.0/16'],
  ['VIRTUAL_NETWORK', 'fd40::/48'],
  ['SUBNET', '10.40.255.0/27'],
  ['SUBNET', '10.40.0.0/24'],
  ['SUBNET', 'fd40::/64'],
  ['SUBNET', '10.40.1.0/24'],
  ['DISCOVERED_RANGE', undefined, 'no_prefix'],
  ['PEERING', `${subscription}/hub`],
  ['LINK', undefined, 'peering_not_connected'],
];

describe('az network vnet list', () => {
  it.each([
    ['as az prints it', [network]],
    [
      'as ARM answers it',
      {
        value: [
          {
            id: vnetId,
            name: 'spoke',
            properties: {
              ...network,
              subnets: network.subnets.map(({ name, ...properties }) => ({ name, properties })),
              virtualNetworkPeerings: network.virtualNetworkPeerings.map(({ name, ...properties }) => ({ name, properties })),
            },
          },
        ],
      },
    ],
    [
      'as Resource Graph has it',
      {
        data: [{ id: vnetId.toLowerCase(), name: 'spoke', type: 'microsoft.network/virtualnetworks', properties: network }],
        totalRecords: 1,
      },
    ],
  ])('%s', (_, document) => {
    expect(told(document)).toEqual(rowsOfNetwork);
  });

  it('tells the members that nobody reads, and what gateways a subnet serves', () => {
    const { ignored, rows } = readAzure([network, network]);
    expect(ignored).toEqual([{ field: 'futureMember', at: '[0]' }]);
    expect(rows.flatMap(({ values }) => (values['facts'] as { gateway?: string } | undefined)?.gateway ?? []).slice(0, 2)).toEqual([
      'VPN_GATEWAY',
      'AGC',
    ]);
  });
});

describe('Resource Graph', () => {
  const columns = ['id', 'name', 'type', 'properties_networkProfile_podCidr', 'properties_networkProfile_networkPluginMode'].map(
    (name) => ({ name, type: 'string' }),
  );
  const row = [clusterId, 'aks', 'microsoft.containerservice/managedclusters', '192.168.0.0/16', 'overlay'];

  it('in its table format is read by its columns; a row of another length is told', () => {
    const { format, rows, remarks } = readAzure({
      data: { columns, rows: [row, row.slice(1), 'text'] },
      $skipToken: 'more',
      resultTruncated: 'true',
    });
    expect([format, remarks.map(({ code }) => code), rows.map(({ at }) => at)]).toEqual([
      'RESOURCE_GRAPH',
      ['more_pages'],
      ['data.rows[0]', 'data.rows[1]', 'data.rows[2]'],
    ]);
    expect(told({ data: { columns, rows: [row, row.slice(1)] } })).toEqual([overlayPods, [null, undefined, 'not_a_resource']]);
  });

  it('names what is neither a network nor a cluster', () => {
    expect(
      told({
        data: [{ id: `${subscription}/resourceGroups/rg/providers/Microsoft.Compute/disks/d`, name: 'd', type: 'microsoft.compute/disks' }],
      }),
    ).toEqual([[null, undefined, 'not_a_network_or_cluster']]);
  });
});
