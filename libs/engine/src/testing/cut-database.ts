import type { FreshDatabase } from '@podspan/platform/testing';
import pg from 'pg';

/** Cuts every connection to the test's database, and with `refuse` lets no new one in until the returned function is called. */
export async function cutDatabase({ url }: FreshDatabase<unknown>, refuse: boolean): Promise<() => Promise<void>> {
  const name = new URL(url).pathname.slice(1);
  const server = new URL(url);
  server.pathname = '/postgres';
  const run = async (...texts: string[]): Promise<void> => {
    const client = new pg.Client({ connectionString: server.toString(), connectionTimeoutMillis: 10_000, query_timeout: 10_000 });
    await client.connect();
    try {
      for (const text of texts) await client.query(text);
    } finally {
      await client.end();
    }
  };
  const cut = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`;
  await run(...(refuse ? [`alter database ${name} with allow_connections false`] : []), cut);
  return () => run(`alter database ${name} with allow_connections true`);
}
