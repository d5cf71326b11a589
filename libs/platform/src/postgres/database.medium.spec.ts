import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';

let fresh: FreshDatabase<unknown>;
beforeAll(async () => {
  fresh = await freshDatabase<unknown>({}, 'kept');
});
afterAll(() => fresh.destroy());

it('prepares what is marked to be kept once per connection, whatever its parameters, and nothing else', async () => {
  const prepared = await fresh.db.connection().execute(async (connection) => {
    const sums: number[] = [];
    for (const one of [1, 2, 3]) {
      const { rows } = await sql<{ sum: number }>`/* keep */ select ${one}::int + 1 as sum`.execute(connection);
      sums.push(rows[0]?.sum ?? 0);
      await sql`/* keep:with_a_name */
        select ${one}::int + 2`.execute(connection);
      await sql`select ${one}::int + 3`.execute(connection);
    }
    expect(sums).toEqual([2, 3, 4]);
    return sql<{ name: string; statement: string }>`select name, statement from pg_prepared_statements`.execute(connection);
  });
  const texts = prepared.rows.map(({ statement }) => statement.replace(/\s+/g, ' '));
  expect(texts.sort()).toEqual(['/* keep */ select $1::int + 1 as sum', '/* keep:with_a_name */ select $1::int + 2']);
  expect(prepared.rows.map(({ name }) => name)).toContain('with_a_name');
});
