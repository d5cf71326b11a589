import type { Cidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import { problem } from '../findings.js';
import { SHORTEST_POD_PREFIX } from '../sizing/pod-range-size.js';
import { checkPodCidrSpace } from './check-pod-cidr.js';
import type { OccupiedRange } from './occupied-range.js';

export interface ExpansionFacts {
  readonly from: Cidr;
  readonly to: Cidr;
  readonly occupied: readonly OccupiedRange[];
  /** Names of the cluster's Windows pools; with one of them the pod CIDR cannot be widened (OV-101). */
  readonly windowsPools?: readonly string[] | undefined;
}

/** Whether `to` is a strictly larger block that holds all of `from` (OV-100). */
export function isExpansion(from: Cidr, to: Cidr): boolean {
  return to.length < from.length && to.contains(from);
}

/** OV-100 to OV-102: only to a larger block around the old one, which must pass every range rule again. */
export function checkExpansion({ from, to, occupied, windowsPools = [] }: ExpansionFacts, path = 'podCidr'): readonly Problem[] {
  return [
    ...checkSuperset(from, to, path),
    ...checkSingleFamily(from, path),
    ...checkWindows(windowsPools, path),
    ...checkPodCidrSpace({ podCidr: to, occupied }, path),
  ];
}

function checkSuperset(from: Cidr, to: Cidr, path: string): readonly Problem[] {
  if (isExpansion(from, to)) return [];
  const reason = from.equals(to)
    ? 'is no change of the range'
    : from.contains(to)
      ? 'shrinks the range'
      : 'does not contain all of the range';
  const suggestion = from.enclosing()?.toString();
  const message = `${String(to)} ${reason} ${String(from)}; only a larger block around it is possible`;
  return [
    problem({
      path,
      code: 'pod_cidr_not_superset',
      rule: 'OV-100',
      message,
      value: String(to),
      conflictsWith: String(from),
      suggestion,
    }),
  ];
}

function checkSingleFamily(from: Cidr, path: string): readonly Problem[] {
  if (from.family === 4) return [];
  const message = 'an IPv6 pod range cannot be widened';
  return [problem({ path, code: 'pod_cidr_expansion_ipv6', rule: 'OV-101', message, value: String(from) })];
}

function checkWindows(windowsPools: readonly string[], path: string): readonly Problem[] {
  if (windowsPools.length === 0) return [];
  const message = `the pod range cannot be widened while Windows pools exist: ${windowsPools.join(', ')}`;
  const facts = { conflictsWith: windowsPools, suggestion: 'delete the Windows pools first' };
  return [problem({ path, code: 'pod_cidr_expansion_windows', rule: 'OV-101', message, ...facts })];
}

/** The blocks a pod CIDR can grow to, smallest first, up to the first that breaks a rule (OV-102). */
export function growthBlocks(podCidr: Cidr, occupied: readonly OccupiedRange[]): readonly Cidr[] {
  const blocks: Cidr[] = [];
  for (let next = podCidr.enclosing(); next && next.length >= SHORTEST_POD_PREFIX; next = next.enclosing()) {
    if (checkPodCidrSpace({ podCidr: next, occupied }).length > 0) break;
    blocks.push(next);
  }
  return blocks;
}
