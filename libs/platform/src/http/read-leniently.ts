import type { Problem } from '@podspan/errors';
import type { z } from 'zod';
import { problemsOfIssue } from './validation.pipe.js';

/** As much of a value as its schema can make sense of. */
export interface LenientReading<T> {
  /** Without the members that are wrong; undefined when nothing useful is left. */
  readonly value?: T;
  /** Everything in which the value is not what the schema says. */
  readonly problems: readonly Problem[];
}

/** A member may hide another one below it, so it takes a few rounds; a value that needs more is of no use. */
const mostRounds = 8;

/**
 * Reads what can be read, so that one wrong member does not hide what is wrong with the others. A wrong member is left out, or
 * replaced by what the problem suggests (a range by itself without host bits). Only for requests that are refused all the same:
 * the value is to be judged further, never to be acted upon while there are problems.
 */
export function readLeniently<T extends z.ZodType>(schema: T, value: unknown, path = ''): LenientReading<z.output<T>> {
  const first = schema.safeParse(value, { reportInput: true });
  if (first.success) return { value: first.data, problems: [] };
  const problems = first.error.issues.flatMap((issue) => problemsOfIssue(issue, path));
  const rest: unknown = structuredClone(value);
  const removed = new Set<string>();
  let issues = first.error.issues;
  for (let round = 0; round < mostRounds; round++) {
    if (!issues.every((issue) => mend(rest, issue, removed))) return { problems };
    const result = schema.safeParse(rest, { reportInput: true });
    if (result.success) return { value: result.data, problems };
    issues = result.error.issues;
  }
  return { problems };
}

/** Whether the member could be replaced or taken out. What is missing after that was needed. */
function mend(root: unknown, issue: z.core.$ZodIssue, removed: Set<string>): boolean {
  const key = JSON.stringify(issue.path);
  if (removed.has(key)) return false;
  removed.add(key);
  const parent = memberAt(root, issue.code === 'unrecognized_keys' ? issue.path : issue.path.slice(0, -1));
  if (typeof parent !== 'object' || parent === null) return false;
  if (issue.code === 'unrecognized_keys') return issue.keys.every((name) => Reflect.deleteProperty(parent, name));
  const last = issue.path.at(-1);
  if (last === undefined) return false;
  const suggestion: unknown = issue.code === 'custom' ? issue.params?.['suggestion'] : undefined;
  if (typeof suggestion === 'string') return Reflect.set(parent, last, suggestion);
  // An entry of a list is not taken out: those after it would move to other indexes.
  return !Array.isArray(parent) && Reflect.has(parent, last) && Reflect.deleteProperty(parent, last);
}

function memberAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, step) => (typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined), root);
}

/**
 * Without the problems that later checks have only because a member was left out: those at it, below it, or at the entry of a list
 * that holds it.
 */
export function withoutEchoes(found: readonly Problem[], shape: readonly Problem[]): readonly Problem[] {
  if (shape.length === 0) return found;
  const wrong = new Set(shape.map(({ path }) => path));
  const holders = new Set(shape.flatMap(({ path }) => holdersOf(path)));
  return found.filter(
    ({ path }) => !wrong.has(path) && !holdersOf(path).some((holder) => wrong.has(holder)) && !(path.includes('[') && holders.has(path)),
  );
}

/** The members that a path lies in: of `a[1].b` these are `a` and `a[1]`. */
function holdersOf(path: string): readonly string[] {
  return [...path.matchAll(/[.[]/g)].map(({ index }) => path.slice(0, index));
}
