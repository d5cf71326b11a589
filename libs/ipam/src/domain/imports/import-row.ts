import type { Problem } from '@podspan/errors';

export const importKinds = [
  'ADDRESS_SPACE',
  'NETWORK',
  'PREFIX',
  'LINK',
  'MESH',
  'POOL',
  'ALLOCATION',
  'PLANNED_CLUSTER',
  'DISCOVERED_RANGE',
] as const;
export type ImportKind = (typeof importKinds)[number];

export const rowOutcomes = ['CREATED', 'UPDATED', 'UNCHANGED', 'SKIPPED', 'REFUSED'] as const;
export type RowOutcome = (typeof rowOutcomes)[number];

/** One thing an import says, or why it could not be read. */
export interface ImportRow {
  /** Where in the file: `lines[17]` of a CSV, `[3].subnets[0]` of JSON. Paths of problems begin with it. */
  readonly at: string;
  /** null where the row does not even say what it is. */
  readonly kind: ImportKind | null;
  readonly name: string | null;
  /** What is to be written, in the shape of its kind; empty where there are problems. */
  readonly values: Readonly<Record<string, unknown>>;
  /** What keeps the row from being written; with a note, what is remarkable about it. */
  readonly problems: readonly Problem[];
  /** Decided by reading alone: a row that is broken, or one that says nothing to write. */
  readonly outcome?: 'REFUSED' | 'SKIPPED';
}

/** A member of the file that no reading looked at. */
export interface IgnoredField {
  readonly field: string;
  readonly at: string;
}

export function skipped(at: string, name: string | null, code: string, message: string, kind: ImportKind | null = null): ImportRow {
  return { at, kind, name, values: {}, problems: [{ path: at, code, message }], outcome: 'SKIPPED' };
}

export function refusedRow(at: string, name: string | null, problems: readonly Problem[], kind: ImportKind | null = null): ImportRow {
  return { at, kind, name, values: {}, problems, outcome: 'REFUSED' };
}

/** No name or id of Azure comes near it, and an index takes no more. */
const MOST_CHARACTERS = 1024;

/** The row, or what is too long in it; and whatever it says of the file short enough to read and shallow enough to write. */
export function bounded(row: ImportRow): ImportRow {
  const long = Object.entries(row.values).flatMap(([member, value]): Problem[] =>
    textsIn(value).some((text) => text.length > MOST_CHARACTERS)
      ? [{ path: `${row.at}.${member}`, code: 'too_big', message: `a text has at most ${MOST_CHARACTERS} characters` }]
      : [],
  );
  if (long.length > 0) return refusedRow(row.at, row.name, long, row.kind);
  return row.problems.length === 0 ? row : { ...row, problems: row.problems.map(short) };
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function short(problem: Problem): Problem {
  const { message, value, conflictsWith } = problem;
  return {
    ...problem,
    message: message.slice(0, 500),
    ...(value === undefined ? {} : { value: briefly(value) }),
    ...(conflictsWith === undefined ? {} : { conflictsWith: briefly(conflictsWith) }),
  };
}

function briefly(value: unknown): unknown {
  if (typeof value === 'string') return value.slice(0, 200);
  if (Array.isArray(value)) return value.every((one) => typeof one === 'string') ? value.slice(0, 20).map(briefly) : 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : value;
}
