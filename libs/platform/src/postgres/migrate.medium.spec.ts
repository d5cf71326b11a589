import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { freshDatabase } from '../testing/index.js';
import { migrate } from './migrate.js';

describe('migrate', async () => {
  const fresh = await freshDatabase<Record<string, never>>({ '0001-one': 'create table one (id int primary key)' }, 'feature');
  afterAll(() => fresh.destroy());

  it('applies each migration once, however often a service starts', async () => {
    const all = { '0001-one': 'create table one (id int primary key)', '0002-two': 'create table two (id int primary key)' };
    await migrate(fresh.db, 'feature', all);
    await migrate(fresh.db, 'feature', all);
    const { rows } = await sql<{ name: string }>`select name from feature.kysely_migration order by name`.execute(fresh.db);
    expect(rows.map(({ name }) => name)).toEqual(['0000-platform', '0001-one', '0002-two']);
  });

  it('lets two processes start at the same time', async () => {
    const all = { '0001-one': 'create table one (id int primary key)', '0002-two': 'create table two (id int primary key)', '0003-three': 'create table three (id int)' };
    await Promise.all([migrate(fresh.db, 'feature', all), migrate(fresh.db, 'feature', all)]);
    const { rows } = await sql`select 1 from information_schema.tables where table_schema = 'feature' and table_name = 'three'`.execute(fresh.db);
    expect(rows).toHaveLength(1);
  });

  it('names the migration that fails and keeps what came before it', async () => {
    const all = { '0001-one': '', '0002-two': '', '0003-three': '', '0004-four': 'create table four (id int)', '0005-broken': 'create tabel five ()' };
    await expect(migrate(fresh.db, 'feature', all)).rejects.toThrow(/0005-broken/);
  });
});
