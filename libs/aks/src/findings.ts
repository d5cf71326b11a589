import type { Problem } from '@podspan/errors';

/** What a check found. Problems refuse the request; warnings travel with the answer. Both have the same shape. */
export interface Findings {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** A problem whose members may be absent; absent ones are left out of the answer. */
export interface ProblemFacts {
  readonly path: string;
  readonly code: string;
  readonly rule?: string | undefined;
  readonly message: string;
  readonly value?: unknown;
  readonly conflictsWith?: unknown;
  readonly suggestion?: string | undefined;
}

export function problem(facts: ProblemFacts): Problem {
  const { path, code, message, value, conflictsWith, suggestion, rule } = facts;
  return {
    path,
    code,
    message,
    ...(value === undefined ? {} : { value }),
    ...(conflictsWith === undefined ? {} : { conflictsWith }),
    ...(suggestion === undefined ? {} : { suggestion }),
    ...(rule === undefined ? {} : { rule }),
  };
}

/** The problem, if it is one. */
export function problemIf(broken: boolean, facts: ProblemFacts): readonly Problem[] {
  return broken ? [problem(facts)] : [];
}

/** The problems as seen from the object that holds the checked one: `podCidr` becomes `clusters[3].podCidr`. */
export function under(prefix: string, problems: readonly Problem[]): readonly Problem[] {
  return problems.map((found) => ({ ...found, path: joined(prefix, found.path) }));
}

function joined(prefix: string, path: string): string {
  if (prefix === '' || path === '') return prefix + path;
  return path.startsWith('[') ? prefix + path : `${prefix}.${path}`;
}

export function merged(...all: readonly Findings[]): Findings {
  return { problems: all.flatMap(({ problems }) => problems), warnings: all.flatMap(({ warnings }) => warnings) };
}
