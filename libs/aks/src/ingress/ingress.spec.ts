import { Cidr } from '@podspan/cidr';
import { describe, expect, it } from 'vitest';
import { aCluster } from '../cluster.fixture.js';
import {
  agcRegions,
  checkAgcAnnotations,
  checkAgcLimits,
  checkAgcNetworkPlugin,
  checkAgcRegion,
  checkAgcSubnet,
  checkAgicSubnet,
  checkIngress,
} from '../index.js';

describe('Application Gateway for Containers', () => {
  it.each`
    counts                           | rule        | limit
    ${{ perSubscription: 1001 }}     | ${'AGC-10'} | ${1000}
    ${{ associations: 2 }}           | ${'AGC-11'} | ${1}
    ${{ frontends: 6 }}              | ${'AGC-12'} | ${5}
    ${{ perController: 6 }}          | ${'AGC-13'} | ${5}
    ${{ listenersPerGateway: 65 }}   | ${'AGC-14'} | ${64}
    ${{ routes: 201 }}               | ${'AGC-15'} | ${200}
    ${{ requestHeaderBytes: 61441 }} | ${'AGC-16'} | ${61440}
    ${{ certificatesPerHost: 3 }}    | ${'AGC-17'} | ${2}
    ${{ controllersPerCluster: 2 }}  | ${'AGC-18'} | ${1}
    ${{ gatewaysPerFrontend: 2 }}    | ${'AGC-19'} | ${1}
  `('has the limit of $rule', ({ counts, rule, limit }) => {
    const [[name, count]] = Object.entries(counts) as [[string, number]];
    expect(checkAgcLimits(counts)).toMatchObject([{ path: name, code: 'agc_limit_exceeded', rule, value: count, conflictsWith: limit }]);
    expect(checkAgcLimits({ [name]: limit })).toEqual([]);
  });

  it('reports every limit at once, where the caller holds the count', () => {
    const found = checkAgcLimits({ frontends: 6, associations: 2 }, (limit) => `gateways[1].${limit}`);
    expect(found.map(({ path }) => path)).toEqual(['gateways[1].associations', 'gateways[1].frontends']);
  });

  it('accepts exactly a delegated /24 in the network of the nodes (AGC-20 to AGC-23)', () => {
    const delegations = ['Microsoft.ServiceNetworking/trafficControllers'];
    expect(checkAgcSubnet({ subnet: Cidr.parse('10.240.5.0/24'), delegations, network: 'a', nodeNetwork: 'a', holders: [] })).toEqual([]);
  });

  it('lists everything wrong with a subnet together', () => {
    const found = checkAgcSubnet({
      subnet: Cidr.parse('10.240.4.0/22'),
      delegations: ['Microsoft.Web/serverFarms'],
      network: 'hub',
      nodeNetwork: 'a',
      holders: ['x', 'y'],
    });
    expect(found.map(({ rule, conflictsWith }) => [rule, conflictsWith])).toEqual([
      ['AGC-21', '/24'],
      ['AGC-20', ['Microsoft.Web/serverFarms']],
      ['AGC-23', 'a'],
      ['AGC-22', ['x', 'y']],
    ]);
  });

  it('is offered in the regions of a dated list (AGC-70)', () => {
    expect(agcRegions.regions).toHaveLength(23);
    expect(checkAgcRegion('westeurope')).toEqual([]);
    expect(checkAgcRegion('West Europe')).toEqual([]);
    expect(checkAgcRegion('polandcentral')).toMatchObject([
      { path: 'region', code: 'agc_region_unavailable', rule: 'AGC-70', value: 'polandcentral' },
    ]);
  });

  it.each`
    plugin           | supported
    ${'OVERLAY'}     | ${true}
    ${'NODE_SUBNET'} | ${true}
    ${'POD_SUBNET'}  | ${true}
    ${'KUBENET'}     | ${false}
    ${'NONE'}        | ${false}
  `('works with $plugin: $supported (AGC-25)', ({ plugin, supported }) => {
    expect(checkAgcNetworkPlugin(plugin).length === 0).toBe(supported);
  });

  it('takes annotations it can serve, and a false flag (MAP-13, MAP-14)', () => {
    expect(checkAgcAnnotations({ 'override-frontend-port': '443', 'use-private-ip': 'false', other: '8080' })).toEqual([]);
    expect(checkAgcAnnotations({ 'override-frontend-port': '8080', 'use-private-ip': 'True' }).map(({ rule }) => rule)).toEqual([
      'MAP-13',
      'MAP-14',
    ]);
  });

  it('is judged only where it is asked for', () => {
    expect(checkIngress(aCluster({ region: 'polandcentral', ingress: { kind: 'NONE' } })).problems).toEqual([]);
    expect(checkIngress(aCluster({ region: 'polandcentral', ingress: { kind: 'AGIC' } })).problems).toEqual([]);
  });
});

describe('Application Gateway with AGIC beside overlay (AGIC-10, AGIC-21, AGIC-22)', () => {
  it.each`
    subnet             | instances    | codes
    ${'10.240.5.0/24'} | ${undefined} | ${[]}
    ${'10.240.5.0/27'} | ${15}        | ${[]}
    ${'10.240.5.0/28'} | ${15}        | ${['agic_subnet_too_small']}
    ${'10.240.5.0/25'} | ${undefined} | ${['agic_subnet_too_small']}
    ${'10.240.4.0/23'} | ${15}        | ${['agic_subnet_too_large']}
  `('a gateway of $instances instances in $subnet: $codes', ({ subnet, instances, codes }) => {
    const found = checkAgicSubnet({
      subnet: Cidr.parse(subnet),
      instances,
      privateFrontend: true,
      network: 'a',
      nodeNetwork: 'a',
    });
    expect(found.map(({ code }) => code)).toEqual(codes);
  });

  it('stands in the network of the nodes', () => {
    expect(checkAgicSubnet({ subnet: Cidr.parse('10.240.5.0/24'), network: 'hub', nodeNetwork: 'a' })).toMatchObject([
      { code: 'agic_vnet_mismatch', rule: 'AGIC-22' },
    ]);
  });
});
