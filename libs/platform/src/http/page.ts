import { InvalidRequest } from '@podspan/errors';
import { z } from 'zod';

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

/** @throws InvalidRequest `invalid_cursor` for anything that `encodeCursor` did not make with `length` parts. */
export function decodeCursor(cursor: string | undefined, length: number): readonly (string | number)[] | undefined {
  if (cursor === undefined) return undefined;
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(key) && key.length === length && key.every((part) => typeof part === 'string' || typeof part === 'number'))
      return key;
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
