import { findRedis, freshDatabase, testRedis } from '@podspan/platform/testing';
import { Redis } from 'ioredis';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { acceptedWrites, createdTwice } from '../testing/azure-journal.js';
import { bootStandalone, type TestStandalone } from '../testing/boot-standalone.js';
import { rolloutEvents } from '../testing/event-streams.js';
import { AGC, cluster, NEU, rolloutOf, topology, WEU } from '../testing/small-fleet.js';

const fleet = rolloutOf('both', [cluster('aks-1', WEU, AGC), cluster('aks-2', NEU), cluster('aks-3', WEU)]);

async function rollsOut(podspan: TestStandalone): Promise<void> {
  await podspan.api.post('/v1/topologies', topology).expect(200);
  await podspan.api.post('/v1/rollouts', fleet).expect(202);
  const events = await rolloutEvents(podspan.api, 'both');
  const { body } = await podspan.api.get('/v1/rollouts/both').expect(200);
  expect(body).toMatchObject({ lifecycle: 'DONE', outcome: 'SUCCEEDED', counts: { succeeded: 3 } });
  expect(events.map(({ id }) => id)).toEqual(Array.from({ length: body.lastSequence }, (_, index) => index + 1));
  expect((await podspan.api.get('/v1/ingress-gateways/aks-1').expect(200)).body.status).toBe('READY');
  const writes = await acceptedWrites(podspan.azure);
  expect(createdTwice(writes)).toEqual([]);
  expect(
    writes.filter(({ type, accepted }) => accepted === 'create' && type === 'Microsoft.ContainerService/managedClusters'),
  ).toHaveLength(3);
}

async function keysIn(redisUrl: string): Promise<number> {
  const redis = new Redis(redisUrl);
  try {
    return await redis.dbsize();
  } finally {
    redis.disconnect();
  }
}

const NO_REDIS = 'redis-server is not installed: the half of this suite that runs on Redis did not run';

describe('a rollout on a database of the user', () => {
  it('runs on the queue in PostgreSQL, and a second start on the same database finds everything', async () => {
    const database = await freshDatabase({}, 'unused');
    try {
      const podspan = await bootStandalone({ DATABASE_URL: database.url });
      try {
        await rollsOut(podspan);
        const { rows } = await sql`select 1 from pg_namespace where nspname = 'bullmq'`.execute(database.db);
        expect(rows).toHaveLength(1);
      } finally {
        await podspan.close();
      }
      const again = await bootStandalone({ DATABASE_URL: database.url });
      try {
        const { body } = await again.api.get('/v1/clusters').expect(200);
        expect(body.items.map(({ name, state }: { name: string; state: string }) => [name, state])).toEqual(
          ['aks-1', 'aks-2', 'aks-3'].map((name) => [name, 'READY']),
        );
        await again.api.post('/v1/rollouts', fleet).expect(200);
        expect(await acceptedWrites(again.azure)).toEqual([]);
      } finally {
        await again.close();
      }
    } finally {
      await database.destroy();
    }
  }, 60_000);

  it('runs on the queue in Redis', async (test) => {
    if (findRedis() === undefined) return test.skip(NO_REDIS);
    const [database, redis] = await Promise.all([freshDatabase({}, 'unused'), testRedis()]);
    try {
      const podspan = await bootStandalone({ DATABASE_URL: database.url, REDIS_URL: redis.url });
      try {
        await rollsOut(podspan);
        expect(await keysIn(redis.url)).toBeGreaterThan(0);
      } finally {
        await podspan.close();
      }
    } finally {
      await Promise.all([database.destroy(), redis.destroy()]);
    }
  }, 60_000);

  it('goes on when Redis dies in the middle of it and comes back', async (test) => {
    if (findRedis() === undefined) return test.skip(NO_REDIS);
    const [database, redis] = await Promise.all([freshDatabase({}, 'unused'), testRedis()]);
    try {
      const podspan = await bootStandalone({ DATABASE_URL: database.url, REDIS_URL: redis.url, LOG_LEVEL: 'silent' });
      try {
        await podspan.api.post('/v1/topologies', topology).expect(200);
        await podspan.api.post('/v1/rollouts', fleet).expect(202);
        const seen = await rolloutEvents(podspan.api, 'both', { atMost: 15 });
        await redis.kill('SIGKILL');
        expect((await podspan.api.get('/v1/rollouts/both').expect(200)).body.lifecycle).not.toBe('DONE');
        await redis.start();
        await rolloutEvents(podspan.api, 'both', { lastSeen: seen.at(-1)!.id });
        expect((await podspan.api.get('/v1/rollouts/both').expect(200)).body).toMatchObject({ lifecycle: 'DONE', outcome: 'SUCCEEDED' });
        expect(createdTwice(await acceptedWrites(podspan.azure))).toEqual([]);
      } finally {
        await podspan.close();
      }
    } finally {
      await Promise.all([database.destroy(), redis.destroy()]);
    }
  }, 90_000);
});
