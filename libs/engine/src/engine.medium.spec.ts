import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backends, ended, newRun, testBench, type TestBench } from './testing/test-bench.js';
import { MemoryArm } from './testing/memory-arm.js';
import { clusterId, createProgram, subnetId } from './testing/test-programs.js';

describe.each(backends())('the engine on %s', (backend) => {
  let bench: TestBench;
  beforeAll(async () => {
    bench = await testBench(backend);
  });
  afterAll(() => bench.destroy());

  it('carries a run through all its steps with one accepted write each', async () => {
    const arm = new MemoryArm();
    const engine = bench.engine({ arm, programs: [createProgram] });
    await engine.startWorkers();
    const run = newRun('create', { input: { name: 'aks-1' } });
    await engine.start(bench.fresh.db, run);
    const view = await ended(engine, run.id);
    expect(view.state).toBe('SUCCEEDED');
    expect(view.steps.map(({ name, state, attempts }) => [name, state, attempts])).toEqual([
      ['subnet', 'SUCCEEDED', 1],
      ['cluster', 'SUCCEEDED', 1],
    ]);
    expect(arm.accepted.map(({ resourceId }) => resourceId)).toEqual([subnetId('aks-1'), clusterId('aks-1')]);
    expect(view.outputs['cluster']).toMatchObject({ id: clusterId('aks-1') });
    await engine.stop();
  });
});
