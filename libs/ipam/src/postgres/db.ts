import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';

/** Statements are written by hand and typed by their rows, so no table is described a second time. */
export type IpamTables = Record<string, never>;
export type Db = Kysely<IpamTables>;
export type Trx = Transaction<IpamTables>;

export async function rowsOf<Row>(db: Db, query: RawBuilder<Row>): Promise<readonly Row[]> {
  return (await query.execute(db)).rows;
}

export async function rowOf<Row>(db: Db, query: RawBuilder<Row>): Promise<Row | undefined> {
  return (await query.execute(db)).rows[0];
}

/** The name of the constraint a statement broke, or undefined for any other failure. */
export function brokenConstraint(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('constraint' in error)) return undefined;
  return typeof error.constraint === 'string' ? error.constraint : undefined;
}

/** Instants leave the database as Date and this service as RFC 3339 in UTC. */
export function instant(date: Date): string {
  return date.toISOString();
}

export function instantOrNull(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}

/** For readiness: throws unless the tables answer. */
export async function checkDatabase(db: Db): Promise<void> {
  await sql`select 1 from address_space limit 1`.execute(db);
}
