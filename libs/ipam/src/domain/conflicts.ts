import type { Cidr } from '@podspan/cidr';
import { groupBy } from './group-by.js';
import { byText, type NetworkGraph, type NetworkNode } from './network-graph.js';
import { reachRule } from './reuse.js';

/** The last one is not of the topology: the database opens and closes it (view discovered_clash, NET-12). */
export const conflictKinds = [
  'NETWORKS_OVERLAP',
  'POD_CIDR_OVERLAPS_NETWORK',
  'SERVICE_CIDR_OVERLAPS_NETWORK',
  'POD_CIDRS_OVERLAP_IN_MESH',
  'ALLOCATION_OVERLAPS_DISCOVERED',
] as const;
export type ConflictKind = (typeof conflictKinds)[number];

export interface ConflictRange {
  readonly cidr: string;
  readonly holderKind: 'NETWORK' | 'CLUSTER' | 'ALLOCATION' | 'DISCOVERED';
  readonly holder: string;
}

/** Two ranges that must not overlap, do, and the networks that bring them together. */
export interface Clash {
  /** The same for the same clash on every computation: what is open and what is new is told by it. */
  readonly key: string;
  readonly kind: ConflictKind;
  readonly rule: string;
  readonly ranges: readonly [ConflictRange, ConflictRange];
  readonly path: readonly string[];
  readonly message: string;
}

/** The ranges one live cluster holds. */
export interface ClusterRanges {
  readonly name: string;
  readonly network: string;
  readonly podCidr: Cidr;
  readonly serviceCidr?: Cidr | undefined;
  readonly mesh?: string | undefined;
}

export interface Estate {
  readonly graph: NetworkGraph;
  readonly clusters: readonly ClusterRanges[];
}

/** Every clash of the topology, computed from scratch, sorted by key (NET-01, NET-03, NET-13, NET-22, OV-34..36, OV-61). */
export function conflictsOf(estate: Estate): readonly Clash[] {
  const clashes = [
    ...networkClashes(estate.graph),
    ...estate.clusters.flatMap((cluster) => clusterClashes(cluster, estate.graph)),
    ...meshClashes(estate.clusters),
  ];
  return [...new Map(clashes.map((clash) => [clash.key, clash])).values()].sort((a, b) => byText(a.key, b.key));
}

/** What `after` has and `before` has not. */
export function newClashes(before: readonly Clash[], after: readonly Clash[]): readonly Clash[] {
  const known = new Set(before.map(({ key }) => key));
  return after.filter(({ key }) => !known.has(key));
}

interface Placed {
  readonly network: NetworkNode;
  readonly prefix: Cidr;
}

/** NET-03: over one routing domain the ranges of networks are unique. */
function networkClashes(graph: NetworkGraph): readonly Clash[] {
  return graph.routingDomains().flatMap((domain) => {
    const placed = domain.flatMap((name) => {
      const network = graph.find(name);
      return network ? network.prefixes.map((prefix) => ({ network, prefix })) : [];
    });
    return overlappingPairs(placed).flatMap(([a, b]) => (a.network.name === b.network.name ? [] : [networkClash(a, b, graph)]));
  });
}

function networkClash(one: Placed, other: Placed, graph: NetworkGraph): Clash {
  const [a, b] = byText(one.network.name, other.network.name) <= 0 ? [one, other] : [other, one];
  const path = graph.pathBetween(a.network.name, b.network.name) ?? [];
  return clash(
    'NETWORKS_OVERLAP',
    path.length === 2 ? 'NET-01' : 'NET-03',
    networkRange(a.network, a.prefix),
    networkRange(b.network, b.prefix),
    path,
  );
}

/** Sorted by first address, a range can only overlap those before it that have not ended yet. */
function overlappingPairs(placed: readonly Placed[]): readonly (readonly [Placed, Placed])[] {
  const sorted = [...placed].sort((a, b) => a.prefix.compare(b.prefix));
  let open: Placed[] = [];
  return sorted.flatMap((next) => {
    open = open.filter(({ prefix }) => prefix.overlaps(next.prefix));
    const found = open.map((earlier) => [earlier, next] as const);
    open.push(next);
    return found;
  });
}

function clusterClashes(cluster: ClusterRanges, graph: NetworkGraph): readonly Clash[] {
  return graph.reach(cluster.network).flatMap(({ network, path }) =>
    network.prefixes.flatMap((prefix) => {
      const found: Clash[] = [];
      if (prefix.overlaps(cluster.podCidr)) {
        const { rule } = reachRule({ network, path });
        found.push(clash('POD_CIDR_OVERLAPS_NETWORK', rule, clusterRange(cluster, cluster.podCidr), networkRange(network, prefix), path));
      }
      if (cluster.serviceCidr && prefix.overlaps(cluster.serviceCidr)) {
        found.push(
          clash('SERVICE_CIDR_OVERLAPS_NETWORK', 'OV-61', clusterRange(cluster, cluster.serviceCidr), networkRange(network, prefix), path),
        );
      }
      return found;
    }),
  );
}

function meshClashes(clusters: readonly ClusterRanges[]): readonly Clash[] {
  const meshes = groupBy(
    clusters.filter(({ mesh }) => mesh !== undefined),
    ({ mesh }) => mesh ?? '',
  );
  return [...meshes.values()].flatMap((members) => {
    const sorted = [...members].sort((a, b) => byText(a.name, b.name));
    return sorted.flatMap((a, index) =>
      sorted
        .slice(index + 1)
        .filter((b) => a.podCidr.overlaps(b.podCidr))
        .map((b) =>
          clash('POD_CIDRS_OVERLAP_IN_MESH', 'NET-22', clusterRange(a, a.podCidr), clusterRange(b, b.podCidr), [a.network, b.network]),
        ),
    );
  });
}

function clash(kind: ConflictKind, rule: string, a: ConflictRange, b: ConflictRange, path: readonly string[]): Clash {
  const way = path.length > 1 ? `: ${path.join(' -> ')}` : '';
  return {
    key: [kind, a.holder, a.cidr, b.holder, b.cidr].join('|'),
    kind,
    rule,
    ranges: [a, b],
    path,
    message: `${a.cidr} of ${a.holder} overlaps ${b.cidr} of ${b.holder}${way}`,
  };
}

function networkRange(network: NetworkNode, prefix: Cidr): ConflictRange {
  return { cidr: String(prefix), holderKind: 'NETWORK', holder: network.name };
}

function clusterRange(cluster: ClusterRanges, cidr: Cidr): ConflictRange {
  return { cidr: String(cidr), holderKind: 'CLUSTER', holder: cluster.name };
}
