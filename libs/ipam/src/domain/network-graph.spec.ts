import { Cidr } from '@podspan/cidr';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NetworkGraph, type NetworkKind, type NetworkLink, type NetworkNode } from './network-graph.js';

const node = (name: string, kind: NetworkKind = 'VIRTUAL_NETWORK', prefixes: readonly string[] = []): NetworkNode => ({
  name,
  kind,
  addressSpace: 's',
  prefixes: prefixes.map((text) => Cidr.parse(text)),
});
const link = (from: string, to: string): NetworkLink => ({ from, to, kind: 'PEERING' });
const paths = (graph: NetworkGraph, start: string) => graph.reach(start).map(({ path }) => path.join('>'));

describe('reach', () => {
  const graph = new NetworkGraph(
    [node('spoke'), node('hub'), node('other'), node('far'), node('dc', 'ON_PREMISES'), node('lonely')],
    [link('spoke', 'hub'), link('hub', 'other'), link('dc', 'hub'), link('dc', 'far')],
  );

  it('goes through virtual networks, nearest first, with the path (NET-01)', () => {
    expect(paths(graph, 'spoke')).toEqual(['spoke', 'spoke>hub', 'spoke>hub>dc', 'spoke>hub>other']);
  });

  it('ends at on-premises and external networks: what lies behind them is not reached through them', () => {
    expect(paths(graph, 'spoke').some((path) => path.includes('far'))).toBe(false);
    expect(paths(graph, 'dc')).toEqual(['dc', 'dc>far', 'dc>hub', 'dc>hub>other', 'dc>hub>spoke']);
  });

  it('knows routing domains by any link', () => {
    expect(graph.routingDomain('spoke')).toEqual(['dc', 'far', 'hub', 'other', 'spoke']);
    expect(graph.routingDomains()).toEqual([['dc', 'far', 'hub', 'other', 'spoke'], ['lonely']]);
    expect(graph.pathBetween('spoke', 'far')).toEqual(['spoke', 'hub', 'dc', 'far']);
    expect(graph.pathBetween('spoke', 'lonely')).toBeUndefined();
    expect(graph.reach('unknown')).toEqual([]);
  });
});

const graphs = fc
  .record({
    size: fc.integer({ min: 1, max: 12 }),
    kinds: fc.array(fc.constantFrom<NetworkKind>('VIRTUAL_NETWORK', 'ON_PREMISES', 'EXTERNAL'), { minLength: 12, maxLength: 12 }),
    edges: fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 20 }),
  })
  .map(({ size, kinds, edges }) => {
    const nodes = Array.from({ length: size }, (_, index) => node(`n${index}`, kinds[index]));
    const links = edges.filter(([a, b]) => a !== b && a < size && b < size).map(([a, b]) => link(`n${a}`, `n${b}`));
    return { nodes, links };
  });

describe('any graph', () => {
  it('gives the same answers whatever the order of its links', () => {
    fc.assert(
      fc.property(graphs, ({ nodes, links }) => {
        const turned = [...links].reverse().map(({ from, to, kind }) => ({ from: to, to: from, kind }));
        expect(nodes.map(({ name }) => paths(new NetworkGraph(nodes, turned), name))).toEqual(
          nodes.map(({ name }) => paths(new NetworkGraph(nodes, links), name)),
        );
      }),
    );
  });

  it('has paths along its links, crossing virtual networks only, inside the routing domain', () => {
    fc.assert(
      fc.property(graphs, ({ nodes, links }) => {
        const graph = new NetworkGraph(nodes, links);
        const joined = new Set(links.flatMap(({ from, to }) => [`${from} ${to}`, `${to} ${from}`]));
        for (const { network, path } of graph.reach('n0')) {
          path.slice(1).forEach((name, index) => expect(joined.has(`${path[index]} ${name}`)).toBe(true));
          for (const crossed of path.slice(1, -1)) expect(graph.find(crossed)?.kind).toBe('VIRTUAL_NETWORK');
          expect(graph.routingDomain('n0')).toContain(network.name);
        }
      }),
    );
  });
});
