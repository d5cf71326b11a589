import type { Problem } from '@podspan/errors';
import { problem } from '../findings.js';
import { type Clash, describeOrigin } from './occupied-range.js';

/**
 * One problem per thing a range runs into. Subnets inside an overlapped network are listed with the network, since
 * moving the range away from the network cures them all.
 */
export function clashProblems(path: string, value: string, clashes: readonly Clash[], suggestion: string | undefined): readonly Problem[] {
  return [...groups(clashes).values()].map((group) => {
    const [first] = group;
    const ranges = [...new Set(group.map(({ occupied }) => String(occupied.cidr)))];
    const others = group.map(({ occupied }) => `${String(occupied.cidr)} (${describeOrigin(occupied.origin)})`);
    return problem({
      path,
      code: first.code,
      rule: first.rule,
      message: `${value} overlaps ${others.join(', ')}`,
      value,
      conflictsWith: ranges.length === 1 ? ranges[0] : ranges,
      suggestion,
    });
  });
}

type Group = [Clash, ...Clash[]];

function groups(clashes: readonly Clash[]): ReadonlyMap<string, Group> {
  const byOwner = new Map<string, Group>();
  // The lowest rule is the most specific one and names the group.
  for (const clash of [...clashes].sort((a, b) => a.rule.localeCompare(b.rule))) {
    const key = `${clash.code} ${ownerOf(clash)}`;
    const group = byOwner.get(key);
    if (group) group.push(clash);
    else byOwner.set(key, [clash]);
  }
  return byOwner;
}

function ownerOf({ occupied: { origin } }: Clash): string {
  if (origin.kind === 'CONNECTED_NETWORK') return origin.network;
  return origin.kind === 'POD_CIDR' ? origin.cluster : '';
}
