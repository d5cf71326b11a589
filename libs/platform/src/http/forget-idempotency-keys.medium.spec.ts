import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase, type FreshDatabase } from '../testing/index.js';
import { forgetIdempotencyKeys, keepForgetting } from './forget-idempotency-keys.js';

describe(forgetIdempotencyKeys, () => {
  let fresh: FreshDatabase<unknown>;
  beforeAll(async () => {
    fresh = await freshDatabase<unknown>({}, 'things');
  });
  afterAll(() => fresh.destroy());

  const keep = (count: number, hours: number) =>
    sql`insert into idempotency_key (caller, key, route, body_hash, status, headers, created_at)
      select 'me', ${`${hours}-`} || n, 'POST /v1/things', '', 201, '{}', now() - make_interval(hours => ${hours}) from generate_series(1, ${count}) n`.execute(
      fresh.db,
    );
  const left = async () =>
    (await sql<{ count: number }>`select count(*)::int as count from idempotency_key`.execute(fresh.db)).rows[0]?.count;

  it('forgets what is older than a day, in as many steps as it takes, also beside another process', async () => {
    await keep(4_500, 25);
    await keep(10, 23);
    const [first, second] = await Promise.all([forgetIdempotencyKeys(fresh.db), forgetIdempotencyKeys(fresh.db)]);
    expect(first + second).toBe(4_500);
    expect(await left()).toBe(10);
  });

  it('does so when a service starts, and says what went wrong', async () => {
    await keep(1, 30);
    await keepForgetting(fresh.db, () => undefined).stop();
    expect(await left()).toBe(10);
    const errors: unknown[] = [];
    await sql`alter table idempotency_key rename to away`.execute(fresh.db);
    await keepForgetting(fresh.db, (error) => errors.push(error)).stop();
    expect(errors).toHaveLength(1);
  });
});
