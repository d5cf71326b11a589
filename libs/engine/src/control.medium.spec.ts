import { Conflict, InvalidRequest, NotFound, Transient } from '@podspan/errors';
import { newId } from '@podspan/platform';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Program, TaskOutcome } from './contracts.js';
import { backends, ended, newRun, stepOf, TestBench, viewUntil } from './testing/test-bench.js';
import { clusterId, clusterStep, groupStep, networkId, type Wanted } from './testing/test-programs.js';
import { until } from './testing/until.js';

const states = (view: { steps: readonly { state: string }[] }): string[] => view.steps.map(({ state }) => state);
const overlapping = (bench: TestBench): number => {
  const writes = bench.azure.journal({ accepted: true, method: 'PUT', idPattern: '/subnets/' });
  return Math.max(
    ...writes.map(
      (one) =>
        writes.filter((other) => (other.startedAt ?? '') <= (one.startedAt ?? '') && (other.endedAt ?? '9') > (one.startedAt ?? '')).length,
    ),
  );
};

describe.each(backends())('a run on %s in the hands of people', (backend) => {
  let bench: TestBench;
  beforeAll(async () => {
    bench = await TestBench.open(backend);
  });
  afterEach(() => bench.quiet());
  afterAll(() => bench.destroy());

  it("is canceled in the caller's transaction before it began, without a call to Azure (F24)", async () => {
    const engine = bench.idleEngine();
    const run = newRun('cluster');
    await bench.fresh.db.transaction().execute(async (trx) => {
      await engine.start(trx, run);
      await engine.cancel(trx, run.id, 'ABORT');
      await engine.cancel(trx, run.id, 'FINISH');
    });
    await engine.startWorkers();
    const view = await ended(engine, run.id);
    expect([view.state, ...states(view)]).toEqual(['CANCELED', 'CANCELED', 'CANCELED']);
    expect(bench.azure.journal({ idPattern: run.name })).toEqual([]);
  });

  it('writes nothing when it is canceled between the look and the write (F25)', async () => {
    await bench.createGroup();
    const run = newRun('cluster');
    const engine = await bench.engine({
      options: {
        at: (moment, runId) => (moment === 'lease-taken' && runId === run.id ? engine.cancel(bench.fresh.db, run.id, 'ABORT') : undefined),
      },
    });
    await engine.start(bench.fresh.db, run);
    const view = await ended(engine, run.id);
    expect(view.state).toBe('CANCELED');
    expect(bench.sent(run.name)).toEqual([]);
  });

  it('aborts what is in flight once, and ends canceled (F26)', async () => {
    const engine = await bench.engine();
    const run = newRun('cluster');
    await engine.start(bench.fresh.db, run);
    await until('the write was accepted', () => bench.accepted(run.name).length === 1);
    await engine.cancel(bench.fresh.db, run.id, 'ABORT');
    const view = await ended(engine, run.id);
    expect([view.state, ...states(view)]).toEqual(['CANCELED', 'SUCCEEDED', 'CANCELED']);
    expect(bench.azure.journal({ method: 'POST', idPattern: `${run.name}/abort` })).toHaveLength(1);
    expect(stepOf(view, 'cluster').operations).toMatchObject([{ state: 'CANCELED' }]);
  });

  it('takes an abort that comes too late as a finish (F26)', async () => {
    const engine = await bench.engine();
    const run = newRun('cluster');
    bench.azure.faults.add({ match: { method: 'POST', idPattern: `${run.name}/abort` }, do: { status: 409, code: 'OperationNotAllowed' } });
    await engine.start(bench.fresh.db, run);
    await until('the write was accepted', () => bench.accepted(run.name).length === 1);
    await engine.cancel(bench.fresh.db, run.id, 'ABORT');
    expect((await ended(engine, run.id)).state).toBe('SUCCEEDED');
  });

  it('lets what is in flight finish and cancels the rest (F26)', async () => {
    const engine = await bench.engine();
    const run = newRun('create');
    await engine.start(bench.fresh.db, run);
    await viewUntil(engine, run.id, 'writes the network', ({ steps }) => steps[1]?.operations[0]?.state === 'RUNNING');
    await engine.cancel(bench.fresh.db, run.id, 'FINISH');
    const view = await ended(engine, run.id);
    expect([view.state, ...states(view)]).toEqual(['CANCELED', 'SUCCEEDED', 'SUCCEEDED', 'CANCELED', 'CANCELED']);
    await engine.retry(bench.fresh.db, run.id);
    expect((await ended(engine, run.id)).state).toBe('SUCCEEDED');
    expect(bench.azure.journal({ accepted: true, method: 'PUT' })).toHaveLength(4);
  });

  it('has nothing to retry once it succeeded, and does not exist before it was started', async () => {
    const engine = await bench.engine();
    const run = newRun('cluster');
    await engine.start(bench.fresh.db, run);
    await engine.retry(bench.fresh.db, run.id);
    await ended(engine, run.id);
    await expect(engine.retry(bench.fresh.db, run.id)).rejects.toThrow(Conflict);
    await engine.cancel(bench.fresh.db, run.id, 'ABORT');
    expect((await engine.view([run.id]))[0]?.state).toBe('SUCCEEDED');
    await expect(engine.cancel(bench.fresh.db, newId(), 'ABORT')).rejects.toThrow(NotFound);
  });

  it('has one writer at a time per lock, and everybody gets his turn', async () => {
    const engine = await bench.engine();
    const runs = Array.from({ length: 6 }, () => newRun('create'));
    for (const run of runs) await engine.start(bench.fresh.db, run);
    const views = await Promise.all(runs.map(({ id }) => ended(engine, id)));
    expect(views.map(({ state }) => state)).toEqual(runs.map(() => 'SUCCEEDED'));
    expect(overlapping(bench)).toBe(1);
    expect(bench.told.some(({ waitingFor }) => waitingFor === `another operation on ${networkId}`)).toBe(true);
  });

  it('runs tasks between writes, waits for them, and skips what is not wanted', async () => {
    const asked: string[] = [];
    const outcomes: TaskOutcome[] = [
      { state: 'WAIT', seconds: 1, reason: 'the gateway is not ready' },
      { state: 'DONE', output: { fqdn: 'a.example' } },
    ];
    const program: Program<Wanted> = {
      name: 'cluster',
      version: 1,
      steps: [
        groupStep,
        { kind: 'arm', name: 'none', title: 'nothing', effect: () => undefined },
        {
          kind: 'task',
          name: 'ingress',
          title: 'ingress',
          run: async ({ subject, outputs }) => {
            asked.push(`${subject} ${Object.keys(outputs).join()}`);
            if (asked.length === 1) throw new Transient('peer_down', 'the peer does not answer', 1);
            return outcomes.shift() ?? { state: 'DONE' };
          },
        },
      ],
    };
    const engine = await bench.engine({ programs: [program] });
    const run = newRun('cluster');
    await engine.start(bench.fresh.db, run);
    const view = await ended(engine, run.id);
    expect([view.state, ...states(view)]).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SKIPPED', 'SUCCEEDED']);
    expect(view.outputs['ingress']).toEqual({ fqdn: 'a.example' });
    expect(asked).toEqual(Array.from({ length: 3 }, () => `${run.subject} group`));
    expect(bench.told.flatMap(({ waitingFor, step }) => (step === 'ingress' && waitingFor ? [waitingFor] : []))).toEqual([
      'peer_down',
      'the gateway is not ready',
    ]);
  });

  it('fails with the problems of a task that cannot succeed', async () => {
    const refused = new InvalidRequest([{ path: 'pool', code: 'pool_exhausted', message: 'nothing is left' }]);
    const program: Program<Wanted> = {
      name: 'cluster',
      version: 1,
      steps: [{ kind: 'task', name: 'address', title: 'address', run: () => Promise.reject(refused) }],
    };
    const engine = await bench.engine({ programs: [program] });
    const run = newRun('cluster');
    await engine.start(bench.fresh.db, run);
    expect(await ended(engine, run.id)).toMatchObject({
      state: 'FAILED',
      failure: { code: 'pool_exhausted', details: [{ path: 'pool' }] },
    });
  });

  it('tells its listener every change in the transaction that makes it', async () => {
    const seen: string[] = [];
    const listener = {
      onStep: async (_: unknown, { step, from, to }: { step: string; from: string; to: string }) => void seen.push(`${step} ${from}-${to}`),
      onRun: async (_: unknown, { from, to, outputs }: { from: string; to: string; outputs: object }) =>
        void seen.push(`run ${from}-${to} ${Object.keys(outputs).sort().join()}`),
    };
    const engine = await bench.engine({ listeners: [listener] });
    const run = newRun('cluster');
    await engine.start(bench.fresh.db, run);
    await ended(engine, run.id);
    expect(seen).toEqual([
      'run PENDING-RUNNING ',
      'group PENDING-RUNNING',
      'group RUNNING-SUCCEEDED',
      'cluster PENDING-RUNNING',
      'cluster RUNNING-SUCCEEDED',
      'run RUNNING-SUCCEEDED cluster,group',
    ]);
  });

  it('finishes an old run by the steps it was started with, and leaves one of a newer release alone', async () => {
    const newer: Program<Wanted> = { name: 'cluster', version: 2, steps: [groupStep] };
    const older: Program<Wanted> = { name: 'cluster', version: 1, steps: [groupStep, clusterStep] };
    const old = bench.idleEngine({ programs: [older] });
    const young = bench.idleEngine({ programs: [newer, older] });
    const [first, second] = [newRun('cluster'), newRun('cluster')];
    await old.start(bench.fresh.db, first);
    await young.start(bench.fresh.db, second);
    await old.startWorkers();
    await ended(old, first.id);
    expect((await old.view([second.id]))[0]?.state).toBe('PENDING');
    await old.stop();
    const only = await bench.engine({ programs: [newer] });
    await bench.fresh.db.transaction().execute((trx) => only.cancel(trx, second.id, 'FINISH'));
    await only.retry(bench.fresh.db, second.id);
    expect((await ended(only, second.id)).steps).toHaveLength(1);
    expect(bench.accepted(first.name)).toHaveLength(1);
    expect(await bench.arm().get(clusterId(second.name), '2026-06-01')).toBeUndefined();
  });

  it("rings a feature's job once the transaction commits, and again when it failed or was rung meanwhile", async () => {
    const handled: string[] = [];
    const id = newId();
    let failures = 1;
    const engine = await bench.engine({
      jobs: [
        {
          name: 'dispatch',
          handle: async (subject) => {
            handled.push(subject);
            if (handled.length === 1) await engine.ring(bench.fresh.db, 'dispatch', subject);
            if (handled.length === 2 && failures-- > 0) throw new Error('not yet');
          },
        },
      ],
    });
    await expect(
      bench.fresh.db.transaction().execute(async (trx) => {
        await engine.ring(trx, 'dispatch', newId());
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await engine.ring(bench.fresh.db, 'dispatch', id);
    await until('the job was handled three times', () => handled.length === 3);
    await engine.ring(bench.fresh.db, 'dispatch', id, 300);
    const from = performance.now();
    await until('the late ring was heard', () => handled.length === 4);
    expect(performance.now() - from).toBeGreaterThan(200);
    expect(new Set(handled)).toEqual(new Set([id]));
  });
});
