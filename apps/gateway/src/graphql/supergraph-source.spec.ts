import { describe, expect, it } from 'vitest';
import type { Subgraph } from './subgraph.js';
import { SupergraphSource } from './supergraph-source.js';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
const subgraphs: readonly Subgraph[] = [
  { name: 'ipam', url: new URL('http://ipam:4001') },
  { name: 'provisioning', url: new URL('http://provisioning:4002') },
];

function sourceOver(sdl: Record<string, string | undefined>): { source: SupergraphSource; seen: string[]; problems: string[] } {
  const seen: string[] = [];
  const problems: string[] = [];
  const source = new SupergraphSource({
    subgraphs,
    pollMs: 60_000,
    retryMs: 60_000,
    onChange: (supergraph) => seen.push(supergraph),
    onProblem: (problem) => problems.push(problem),
    read: async ({ name }) => {
      const text = sdl[name];
      if (text === undefined) throw new Error('down');
      return `${LINK} ${text}`;
    },
  });
  return { source, seen, problems };
}

describe('the source of the supergraph', () => {
  it('composes once every service has given its schema, and again only when one changes', async () => {
    const sdl: Record<string, string | undefined> = { ipam: 'type Query { pools: [String!]! }', provisioning: undefined };
    const { source, seen } = sourceOver(sdl);
    await source.look();
    expect(source.missing()).toEqual(['provisioning']);
    expect(seen).toHaveLength(0);
    sdl['provisioning'] = 'type Query { clusters: [String!]! }';
    await source.look();
    await source.look();
    expect(seen).toHaveLength(1);
    sdl['ipam'] = 'type Query { pools: [String!]! networks: [String!]! }';
    await source.look();
    expect(seen).toHaveLength(2);
    expect(seen[1]).toContain('networks');
    source.close();
  });

  it('keeps the fields of a service that has gone', async () => {
    const sdl: Record<string, string | undefined> = {
      ipam: 'type Query { pools: [String!]! }',
      provisioning: 'type Query { clusters: [String!]! }',
    };
    const { source, seen } = sourceOver(sdl);
    await source.look();
    sdl['provisioning'] = undefined;
    await source.look();
    expect(source.missing()).toEqual([]);
    expect(seen).toHaveLength(1);
    source.close();
  });

  it('keeps the last good supergraph when the schemas contradict one another, and says how', async () => {
    const sdl: Record<string, string | undefined> = {
      ipam: 'type Query { a: Thing } type Thing { x: Int }',
      provisioning: 'type Query { clusters: [String!]! }',
    };
    const { source, seen, problems } = sourceOver(sdl);
    await source.look();
    sdl['provisioning'] = 'type Query { b: Thing } type Thing { x: String }';
    await source.look();
    expect(seen).toHaveLength(1);
    expect(problems.join('\n')).toContain('Thing.x');
    source.close();
  });
});
