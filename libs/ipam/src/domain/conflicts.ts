import type { Cidr } from '@podspan/cidr';
import { Conflict } from '@podspan/errors';
import { groupBy } from './group-by.js';
import { overlapRule } from './link-kinds.js';
import { byText, type NetworkGraph, type NetworkNode, type Reached, type Way } from './network-graph.js';
import { type Ranged, RangeIndex } from './range-index.js';
import { isUnique, type PodCidrScope, reachRule } from './reuse.js';

/** What the topology and the clusters on it decide; the other kind is opened and closed by the database (view discovered_clash, NET-12). */
export const topologyConflictKinds = [
  'NETWORKS_OVERLAP',
  'POD_CIDR_OVERLAPS_NETWORK',
  'SERVICE_CIDR_OVERLAPS_NETWORK',
  'POD_CIDRS_OVERLAP_IN_MESH',
  'UNIQUE_POD_CIDR_SHARED',
  'POD_CIDR_OVERLAPS_KUBENET',
] as const;
export const conflictKinds = [...topologyConflictKinds, 'ALLOCATION_OVERLAPS_DISCOVERED'] as const;
export type ConflictKind = (typeof conflictKinds)[number];

/** An estate with more clashes than this cannot be compared with another one; no change gets there. */
export const MOST_CLASHES = 50_000;

export interface ConflictRange {
  readonly cidr: string;
  readonly holderKind: 'NETWORK' | 'CLUSTER' | 'ALLOCATION' | 'DISCOVERED';
  readonly holder: string;
}

/** Two ranges that must not overlap, do, and the way that brings them together. */
export interface Clash extends Way {
  /** The same for the same clash on every computation: what is open and what is new is told by it. */
  readonly key: string;
  readonly kind: ConflictKind;
  readonly rule: string;
  readonly ranges: readonly [ConflictRange, ConflictRange];
  readonly message: string;
}

/** The ranges one live cluster holds. */
export interface ClusterRanges {
  readonly name: string;
  readonly network: string;
  readonly podCidr: Cidr;
  /** With the block held back for its growth, which other members of its mesh must leave alone too (OV-102). */
  readonly podHeld?: Cidr | undefined;
  readonly serviceCidr?: Cidr | undefined;
  readonly mesh?: string | undefined;
  readonly scope?: PodCidrScope | undefined;
  /** Where a range is unique. */
  readonly addressSpaceId?: string | undefined;
}

export interface Estate {
  readonly graph: NetworkGraph;
  readonly clusters: readonly ClusterRanges[];
}

/**
 * Every clash of the topology, computed from nothing, sorted by key (NET-01, NET-03, NET-13, NET-22, OV-34..36, OV-52, OV-55, OV-61).
 * @throws Conflict `too_many_conflicts` beyond MOST_CLASHES
 */
export function conflictsOf(estate: Estate): readonly Clash[] {
  const clashes = new Map<string, Clash>();
  for (const source of [
    networkClashes(estate.graph),
    clusterClashes(estate.clusters, estate.graph),
    kubenetClashes(estate),
    meshClashes(estate.clusters),
    uniqueClashes(estate.clusters),
  ]) {
    for (const clash of source) {
      clashes.set(clash.key, clash);
      if (clashes.size > MOST_CLASHES) throw tooMany();
    }
  }
  return [...clashes.values()].sort((a, b) => byText(a.key, b.key));
}

/** What `after` has and `before` has not. */
export function newClashes(before: readonly Clash[], after: readonly Clash[]): readonly Clash[] {
  const known = new Set(before.map(({ key }) => key));
  return after.filter(({ key }) => !known.has(key));
}

function tooMany(): Conflict {
  return new Conflict('too_many_conflicts', `more than ${MOST_CLASHES} ranges would overlap; make the change in smaller parts`, {
    facts: { most: MOST_CLASHES },
  });
}

interface Pair {
  readonly a: { readonly network: NetworkNode; readonly prefix: Cidr };
  readonly b: { readonly network: NetworkNode; readonly prefix: Cidr };
}

/** NET-03: over one routing domain the ranges of networks are unique. */
function* networkClashes(graph: NetworkGraph): Generator<Clash, void, undefined> {
  for (const domain of graph.routingDomains()) {
    if (domain.length < 2) continue;
    for (const pairs of groupBy(overlapsIn(domain, graph), ({ a }) => a.network.name).values()) {
      const ways = graph.waysFrom(pairs[0]?.a.network.name ?? '');
      for (const { a, b } of pairs) {
        const way = ways.get(b.network.name) ?? { path: [], via: [] };
        const { rule, effect } = overlapRule(way.via);
        yield clash('NETWORKS_OVERLAP', rule, networkRange(a.network, a.prefix), networkRange(b.network, b.prefix), way, effect);
      }
    }
  }
}

function overlapsIn(domain: readonly string[], graph: NetworkGraph): readonly Pair[] {
  const placed = domain.flatMap((name) => {
    const network = graph.find(name);
    return network ? network.prefixes.map((cidr) => ({ cidr, value: network })) : [];
  });
  const found: Pair[] = [];
  for (const [one, other] of new RangeIndex(placed).pairs()) {
    if (one.value.name === other.value.name) continue;
    const [a, b] = byText(one.value.name, other.value.name) <= 0 ? [one, other] : [other, one];
    found.push({ a: { network: a.value, prefix: a.cidr }, b: { network: b.value, prefix: b.cidr } });
    if (found.length > MOST_CLASHES) throw tooMany();
  }
  return found;
}

function* clusterClashes(clusters: readonly ClusterRanges[], graph: NetworkGraph): Generator<Clash, void, undefined> {
  for (const cluster of clusters) {
    for (const [kind, cidr] of rangesOf(cluster)) {
      for (const { reached, prefix } of graph.reachedOver(cluster.network, cidr)) yield clusterClash(kind, cluster, cidr, reached, prefix);
    }
  }
}

type ClusterClashKind = 'POD_CIDR_OVERLAPS_NETWORK' | 'SERVICE_CIDR_OVERLAPS_NETWORK';

function rangesOf({ podCidr, serviceCidr }: ClusterRanges): readonly (readonly [ClusterClashKind, Cidr])[] {
  const pods = ['POD_CIDR_OVERLAPS_NETWORK', podCidr] as const;
  return serviceCidr ? [pods, ['SERVICE_CIDR_OVERLAPS_NETWORK', serviceCidr]] : [pods];
}

function clusterClash(kind: ClusterClashKind, cluster: ClusterRanges, cidr: Cidr, reached: Reached, prefix: Cidr): Clash {
  const rule = kind === 'POD_CIDR_OVERLAPS_NETWORK' ? reachRule(reached).rule : 'OV-61';
  const effect = reached.path.length === 1 ? '' : 'Azure does not look, and what has these addresses there cannot be reached';
  return clash(kind, rule, clusterRange(cluster, cidr), networkRange(reached.network, prefix), reached, effect);
}

/** OV-52: kubenet routes its pod range in its network and what is peered with it; a cluster that leaves kubenet keeps its own. */
function* kubenetClashes({ clusters, graph }: Estate): Generator<Clash, void, undefined> {
  for (const cluster of clusters) {
    for (const kubenet of graph.kubenetOver(cluster.network, cluster.podCidr)) {
      if (kubenet.cluster === cluster.name) continue;
      const other: ConflictRange = { cidr: String(kubenet.cidr), holderKind: 'DISCOVERED', holder: kubenet.cluster };
      yield clash('POD_CIDR_OVERLAPS_KUBENET', 'OV-52', clusterRange(cluster, cluster.podCidr), other, kubenet, 'kubenet routes it');
    }
  }
}

/** NET-22: members of one mesh dial each other's pods; a block held back for growth is part of the range. */
function* meshClashes(clusters: readonly ClusterRanges[]): Generator<Clash, void, undefined> {
  const members = clusters.filter(({ mesh }) => mesh !== undefined);
  for (const mesh of groupBy(members, (cluster) => cluster.mesh ?? '').values()) {
    for (const [one, other] of new RangeIndex(mesh.map(heldBy)).pairs()) {
      const [a, b] = byText(one.value.name, other.value.name) <= 0 ? [one, other] : [other, one];
      const way = { path: [a.value.network, b.value.network], via: [] };
      yield clash('POD_CIDRS_OVERLAP_IN_MESH', 'NET-22', clusterRange(a.value, a.cidr), clusterRange(b.value, b.cidr), way, '');
    }
  }
}

/** OV-55: nobody of its address space has a part of a unique range. A member shares, and is unique again once it leaves its mesh (NET-24). */
function* uniqueClashes(clusters: readonly ClusterRanges[]): Generator<Clash, void, undefined> {
  for (const ofSpace of groupBy(clusters, ({ addressSpaceId }) => addressSpaceId ?? '').values()) {
    const uniques = ofSpace.filter(isUnique);
    if (uniques.length === 0) continue;
    const held = new RangeIndex(ofSpace.map(heldBy));
    for (const unique of uniques) {
      const { cidr } = heldBy(unique);
      for (const { cidr: other, value: sharer } of held.overlapping(cidr)) {
        if (sharer.name === unique.name || (isUnique(sharer) && byText(sharer.name, unique.name) < 0)) continue;
        const way = { path: [unique.network, sharer.network], via: [] };
        yield clash(
          'UNIQUE_POD_CIDR_SHARED',
          'OV-55',
          clusterRange(unique, cidr),
          clusterRange(sharer, other),
          way,
          `${unique.name} shares with nobody`,
        );
      }
    }
  }
}

function heldBy(cluster: ClusterRanges): Ranged<ClusterRanges> {
  return { cidr: cluster.podHeld ?? cluster.podCidr, value: cluster };
}

function clash(kind: ConflictKind, rule: string, a: ConflictRange, b: ConflictRange, { path, via }: Way, effect: string): Clash {
  const way = path.length > 1 ? `: ${path.join(' -> ')}` : '';
  return {
    key: [kind, a.holder, a.cidr, b.holder, b.cidr].join('|'),
    kind,
    rule,
    ranges: [a, b],
    path,
    via,
    message: `${a.cidr} of ${a.holder} overlaps ${b.cidr} of ${b.holder}${way}${effect === '' ? '' : `; ${effect}`}`,
  };
}

function networkRange(network: NetworkNode, prefix: Cidr): ConflictRange {
  return { cidr: String(prefix), holderKind: 'NETWORK', holder: network.name };
}

function clusterRange(cluster: ClusterRanges, cidr: Cidr): ConflictRange {
  return { cidr: String(cidr), holderKind: 'CLUSTER', holder: cluster.name };
}
