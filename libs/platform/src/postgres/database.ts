import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';

const KEPT = /^\s*\/\* keep(?::(\w+))? \*\//;
/** Names of texts that brought none. So many at most, should one of them vary after all. */
const named = new Map<string, string>();
const MOST_NAMED = 200;

/**
 * A statement that begins with `/* keep *\/` is prepared once per connection and only bound after that: for the few whose parsing
 * and planning would cost as much as their work. Its text is one of a few, all that varies is in the parameters. With
 * `/* keep:name *\/` the text belongs to the name and never varies.
 */
class KeepingClient extends pg.Client {
  override query(...args: unknown[]): never {
    const [text, values] = args;
    const name = typeof text === 'string' ? nameOf(text) : undefined;
    const given = name === undefined ? args : [{ name, text, values }, ...args.slice(2)];
    return (super.query as (...all: unknown[]) => never)(...given);
  }
}

function nameOf(text: string): string | undefined {
  const kept = KEPT.exec(text);
  if (!kept) return undefined;
  const name = kept[1] ?? named.get(text);
  if (name !== undefined || named.size === MOST_NAMED) return name;
  const fresh = `kept_${named.size}`;
  named.set(text, fresh);
  return fresh;
}

export interface DatabaseOptions {
  readonly url: string;
  /** The one schema the service owns; it is the search path of every connection. */
  readonly schema: string;
  readonly maxConnections?: number;
  /** Called for connections that break while idle; the pool replaces them. */
  readonly onError?: (error: Error) => void;
}

/** A pool for one service. `Database` describes the tables of its schema. */
export function createDatabase<Database>({ url, schema, maxConnections = 10, onError }: DatabaseOptions): Kysely<Database> {
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(schema)) throw new Error(`'${schema}' is not a schema name`);
  const pool = new pg.Pool({
    Client: KeepingClient,
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: 10_000,
    idle_in_transaction_session_timeout: 60_000,
    statement_timeout: 60_000,
    // public stays last for extensions such as btree_gist.
    options: `-c search_path=${schema},public -c timezone=UTC`,
    application_name: `podspan-${schema}`,
  });
  pool.on('error', (error) => onError?.(error));
  // One that breaks while in use fails its query; the client's own event beside that would end the process.
  pool.on('connect', (client) => client.on('error', (error) => onError?.(error)));
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}
