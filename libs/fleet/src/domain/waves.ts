import type { Problem } from '@podspan/errors';
import { concurrencyOf, failuresOf } from './limits.js';
import type { Strategy, WaveSpec } from './rollout-request.js';
import { matches, type WaveMember } from './selector.js';

/** A wave with its members and with percentages turned into numbers, as it is frozen. */
export interface PlannedWave {
  readonly index: number;
  readonly name: string;
  /** Names of clusters, in the order of the request. */
  readonly clusters: readonly string[];
  readonly maxConcurrency?: number;
  readonly maxFailures?: number;
  readonly soakSeconds: number;
  readonly approval: boolean;
  /** RFC 3339. */
  readonly notBefore?: string;
}

export interface WavePlan {
  readonly waves: readonly PlannedWave[];
  readonly problems: readonly Problem[];
}

/** Name of the wave that takes the clusters no wave has. */
export const restWave = 'rest';

/**
 * Shares the clusters out over the waves. A cluster belongs to exactly one wave; those in none go into a last wave `rest`,
 * so that nothing is left out silently. Without waves there is one, `all`.
 */
export function planWaves(strategy: Strategy, clusters: readonly WaveMember[]): WavePlan {
  const specs = strategy.waves ?? [{ name: 'all' }];
  const members = membersOf(specs, clusters);
  const problems = [...duplicateNames(specs), ...membershipProblems(specs, members, clusters), ...budgetProblems(specs, members)];
  const taken = new Set(members.flat());
  const rest = clusters.map(({ name }) => name).filter((name) => !taken.has(name));
  const open = specs.findIndex(takesRest);
  if (open >= 0) members[open] = rest;
  const waves = specs.map((spec, index) => plannedWave(spec, index, members[index] ?? []));
  if (open < 0 && rest.length > 0) waves.push(plannedWave({ name: freeName(specs) }, waves.length, rest));
  return { waves, problems };
}

function membersOf(specs: readonly WaveSpec[], clusters: readonly WaveMember[]): string[][] {
  return specs.map((spec) => {
    if (takesRest(spec)) return [];
    const names = new Set(spec.clusters?.map((name) => name.toLowerCase()));
    return clusters.filter((cluster) => belongs(spec, names, cluster)).map(({ name }) => name);
  });
}

function belongs({ selector }: WaveSpec, names: ReadonlySet<string>, cluster: WaveMember): boolean {
  return names.has(cluster.name.toLowerCase()) || (selector !== undefined && matches(selector, cluster));
}

function takesRest(spec: WaveSpec): boolean {
  return spec.selector === undefined && spec.clusters === undefined;
}

function plannedWave(spec: WaveSpec, index: number, clusters: readonly string[]): PlannedWave {
  return {
    index,
    name: spec.name,
    clusters,
    soakSeconds: spec.soakSeconds ?? 0,
    approval: spec.approval ?? false,
    ...(spec.notBefore === undefined ? {} : { notBefore: spec.notBefore }),
    ...(spec.maxConcurrency === undefined ? {} : { maxConcurrency: concurrencyOf(spec.maxConcurrency, clusters.length) }),
    ...(spec.maxFailures === undefined ? {} : { maxFailures: failuresOf(spec.maxFailures, clusters.length) }),
  };
}

function freeName(specs: readonly WaveSpec[]): string {
  const names = new Set(specs.map(({ name }) => name));
  return names.has(restWave) ? `${restWave}-${specs.length}` : restWave;
}

function duplicateNames(specs: readonly WaveSpec[]): Problem[] {
  return specs.flatMap((spec, index) => {
    const first = specs.findIndex(({ name }) => name === spec.name);
    return first === index
      ? []
      : [
          problem(index, 'name', 'duplicate_name', `wave '${spec.name}' exists twice`, {
            value: spec.name,
            conflictsWith: path(first, 'name'),
          }),
        ];
  });
}

function membershipProblems(
  specs: readonly WaveSpec[],
  members: readonly (readonly string[])[],
  clusters: readonly WaveMember[],
): Problem[] {
  return [...unknownNames(specs, clusters), ...selectorProblems(specs, members), ...twice(specs, members)];
}

function unknownNames(specs: readonly WaveSpec[], clusters: readonly WaveMember[]): Problem[] {
  const names = new Set(clusters.map(({ name }) => name.toLowerCase()));
  return specs.flatMap((spec, index) =>
    (spec.clusters ?? []).flatMap((name, position) =>
      names.has(name.toLowerCase())
        ? []
        : [
            problem(
              index,
              `clusters[${position}]`,
              'unknown_cluster',
              `wave '${spec.name}' names cluster '${name}', which this rollout does not have`,
              { value: name },
            ),
          ],
    ),
  );
}

function selectorProblems(specs: readonly WaveSpec[], members: readonly (readonly string[])[]): Problem[] {
  const open = specs.flatMap((spec, index) => (takesRest(spec) ? [index] : []));
  const ambiguous = open.slice(1).map((index) =>
    problem(index, '', 'ambiguous_wave', 'only one wave may take the clusters that no other wave has', {
      conflictsWith: path(open[0] ?? 0, ''),
      suggestion: 'give it clusters or a selector',
    }),
  );
  const empty = specs.flatMap((spec, index) =>
    spec.selector && !spec.clusters && members[index]?.length === 0
      ? [problem(index, 'selector', 'empty_selection', `the selector of wave '${spec.name}' matches no cluster`, { value: spec.selector })]
      : [],
  );
  return [...ambiguous, ...empty];
}

function twice(specs: readonly WaveSpec[], members: readonly (readonly string[])[]): Problem[] {
  const seen = new Map<string, number>();
  return members.flatMap((names, index) =>
    names.flatMap((name) => {
      const first = seen.get(name);
      if (first === undefined) {
        seen.set(name, index);
        return [];
      }
      // A name that two clusters have is told with the clusters.
      if (first === index) return [];
      return [
        problem(
          index,
          '',
          'cluster_in_two_waves',
          `cluster '${name}' is in wave '${specs[first]?.name}' and in wave '${specs[index]?.name}'`,
          {
            value: name,
            conflictsWith: path(first, ''),
            suggestion: 'name it in one of them; a wave with neither clusters nor selector takes those that are left',
          },
        ),
      ];
    }),
  );
}

function budgetProblems(specs: readonly WaveSpec[], members: readonly (readonly string[])[]): Problem[] {
  return specs.flatMap((spec, index) => {
    const count = members[index]?.length ?? 0;
    return typeof spec.maxFailures === 'number' && !takesRest(spec) && spec.maxFailures > count
      ? [
          problem(index, 'maxFailures', 'budget_exceeds_count', `wave '${spec.name}' has ${count} clusters`, {
            value: spec.maxFailures,
            suggestion: `at most ${count}`,
          }),
        ]
      : [];
  });
}

function problem(index: number, member: string, code: string, message: string, more: Partial<Problem>): Problem {
  return { path: path(index, member), code, message, ...more };
}

function path(index: number, member: string): string {
  return `strategy.waves[${index}]${member === '' ? '' : `.${member}`}`;
}
