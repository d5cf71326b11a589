import { Cidr } from '@podspan/cidr';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClusterRanges, conflictsOf, newClashes } from './conflicts.js';
import { NetworkGraph, type NetworkLink } from './network-graph.js';

const network = (name: string, ...prefixes: string[]) => ({
  name,
  kind: 'VIRTUAL_NETWORK' as const,
  addressSpace: 's',
  prefixes: prefixes.map((text) => Cidr.parse(text)),
});
const peering = (from: string, to: string): NetworkLink => ({ from, to, kind: 'PEERING' });
const cluster = (name: string, on: string, podCidr: string, more: Partial<ClusterRanges> = {}): ClusterRanges => ({
  name,
  network: on,
  podCidr: Cidr.parse(podCidr),
  ...more,
});
const found = (networks: ReturnType<typeof network>[], links: NetworkLink[], clusters: ClusterRanges[] = []) =>
  conflictsOf({ graph: new NetworkGraph(networks, links), clusters }).map(({ kind, rule, path }) => [kind, rule, path.join('>')]);

describe('conflicts', () => {
  const a = network('a', '10.0.0.0/16');
  const b = network('b', '10.0.128.0/17', '10.9.0.0/16');
  const hub = network('hub', '10.5.0.0/24');

  it.each`
    links                                         | clusters                                                                                                    | expected                                             | because
    ${[]}                                         | ${[]}                                                                                                       | ${[]}                                                | ${'networks without a link may overlap'}
    ${[peering('a', 'b')]}                        | ${[]}                                                                                                       | ${[['NETWORKS_OVERLAP', 'NET-01', 'a>b']]}           | ${'linked ones may not'}
    ${[peering('a', 'hub'), peering('b', 'hub')]} | ${[]}                                                                                                       | ${[['NETWORKS_OVERLAP', 'NET-03', 'a>hub>b']]}       | ${'nor may those of one routing domain'}
    ${[peering('a', 'hub')]}                      | ${[cluster('c', 'a', '10.5.0.0/16')]}                                                                       | ${[['POD_CIDR_OVERLAPS_NETWORK', 'OV-34', 'a>hub']]} | ${'pods may not lie over what they reach'}
    ${[]}                                         | ${[cluster('c', 'a', '192.168.0.0/16', { serviceCidr: Cidr.parse('10.0.0.0/20') })]}                        | ${[['SERVICE_CIDR_OVERLAPS_NETWORK', 'OV-61', 'a']]} | ${'nor may services'}
    ${[]}                                         | ${[cluster('c', 'a', '192.168.0.0/16'), cluster('d', 'b', '192.168.0.0/16')]}                               | ${[]}                                                | ${'independent clusters share a pod range'}
    ${[]}                                         | ${[cluster('c', 'a', '192.168.0.0/16', { mesh: 'm' }), cluster('d', 'b', '192.168.0.0/17', { mesh: 'm' })]} | ${[['POD_CIDRS_OVERLAP_IN_MESH', 'NET-22', 'a>b']]}  | ${'members of a mesh do not'}
  `('$because', ({ links, clusters, expected }) => {
    expect(found([a, b, hub], links, clusters)).toEqual(expected);
  });

  it('are new when they were not there before, whatever else changed', () => {
    const graph = (links: NetworkLink[]) => ({ graph: new NetworkGraph([a, b, hub], links), clusters: [] });
    const before = conflictsOf(graph([peering('a', 'b')]));
    const after = conflictsOf(graph([peering('a', 'b'), peering('b', 'hub')]));
    expect(newClashes(before, after)).toEqual([]);
    expect(newClashes([], after)).toHaveLength(1);
  });

  it('of networks are exactly the overlapping pairs of one routing domain', () => {
    const prefix = fc
      .tuple(fc.nat(7), fc.integer({ min: 9, max: 13 }))
      .map(([octet, length]) => Cidr.around(Cidr.parse(`10.${octet * 32}.0.0/32`).firstAddress, length));
    fc.assert(
      fc.property(fc.array(prefix, { minLength: 2, maxLength: 10 }), (prefixes) => {
        const networks = prefixes.map((cidr, index) => ({ ...network(`n${index}`), prefixes: [cidr] }));
        const links = networks.slice(1).map(({ name }) => peering('n0', name));
        const pairs = prefixes.flatMap((one, i) => prefixes.slice(i + 1).filter((other) => one.overlaps(other)));
        expect(conflictsOf({ graph: new NetworkGraph(networks, links), clusters: [] })).toHaveLength(pairs.length);
      }),
    );
  });
});
