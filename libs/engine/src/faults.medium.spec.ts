import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { backends, ended, newRun, stepOf, TestBench, viewUntil } from './testing/test-bench.js';
import type { DurableEngine } from './durable-engine.js';
import { clusterId } from './testing/test-programs.js';

/** Requests about the cluster of one run, so that the cases can run side by side. */
function about(run: { readonly name: string }, method?: string): { idPattern: string; method?: string } {
  return { idPattern: `/managedClusters/${run.name}$`, ...(method === undefined ? {} : { method }) };
}

const worlds = [...backends().map((backend) => [backend, 'transactions'] as const), ['postgres', 'single statements'] as const];

/** The numbers are those of the list of fault cases in docs/. */
describe.each(worlds)('a run on %s that moves by %s when Azure misbehaves', (backend, moves) => {
  let bench: TestBench;
  let engine: DurableEngine;
  beforeAll(async () => {
    bench = await TestBench.open(backend);
    engine = await bench.engine({ options: { concurrency: 16 }, listeners: [bench.listener(moves)] });
  });
  afterAll(() => bench.destroy());

  it.concurrent('adopts its own write when the connection is cut after Azure accepted it (F4)', async () => {
    const run = newRun('cluster');
    bench.azure.faults.add({ match: about(run, 'PUT'), times: 1, do: { drop: 'after' } });
    await engine.start(bench.fresh.db, run);
    const view = await ended(engine, run.id);
    expect([view.state, stepOf(view, 'cluster').attempts]).toEqual(['SUCCEEDED', 1]);
    expect(bench.accepted(run.name)).toHaveLength(1);
    expect(bench.notes(run.id)).toContain('operation.adopted');
  });

  it.concurrent('adopts its own write when the front door gives up with 504 (F5)', async () => {
    const run = newRun('cluster');
    bench.azure.faults.add({ match: about(run, 'PUT'), times: 1, do: { status: 504, accept: true } });
    await engine.start(bench.fresh.db, run);
    expect((await ended(engine, run.id)).state).toBe('SUCCEEDED');
    expect(bench.accepted(run.name)).toHaveLength(1);
  });

  it.concurrent('sends again when the connection is cut before Azure saw the write (F3)', async () => {
    const run = newRun('cluster');
    bench.azure.faults.add({ match: about(run, 'PUT'), times: 1, do: { drop: 'before' } });
    await engine.start(bench.fresh.db, run);
    const view = await ended(engine, run.id);
    expect(view.state).toBe('SUCCEEDED');
    expect(bench.accepted(run.name)).toHaveLength(1);
    expect(stepOf(view, 'cluster').operations).toHaveLength(1);
  });

  it.concurrent('blocks the throttled bucket for everybody and fails nobody (F14)', async () => {
    const run = newRun('cluster');
    bench.azure.faults.add({ match: about(run), times: 3, do: { throttle: { retryAfter: 1 } } });
    await engine.start(bench.fresh.db, run);
    const waiting = await viewUntil(engine, run.id, 'waits', ({ steps }) => steps[1]?.waitingFor === 'throttled');
    expect(waiting.state).toBe('RUNNING');
    const view = await ended(engine, run.id);
    expect([view.state, stepOf(view, 'cluster').attempts]).toEqual(['SUCCEEDED', 1]);
    const refusedAt = bench.azure.journal({ ...about(run), status: 429 }).map(({ time }) => Date.parse(time) / 1000 / 100);
    expect(refusedAt).toHaveLength(3);
    for (const [index, at] of refusedAt.entries()) if (index > 0) expect(at - (refusedAt[index - 1] ?? 0)).toBeGreaterThanOrEqual(0.99);
  });

  it.concurrent('waits for as long as it thinks fit when a 429 names no time (F15)', async () => {
    const run = newRun('cluster');
    bench.azure.faults.add({ match: about(run, 'PUT'), times: 1, do: { throttle: {} } });
    await engine.start(bench.fresh.db, run);
    expect((await ended(engine, run.id)).state).toBe('SUCCEEDED');
    expect(bench.sent(run.name)).toHaveLength(2);
  });

  it.concurrent.each([['0'], ['-5'], ['soon'], ['Thu, 01 Jan 1970 00:00:00 GMT']])(
    'does not spin on Retry-After: %s (F16)',
    async (retryAfter) => {
      const run = newRun('cluster');
      bench.azure.faults.add({ match: about(run, 'PUT'), times: 1, do: { throttle: { retryAfter } } });
      await engine.start(bench.fresh.db, run);
      expect((await ended(engine, run.id)).state).toBe('SUCCEEDED');
      expect(bench.sent(run.name)).toHaveLength(2);
    },
  );

  it.concurrent("fails with Azure's code and nested details when the operation ends Failed, and can be retried (F17)", async () => {
    const run = newRun('cluster');
    const details = [{ code: 'SubnetIsFull', message: 'Subnet snet is full' }];
    bench.azure.faults.add({
      match: about(run, 'PUT'),
      times: 1,
      do: { lroOutcome: 'Failed', lroError: { code: 'CreateVMSSAgentPoolFailed', message: 'no room', details } },
    });
    await engine.start(bench.fresh.db, run);
    const failed = await ended(engine, run.id);
    expect(failed).toMatchObject({ state: 'FAILED', failure: { code: 'SubnetIsFull' } });
    expect(JSON.stringify(failed.failure?.details)).toContain('Subnet snet is full');
    await engine.retry(bench.fresh.db, run.id);
    const view = await ended(engine, run.id);
    expect(view.failure).toBeUndefined();
    expect(stepOf(view, 'cluster')).toMatchObject({ state: 'SUCCEEDED', attempts: 2 });
  });

  it.concurrent('waits and writes again when the failed operation says that it came too early (F18)', async () => {
    const run = newRun('cluster');
    const details = [{ code: 'ReferencedResourceNotProvisioned', message: 'the subnet is Updating' }];
    bench.azure.faults.add({
      match: about(run, 'PUT'),
      times: 1,
      do: { lroOutcome: 'Failed', lroError: { code: 'RetryableError', message: 'retry', details } },
    });
    await engine.start(bench.fresh.db, run);
    const view = await ended(engine, run.id);
    expect([view.state, stepOf(view, 'cluster').attempts]).toEqual(['SUCCEEDED', 2]);
  });

  it.concurrent('stops when somebody cancels the operation in the portal, and writes nothing more (F19)', async () => {
    const run = newRun('cluster');
    bench.azure.faults.add({ match: about(run, 'PUT'), times: 1, do: { lroOutcome: 'Canceled' } });
    await engine.start(bench.fresh.db, run);
    expect(await ended(engine, run.id)).toMatchObject({ state: 'FAILED', failure: { code: 'canceled_externally', retryable: true } });
    expect(bench.sent(run.name)).toHaveLength(1);
  });

  it.concurrent.each([[404], [410], [403]])('asks the resource when the status URL answers %i for good (F20, F21)', async (status) => {
    const run = newRun('cluster');
    bench.azure.faults.add({ match: about(run, 'PUT'), times: 1, do: { statusUrl: { after: 1, status } } });
    await engine.start(bench.fresh.db, run);
    expect((await ended(engine, run.id)).state).toBe('SUCCEEDED');
    expect(bench.accepted(run.name)).toHaveLength(1);
  });

  it.concurrent('asks the resource while the status URL answers 500 (F21)', async () => {
    const run = newRun('cluster');
    bench.azure.faults.add({ match: about(run, 'PUT'), times: 1, do: { statusUrl: { after: 0, status: 500, times: 20 } } });
    await engine.start(bench.fresh.db, run);
    expect((await ended(engine, run.id)).state).toBe('SUCCEEDED');
    expect(bench.accepted(run.name)).toHaveLength(1);
  });

  it.concurrent('believes the resource when the status says Succeeded and the resource says Failed (F22)', async () => {
    const run = newRun('cluster');
    bench.azure.faults.add({ match: about(run, 'PUT'), times: 1, do: { lroOutcome: 'Failed', lroStatusSays: 'Succeeded' } });
    await engine.start(bench.fresh.db, run);
    expect(await ended(engine, run.id)).toMatchObject({ state: 'FAILED' });
  });

  it.concurrent('tolerates that a resource just written is absent for a moment (F22)', async () => {
    const run = newRun('cluster');
    bench.azure.faults.add({ match: about(run, 'GET'), skip: 1, times: 2, do: { status: 404, code: 'ResourceNotFound' } });
    await engine.start(bench.fresh.db, run);
    expect((await ended(engine, run.id)).state).toBe('SUCCEEDED');
    expect(bench.accepted(run.name)).toHaveLength(1);
  });

  it.concurrent('says that a resource vanished when it stays absent (F20)', async () => {
    const run = newRun('cluster');
    bench.azure.faults.add({ match: about(run, 'PUT'), times: 1, do: { statusUrl: { after: 0, status: 404 } } });
    bench.azure.faults.add({ match: about(run, 'GET'), skip: 1, do: { status: 404, code: 'ResourceNotFound' } });
    await engine.start(bench.fresh.db, run);
    expect(await ended(engine, run.id)).toMatchObject({ state: 'FAILED', failure: { code: 'vanished' } });
  });

  it.concurrent("waits, without failing, while somebody else's operation holds the resource (F29)", async () => {
    const first = newRun('cluster');
    await engine.start(bench.fresh.db, first);
    await ended(engine, first.id);
    bench.azure.occupy(clusterId(first.name), 150);
    const run = { ...newRun('delete'), input: first.input };
    await engine.start(bench.fresh.db, run);
    await viewUntil(engine, run.id, 'waits', ({ steps }) => steps[0]?.state === 'WAITING');
    const view = await ended(engine, run.id);
    expect([view.state, view.failure]).toEqual(['SUCCEEDED', undefined]);
  });

  it.concurrent("refuses to touch a cluster of the same name that is somebody else's", async () => {
    const run = newRun('cluster');
    const owner = newRun('cluster', { input: run.input });
    await engine.start(bench.fresh.db, owner);
    await ended(engine, owner.id);
    await engine.start(bench.fresh.db, run);
    expect(await ended(engine, run.id)).toMatchObject({ state: 'FAILED', failure: { code: 'name_taken' } });
    expect(bench.sent(run.name)).toHaveLength(1);
  });
});

describe('a run whose operation cannot be read', () => {
  let bench: TestBench;
  beforeAll(async () => {
    bench = await TestBench.open('postgres');
  });
  afterEach(() => bench.quiet());
  afterAll(() => bench.destroy());

  it('never calls an operation failed that it cannot read, but asks an operator after the deadline (F21)', async () => {
    const engine = await bench.engine({ options: { troubleDeadlineSeconds: 20 } });
    const run = newRun('cluster');
    bench.azure.faults.add({ match: about(run, 'PUT'), do: { statusUrl: { after: 0, status: 500 } } });
    bench.azure.faults.add({ match: about(run, 'GET'), skip: 1, do: { status: 500 } });
    await engine.start(bench.fresh.db, run);
    const view = await ended(engine, run.id);
    expect(view).toMatchObject({ state: 'FAILED', failure: { code: 'operation_unknown', mustAct: 'OPERATOR', retryable: true } });
    expect(stepOf(view, 'cluster').operations).toMatchObject([{ state: 'UNKNOWN' }]);
    bench.azure.faults.clear();
    await engine.retry(bench.fresh.db, run.id);
    expect((await ended(engine, run.id)).state).toBe('SUCCEEDED');
    expect(bench.accepted(run.name)).toHaveLength(1);
  });

  it.each(['transactions', 'single statements'] as const)(
    'asks less and less often for a write that Azure refuses for now, and gives up at the deadline (%s)',
    async (moves) => {
      const engine = await bench.engine({ options: { troubleDeadlineSeconds: 20 }, listeners: [bench.listener(moves)] });
      const run = newRun('cluster');
      bench.azure.faults.add({ match: about(run, 'PUT'), do: { status: 409, code: 'AnotherOperationInProgress' } });
      await engine.start(bench.fresh.db, run);
      expect(await ended(engine, run.id)).toMatchObject({ state: 'FAILED', failure: { code: 'AnotherOperationInProgress' } });
      // One second, one, two, four, eight and sixteen lie between the tries at least: the seventh comes after the deadline.
      expect(bench.sent(run.name).length).toBeGreaterThan(1);
      expect(bench.sent(run.name).length).toBeLessThan(8);
      expect(bench.accepted(run.name)).toEqual([]);
    },
  );
});
