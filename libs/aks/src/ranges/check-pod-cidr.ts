import { Cidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import { problem } from '../findings.js';
import { nodeBlocks, podPrefixFor, LONGEST_POD_PREFIX, SHORTEST_POD_PREFIX } from '../sizing/pod-range-size.js';
import { clashProblems } from './clash-problems.js';
import { type OccupiedRange, podClashes } from './occupied-range.js';
import { isPrivate, reservedIn, suggestPodCidr, usableParts } from './reserved-ranges.js';

export interface PodCidrFacts {
  readonly podCidr: Cidr;
  /** Nodes of the cluster while every pool surges (OV-23, OV-24). */
  readonly peakNodes: number;
  readonly occupied: readonly OccupiedRange[];
  /** Public space is outside support; someone must have said that it is meant (OV-41). */
  readonly allowPublicRange?: boolean | undefined;
}

/** Everything wrong with an IPv4 pod CIDR: size, reserved and public space, overlaps (1.3, 1.4, 1.7). */
export function checkPodCidr(facts: PodCidrFacts, path = 'podCidr'): readonly Problem[] {
  return [...checkPodCidrSize(facts.podCidr, facts.peakNodes, path), ...checkPodCidrSpace(facts, path)];
}

/** OV-23, OV-25, OV-26. */
export function checkPodCidrSize(podCidr: Cidr, peakNodes: number, path = 'podCidr'): readonly Problem[] {
  const value = String(podCidr);
  if (podCidr.length < SHORTEST_POD_PREFIX) {
    const message = `${value} is larger than /${SHORTEST_POD_PREFIX}, which already holds the largest cluster`;
    const suggestion = String(Cidr.at(4, podCidr.first, SHORTEST_POD_PREFIX));
    return [problem({ path, code: 'pod_cidr_too_large', rule: 'OV-26', message, value, suggestion })];
  }
  const blocks = nodeBlocks(podCidr.length);
  const tooFew = blocks < peakNodes;
  if (!tooFew && podCidr.length <= LONGEST_POD_PREFIX) return [];
  const fitting = podPrefixFor(peakNodes);
  const message = tooFew
    ? `${value} holds ${blocks} node blocks, ${peakNodes} are needed; use /${fitting}`
    : `${value} is smaller than /${LONGEST_POD_PREFIX}`;
  return [
    problem({
      path,
      code: 'pod_cidr_too_small',
      rule: tooFew && podCidr.length <= LONGEST_POD_PREFIX ? 'OV-23' : 'OV-25',
      message,
      value,
      conflictsWith: peakNodes,
      suggestion: String(Cidr.around(podCidr.firstAddress, fitting)),
    }),
  ];
}

/** OV-30 to OV-36, OV-39, OV-41, NET-22. */
export function checkPodCidrSpace(
  { podCidr, occupied, allowPublicRange }: Omit<PodCidrFacts, 'peakNodes'>,
  path = 'podCidr',
): readonly Problem[] {
  const clashes = podClashes(podCidr, occupied);
  const isPublic = allowPublicRange !== true && !isPrivate(podCidr);
  // Looking for another range costs a sweep over everything occupied, so only for a range that is refused.
  if (clashes.length === 0 && !isPublic && reservedIn(podCidr).length === 0) return [];
  const elsewhere = suggestPodCidr(
    podCidr.length,
    occupied.map(({ cidr }) => cidr),
  )?.toString();
  return [
    ...checkReserved(podCidr, path, 'pod_cidr', elsewhere),
    ...(isPublic ? checkPublic(podCidr, path, 'pod_cidr', 'OV-41', elsewhere) : []),
    ...clashProblems(path, String(podCidr), clashes, elsewhere),
  ];
}

/** OV-70: an overlap with a reserved range in either direction. Suggests the largest part that is left. */
export function checkReserved(range: Cidr, path: string, subject: string, elsewhere?: string): readonly Problem[] {
  const reserved = reservedIn(range).map(String);
  if (reserved.length === 0) return [];
  const largest = [...usableParts(range)].sort((a, b) => a.length - b.length)[0];
  const suggestion = largest && isPrivate(largest) ? String(largest) : elsewhere;
  return [
    problem({
      path,
      code: `${subject}_reserved_range`,
      rule: 'OV-70',
      message: `${String(range)} overlaps ${reserved.join(' and ')}, which AKS reserves`,
      value: String(range),
      conflictsWith: reserved.length === 1 ? reserved[0] : reserved,
      suggestion,
    }),
  ];
}

/** A range outside private space. */
export function checkPublic(range: Cidr, path: string, subject: string, rule: string, suggestion?: string): readonly Problem[] {
  if (isPrivate(range)) return [];
  const message = `${String(range)} is not inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10`;
  return [problem({ path, code: `${subject}_public_range`, rule, message, value: String(range), suggestion })];
}
