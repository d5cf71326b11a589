import { reservedIn } from '@podspan/aks';
import type { Cidr } from '@podspan/cidr';
import { groupBy } from './group-by.js';
import type { KubenetRange, NetworkGraph, NetworkNode, Reached, Way } from './network-graph.js';
import { RangeIndex } from './range-index.js';

export const podCidrScopes = ['REUSABLE', 'UNIQUE'] as const;
export type PodCidrScope = (typeof podCidrScopes)[number];

/** What the reuse rules need to know of a cluster, planned or only imagined. */
export interface ReuseSubject {
  readonly name: string;
  /** The network its nodes live in. */
  readonly network: string;
  readonly scope: PodCidrScope;
  readonly mesh?: string | undefined;
  readonly podCidr?: Cidr | undefined;
  readonly serviceCidr?: Cidr | undefined;
  readonly gatewaySubnet?: Cidr | undefined;
}

/** Why a range may not be a cluster's pod range. */
export interface Refusal {
  readonly rule: string;
  readonly code: string;
  readonly clusters: readonly string[];
  /** From the cluster's network to the one that holds the clashing range; empty when no network is involved. */
  readonly path: readonly string[];
  /** The range it clashes with. */
  readonly conflictsWith?: string;
  readonly message: string;
}

/**
 * The rules that concern one cluster alone: reserved ranges (OV-39, OV-70), its own service range (OV-33) and
 * everything routable from its network (OV-30..36, NET-03), kubenet's pods beside it too (OV-52). Azure checks only the first network; the others fail
 * silently, so each refusal names the path.
 */
export function refusalsOf(cidr: Cidr, subject: ReuseSubject, graph: NetworkGraph): readonly Refusal[] {
  return [
    ...reservedRefusals(cidr, subject),
    ...serviceRefusals(cidr, subject),
    ...networkRefusals(cidr, subject, graph),
    ...kubenetRefusals(cidr, subject, graph),
  ];
}

/** OV-50: everything that forbids A and B to use `cidr` as their pod range both at once. Empty means they may. */
export function reuseRefusals(cidr: Cidr, a: ReuseSubject, b: ReuseSubject, graph: NetworkGraph): readonly Refusal[] {
  return [...refusalsOf(cidr, a, graph), ...refusalsOf(cidr, b, graph), ...pairRefusals(a, b, cidr)];
}

/** What `checkReuse` tells of at most; a mesh of thousands has millions of pairs. */
export const MOST_REASONS = 1000;

export interface ReuseAnswer {
  readonly allowed: boolean;
  /** The first MOST_REASONS of them. */
  readonly reasons: readonly Refusal[];
  readonly isComplete: boolean;
}

/** OV-50 for many clusters: may all of them use `podCidr`; without it, may each use the range the others hold. */
export function checkReuse(subjects: readonly ReuseSubject[], podCidr: Cidr | undefined, graph: NetworkGraph): ReuseAnswer {
  const ranges = podCidr ? [podCidr] : distinct(subjects.flatMap(({ podCidr: held }) => (held ? [held] : [])));
  const reasons: Refusal[] = [];
  for (const refusal of refusalsOfAll(subjects, ranges, podCidr, graph)) {
    if (reasons.length === MOST_REASONS) return { allowed: false, reasons, isComplete: false };
    reasons.push(refusal);
  }
  return { allowed: reasons.length === 0, reasons, isComplete: true };
}

function* refusalsOfAll(
  subjects: readonly ReuseSubject[],
  ranges: readonly Cidr[],
  podCidr: Cidr | undefined,
  graph: NetworkGraph,
): Generator<Refusal, void, undefined> {
  const kubenet = new Set(graph.kubenet.map(({ cluster }) => cluster));
  for (const cidr of ranges) {
    // What concerns one cluster alone is the same for all of its network with its service range.
    const refused = new Map<string, boolean>();
    for (const subject of subjects) {
      const alike = kubenet.has(subject.name) ? `cluster ${subject.name}` : `${subject.network} ${subject.serviceCidr}`;
      if (!refused.has(alike)) refused.set(alike, refusalsOf(cidr, subject, graph).length > 0);
      if (refused.get(alike) === true) yield* refusalsOf(cidr, subject, graph);
    }
  }
  yield* pairRefusalsOf(subjects, podCidr);
}

/** Every two of the clusters that may not share: few of them can be such a pair, and only those are looked at. */
function* pairRefusalsOf(subjects: readonly ReuseSubject[], podCidr: Cidr | undefined): Generator<Refusal, void, undefined> {
  const places = new Map(subjects.map((subject, place) => [subject, place]));
  const met = new Set<string>();
  for (const [one, other] of suspects(subjects)) {
    const [a, b] = (places.get(one) ?? 0) < (places.get(other) ?? 0) ? [one, other] : [other, one];
    const pair = `${places.get(a)} ${places.get(b)}`;
    if (a === b || met.has(pair)) continue;
    met.add(pair);
    yield* pairRefusals(a, b, podCidr);
  }
}

function* suspects(subjects: readonly ReuseSubject[]): Generator<readonly [ReuseSubject, ReuseSubject], void, undefined> {
  const meshed = subjects.filter(({ mesh }) => mesh !== undefined);
  for (const members of groupBy(meshed, ({ mesh }) => mesh).values()) yield* pairs(members);
  for (const unique of subjects.filter(isUnique)) for (const other of subjects) yield [unique, other];
  const gateways = subjects.flatMap((subject) => (subject.gatewaySubnet ? [{ cidr: subject.gatewaySubnet, value: subject }] : []));
  for (const [one, other] of new RangeIndex(gateways).pairs()) yield [one.value, other.value];
}

/** Members of a mesh share with everybody outside it, whatever they were declared. */
export function isUnique({ scope, mesh }: { readonly scope?: PodCidrScope | undefined; readonly mesh?: string | undefined }): boolean {
  return scope === 'UNIQUE' && mesh === undefined;
}

function reservedRefusals(cidr: Cidr, subject: ReuseSubject): readonly Refusal[] {
  return reservedIn(cidr).map((range) => ({
    rule: 'OV-70',
    code: 'pod_cidr_reserved_range',
    clusters: [subject.name],
    path: [],
    conflictsWith: String(range),
    message: `${cidr} overlaps ${range}, which AKS reserves`,
  }));
}

function serviceRefusals(cidr: Cidr, { name, serviceCidr }: ReuseSubject): readonly Refusal[] {
  if (!serviceCidr?.overlaps(cidr)) return [];
  return [
    {
      rule: 'OV-33',
      code: 'pod_service_cidr_overlap',
      clusters: [name],
      path: [],
      conflictsWith: String(serviceCidr),
      message: `${cidr} overlaps the service range ${serviceCidr} of ${name}`,
    },
  ];
}

function networkRefusals(cidr: Cidr, subject: ReuseSubject, graph: NetworkGraph): readonly Refusal[] {
  return graph.reachedOver(subject.network, cidr).map(({ reached, prefix }) => networkRefusal(cidr, subject, reached, prefix));
}

/** A cluster that leaves kubenet keeps its range: it is its own. */
function kubenetRefusals(cidr: Cidr, { name, network }: ReuseSubject, graph: NetworkGraph): readonly Refusal[] {
  return graph
    .kubenetOver(network, cidr)
    .filter(({ cluster }) => cluster !== name)
    .map((kubenet) => ({
      rule: 'OV-52',
      code: 'pod_cidr_overlaps_kubenet',
      clusters: [name, kubenet.cluster],
      path: kubenet.path,
      conflictsWith: String(kubenet.cidr),
      message: `${cidr} overlaps ${kubenetWhy(kubenet)}`,
    }));
}

export function kubenetWhy({ cluster, cidr, network, path }: KubenetRange & Way): string {
  const where = path.length === 1 ? `its own network ${network}` : `${network}, which is peered: ${path.join(' -> ')}`;
  return `${cidr}, the pod range of the kubenet cluster ${cluster} in ${where}; kubenet routes it`;
}

function networkRefusal(cidr: Cidr, subject: ReuseSubject, { network, path }: Reached, prefix: Cidr): Refusal {
  const own = path.length === 1;
  return {
    ...reachRule({ network, path }),
    clusters: [subject.name],
    path,
    conflictsWith: String(prefix),
    message: own
      ? `${cidr} overlaps ${prefix} of ${network.name}, the network of ${subject.name}`
      : `${cidr} overlaps ${prefix} of ${network.name}, which the pods of ${subject.name} can reach: ${path.join(' -> ')}`,
  };
}

/** Which rule forbids pods over a network: its own (OV-32), or one that it reaches (OV-34 to OV-36). */
export function reachRule({ network, path }: Pick<Reached, 'network' | 'path'>): { readonly rule: string; readonly code: string } {
  if (path.length === 1) return { rule: 'OV-32', code: 'pod_cidr_overlaps_vnet' };
  return { rule: ruleByKind[network.kind], code: 'pod_cidr_overlaps_connected_network' };
}

const ruleByKind: Readonly<Record<NetworkNode['kind'], string>> = {
  VIRTUAL_NETWORK: 'OV-34',
  ON_PREMISES: 'OV-35',
  EXTERNAL: 'OV-36',
};

/** The rules between two clusters; `cidr` undefined asks whether they may share any range at all. */
function pairRefusals(a: ReuseSubject, b: ReuseSubject, cidr: Cidr | undefined): readonly Refusal[] {
  const clusters = [a.name, b.name];
  const what = cidr ? String(cidr) : 'a pod range';
  const refusals: Refusal[] = [];
  if (a.mesh !== undefined && a.mesh === b.mesh) {
    refusals.push({
      rule: 'NET-22',
      code: 'pod_cidr_not_unique_in_mesh',
      clusters,
      path: [],
      message: `${a.name} and ${b.name} are members of mesh ${a.mesh} and dial each other's pods; they cannot share ${what}`,
    });
  }
  for (const unique of [a, b].filter(isUnique)) {
    refusals.push({
      rule: 'OV-55',
      code: 'pod_cidr_not_unique',
      clusters,
      path: [],
      message: `${unique.name} was declared with podCidrScope UNIQUE; nobody shares ${what} with it`,
    });
  }
  if (a.gatewaySubnet && b.gatewaySubnet && a.gatewaySubnet.overlaps(b.gatewaySubnet)) {
    refusals.push({
      rule: 'AGC-22',
      code: 'agc_subnet_in_use',
      clusters,
      path: [],
      conflictsWith: String(b.gatewaySubnet),
      message: `${a.name} and ${b.name} share the gateway subnet ${a.gatewaySubnet}; backends in ${what} would be ambiguous`,
    });
  }
  return refusals;
}

function* pairs<T>(items: readonly T[]): Generator<readonly [T, T], void, undefined> {
  for (const [index, a] of items.entries()) for (const b of items.slice(index + 1)) yield [a, b];
}

function distinct(ranges: readonly Cidr[]): readonly Cidr[] {
  return [...new Map(ranges.map((range) => [String(range), range])).values()];
}
