import { freshDatabase, type FreshDatabase } from '@podspan/platform/testing';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { engineMigrations } from '../migrations.js';
import { until } from '../testing/until.js';
import { ringBell, silenceBell, takeBell } from './bells.js';

const CHANNEL = 'bells_outbox';

describe('a bell', () => {
  let fresh: FreshDatabase<unknown>;
  beforeAll(async () => {
    fresh = await freshDatabase<unknown>(engineMigrations, 'bells');
  });
  afterEach(() => sql`truncate bell, outbox`.execute(fresh.db));
  afterAll(() => fresh.destroy());

  const ring = (db = fresh.db, seconds = 0) => ringBell(db, CHANNEL, 'dispatch', 'one', seconds);
  const take = () => takeBell(fresh.db, 'dispatch', 'one', 60);
  const silence = (rings: string) => silenceBell(fresh.db, CHANNEL, 'dispatch', 'one', rings);
  const bells = async () =>
    (await sql<{ rings: string; held: boolean }>`select rings::text, lease_until is not null as held from bell`.execute(fresh.db)).rows;
  const alarms = async () =>
    (await sql<{ fence: string }>`select fence::text from outbox order by id`.execute(fresh.db)).rows.map(({ fence }) => fence);

  it('is gone when it was handled, and stays when it was rung meanwhile or is to ring later', async () => {
    await ring();
    expect(await take()).toBe('1');
    expect(await take()).toBeUndefined();
    await silence('1');
    expect(await bells()).toEqual([]);

    await ring();
    await take();
    await ring();
    await silence('1');
    expect(await bells()).toEqual([{ rings: '2', held: false }]);
    await take();
    await ring(fresh.db, 3_600);
    await silence('3');
    expect(await bells()).toEqual([{ rings: '3', held: false }]);
  });

  it('that is rung in a transaction still open while it is silenced rings again as soon as that commits', async () => {
    await ring();
    await take();
    let silencing: Promise<void> | undefined;
    await fresh.db.transaction().execute(async (trx) => {
      await ring(trx);
      silencing = silence('1');
      await until('it waits for the ring', async () => {
        const { rows } = await sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`.execute(
          fresh.db,
        );
        return rows.length === 1;
      });
    });
    await silencing;
    expect([await bells(), (await alarms()).at(-1)]).toEqual([[{ rings: '2', held: false }], '2']);
    expect(await take()).toBe('2');
  });
});
