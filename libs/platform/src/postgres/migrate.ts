import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';

/** SQL texts by name. Names sort in the order they run: `0001-initial`. */
export type Migrations = Readonly<Record<string, string>>;

/** Tables every service has in its own schema: idempotency records and the audit trail. */
const platformMigrations: Migrations = {
  '0000-platform': `
    create table idempotency_key (
      caller text not null,
      key text not null,
      route text not null,
      body_hash text not null,
      status int not null,
      headers jsonb not null,
      body jsonb,
      created_at timestamptz not null default now(),
      primary key (caller, key)
    );
    create index idempotency_key_age on idempotency_key (created_at);

    create table audit_event (
      seq bigint generated always as identity primary key,
      at timestamptz not null default now(),
      actor text not null,
      action text not null,
      kind text not null,
      resource_id text not null,
      before jsonb,
      after jsonb,
      request_id text not null
    );
    create index audit_event_resource on audit_event (kind, resource_id, seq);
  `,
};

/**
 * Brings a schema up to date: forward only, one ledger per schema, one migrating process at a time (advisory lock).
 * @throws Error naming the migration that failed; everything before it stays applied.
 */
export async function migrate<Database>(database: Kysely<Database>, schema: string, migrations: Migrations): Promise<void> {
  const db = database as unknown as Kysely<unknown>;
  await createSchema(db, schema);
  const all = { ...platformMigrations, ...migrations };
  const migrator = new Migrator({
    db,
    migrationTableSchema: schema,
    // Platform, engine and feature migrations grow independently, so a new one may sort before an applied one.
    allowUnorderedMigrations: true,
    provider: {
      getMigrations: () => Promise.resolve(Object.fromEntries(Object.entries(all).map(([name, text]) => [name, asMigration(text)]))),
    },
  });
  const { error, results } = await migrator.migrateToLatest();
  const failed = results?.find(({ status }) => status === 'Error');
  if (error) throw new Error(`Migration ${failed?.migrationName ?? '(none started)'} of schema ${schema} failed`, { cause: error });
}

/** Extensions and schemas are database-wide, so services starting together take turns. */
async function createSchema(db: Kysely<unknown>, schema: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtext('podspan.schema'))`.execute(trx);
    await sql`create extension if not exists btree_gist with schema public`.execute(trx);
    await sql`create schema if not exists ${sql.id(schema)}`.execute(trx);
  });
}

function asMigration(text: string): Migration {
  return { up: async (db) => void (await sql.raw(text).execute(db)) };
}
