import { decodeCursor, type PageQuery } from '@podspan/platform';

/** The id a page begins after: lists are in order of creation, and ids are too. */
export function afterId(query: PageQuery): string | undefined {
  return decodeCursor(query.cursor, ['id'])?.[0];
}
