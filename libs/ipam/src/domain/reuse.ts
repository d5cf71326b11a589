import { reservedIn } from '@podspan/aks';
import type { Cidr } from '@podspan/cidr';
import type { NetworkGraph, NetworkNode, Reached } from './network-graph.js';

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
 * everything routable from its network (OV-30..36, NET-03). Azure checks only the first network; the others fail
 * silently, so each refusal names the path.
 */
export function refusalsOf(cidr: Cidr, subject: ReuseSubject, graph: NetworkGraph): readonly Refusal[] {
  return [...reservedRefusals(cidr, subject), ...serviceRefusals(cidr, subject), ...networkRefusals(cidr, subject, graph)];
}

/** OV-50: everything that forbids A and B to use `cidr` as their pod range both at once. Empty means they may. */
export function reuseRefusals(cidr: Cidr, a: ReuseSubject, b: ReuseSubject, graph: NetworkGraph): readonly Refusal[] {
  return [...refusalsOf(cidr, a, graph), ...refusalsOf(cidr, b, graph), ...pairRefusals(a, b, cidr)];
}

/** OV-50 for many clusters: may all of them use `podCidr`; without it, may each use the range the others hold. */
export function checkReuse(
  subjects: readonly ReuseSubject[],
  podCidr: Cidr | undefined,
  graph: NetworkGraph,
): { readonly allowed: boolean; readonly reasons: readonly Refusal[] } {
  const ranges = podCidr ? [podCidr] : distinct(subjects.flatMap(({ podCidr: held }) => (held ? [held] : [])));
  const alone = ranges.flatMap((cidr) => subjects.flatMap((subject) => refusalsOf(cidr, subject, graph)));
  const reasons = [...alone, ...pairs(subjects).flatMap(([a, b]) => pairRefusals(a, b, podCidr))];
  return { allowed: reasons.length === 0, reasons };
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
  return graph
    .reach(subject.network)
    .flatMap((reached) =>
      reached.network.prefixes.filter((prefix) => prefix.overlaps(cidr)).map((prefix) => networkRefusal(cidr, subject, reached, prefix)),
    );
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
export function reachRule({ network, path }: Reached): { readonly rule: string; readonly code: string } {
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
  for (const unique of [a, b].filter(({ scope, mesh }) => scope === 'UNIQUE' && mesh === undefined)) {
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

function pairs<T>(items: readonly T[]): readonly (readonly [T, T])[] {
  return items.flatMap((a, index) => items.slice(index + 1).map((b) => [a, b] as const));
}

function distinct(ranges: readonly Cidr[]): readonly Cidr[] {
  return [...new Map(ranges.map((range) => [String(range), range])).values()];
}
