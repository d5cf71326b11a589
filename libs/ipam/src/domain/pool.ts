import type { Cidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';

export const reuseKinds = ['EXCLUSIVE', 'REUSABLE'] as const;
export type ReuseKind = (typeof reuseKinds)[number];

export const strategies = ['FIRST_FIT', 'BEST_FIT', 'LAST_FIT'] as const;
export type Strategy = (typeof strategies)[number];

/** The bounds a pool puts on what is taken from it; prefix lengths, so min is the largest block. */
export interface PoolBounds {
  readonly minPrefixLength?: number | null | undefined;
  readonly maxPrefixLength?: number | null | undefined;
  readonly defaultPrefixLength?: number | null | undefined;
}

/** `min <= default <= max`, each a length some CIDR of the pool can give. */
export function boundsProblems(bounds: PoolBounds, cidrs: readonly Cidr[], path = ''): readonly Problem[] {
  const longest = Math.max(0, ...cidrs.map(({ bits }) => bits));
  const problem = (member: string, value: number, message: string): Problem => ({
    path: path === '' ? member : `${path}.${member}`,
    code: 'invalid_pool_bounds',
    message,
    value,
  });
  const { minPrefixLength: min, maxPrefixLength: max, defaultPrefixLength: normal } = bounds;
  const problems: Problem[] = [];
  for (const [member, value] of Object.entries({ minPrefixLength: min, maxPrefixLength: max, defaultPrefixLength: normal })) {
    if (typeof value === 'number' && cidrs.length > 0 && value > longest)
      problems.push(problem(member, value, `/${value} is longer than an address of the pool`));
  }
  if (typeof min === 'number' && typeof max === 'number' && min > max)
    problems.push(problem('minPrefixLength', min, `minPrefixLength ${min} is above maxPrefixLength ${max}`));
  if (typeof normal === 'number' && typeof min === 'number' && normal < min)
    problems.push(problem('defaultPrefixLength', normal, `defaultPrefixLength ${normal} is below minPrefixLength ${min}`));
  if (typeof normal === 'number' && typeof max === 'number' && normal > max)
    problems.push(problem('defaultPrefixLength', normal, `defaultPrefixLength ${normal} is above maxPrefixLength ${max}`));
  return problems;
}

/** CIDRs of one pool may be neighbours (they are never joined), but not overlap. */
export function selfOverlapProblems(cidrs: readonly Cidr[], path: string): readonly Problem[] {
  return cidrs.flatMap((cidr, index) => {
    const earlier = cidrs.slice(0, index).find((other) => other.overlaps(cidr));
    return earlier
      ? [
          {
            path: `${path}[${index}]`,
            code: 'cidrs_overlap',
            message: `${cidr} overlaps ${earlier} of the same list`,
            value: String(cidr),
            conflictsWith: String(earlier),
          },
        ]
      : [];
  });
}

/** The names on a cycle of parents, if there is one: `a -> b -> a`. */
export function parentCycle(parents: ReadonlyMap<string, string | undefined>): readonly string[] | undefined {
  for (const start of parents.keys()) {
    const path = [start];
    for (let next = parents.get(start); next !== undefined; next = parents.get(next)) {
      const seen = path.indexOf(next);
      if (seen >= 0) return [...path.slice(seen), next];
      path.push(next);
    }
  }
  return undefined;
}
