import { newId } from '@podspan/platform';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Program } from './contracts.js';
import { backends, ended, newRun, stepOf, TestBench } from './testing/test-bench.js';
import { clusterId, clusterStep, subnetId, type Wanted } from './testing/test-programs.js';

describe.each(backends())('the engine on %s', (backend) => {
  let bench: TestBench;
  beforeAll(async () => {
    bench = await TestBench.open(backend);
  });
  afterEach(() => bench.quiet());
  afterAll(() => bench.destroy());

  it('carries a run through all its steps with one accepted write each', async () => {
    const engine = await bench.engine();
    const run = newRun('create');
    await engine.start(bench.fresh.db, run);
    const view = await ended(engine, run.id);
    expect(view.failure).toBeUndefined();
    expect(view.steps.map(({ name, state, attempts }) => [name, state, attempts])).toEqual([
      ['group', 'SUCCEEDED', 1],
      ['network', 'SUCCEEDED', 1],
      ['subnet', 'SUCCEEDED', 1],
      ['cluster', 'SUCCEEDED', 1],
    ]);
    expect(bench.azure.journal({ accepted: true, method: 'PUT' })).toHaveLength(4);
    expect(view.outputs['subnet']).toMatchObject({ id: subnetId(run.name) });
    expect(view.outputs['cluster']).toMatchObject({
      id: clusterId(run.name),
      tags: { 'podspan-run': run.id },
      properties: { provisioningState: 'Succeeded' },
    });
    expect(stepOf(view, 'cluster').operations).toMatchObject([{ method: 'PUT', state: 'SUCCEEDED' }]);
  });

  it('sends without a look what its name says all about, and takes what is there already for the same', async () => {
    const named: Program<Wanted> = {
      name: 'named',
      version: 1,
      steps: [{ ...clusterStep, effect: (context) => ({ ...clusterStep.effect(context)!, namedByContent: true }) }],
    };
    const engine = await bench.engine({ programs: [named] });
    await bench.createGroup();
    const first = newRun('cluster', { program: 'named' });
    const second = newRun('cluster', { program: 'named', input: first.input });
    await engine.start(bench.fresh.db, first);
    expect((await ended(engine, first.id)).state).toBe('SUCCEEDED');
    const reads = () => bench.azure.journal({ method: 'GET', idPattern: `/managedClusters/${first.name}$` }).length;
    expect(reads()).toBe(1);
    await engine.start(bench.fresh.db, second);
    expect((await ended(engine, second.id)).state).toBe('SUCCEEDED');
    expect([reads(), bench.sent(first.name).length, bench.accepted(first.name).length]).toEqual([2, 2, 1]);
  });

  it('starts a run once, however often it is asked to', async () => {
    const engine = await bench.engine();
    const run = newRun('cluster');
    await Promise.all([engine.start(bench.fresh.db, run), engine.start(bench.fresh.db, run)]);
    await ended(engine, run.id);
    await engine.start(bench.fresh.db, run);
    expect(bench.accepted(run.name)).toHaveLength(1);
    expect((await engine.view([run.id, newId()])).map(({ id, state }) => [id, state])).toEqual([[run.id, 'SUCCEEDED']]);
  });

  it('starts nothing when the transaction of the caller falls', async () => {
    const engine = await bench.engine();
    const run = newRun('cluster');
    const fallen = bench.fresh.db.transaction().execute(async (trx) => {
      await engine.start(trx, run);
      throw new Error('the caller changed its mind');
    });
    await expect(fallen).rejects.toThrow('changed its mind');
    expect(await engine.view([run.id])).toEqual([]);
  });

  it('shares the work between two engines without doing anything twice', async () => {
    const engine = await bench.engine();
    await bench.engine();
    const runs = Array.from({ length: 8 }, () => newRun('create'));
    await bench.fresh.db.transaction().execute(async (trx) => {
      for (const run of runs) await engine.start(trx, run);
    });
    const views = await Promise.all(runs.map(({ id }) => ended(engine, id)));
    expect(views.map(({ state }) => state)).toEqual(runs.map(() => 'SUCCEEDED'));
    expect(bench.azure.journal({ accepted: true, method: 'PUT' })).toHaveLength(2 + 2 * runs.length);
  });
});
