import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { backends, ended, newRun, stepOf, TestBench, viewUntil } from './testing/test-bench.js';
import { cutDatabase } from './testing/cut-database.js';
import { until } from './testing/until.js';

async function emptyQueue(bench: TestBench): Promise<void> {
  if (!bench.redis) {
    const { rows } = await sql<{ table: string }>`
      select quote_ident(tablename) as table from pg_tables where schemaname = 'bullmq' and tablename not like '%migration%'`.execute(
      bench.fresh.db,
    );
    const text = `truncate ${rows.map(({ table }) => `bullmq.${table}`).join(', ')}`;
    // Against workers that take the same tables in another order it may have to try again.
    await until('the queue is empty', async () => (await sql.raw(text).execute(bench.fresh.db)) !== undefined);
    return;
  }
  const { Redis } = await import('ioredis');
  const redis = new Redis(bench.redis.url, { commandTimeout: 5000 });
  await redis.flushall();
  redis.disconnect();
}

describe.each(backends())('runs on %s whose alarms or database fail', (backend) => {
  let bench: TestBench;
  beforeAll(async () => {
    bench = await TestBench.open(backend);
  });
  afterEach(async () => {
    vi.useRealTimers();
    await bench.quiet();
  });
  afterAll(() => bench.destroy());

  it('does nothing twice when alarms ring in fives (F6)', async () => {
    const engine = await bench.engine();
    const run = newRun('cluster');
    await bench.fresh.db.transaction().execute(async (trx) => {
      await engine.start(trx, run);
      for (const kind of ['poll', 'task', 'sweep', 'act']) {
        await sql`insert into outbox (kind, subject, fence, due_at) values (${kind}, ${run.id}, 99, clock_timestamp())`.execute(trx);
      }
    });
    expect((await ended(engine, run.id)).steps.map(({ attempts }) => attempts)).toEqual([1, 1]);
    expect(bench.sent(run.name)).toHaveLength(1);
  });

  it('sets all alarms again when the queue was emptied, and says so (F9)', async () => {
    const engine = await bench.engine();
    const runs = Array.from({ length: 3 }, () => newRun('cluster'));
    for (const run of runs) await engine.start(bench.fresh.db, run);
    await until('all are under way', () => runs.every(({ name }) => bench.accepted(name).length === 1));
    await emptyQueue(bench);
    const views = await Promise.all(runs.map(({ id }) => ended(engine, id)));
    expect(views.map(({ state }) => state)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
    await until('the loss was noticed', () => bench.queueRebuilt.length > 0);
    expect(runs.map(({ name }) => bench.sent(name).length)).toEqual([1, 1, 1]);
  });

  it('makes no write while the intent cannot be stored, and goes on when the database is back (F11)', async () => {
    await bench.createGroup();
    const engine = await bench.engine();
    const run = newRun('cluster');
    await engine.start(bench.fresh.db, run);
    const restore = await cutDatabase(bench.fresh, true);
    // Whatever happens here, the tests that follow need the database.
    onTestFinished(restore);
    const sentBefore = bench.sent(run.name).length;
    await expect(sql`select 1`.execute(bench.fresh.db)).rejects.toThrow();
    await restore();
    const view = await ended(engine, run.id, 30_000);
    expect(view.state).toBe('SUCCEEDED');
    expect(sentBefore).toBeLessThanOrEqual(1);
    expect(bench.accepted(run.name)).toHaveLength(1);
    expect(stepOf(view, 'cluster').operations).toHaveLength(1);
  });

  it('adopts the write when the database fails before the token is stored (F12)', async () => {
    await bench.createGroup();
    const run = newRun('cluster');
    let cuts = 0;
    const engine = await bench.engine({
      options: {
        at: async (moment, runId) => {
          if (moment !== 'write-accepted' || runId !== run.id || cuts++ > 0) return;
          await cutDatabase(bench.fresh, false);
          throw new Error('the database is gone');
        },
      },
    });
    await engine.start(bench.fresh.db, run);
    const view = await ended(engine, run.id, 30_000);
    expect([view.state, cuts]).toEqual(['SUCCEEDED', 1]);
    expect(bench.sent(run.name)).toHaveLength(1);
    expect(bench.notes(run.id)).toContain('operation.adopted');
  });

  it('hands an alarm over again when the relay fails after adding it (F13)', async () => {
    let failures = 0;
    const engine = await bench.engine({
      options: {
        at: (moment) => {
          if (moment === 'relay-added' && failures++ < 2) throw new Error('the relay failed');
        },
      },
    });
    const run = newRun('cluster');
    await engine.start(bench.fresh.db, run);
    expect((await ended(engine, run.id)).state).toBe('SUCCEEDED');
    expect(bench.sent(run.name)).toHaveLength(1);
  });

  it.each([[5], [-5]])('does not mind a clock that jumps %i minutes (F23)', async (minutes) => {
    const engine = await bench.engine();
    const run = newRun('cluster');
    await engine.start(bench.fresh.db, run);
    await until('the write was accepted', () => bench.accepted(run.name).length === 1);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + minutes * 60_000 });
    const view = await ended(engine, run.id);
    expect([view.state, stepOf(view, 'cluster').attempts]).toEqual(['SUCCEEDED', 1]);
    expect(bench.sent(run.name)).toHaveLength(1);
    expect(bench.notes(run.id)).toEqual([]);
  });
});

/** Without its queue the engine still has its database. Returns what brings the queue back. */
async function takeQueueAway({ redis, fresh: { db } }: TestBench): Promise<() => Promise<unknown>> {
  if (redis) {
    await redis.kill();
    return () => redis.start();
  }
  await sql`alter schema bullmq rename to bullmq_away`.execute(db);
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'podspan-queue'`.execute(db);
  return () => sql`alter schema bullmq_away rename to bullmq`.execute(db);
}

describe.each(backends())('runs while the queue in %s is away', (backend) => {
  let bench: TestBench;
  beforeAll(async () => {
    bench = await TestBench.open(backend);
  });
  afterAll(() => bench.destroy());

  it('are accepted, and carried out when it is back (F8, F10)', async () => {
    const engine = await bench.engine();
    const bringBack = await takeQueueAway(bench);
    const run = newRun('cluster');
    await engine.start(bench.fresh.db, run);
    await until('the engine says so', () => !engine.queueReachable);
    expect((await engine.view([run.id]))[0]?.state).toBe('PENDING');
    await bringBack();
    expect((await ended(engine, run.id, 30_000)).state).toBe('SUCCEEDED');
    await viewUntil(engine, run.id, 'stays', () => engine.queueReachable);
    expect(bench.sent(run.name)).toHaveLength(1);
  });
});
