import { decodeCursor, type PageQuery } from '@podspan/platform';

/** The id a page begins after: lists are in order of creation, and ids are too. */
export function afterId(query: PageQuery): string | undefined {
  const after = decodeCursor(query.cursor, 1)?.[0];
  return after === undefined ? undefined : String(after);
}
