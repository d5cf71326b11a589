import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { backends, ended, newRun, stepOf, TestBench, viewUntil } from './testing/test-bench.js';
import { buildWorker, startWorker, type WorkerProcess } from './testing/worker-process.js';

describe.each(backends())('worker processes on %s that die', (backend) => {
  let bench: TestBench;
  const workers: WorkerProcess[] = [];
  const worker: typeof startWorker = (...args) => {
    const started = startWorker(...args);
    workers.push(started);
    return started;
  };
  beforeAll(async () => {
    buildWorker();
    bench = await TestBench.open(backend);
  });
  afterEach(async () => {
    for (const { child } of workers.splice(0)) child.kill('SIGKILL');
    await bench.quiet();
  });
  afterAll(() => bench.destroy());

  it.each([
    ['token-stored', 'polls on (F1)', 'lease.taken_over'],
    ['write-accepted', 'adopts the write whose token nobody stored (F2)', 'operation.adopted'],
    ['intent-stored', 'sends the one write that was intended (F3)', 'lease.taken_over'],
    ['lease-taken', 'takes the run over', 'lease.taken_over'],
  ] as const)('after kill -9 at %s another worker %s', async (moment, _, note) => {
    await bench.createGroup();
    const observer = bench.idleEngine();
    const run = newRun('cluster');
    await observer.start(bench.fresh.db, run);
    const doomed = worker(bench, moment);
    expect((await doomed.gone).signal).toBe('SIGKILL');
    const engine = await bench.engine();
    const view = await ended(engine, run.id);
    expect(view.failure).toBeUndefined();
    expect(view.steps.map(({ state }) => state)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(bench.accepted(run.name)).toHaveLength(1);
    expect(stepOf(view, 'cluster').operations).toHaveLength(1);
    if (moment !== 'token-stored') expect(bench.notes(run.id)).toContain(note);
  });

  it('loses nothing when the relay dies between adding and committing (F13)', async () => {
    const observer = bench.idleEngine();
    const run = newRun('cluster');
    await observer.start(bench.fresh.db, run);
    expect((await worker(bench, 'relay-added').gone).signal).toBe('SIGKILL');
    const engine = await bench.engine();
    expect((await ended(engine, run.id)).state).toBe('SUCCEEDED');
    expect(bench.accepted(run.name)).toHaveLength(1);
  });

  it('refuses what a frozen worker writes after it lost its lease (F7)', async () => {
    await bench.createGroup();
    const engine = bench.idleEngine();
    const run = newRun('cluster');
    await engine.start(bench.fresh.db, run);
    const frozen = worker(bench, 'write-accepted', 'SIGSTOP');
    await frozen.said('write-accepted');
    await engine.startWorkers();
    const view = await ended(engine, run.id);
    frozen.child.kill('SIGCONT');
    await frozen.said('operation.stale_fence');
    expect([view.state, stepOf(view, 'cluster').attempts]).toEqual(['SUCCEEDED', 1]);
    expect(await engine.view([run.id])).toEqual([view]);
    expect(bench.sent(run.name)).toHaveLength(1);
  });

  it('gives its runs back on SIGTERM, well before 20 s', async () => {
    const observer = bench.idleEngine();
    const run = newRun('cluster');
    const leaving = worker(bench);
    await leaving.said('ready');
    await observer.start(bench.fresh.db, run);
    await viewUntil(observer, run.id, 'is under way', ({ state }) => state === 'RUNNING');
    const from = performance.now();
    leaving.child.kill('SIGTERM');
    expect((await leaving.gone).code).toBe(0);
    expect(performance.now() - from).toBeLessThan(5000);
    expect((await ended(await bench.engine(), run.id)).state).toBe('SUCCEEDED');
    expect(bench.accepted(run.name)).toHaveLength(1);
  });
});
