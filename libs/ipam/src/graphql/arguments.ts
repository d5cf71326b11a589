import { NotFound } from '@podspan/errors';
import { PageQuery, parseRequest } from '@podspan/platform';
import { HistoryPageQuery } from '../history/as-of.js';

/** A single-object query answers null for what does not exist. */
export async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof NotFound) return null;
    throw error;
  }
}

/** GraphQL's names for a page. */
export function pageArgs(first: number, after: string | null | undefined): PageQuery {
  return parseRequest(PageQuery, { limit: first, cursor: after ?? undefined });
}

/** A page of a list that has a history. */
export interface HistoryPageArgs {
  readonly first?: number;
  readonly after?: string | null;
  readonly asOf?: string | null;
}

export function historyPage({ first, after, asOf }: HistoryPageArgs): HistoryPageQuery {
  return parseRequest(HistoryPageQuery, given({ limit: first, cursor: after, asOf }));
}

/** Arguments that were left out arrive as null or not at all; the schemas know only the latter. */
export function given(args: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null && value !== undefined));
}
