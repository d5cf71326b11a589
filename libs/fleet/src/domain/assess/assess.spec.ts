import { objectAt } from '@podspan/aks';
import { Cidr } from '@podspan/cidr';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAzureCluster } from '../change/azure-cluster.js';
import { type Assessment, assessCluster } from './assess-cluster.js';
import { readSizes } from './cluster-sizes.js';
import { endDatesOf, kubenetEnd } from './end-dates.js';
import { itemsOf, readListing } from './read-listing.js';
import { networksOf, readNetworks, subnetOfGateway } from './surroundings.js';

const SUBSCRIPTION = '/subscriptions/5c1f0f5e-6d1b-4f3e-9a51-0d5a7c9e1001/resourceGroups/rg';
const VNET = `${SUBSCRIPTION}/providers/Microsoft.Network/virtualNetworks/spoke`;

/** As `az aks list` prints it: flattened, in the command line's spelling, with members nobody here knows. */
function cluster(over: Readonly<Record<string, unknown>> = {}, network: object = {}, pool: object = {}): Record<string, unknown> {
  return {
    id: `${SUBSCRIPTION}/providers/Microsoft.ContainerService/managedClusters/aks-1`,
    name: 'aks-1',
    location: 'West Europe',
    currentKubernetesVersion: '1.33.2',
    provisioningState: 'Succeeded',
    identity: { type: 'UserAssigned' },
    networkProfile: {
      networkPlugin: 'azure',
      networkPluginMode: null,
      networkPolicy: null,
      serviceCidr: '10.0.0.0/16',
      dnsServiceIp: '10.0.0.10',
      ...network,
    },
    agentPoolProfiles: [
      {
        name: 'system',
        mode: 'System',
        count: 10,
        maxPods: 30,
        vnetSubnetId: `${VNET}/subnets/nodes`,
        upgradeSettings: { maxSurge: '10%' },
        ...pool,
      },
    ],
    aFieldOfNextYear: { deep: [1, { er: null }] },
    ...over,
  };
}

const vnet = (more: object = {}): Record<string, unknown> => ({
  id: VNET,
  name: 'spoke',
  addressSpace: { addressPrefixes: ['10.240.0.0/16'] },
  subnets: [{ id: `${VNET}/subnets/nodes`, name: 'nodes', addressPrefix: '10.240.0.0/22' }],
  ...more,
});

function assess(item: unknown, networkItems: readonly unknown[] = [vnet()], ranges: readonly string[] = []): Assessment {
  const { clusters, problems } = readListing([item], 'clusters');
  expect(problems).toEqual([]);
  const { gateways } = readListing(networkItems, 'networks');
  const wire = clusters[0] ?? {};
  const networks = readNetworks(readListing(networkItems, 'networks').networks);
  const read = readAzureCluster(String(wire['id']), wire);
  return assessCluster({
    cluster: read,
    pools: readSizes(wire),
    networks,
    own: networksOf(read, 'MC_rg', networks),
    ranges: ranges.map(Cidr.parse),
    agcSubnet: undefined,
    gatewaySubnets: new Map(gateways.flatMap((one) => [[String(one['id']).toLowerCase(), subnetOfGateway(one) ?? '']])),
    refused: [],
  });
}

const rulesOf = ({ problems }: Assessment): readonly (string | undefined)[] => problems.map(({ rule }) => rule);
const titlesOf = ({ moves }: Assessment): readonly string[] => moves.map(({ rule }) => rule);

describe('a node-subnet cluster', () => {
  it('is ready, with a range around its network and the addresses it gives back (MG-01, MG-16, SN-11)', () => {
    const found = assess(cluster());
    expect(found.verdict).toBe('READY');
    // 10 nodes and one of surge: 11 nodes with 30 pods each.
    expect(found.sizes).toMatchObject({
      nodes: 10,
      peakNodes: 11,
      heldAddresses: 341,
      neededAddresses: 11,
      givenBackAddresses: 330,
      podPrefixLength: 20,
    });
    expect(found.target).toMatchObject({ kept: false });
    expect(found.target?.podCidr.overlaps(Cidr.parse('10.240.0.0/16'))).toBe(false);
    expect(titlesOf(found)).toEqual(['MG-33', 'MG-30']);
  });

  it.each([
    ['MG-10', cluster({ currentKubernetesVersion: '1.26.9' })],
    ['MG-11', cluster({}, { networkPolicy: 'azure' })],
    ['MG-11', cluster({}, { networkPolicy: 'Calico' })],
  ])('is blocked by %s', (rule, item) => {
    const found = assess(item);
    expect([found.verdict, rulesOf(found)]).toEqual(['BLOCKED', [rule]]);
    expect(titlesOf(found)[0]).toBe(rule);
  });

  it('takes its range from the pool it is given, past what its network reaches (OV-32, OV-34)', () => {
    const peered = vnet({
      virtualNetworkPeerings: [
        {
          peeringState: 'Connected',
          remoteVirtualNetwork: { id: '/subscriptions/x/hub' },
          remoteVirtualNetworkAddressSpace: { addressPrefixes: ['192.168.0.0/17'] },
        },
        {
          peeringState: 'Disconnected',
          remoteVirtualNetwork: { id: '/subscriptions/x/old' },
          remoteVirtualNetworkAddressSpace: { addressPrefixes: ['192.168.128.0/18'] },
        },
      ],
    });
    expect(String(assess(cluster(), [peered], ['192.168.0.0/16']).target?.podCidr)).toBe('192.168.128.0/20');
  });

  it('says so when nothing is left (MG-16)', () => {
    const found = assess(cluster(), [vnet()], ['10.240.0.0/16']);
    expect([found.verdict, found.target, found.problems[0]?.code]).toEqual(['BLOCKED', undefined, 'no_pod_range']);
  });

  it('goes one of two ways with AGIC, and brings its policies back as an operation of its own (MG-19, MG-31, MAP-35)', () => {
    const gateway = { ingressApplicationGateway: { enabled: true, config: { subnetId: `${VNET}/subnets/appgw` } } };
    const withGateway = vnet({
      subnets: [
        { id: `${VNET}/subnets/nodes`, name: 'nodes', addressPrefix: '10.240.0.0/22' },
        { id: `${VNET}/subnets/appgw`, name: 'appgw', addressPrefix: '10.240.4.0/23' },
      ],
    });
    const found = assess(cluster({ addonProfiles: gateway }, { networkPolicy: 'azure' }), [withGateway]);
    expect([found.ingress, rulesOf(found)]).toEqual(['AGIC', ['MG-11', 'MG-19']]);
    expect(found.moves.map(({ rule, action }) => [rule, action])).toEqual([
      ['MG-11', null],
      ['MG-19', null],
      ['MG-33', null],
      ['MG-30', 'MIGRATE_TO_OVERLAY'],
      ['MG-32', null],
      ['MAP-35', 'MIGRATE_INGRESS'],
      ['MG-31', 'ENABLE_CILIUM'],
    ]);
  });
});

describe('AGIC before the move (MG-19, MAP-35)', () => {
  const agw = `${SUBSCRIPTION}/providers/Microsoft.Network/applicationGateways/agw`;
  const addOn = (config: object, name = 'ingressApplicationGateway', enabled = true) => ({
    addonProfiles: { [name]: { enabled, config } },
  });
  const subnet = (cidr: string, more: object = {}) => ({ id: `${VNET}/subnets/appgw`, name: 'appgw', addressPrefix: cidr, ...more });
  const nodes = { id: `${VNET}/subnets/nodes`, name: 'nodes', addressPrefix: '10.240.0.0/22' };
  const withGateway = (cidr: string, more: object = {}) => vnet({ subnets: [nodes, subnet(cidr, more)] });
  const used = { applicationGatewayIPConfigurations: [{ id: `${agw.toUpperCase()}/gatewayIPConfigurations/one` }] };
  const told = { id: agw, name: 'agw', gatewayIPConfigurations: [{ name: 'one', subnet: { id: `${VNET}/subnets/appgw` } }] };
  const toldByArm = { id: agw, properties: { gatewayIPConfigurations: [{ properties: { subnet: { id: `${VNET}/subnets/appgw` } } }] } };
  const mg19 = ({ warnings }: Assessment): string => warnings.flatMap(({ rule, message }) => (rule === 'MG-19' ? [message] : [])).join();

  it.each`
    by                                   | config                                    | name                           | networks
    ${'its subnet'}                      | ${{ subnetId: `${VNET}/subnets/appgw` }}  | ${'ingressApplicationGateway'} | ${[withGateway('10.240.4.0/23')]}
    ${'the names of old'}                | ${{ SubnetId: `${VNET}/subnets/appgw` }}  | ${'IngressApplicationGateway'} | ${[withGateway('10.240.4.0/23')]}
    ${'its gateway, which a subnet has'} | ${{ applicationGatewayId: agw }}          | ${'ingressApplicationGateway'} | ${[withGateway('10.240.4.0/23', used)]}
    ${'its gateway, which is listed'}    | ${{ effectiveApplicationGatewayId: agw }} | ${'ingressApplicationGateway'} | ${[withGateway('10.240.4.0/23'), told]}
    ${'its gateway, as ARM has it'}      | ${{ applicationGatewayId: agw }}          | ${'ingressApplicationGateway'} | ${[withGateway('10.240.4.0/23'), toldByArm]}
    ${'the range of a subnet to make'}   | ${{ subnetCIDR: '10.240.4.0/23' }}        | ${'ingressApplicationGateway'} | ${[vnet()]}
    ${'that range as it was called'}     | ${{ subnetPrefix: '10.240.4.0/23' }}      | ${'ingressApplicationGateway'} | ${[vnet()]}
  `('of the add-on is found by $by', ({ config, name, networks }) => {
    const found = assess(cluster(addOn(config, name)), networks);
    expect([found.ingress, found.verdict, rulesOf(found)]).toEqual(['AGIC', 'BLOCKED', ['MG-19']]);
    expect(found.moves.map(({ rule }) => rule)).toContain('MAP-35');
    expect(mg19(found)).toBe('');
  });

  it('of the add-on whose subnet nobody tells is AGIC all the same, and says what was not looked at', () => {
    const found = assess(cluster(addOn({ applicationGatewayId: agw })));
    expect([found.ingress, found.verdict]).toEqual(['AGIC', 'READY']);
    expect(mg19(found)).toContain('is not known');
    expect(found.moves.map(({ rule }) => rule)).toContain('MAP-35');
  });

  it('that Helm installed cannot be seen, which is said, with the gateways beside the nodes', () => {
    const off = cluster(addOn({ applicationGatewayId: agw }, 'ingressApplicationGateway', false));
    for (const item of [cluster(), off]) {
      const found = assess(item, [withGateway('10.240.4.0/23', used)]);
      expect([found.ingress, found.verdict]).toEqual(['NONE', 'READY']);
      expect(mg19(found)).toMatch(/Helm .* either order \(MAP-35\).*agw \(10\.240\.4\.0\/23\)/);
    }
    expect(mg19(assess(cluster({}, { networkPlugin: 'kubenet', podCidr: '10.244.0.0/16' })))).toContain('overlay first, then AGC');
    expect(mg19(assess(cluster({}, { networkPluginMode: 'overlay' })))).toBe('');
  });
});

describe('a kubenet cluster', () => {
  const kubenet = (over: object = {}, network: object = {}): Record<string, unknown> =>
    cluster(over as never, { networkPlugin: 'kubenet', podCidr: '10.244.0.0/16', ...network });

  it('keeps its range where that is safe, and gives no address back (MG-02)', () => {
    const found = assess(kubenet());
    expect([found.verdict, String(found.target?.podCidr), found.target?.kept, found.sizes.givenBackAddresses]).toEqual([
      'READY',
      '10.244.0.0/16',
      true,
      0,
    ]);
    expect(titlesOf(found)).toEqual(['MG-30']);
  });

  it('gets another where its own collides with its network (OV-32)', () => {
    const found = assess(kubenet(), [vnet({ addressSpace: { addressPrefixes: ['10.240.0.0/12'] } })]);
    expect([found.verdict, found.target?.kept]).toEqual(['READY', false]);
    expect(found.target?.podCidr.overlaps(Cidr.parse('10.240.0.0/12'))).toBe(false);
  });

  it('needs a user-assigned identity (MG-15)', () => {
    expect(rulesOf(assess(kubenet({ identity: { type: 'SystemAssigned' } })))).toEqual(['MG-15']);
  });

  it('reads the network that AKS made in the group of the nodes (C-10), and says when it is missing', () => {
    const managed = { ...vnet(), id: VNET.replace('/rg/', '/MC_rg/'), addressSpace: { addressPrefixes: ['10.240.0.0/12'] } };
    const without = kubenet();
    (without['agentPoolProfiles'] as Record<string, unknown>[]).forEach((pool) => delete pool['vnetSubnetId']);
    expect(assess(without, [managed]).target?.kept).toBe(false);
    expect(assess(without, []).warnings.map(({ rule }) => rule)).toContain('MG-16');
  });

  it('is what the first lists of Azure mean, which name no plugin; that is said (OV-02)', () => {
    for (const networkProfile of [null, undefined, {}, { podCidr: '10.244.0.0/16' }]) {
      const found = assess(cluster({ networkProfile }));
      expect([found.cluster.networkMode, found.warnings[0]?.rule]).toEqual(['KUBENET', 'OV-02']);
    }
    expect(assess(kubenet()).warnings.map(({ rule }) => rule)).not.toContain('OV-02');
  });

  it('counts the days (MG-50)', () => {
    const now = Date.parse('2026-11-23T22:00:00Z');
    expect(kubenetEnd(now).daysLeft).toBe(494);
    expect(endDatesOf(assess(kubenet({}, { networkPolicy: 'azure' })).cluster, now).map(({ rule, date }) => [rule, date])).toEqual([
      ['MG-50', '2028-03-31'],
      ['MG-51', '2028-09-30'],
    ]);
  });
});

describe('clusters that cannot move', () => {
  it.each([
    ['MG-03', cluster({}, {}, { podSubnetId: `${VNET}/subnets/pods` })],
    ['MG-04', cluster({}, {}, { podSubnetId: `${VNET}/subnets/pods`, podIpAllocationMode: 'StaticBlock' })],
    ['MG-05', cluster({}, { networkPlugin: 'none' })],
    ['MG-06', cluster({}, { networkPluginMode: 'Overlay', podCidr: '192.168.0.0/16' })],
  ])('%s', (rule, item) => {
    const found = assess(item);
    expect([found.verdict, rulesOf(found)[0], found.target, found.moves]).toEqual(['UNSUPPORTED', rule, undefined, []]);
  });
});

describe('a listing', () => {
  it('is read in every form that Azure writes it', () => {
    const flat = cluster();
    const { id, name, location, identity, ...properties } = flat;
    const forms = [
      flat,
      { id, name, location, identity, properties },
      { ...flat, id: undefined, resourceGroup: 'rg' },
      { id, type: 'microsoft.containerservice/managedclusters', properties },
    ];
    for (const form of forms) {
      const { clusters, problems } = readListing([form], 'clusters');
      expect([problems, clusters.length]).toEqual([[], 1]);
      expect(objectAt(clusters[0], 'properties')['aFieldOfNextYear']).toEqual({ deep: [1, { er: null }] });
    }
    expect(itemsOf({ value: [1] })).toEqual([1]);
    expect(itemsOf({ data: [1] })).toEqual([1]);
    expect(itemsOf('x')).toBeUndefined();
  });

  it('names every row that is none', () => {
    const { problems } = readListing([cluster(), 7, { name: 'x' }, { ...cluster(), id: undefined }], 'clusters');
    expect(problems.map(({ path, code }) => [path, code])).toEqual([
      ['clusters[1]', 'not_a_cluster'],
      ['clusters[2]', 'not_a_cluster'],
      ['clusters[3].id', 'required'],
    ]);
  });

  it('never fails on what a cluster holds', () => {
    const anything = fc.anything({ withNullPrototype: false });
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('networkProfile', 'agentPoolProfiles', 'identity', 'addonProfiles', 'tags', 'location', 'extra'),
          anything,
        ),
        (members) => {
          const found = assess({ ...cluster(), ...members });
          expect(['READY', 'BLOCKED', 'UNSUPPORTED']).toContain(found.verdict);
        },
      ),
      { numRuns: 500 },
    );
  });
});
