import { describe, expect, it } from 'vitest';
import { aCluster, anIntent, aSubnet } from '../../testing/builders.js';
import type { ChosenSubnet } from '../choose-subnet.js';
import type { ClusterFacts } from '../cluster-facts.js';
import type { GatewayIntent } from '../gateway-intent.js';
import type { AgicOptions } from './agic-gateway.js';
import { applicationGatewayBody, privateAddressIn } from './application-gateway-body.js';
import {
  agicPrefix,
  checkAgicPlacement,
  checkAgicPool,
  checkExistingSubnet,
  chooseAgicSubnet,
  type AgicNeighbours,
} from './check-agic-placement.js';

const options: AgicOptions = { sku: 'STANDARD_V2', minInstances: 2, maxInstances: 10, prohibitedTargets: [] };
const alone: AgicNeighbours = { onCluster: undefined, inRegion: 0, subnetHolder: undefined };
const intent = (over: Partial<GatewayIntent> = {}): GatewayIntent => anIntent({ kind: 'AGIC', frontends: ['public'], ...over });
const cluster = aCluster();
const subnet = (over: Partial<ChosenSubnet> = {}): ChosenSubnet => ({
  source: 'POOL',
  id: `${cluster.vnetResourceId}/subnets/snet-agic-shop`,
  vnetId: cluster.vnetResourceId,
  cidr: '10.40.9.0/28',
  ...over,
});

describe(agicPrefix, () => {
  it.each([
    [2, false, 29],
    [3, false, 29],
    [4, false, 28],
    [10, false, 28],
    [10, true, 28],
    [11, false, 28],
    [11, true, 27],
    [27, false, 27],
    [27, true, 26],
    [59, false, 26],
    [123, false, 25],
    [123, true, 24],
    [125, true, 24],
  ])(
    'of %i instances, a private frontend %s, is /%i: instances, frontend and the five of Azure (AGIC-10)',
    (maxInstances, inside, prefix) => {
      const frontends = inside ? ['public', 'private'] : ['public'];
      expect(agicPrefix({ frontends }, { ...options, maxInstances })).toBe(prefix);
      expect(2 ** (32 - prefix) - 5).toBeGreaterThanOrEqual(maxInstances + (inside ? 1 : 0));
    },
  );
});

describe(chooseAgicSubnet, () => {
  it.each<[string, Partial<GatewayIntent>, Partial<ClusterFacts>, string]>([
    ['the subnet somebody names', { subnetId: '/s', pool: 'p' }, {}, 'GIVEN'],
    ['a block of the named pool', { pool: 'p' }, {}, 'POOL'],
    ['the gateway subnet of the plan', {}, {}, 'PLAN'],
    ['that subnet by its own block', { subnetCidr: '10.40.4.0/24' }, {}, 'PLAN'],
  ])('takes %s', (_, over, facts, source) => {
    expect(chooseAgicSubnet(intent(over), options, aCluster(facts))).toMatchObject({ source });
  });

  it.each<[Partial<GatewayIntent>, Partial<ClusterFacts>, string, string]>([
    [{}, { gatewaySubnet: undefined }, 'pool', 'agic_subnet_missing'],
    [{ subnetCidr: '10.40.99.0/28' }, {}, 'subnetCidr', 'pool_missing'],
  ])('says what is missing for %j', (over, facts, path, code) => {
    expect(chooseAgicSubnet(intent(over), options, aCluster(facts))).toMatchObject([
      { path, code, rule: 'AGIC-10', suggestion: expect.stringContaining('/28') },
    ]);
  });
});

describe(checkAgicPlacement, () => {
  const found = (over: {
    intent?: Partial<GatewayIntent>;
    cluster?: Partial<ClusterFacts>;
    subnet?: Partial<ChosenSubnet>;
    neighbours?: Partial<AgicNeighbours>;
    options?: Partial<AgicOptions>;
  }) =>
    checkAgicPlacement(intent(over.intent), { ...options, ...over.options }, aCluster(over.cluster), subnet(over.subnet), {
      ...alone,
      ...over.neighbours,
    }).map(({ path, code, rule }) => `${path} ${code} ${rule}`);

  it.each<[string, Parameters<typeof found>[0], readonly string[]]>([
    ['a block that fits', {}, []],
    ['a larger one up to /24', { subnet: { cidr: '10.40.9.0/24' } }, []],
    ['one larger than /24 beside overlay nodes', { subnet: { cidr: '10.40.8.0/23' } }, ['subnetCidr agic_subnet_too_large AGIC-21']],
    ['the same beside flat ones', { subnet: { cidr: '10.40.8.0/23' }, cluster: { cni: 'FLAT' } }, []],
    ['the value of the add-on tutorial', { subnet: { cidr: '10.2.0.0/16', source: 'GIVEN' } }, ['subnetId agic_subnet_too_large AGIC-21']],
    ['too few addresses', { options: { maxInstances: 12 } }, ['subnetCidr agic_subnet_too_small AGIC-10']],
    [
      'a private frontend too many',
      { options: { maxInstances: 11 }, intent: { frontends: ['public', 'private'] } },
      ['subnetCidr agic_subnet_too_small AGIC-10'],
    ],
    ['another VNet with overlay', { subnet: { id: '/vnets/other/subnets/s' } }, ['subnetId agic_vnet_mismatch AGIC-22']],
    ['another VNet without', { subnet: { id: '/vnets/other/subnets/s' }, cluster: { cni: 'FLAT' } }, []],
    ['kubenet, which AGIC serves by a route table (AGIC-24)', { cluster: { cni: 'KUBENET' } }, []],
    ['a second AGIC', { neighbours: { onCluster: 'web' } }, ['cluster agic_limit_exceeded AGIC-01']],
    ['the thousand and first gateway', { neighbours: { inRegion: 1_000 } }, ['cluster agic_limit_exceeded AGIC-12']],
    ['a subnet that another gateway has', { neighbours: { subnetHolder: 'web' } }, ['subnetCidr agic_subnet_in_use AGIC-22']],
    [
      'an AGIC that does not know overlay',
      { intent: { controllerVersion: '1.7.5' } },
      ['controllerVersion agic_controller_too_old AGIC-20'],
    ],
    ['Azure operated by 21Vianet', { cluster: { region: 'chinanorth3' } }, ['cluster agic_region_unavailable AGIC-22']],
  ])('judges %s', (_, over, expected) => {
    expect(found(over)).toEqual(expected);
  });
});

describe(checkExistingSubnet, () => {
  it('takes an empty one of nobody or of Application Gateways', () => {
    expect(checkExistingSubnet(aSubnet({ delegations: [] }), 'subnetId')).toEqual([]);
    expect(checkExistingSubnet(aSubnet({ delegations: ['Microsoft.Network/applicationGateways'] }), 'subnetId')).toEqual([]);
  });

  it('refuses one of another service, and one that is in use', () => {
    expect(checkExistingSubnet(aSubnet({ occupied: true }), 'cluster')).toMatchObject([
      { path: 'cluster', code: 'agic_subnet_delegated', rule: 'AGIC-10' },
      { path: 'cluster', code: 'agic_subnet_in_use', rule: 'AGIC-22' },
    ]);
  });
});

describe(checkAgicPool, () => {
  it.each<[ClusterFacts['cni'], string | undefined, number]>([
    ['OVERLAY', 'spoke-west', 0],
    ['OVERLAY', undefined, 0],
    ['OVERLAY', 'hub', 1],
    ['FLAT', 'hub', 0],
  ])('beside %s nodes takes a pool of network %s with %i problems (AGIC-22)', (cni, network, problems) => {
    expect(checkAgicPool({ name: 'p', network }, aCluster({ cni }))).toHaveLength(problems);
  });
});

describe(applicationGatewayBody, () => {
  const body = applicationGatewayBody({
    id: '/gateways/shop',
    region: 'westeurope',
    sku: 'WAF_V2',
    minInstances: 0,
    maxInstances: 125,
    subnetId: '/subnets/s',
    publicAddressId: '/pips/p',
    privateAddress: privateAddressIn('10.40.9.0/24'),
    wafPolicyId: '/waf/w',
  });

  it('is the smallest v2 gateway that Azure takes, its parts tied by full ids', () => {
    expect(body).toMatchObject({
      properties: {
        sku: { name: 'WAF_v2', tier: 'WAF_v2' },
        autoscaleConfiguration: { minCapacity: 0, maxCapacity: 125 },
        firewallPolicy: { id: '/waf/w' },
        frontendIPConfigurations: [
          { name: 'public', properties: { publicIPAddress: { id: '/pips/p' } } },
          { name: 'private', properties: { privateIPAllocationMethod: 'Static', privateIPAddress: '10.40.9.254' } },
        ],
        httpListeners: [{ properties: { frontendPort: { id: '/gateways/shop/frontendPorts/http' } } }],
        requestRoutingRules: [{ properties: { priority: 20_000, backendAddressPool: { id: '/gateways/shop/backendAddressPools/empty' } } }],
      },
    });
  });

  it.each([
    ['10.40.9.0/28', '10.40.9.14'],
    ['10.40.9.16/29', '10.40.9.22'],
  ])('has its private address last in %s', (cidr, address) => {
    expect(privateAddressIn(cidr)).toBe(address);
  });
});
