import { type JournalEntry, mostOverlapping } from '@podspan/azure-emulator';
import { findRedis, freshDatabase, testRedis, type FreshDatabase } from '@podspan/platform/testing';
import { Redis } from 'ioredis';
import { sql } from 'kysely';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bootStandalone, type TestStandalone } from '../testing/boot-standalone.js';
import { cluster, NEU, rolloutOf, topology, WEU } from '../testing/small-fleet.js';

const OUTAGE_SECONDS = 600;

/** Everything the database has noted happened ten minutes earlier. */
async function ageRows({ db }: FreshDatabase<unknown>): Promise<void> {
  const ago = sql`make_interval(secs => ${OUTAGE_SECONDS})`;
  await sql`update provisioning.run set due_at = due_at - ${ago}, lease_until = lease_until - ${ago}, waiting_lock_at = waiting_lock_at - ${ago}`.execute(
    db,
  );
  await sql`update provisioning.operation set started_at = started_at - ${ago}, sent_at = sent_at - ${ago}`.execute(db);
  await sql`update provisioning.outbox set due_at = due_at - ${ago}`.execute(db);
  await sql`update provisioning.bell set due_at = due_at - ${ago}, latest_at = latest_at - ${ago}, lease_until = lease_until - ${ago}`.execute(
    db,
  );
}

/** What Redis itself would have let go of in ten minutes. */
async function expireKeys(url: string): Promise<void> {
  const redis = new Redis(url);
  for (const key of await redis.keys('*')) if ((await redis.pttl(key)) > 0) await redis.del(key);
  redis.disconnect();
}

/** A queue that can be taken away while the database stays. */
interface Queue {
  readonly settings: { readonly REDIS_URL?: string };
  takeAway(): Promise<void>;
  /** As it would be ten minutes later. */
  bringBack(): Promise<void>;
  destroy(): Promise<void>;
}

async function inRedis(): Promise<Queue> {
  const redis = await testRedis();
  return {
    settings: { REDIS_URL: redis.url },
    takeAway: () => redis.kill(),
    bringBack: async () => {
      await redis.start();
      await expireKeys(redis.url);
    },
    destroy: () => redis.destroy(),
  };
}

/** The queue's tables are gone and its connections cut; ours are not. How long a job is locked it reckons by the clock of the process. */
function inPostgres({ db }: FreshDatabase<unknown>): Promise<Queue> {
  return Promise.resolve({
    settings: {},
    takeAway: async () => {
      await sql`alter schema bullmq rename to bullmq_away`.execute(db);
      await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'podspan-queue'`.execute(db);
    },
    bringBack: async () => {
      await sql`alter schema bullmq_away rename to bullmq`.execute(db);
    },
    destroy: () => Promise.resolve(),
  });
}

const queues = { postgres: inPostgres, ...(findRedis() ? { redis: inRedis } : {}) };

describe.each(Object.entries(queues))('ten minutes without the queue in %s (F10)', (_, openQueue) => {
  let database: FreshDatabase<unknown>;
  let queue: Queue;
  let podspan: TestStandalone;
  beforeAll(async () => {
    database = await freshDatabase({}, 'unused');
    queue = await openQueue(database);
    podspan = await bootStandalone({ DATABASE_URL: database.url, ...queue.settings, LOG_LEVEL: 'silent' });
    await podspan.api.post('/v1/topologies', topology).expect(200);
  });
  afterAll(async () => {
    vi.useRealTimers();
    await podspan.close();
    await queue.destroy();
    await database.destroy();
  });

  const rollout = async (name: string) => (await podspan.api.get(`/v1/rollouts/${name}`).expect(200)).body;
  const health = async () => (await request(podspan.url).get('/readyz').expect(200)).body as { status: string; checks: object };
  const fleet = (name: string, count: number) =>
    rolloutOf(
      name,
      Array.from({ length: count }, (_, index) => cluster(`${name}-${index}`, index % 2 === 0 ? WEU : NEU)),
      { maxConcurrency: 2, maxFailures: count },
    );

  it('are answered, taken on and steered; then the backlog drains under the limits', async () => {
    await podspan.api.post('/v1/rollouts', fleet('before', 6)).expect(202);
    await vi.waitFor(async () => expect((await rollout('before')).counts.running).toBe(2), 20_000);
    await queue.takeAway();
    await podspan.api.post('/v1/rollouts', fleet('meanwhile', 4)).expect(202);
    await podspan.api.post('/v1/rollouts', fleet('unwanted', 2)).expect(202);
    await vi.waitFor(
      async () => expect(await health()).toMatchObject({ status: 'DEGRADED', checks: { provisioning: 'DEGRADED', ipam: 'UP' } }),
      20_000,
    );
    expect((await podspan.api.get('/v1/rollouts').expect(200)).body.items).toHaveLength(3);
    expect((await podspan.api.get('/v1/rollouts/before/items').expect(200)).body.items).toHaveLength(6);
    await podspan.api.post('/v1/rollouts/meanwhile/pause').expect(200);
    await podspan.api.post('/v1/rollouts/unwanted/cancel').expect(200);
    await podspan.api.post('/v1/rollouts/meanwhile/resume').expect(200);
    const events = (await podspan.api.get('/v1/rollouts/unwanted/events').expect(200)).body.items as { type: string }[];
    expect(events.map(({ type }) => type)).toContain('rollout.canceled');

    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + OUTAGE_SECONDS * 1000 });
    await ageRows(database);
    await queue.bringBack();

    await vi.waitFor(async () => expect(await rollout('before')).toMatchObject({ outcome: 'SUCCEEDED', counts: { succeeded: 6 } }), 60_000);
    await vi.waitFor(
      async () => expect(await rollout('meanwhile')).toMatchObject({ outcome: 'SUCCEEDED', counts: { succeeded: 4 } }),
      60_000,
    );
    expect(await rollout('unwanted')).toMatchObject({ outcome: 'CANCELED', counts: { skipped: 2 } });
    await vi.waitFor(async () => expect(await health()).toMatchObject({ status: 'UP' }), 20_000);
    const { body } = await request(podspan.azure)
      .get('/_emulator/journal')
      .query({ accepted: 'create', type: 'Microsoft.ContainerService/managedClusters' })
      .expect(200);
    const created = (body as { items: JournalEntry[] }).items;
    const of = (name: string) => created.filter(({ path }) => path.includes(`/${name}-`));
    expect(['before', 'meanwhile', 'unwanted'].map((name) => of(name).length)).toEqual([6, 4, 0]);
    expect(Math.max(mostOverlapping(of('before')), mostOverlapping(of('meanwhile')))).toBeLessThanOrEqual(2);
  }, 150_000);
});
