import { InvalidRequest } from '@podspan/errors';
import { Instant, PageQuery } from '@podspan/platform';
import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';

/** The member every list with a history takes. */
export const AsOf = Instant.optional().describe(
  'The state at this moment; nothing before the beginning, and no moment that is still to come',
);

export const HistoryPageQuery = PageQuery.extend({ asOf: AsOf });
export type HistoryPageQuery = z.infer<typeof HistoryPageQuery>;

export const HistoryQuery = z.object({ asOf: AsOf });
export type HistoryQuery = z.infer<typeof HistoryQuery>;

export type KeptTable =
  | 'address_space'
  | 'network'
  | 'network_prefix'
  | 'link'
  | 'mesh'
  | 'mesh_member'
  | 'pool'
  | 'pool_cidr'
  | 'discovered_range';

/**
 * The rows of a table as they were, to stand in a FROM clause; the table itself without a moment.
 * @param at RFC 3339
 */
export function tableAt(table: KeptTable, at: string | undefined): RawBuilder<unknown> {
  if (at === undefined) return sql.table(table);
  return sql`(select r.* from topology_version v cross join lateral jsonb_populate_record(null::${sql.table(table)}, v.state) r
    where v.kind = ${table} and v.valid_from <= ${at}::timestamptz and v.valid_to > ${at}::timestamptz)`;
}

/** @throws InvalidRequest `as_of_in_future` */
export function checkAsOf(asOf: string | undefined, now: Date = new Date()): void {
  if (asOf === undefined || Date.parse(asOf) <= now.getTime()) return;
  throw new InvalidRequest([
    {
      path: 'asOf',
      code: 'as_of_in_future',
      message: `${asOf} is still to come; what will be is not known`,
      value: asOf,
      suggestion: now.toISOString(),
    },
  ]);
}

const CLOCK_SKEW_MS = 3_600_000;

/** Ids begin with the time they were made at; none made by `at` sorts after this one. Clocks may differ by an hour. */
export function lastIdAt(at: string): string {
  return `${idTime(Date.parse(at) + CLOCK_SKEW_MS)}-7fff-bfff-ffffffffffff`;
}

/** None made since `from` sorts before this one. */
export function idAt(from: Date): string {
  return `${idTime(from.getTime() - CLOCK_SKEW_MS)}-7000-8000-000000000000`;
}

function idTime(milliseconds: number): string {
  const hex = Math.max(0, milliseconds).toString(16).padStart(12, '0').slice(-12);
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}
