import { randomBytes } from 'node:crypto';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { createDatabase } from '../postgres/database.js';
import { migrate, type Migrations } from '../postgres/migrate.js';

const PATIENCE_MS = 10_000;

export interface FreshDatabase<Database> {
  readonly url: string;
  readonly schema: string;
  readonly db: Kysely<Database>;
  /** Closes the pool and drops the database. */
  destroy(): Promise<void>;
}

/** The server the test run started, or the one named by TEST_DATABASE_URL. */
export function testServerUrl(): string {
  const url = process.env['TEST_DATABASE_URL'];
  if (!url) throw new Error('TEST_DATABASE_URL is not set: run tests through vitest, whose global set-up starts a PostgreSQL');
  return url;
}

/** A database of one's own on a real PostgreSQL, with the schema migrated. Call `destroy` in afterAll. */
export async function freshDatabase<Database>(
  migrations: Migrations,
  schema: string,
  serverUrl = testServerUrl(),
): Promise<FreshDatabase<Database>> {
  const name = `t_${randomBytes(8).toString('hex')}`;
  const server = new URL(serverUrl);
  await onServer(server.toString(), `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const db = createDatabase<Database>({ url: url.toString(), schema });
  await migrate(db, schema, migrations);
  return {
    url: url.toString(),
    schema,
    db,
    destroy: async () => {
      // A connection that somebody still holds ends with its database.
      await Promise.race([db.destroy(), new Promise((late) => setTimeout(late, PATIENCE_MS).unref())]);
      await onServer(server.toString(), `drop database if exists ${name} with (force)`);
    },
  };
}

async function onServer(url: string, text: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  // A server of the test's own may go while this connection still says goodbye.
  pool.on('error', () => undefined).on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    await sql.raw(text).execute(db);
  } finally {
    await db.destroy();
  }
}
