import { testPostgres, type TestPostgres } from '@podspan/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backends, ended, newRun, stepOf, TestBench } from './testing/test-bench.js';
import { until } from './testing/until.js';

describe.each(backends())('runs on %s whose database server is killed and started again (F11)', (backend) => {
  let server: TestPostgres;
  let bench: TestBench;
  beforeAll(async () => {
    server = await testPostgres();
    bench = await TestBench.open(backend, {}, server.url);
  });
  afterAll(async () => {
    await server.start();
    await bench.destroy();
    await server.destroy();
  });

  it('make no write that is not stored while it is away, and go on when it is back', async () => {
    await bench.createGroup();
    const engine = await bench.engine();
    const early = Array.from({ length: 4 }, () => newRun('cluster'));
    for (const run of early) await engine.start(bench.fresh.db, run);
    await until('the first write was accepted', () => early.some(({ name }) => bench.accepted(name).length === 1));
    const late = Array.from({ length: 4 }, () => newRun('cluster'));
    for (const run of late) await engine.start(bench.fresh.db, run);
    await server.kill();
    // Azure has the requests that were on their way; after them it hears of nothing new as long as nothing can be stored.
    const sent = () => [...early, ...late].reduce((sum, { name }) => sum + bench.sent(name).length, 0);
    await until('the relay has tried in vain', () => !engine.queueReachable);
    const sentBefore = sent();
    await expect(engine.view([late[0]!.id])).rejects.toThrow();
    expect(sent()).toBe(sentBefore);

    await server.start();
    const views = await Promise.all([...early, ...late].map(({ id }) => ended(engine, id, 60_000)));
    expect(views.map(({ state }) => state)).toEqual(views.map(() => 'SUCCEEDED'));
    expect([...early, ...late].map(({ name }) => bench.accepted(name).length)).toEqual(views.map(() => 1));
    expect(views.map((view) => stepOf(view, 'cluster').operations.length)).toEqual(views.map(() => 1));
  }, 90_000);
});
