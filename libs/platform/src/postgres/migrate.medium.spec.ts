import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { freshDatabase } from '../testing/index.js';
import { migrate } from './migrate.js';

const one = { '0001-one': 'create table one (id int primary key)' };
const two = { ...one, '0002-two': 'create table two (id int primary key)' };
const three = { ...two, '0003-three': 'create table three (id int)' };

describe('migrate', async () => {
  const fresh = await freshDatabase<Record<string, never>>(one, 'feature');
  afterAll(() => fresh.destroy());

  it('applies each migration once, however often a service starts', async () => {
    await migrate(fresh.db, 'feature', two);
    await migrate(fresh.db, 'feature', two);
    const { rows } = await sql<{ name: string }>`select name from feature.kysely_migration order by name`.execute(fresh.db);
    expect(rows.map(({ name }) => name)).toEqual(['0000-platform', '0001-one', '0002-two']);
  });

  it('lets two processes start at the same time', async () => {
    await Promise.all([migrate(fresh.db, 'feature', three), migrate(fresh.db, 'feature', three)]);
    const { rows } = await sql`select 1 from information_schema.tables where table_schema = 'feature' and table_name = 'three'`.execute(
      fresh.db,
    );
    expect(rows).toHaveLength(1);
  });

  it('names the migration that fails and keeps what came before it', async () => {
    await expect(migrate(fresh.db, 'feature', { ...three, '0004-broken': 'create tabel five ()' })).rejects.toThrow(/0004-broken/);
    const { rows } = await sql<{ name: string }>`select name from feature.kysely_migration order by name desc limit 1`.execute(fresh.db);
    expect(rows[0]?.name).toBe('0003-three');
  });
});
