import { aksReservedRanges } from '@podspan/aks';
import type { Cidr } from '@podspan/cidr';
import type { NetworkGraph } from '../network-graph.js';
import { kubenetWhy, reachRule } from '../reuse.js';

/** A live or planned pod range that may not be shared with the cluster in question. */
export interface HeldPodRange {
  readonly cluster: string;
  readonly held: Cidr;
  readonly mesh?: string | undefined;
}

/** A range the pods of one cluster must not touch, and why. */
export interface Forbidden {
  readonly cidr: Cidr;
  readonly rule: string;
  readonly code: string;
  readonly path: readonly string[];
  readonly why: string;
}

interface Seeker {
  readonly name: string;
  readonly network: string;
  readonly serviceCidr?: Cidr | undefined;
}

/** OV-30..36, OV-33, OV-52, OV-70 as ranges inside `cidrs`, so that a free block is searched once and not rule by rule. */
export function forbiddenRanges(seeker: Seeker, cidrs: readonly Cidr[], graph: NetworkGraph): readonly Forbidden[] {
  const networks = cidrs
    .flatMap((cidr) => graph.reachedOver(seeker.network, cidr))
    .map(({ reached, prefix }): Forbidden => ({
      cidr: prefix,
      ...reachRule(reached),
      path: reached.path,
      why: reachedWhy(prefix, reached.path),
    }));
  const reserved = aksReservedRanges.map((cidr): Forbidden => ({
    cidr,
    rule: 'OV-70',
    code: 'pod_cidr_reserved_range',
    path: [],
    why: `${cidr}, which AKS reserves`,
  }));
  const kubenet = cidrs
    .flatMap((cidr) => graph.kubenetOver(seeker.network, cidr))
    .filter(({ cluster }) => cluster !== seeker.name)
    .map((range): Forbidden => ({
      cidr: range.cidr,
      rule: 'OV-52',
      code: 'pod_cidr_overlaps_kubenet',
      path: range.path,
      why: kubenetWhy(range),
    }));
  const service = seeker.serviceCidr
    ? [
        {
          cidr: seeker.serviceCidr,
          rule: 'OV-33',
          code: 'pod_service_cidr_overlap',
          path: [],
          why: `its own service range ${seeker.serviceCidr}`,
        },
      ]
    : [];
  return [...networks, ...kubenet, ...reserved, ...service];
}

export function forbiddenByClusters(held: readonly HeldPodRange[]): readonly Forbidden[] {
  return held.map(({ cluster, held: cidr, mesh }) => ({
    cidr,
    rule: mesh === undefined ? 'OV-55' : 'NET-22',
    code: mesh === undefined ? 'pod_cidr_not_unique' : 'pod_cidr_not_unique_in_mesh',
    path: [],
    why:
      mesh === undefined ? `${cidr} of ${cluster}, which must not be shared` : `${cidr} of ${cluster}, a member of the same mesh ${mesh}`,
  }));
}

function reachedWhy(cidr: Cidr, path: readonly string[]): string {
  return path.length === 1
    ? `${cidr} of its own network ${path[0]}`
    : `${cidr} of ${path.at(-1)}, which its pods can reach: ${path.join(' -> ')}`;
}
