import type { Problem } from '@podspan/errors';

export const importKinds = ['ADDRESS_SPACE', 'NETWORK', 'PREFIX', 'LINK', 'POOL', 'ALLOCATION', 'DISCOVERED_RANGE'] as const;
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
