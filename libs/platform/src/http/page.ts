import { Cidr } from '@podspan/cidr';
import { InvalidRequest } from '@podspan/errors';
import { z } from 'zod';
import { isId } from '../postgres/new-id.js';
import { textNotKept } from './kept-text.js';

/** `?limit=&cursor=` of every list. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(50).describe('How many items, at most 1000'),
  cursor: z.string().max(2048).optional().describe('nextCursor of the page before'),
});
export type PageQuery = z.infer<typeof PageQuery>;

export interface Page<T> {
  readonly items: readonly T[];
  /** null on the last page. */
  readonly nextCursor: string | null;
}

/** The shape of a list answer. */
export function pageOf<T extends z.ZodType>(
  item: T,
  id: string,
): z.ZodObject<{ items: z.ZodArray<T>; nextCursor: z.ZodNullable<z.ZodString> }> {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() }).meta({ id });
}

/** A cursor is the sort key of the last row, opaque to callers. */
export function encodeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** What a part of a cursor is, so that nothing reaches a statement that it cannot read. */
const parts = {
  id: (part: unknown) => typeof part === 'string' && isId(part),
  /** From 0 to what a column of type int holds. */
  place: (part: unknown) => isCount(part) && part <= 0x7f_ff_ff_ff,
  sequence: (part: unknown) => isCount(part),
  range: (part: unknown) => typeof part === 'string' && isRange(part),
  text: (part: unknown) => typeof part === 'string' && textNotKept(part).length === 0,
} as const;

type CursorPart = keyof typeof parts;
type Key<Parts extends readonly CursorPart[]> = {
  readonly [I in keyof Parts]: Parts[I] extends 'place' | 'sequence' ? number : string;
};

function isCount(part: unknown): part is number {
  return Number.isSafeInteger(part) && Number(part) >= 0;
}

function isRange(text: string): boolean {
  try {
    return String(Cidr.parse(text)) === text;
  } catch {
    return false;
  }
}

/** @throws InvalidRequest `invalid_cursor` for anything that `encodeCursor` did not make of such parts. */
export function decodeCursor<const Parts extends readonly CursorPart[]>(cursor: string | undefined, kinds: Parts): Key<Parts> | undefined {
  if (cursor === undefined) return undefined;
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(key) && key.length === kinds.length && kinds.every((kind, index) => parts[kind](key[index])))
      return key as unknown as Key<Parts>;
  } catch {
    // Answered below, like any other cursor that is not ours.
  }
  throw new InvalidRequest([
    {
      path: 'cursor',
      code: 'invalid_cursor',
      message: 'the cursor is not one of this list',
      value: cursor,
      suggestion: 'send nextCursor of the page before, or leave it out',
    },
  ]);
}

/** Where an item of a page stands: what GraphQL tells of each, REST of the last alone. Made when asked for. */
const places = new WeakMap<object, () => string>();

/** The cursor after which the item's successors come; null for an item of a list that has no pages. */
export function cursorOf(item: unknown): string | null {
  return typeof item === 'object' && item !== null ? (places.get(item)?.() ?? null) : null;
}

/** Cuts the extra row that tells whether there is a next page. Ask the database for `limit + 1`. */
export function pageFrom<Row, T>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => readonly (string | number)[],
  view: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const items = shown.map((row) => {
    const item = view(row);
    if (typeof item === 'object' && item !== null) places.set(item, () => encodeCursor(keyOf(row)));
    return item;
  });
  return { items, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null };
}
