import type { Cidr } from '@podspan/cidr';

/** Why a range is not free for a cluster. */
export type RangeOrigin =
  /** A node subnet of the cluster itself. */
  | { readonly kind: 'NODE_SUBNET'; readonly name?: string | undefined }
  /** Any other subnet of the cluster's network. */
  | { readonly kind: 'VNET_SUBNET'; readonly network: string; readonly name?: string | undefined }
  /** The address space of the cluster's network. */
  | { readonly kind: 'VNET'; readonly network: string }
  /** A network the cluster's pods can reach; `path` names the networks from the cluster's own to it, both included. */
  | {
      readonly kind: 'CONNECTED_NETWORK';
      readonly network: string;
      readonly networkKind: 'VIRTUAL_NETWORK' | 'ON_PREMISES' | 'EXTERNAL';
      readonly path: readonly string[];
    }
  /** The cluster's own service range. */
  | { readonly kind: 'SERVICE_CIDR' }
  /** The pod range of a cluster that must not share: of the same mesh, or both unique. */
  | { readonly kind: 'POD_CIDR'; readonly cluster: string; readonly mesh?: string | undefined };

export interface OccupiedRange {
  readonly cidr: Cidr;
  readonly origin: RangeOrigin;
}

/** An overlap that a rule forbids. */
export interface Clash {
  readonly rule: string;
  readonly code: string;
  readonly occupied: OccupiedRange;
  /** The networks from the cluster's own to the clash; empty for what is its own. */
  readonly path: readonly string[];
}

/** What the pod CIDR must not overlap and does (OV-30 to OV-36, NET-22). Reuse by independent clusters is no clash (OV-37). */
export function podClashes(podCidr: Cidr, occupied: readonly OccupiedRange[]): readonly Clash[] {
  return clashes(podCidr, occupied, podRule);
}

/**
 * What the service CIDR must not overlap and does (OV-61); the pod CIDR is looked at from the other side (OV-33). A subnet
 * says more than the network it lies in, so the network is not told beside it.
 */
export function serviceClashes(serviceCidr: Cidr, occupied: readonly OccupiedRange[]): readonly Clash[] {
  const found = clashes(serviceCidr, occupied, serviceRule);
  const isTold = found.some(({ code }) => code === 'service_cidr_overlaps_subnet');
  return isTold ? found.filter(({ code }) => code !== 'service_cidr_overlaps_vnet') : found;
}

type Verdict = { readonly rule: string; readonly code: string } | undefined;

function clashes(range: Cidr, all: readonly OccupiedRange[], ruleOf: (origin: RangeOrigin) => Verdict): readonly Clash[] {
  return all.flatMap((occupied) => {
    const verdict = range.overlaps(occupied.cidr) ? ruleOf(occupied.origin) : undefined;
    const path = occupied.origin.kind === 'CONNECTED_NETWORK' ? occupied.origin.path : [];
    return verdict ? [{ ...verdict, occupied, path }] : [];
  });
}

function podRule(origin: RangeOrigin): Verdict {
  switch (origin.kind) {
    case 'NODE_SUBNET':
      return { rule: 'OV-30', code: 'pod_cidr_overlaps_vnet' };
    case 'VNET_SUBNET':
      return { rule: 'OV-31', code: 'pod_cidr_overlaps_vnet' };
    case 'VNET':
      return { rule: 'OV-32', code: 'pod_cidr_overlaps_vnet' };
    case 'CONNECTED_NETWORK':
      return { rule: connectedRules[origin.networkKind], code: 'pod_cidr_overlaps_connected_network' };
    case 'SERVICE_CIDR':
      return { rule: 'OV-33', code: 'pod_service_cidr_overlap' };
    case 'POD_CIDR':
      return origin.mesh === undefined
        ? { rule: 'OV-55', code: 'pod_cidr_not_unique' }
        : { rule: 'NET-22', code: 'pod_cidr_not_unique_in_mesh' };
  }
}

const connectedRules = { VIRTUAL_NETWORK: 'OV-34', ON_PREMISES: 'OV-35', EXTERNAL: 'OV-36' } as const;

function serviceRule(origin: RangeOrigin): Verdict {
  switch (origin.kind) {
    case 'NODE_SUBNET':
    case 'VNET_SUBNET':
      return { rule: 'OV-61', code: 'service_cidr_overlaps_subnet' };
    case 'VNET':
      return { rule: 'OV-61', code: 'service_cidr_overlaps_vnet' };
    case 'CONNECTED_NETWORK':
      return { rule: 'OV-61', code: 'service_cidr_overlaps_connected_network' };
    case 'SERVICE_CIDR':
    case 'POD_CIDR':
      return undefined;
  }
}

/** The owner of an occupied range in words. */
export function describeOrigin(origin: RangeOrigin): string {
  switch (origin.kind) {
    case 'NODE_SUBNET':
      return origin.name === undefined ? 'the node subnet' : `node subnet ${origin.name}`;
    case 'VNET_SUBNET':
      return `${origin.name === undefined ? 'a subnet' : `subnet ${origin.name}`} of network ${origin.network}`;
    case 'VNET':
      return `the cluster's own network ${origin.network}`;
    case 'CONNECTED_NETWORK':
      return `network ${origin.network}, reached by ${origin.path.join(' -> ')}`;
    case 'SERVICE_CIDR':
      return "the cluster's service range";
    case 'POD_CIDR':
      return `the pods of cluster ${origin.cluster}${origin.mesh === undefined ? '' : ` in mesh ${origin.mesh}`}`;
  }
}
