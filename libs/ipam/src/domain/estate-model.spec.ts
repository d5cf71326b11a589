import { Cidr } from '@podspan/cidr';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClusterRanges, conflictsOf, newClashes } from './conflicts.js';
import { goesOn, linkKinds, networkKinds } from './link-kinds.js';
import { byText, type KubenetRange, NetworkGraph, type NetworkLink, type NetworkNode } from './network-graph.js';
import { RangeIndex } from './range-index.js';
import { checkReuse, refusalsOf, type ReuseSubject, reuseRefusals } from './reuse.js';

/** Ranges of few lengths in a small space, so that many overlap. */
const range = fc
  .tuple(fc.nat(31), fc.integer({ min: 11, max: 15 }))
  .map(([octet, length]) => Cidr.around(Cidr.parse(`10.${octet * 8}.0.0/32`).firstAddress, length));

interface Model {
  readonly networks: readonly NetworkNode[];
  readonly links: readonly NetworkLink[];
  readonly clusters: readonly ClusterRanges[];
  readonly kubenet: readonly KubenetRange[];
}

const estates: fc.Arbitrary<Model> = fc
  .record({
    nodes: fc.array(fc.tuple(fc.constantFrom(...networkKinds), fc.array(range, { minLength: 1, maxLength: 3 })), {
      minLength: 1,
      maxLength: 8,
    }),
    edges: fc.array(fc.tuple(fc.nat(7), fc.nat(7), fc.constantFrom(...linkKinds)), { maxLength: 14 }),
    held: fc.array(
      fc.tuple(
        fc.nat(7),
        range,
        fc.option(range),
        fc.constantFrom(undefined, 'm1', 'm2'),
        fc.constantFrom('UNIQUE' as const, 'REUSABLE' as const),
      ),
      { maxLength: 8 },
    ),
    // Some of them are clusters that are planned anew and leave kubenet.
    routed: fc.array(fc.tuple(fc.nat(7), range, fc.constantFrom('k0', 'k1', 'c0', 'c1')), { maxLength: 3 }),
  })
  .map(({ nodes, edges, held, routed }) => ({
    networks: nodes.map(([kind, prefixes], index) => ({ name: `n${index}`, kind, addressSpace: 's', prefixes: distinct(prefixes) })),
    links: edges
      .filter(([from, to]) => from !== to && from < nodes.length && to < nodes.length)
      .map(([from, to, kind]) => ({ from: `n${from}`, to: `n${to}`, kind })),
    clusters: held.map(([on, podCidr, serviceCidr, mesh, scope], index) => ({
      name: `c${index}`,
      network: `n${on % nodes.length}`,
      podCidr,
      mesh,
      scope,
      addressSpaceId: `s${on % 2}`,
      ...(serviceCidr ? { serviceCidr } : {}),
    })),
    kubenet: routed.map(([on, cidr, cluster]) => ({ network: `n${on % nodes.length}`, cidr, cluster })),
  }));

function distinct(ranges: readonly Cidr[]): Cidr[] {
  return [...new Map(ranges.map((cidr) => [String(cidr), cidr])).values()];
}

/** The rules as they are said, pair by pair and step by step: which keys there must be. */
function expectedKeys({ networks, links, clusters, kubenet }: Model): string[] {
  const keys = new Set<string>();
  const connected = closure(networks, links, () => true);
  const reached = closure(networks, links, goesOn);
  for (const one of networks)
    for (const other of networks)
      if (byText(one.name, other.name) < 0 && connected.has(`${one.name} ${other.name}`))
        for (const a of one.prefixes)
          for (const b of other.prefixes) if (a.overlaps(b)) keys.add(`NETWORKS_OVERLAP|${one.name}|${a}|${other.name}|${b}`);
  for (const { name, network, podCidr, serviceCidr } of clusters)
    for (const other of networks)
      if (reached.has(`${network} ${other.name}`))
        for (const prefix of other.prefixes) {
          if (prefix.overlaps(podCidr)) keys.add(`POD_CIDR_OVERLAPS_NETWORK|${name}|${podCidr}|${other.name}|${prefix}`);
          if (serviceCidr?.overlaps(prefix)) keys.add(`SERVICE_CIDR_OVERLAPS_NETWORK|${name}|${serviceCidr}|${other.name}|${prefix}`);
        }
  for (const a of clusters)
    for (const b of clusters)
      if (byText(a.name, b.name) < 0 && a.mesh !== undefined && a.mesh === b.mesh && a.podCidr.overlaps(b.podCidr))
        keys.add(`POD_CIDRS_OVERLAP_IN_MESH|${a.name}|${a.podCidr}|${b.name}|${b.podCidr}`);
  for (const [index, a] of clusters.entries())
    for (const b of clusters.slice(index + 1)) {
      const uniques = [a, b].filter(({ scope, mesh }) => scope === 'UNIQUE' && mesh === undefined);
      if (uniques.length === 0 || a.addressSpaceId !== b.addressSpaceId || !a.podCidr.overlaps(b.podCidr)) continue;
      const [one, other] = uniques[0] === b ? [b, a] : [a, b];
      keys.add(`UNIQUE_POD_CIDR_SHARED|${one.name}|${one.podCidr}|${other.name}|${other.podCidr}`);
    }
  for (const { name, network, podCidr } of clusters)
    for (const other of kubenet) {
      const peered = links.some(
        ({ from, to, kind }) =>
          (kind === 'PEERING' || kind === 'CONNECTED_GROUP') && [from, to].includes(network) && [from, to].includes(other.network),
      );
      if (other.cluster !== name && other.cidr.overlaps(podCidr) && (peered || other.network === network))
        keys.add(`POD_CIDR_OVERLAPS_KUBENET|${name}|${podCidr}|${other.cluster}|${other.cidr}`);
    }
  return [...keys].sort(byText);
}

/** Every pair of networks with a chain of links between them, found by adding links until nothing is added. */
function closure(networks: readonly NetworkNode[], links: readonly NetworkLink[], leads: typeof goesOn): ReadonlySet<string> {
  const kindOf = new Map(networks.map(({ name, kind }) => [name, kind]));
  const both = links.flatMap((link) => [link, { ...link, from: link.to, to: link.from }]);
  const pairs = new Set(networks.map(({ name }) => `${name} ${name}`));
  for (const start of networks) {
    const chains = new Set(both.filter(({ from }) => from === start.name));
    for (const last of chains) {
      pairs.add(`${start.name} ${last.to}`);
      for (const next of both)
        if (next.from === last.to && last.to !== start.name && leads(kindOf.get(last.to) ?? 'EXTERNAL', last.kind, next.kind))
          chains.add(next);
    }
  }
  return pairs;
}

const estateOf = ({ networks, links, clusters, kubenet }: Model) => ({ graph: new NetworkGraph(networks, links, kubenet), clusters });

describe('the clashes of any estate', () => {
  it('are those the rules name, pair by pair (NET-03, NET-22, OV-34, OV-52, OV-55, OV-61)', () => {
    fc.assert(
      fc.property(estates, (model) => {
        expect(conflictsOf(estateOf(model)).map(({ key }) => key)).toEqual(expectedKeys(model));
      }),
    );
  });

  it('tell a way along links, from one range to the other', () => {
    fc.assert(
      fc.property(estates, (model) => {
        const joined = new Set(model.links.flatMap(({ from, to, kind }) => [`${from} ${kind} ${to}`, `${to} ${kind} ${from}`]));
        for (const { kind, path, via, ranges } of conflictsOf(estateOf(model))) {
          if (kind === 'POD_CIDRS_OVERLAP_IN_MESH' || kind === 'UNIQUE_POD_CIDR_SHARED') continue;
          const end = kind === 'POD_CIDR_OVERLAPS_KUBENET' ? model.kubenet.filter(({ cluster }) => cluster === ranges[1].holder) : [];
          expect([ranges[1].holder, ...end.map(({ network }) => network)]).toContain(path.at(-1));
          expect(via.map((link, index) => joined.has(`${path[index]} ${link} ${path[index + 1]}`))).toEqual(via.map(() => true));
          expect(via).toHaveLength(path.length - 1);
        }
      }),
    );
  });

  it('after a change are those before it, with the new and without the ended', () => {
    fc.assert(
      fc.property(estates, estates, (one, other) => {
        const [before, after] = [conflictsOf(estateOf(one)), conflictsOf(estateOf(other))];
        const ended = new Set(newClashes(after, before).map(({ key }) => key));
        const kept = [...before.filter(({ key }) => !ended.has(key)), ...newClashes(before, after)].map(({ key }) => key);
        expect(kept.sort(byText)).toEqual(after.map(({ key }) => key));
      }),
    );
  });
});

describe('reuse of a range by many', () => {
  it('is allowed exactly when it is for each of them and each two of them (OV-50)', () => {
    const subjects = fc.array(
      fc.record({
        on: fc.nat(7),
        scope: fc.constantFrom('REUSABLE' as const, 'REUSABLE' as const, 'UNIQUE' as const),
        mesh: fc.constantFrom(undefined, 'm'),
      }),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(estates, subjects, range, ({ networks, links, kubenet }, wanted, cidr) => {
        const graph = new NetworkGraph(networks, links, kubenet);
        const all = wanted.map(({ on, scope, mesh }, index): ReuseSubject => ({
          name: `c${index}`,
          network: `n${on % networks.length}`,
          scope,
          mesh,
        }));
        const [first] = all;
        const expected =
          first && all.length === 1
            ? refusalsOf(cidr, first, graph)
            : all.flatMap((a, index) => all.slice(index + 1).flatMap((b) => reuseRefusals(cidr, a, b, graph)));
        const { allowed, reasons, isComplete } = checkReuse(all, cidr, graph);
        expect([allowed, isComplete]).toEqual([expected.length === 0, true]);
        expect(new Set(reasons.map(({ message }) => message))).toEqual(new Set(expected.map(({ message }) => message)));
      }),
    );
  });

  it('of a large mesh is answered with a bounded number of reasons', () => {
    const members = Array.from({ length: 2000 }, (_, index): ReuseSubject => ({
      name: `c${index}`,
      network: 'n',
      scope: 'REUSABLE',
      mesh: 'm',
    }));
    const { allowed, reasons, isComplete } = checkReuse(members, Cidr.parse('100.64.0.0/16'), new NetworkGraph([], []));
    expect([allowed, reasons.length, isComplete]).toEqual([false, 1000, false]);
  });
});

describe('an estate with too many clashes', () => {
  it('is not compared any further', () => {
    const mesh = Array.from({ length: 400 }, (_, index) => ({
      name: `c${index}`,
      network: 'n',
      podCidr: Cidr.parse('10.0.0.0/16'),
      mesh: 'm',
    }));
    expect(() => conflictsOf({ graph: new NetworkGraph([], []), clusters: mesh })).toThrow(
      expect.objectContaining({ code: 'too_many_conflicts' }),
    );
  });
});

describe('an index of ranges', () => {
  it('finds what overlaps a range, and every two that do', () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 20 }), range, (ranges, wanted) => {
        const items = ranges.map((cidr, value) => ({ cidr, value }));
        const index = new RangeIndex(items);
        const found = [...index.overlapping(wanted)].map(({ value }) => value).sort((a, b) => a - b);
        expect(found).toEqual(items.filter(({ cidr }) => cidr.overlaps(wanted)).map(({ value }) => value));
        const pairs = [...index.pairs()].map(([a, b]) => [a.value, b.value].sort((x, y) => x - y).join());
        const expected = items.flatMap((a) =>
          items.flatMap((b) => (a.value < b.value && a.cidr.overlaps(b.cidr) ? [`${a.value},${b.value}`] : [])),
        );
        expect(pairs.sort(byText)).toEqual(expected.sort(byText));
      }),
    );
  });
});
