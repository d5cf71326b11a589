import { Cidr } from '@podspan/cidr';
import { describe, expect, it } from 'vitest';
import { NetworkGraph, type NetworkKind } from './network-graph.js';
import { checkReuse, refusalsOf, type ReuseSubject, reuseRefusals } from './reuse.js';

const network = (name: string, kind: NetworkKind, ...prefixes: string[]) => ({
  name,
  kind,
  addressSpace: 's',
  prefixes: prefixes.map((text) => Cidr.parse(text)),
});
const graph = new NetworkGraph(
  [
    network('spoke-a', 'VIRTUAL_NETWORK', '10.240.0.0/16'),
    network('spoke-b', 'VIRTUAL_NETWORK', '10.241.0.0/16'),
    network('hub-a', 'VIRTUAL_NETWORK', '10.200.0.0/24'),
    network('hub-b', 'VIRTUAL_NETWORK', '10.200.1.0/24'),
    network('on-premises', 'ON_PREMISES', '10.0.0.0/14', '172.20.0.0/16'),
    network('acquired', 'EXTERNAL', '192.168.128.0/17'),
  ],
  [
    { from: 'spoke-a', to: 'hub-a', kind: 'PEERING' },
    { from: 'spoke-b', to: 'hub-b', kind: 'PEERING' },
    { from: 'hub-a', to: 'on-premises', kind: 'EXPRESSROUTE' },
    { from: 'hub-b', to: 'on-premises', kind: 'EXPRESSROUTE' },
    { from: 'hub-b', to: 'acquired', kind: 'VPN' },
  ],
);
const a: ReuseSubject = { name: 'a', network: 'spoke-a', scope: 'REUSABLE' };
const b: ReuseSubject = { name: 'b', network: 'spoke-b', scope: 'REUSABLE' };

describe('the pod range of one cluster', () => {
  it.each`
    cidr                | cluster                                                 | rules                          | because
    ${'192.168.0.0/16'} | ${a}                                                    | ${[]}                          | ${'nothing a reaches overlaps it'}
    ${'192.168.0.0/16'} | ${b}                                                    | ${['OV-36']}                   | ${'b reaches the acquired network'}
    ${'10.240.0.0/18'}  | ${a}                                                    | ${['OV-32']}                   | ${'it is inside the own network'}
    ${'10.200.0.0/16'}  | ${a}                                                    | ${['OV-34']}                   | ${'the hub is peered, the other hub is not reached through on-premises'}
    ${'172.16.0.0/12'}  | ${a}                                                    | ${['OV-70', 'OV-70', 'OV-35']} | ${'AKS reserves two parts, on-premises has another'}
    ${'100.64.0.0/16'}  | ${{ ...a, serviceCidr: Cidr.parse('100.64.128.0/20') }} | ${['OV-33']}                   | ${'the own service range lies in it'}
  `('$cidr is refused by $rules: $because', ({ cidr, cluster, rules }) => {
    expect(refusalsOf(Cidr.parse(cidr), cluster, graph).map(({ rule }) => rule)).toEqual(rules);
  });

  it('names the path to the clash', () => {
    expect(refusalsOf(Cidr.parse('192.168.0.0/16'), b, graph)).toMatchObject([
      { path: ['spoke-b', 'hub-b', 'acquired'], conflictsWith: '192.168.128.0/17', code: 'pod_cidr_overlaps_connected_network' },
    ]);
  });
});

describe('mayReuse (OV-50)', () => {
  const free = Cidr.parse('100.96.0.0/16');

  it.each`
    first                                                   | second                                                  | rules         | because
    ${a}                                                    | ${b}                                                    | ${[]}         | ${'independent clusters share'}
    ${{ ...a, mesh: 'm' }}                                  | ${{ ...b, mesh: 'm' }}                                  | ${['NET-22']} | ${'members of one mesh do not'}
    ${{ ...a, mesh: 'm' }}                                  | ${{ ...b, mesh: 'n' }}                                  | ${[]}         | ${'members of two meshes do'}
    ${{ ...a, scope: 'UNIQUE' }}                            | ${b}                                                    | ${['OV-55']}  | ${"a unique range is nobody else's"}
    ${{ ...a, gatewaySubnet: Cidr.parse('10.240.5.0/24') }} | ${{ ...b, gatewaySubnet: Cidr.parse('10.240.5.0/24') }} | ${['AGC-22']} | ${'one gateway subnet makes backends ambiguous'}
  `('$because', ({ first, second, rules }) => {
    expect(reuseRefusals(free, first, second, graph).map(({ rule }) => rule)).toEqual(rules);
    expect(reuseRefusals(free, second, first, graph).map(({ rule }) => rule)).toEqual(rules);
  });

  it('is checked for every pair and every cluster', () => {
    const c = { ...a, name: 'c', mesh: 'm' };
    const { allowed, reasons } = checkReuse([{ ...a, mesh: 'm' }, b, c], Cidr.parse('192.168.0.0/16'), graph);
    expect(allowed).toBe(false);
    expect(reasons.map(({ rule, clusters }) => [rule, ...clusters])).toEqual([
      ['OV-36', 'b'],
      ['NET-22', 'a', 'c'],
    ]);
  });

  it('without a range looks at the ranges the clusters hold', () => {
    const holding = { ...a, podCidr: Cidr.parse('192.168.0.0/16') };
    expect(checkReuse([holding, b], undefined, graph).reasons.map(({ rule }) => rule)).toEqual(['OV-36']);
  });
});
