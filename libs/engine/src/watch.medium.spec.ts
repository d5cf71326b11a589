import { POLLS_BEFORE_LIST } from '@podspan/azure';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ended, newRun, TestBench } from './testing/test-bench.js';
import { CLUSTERS } from './testing/test-programs.js';
import { until } from './testing/until.js';

const COUNT = POLLS_BEFORE_LIST + 20;
/** Virtual seconds: until the test moves the clock, nothing ends. */
const LONG = 30_000;
const STATUS = '/providers/microsoft.containerservice/locations/[^/]+/operation';
const LIST = '/managedClusters$';

describe('more operations on clusters than polls are good for', () => {
  let bench: TestBench;
  beforeAll(async () => {
    bench = await TestBench.open('postgres', { 'microsoft.containerservice/managedclusters/create': [LONG, LONG] });
  });
  afterAll(() => bench.destroy());

  it('are watched by one LIST of the subscription, and each is asked for its outcome only at its end', async () => {
    await bench.createGroup();
    const engine = await bench.engine({ options: { concurrency: 16, pollIntervalSeconds: 60 } });
    const runs = Array.from({ length: COUNT }, () => newRun('cluster'));
    const doomed = runs[COUNT - 1];
    bench.azure.faults.add({
      match: { method: 'PUT', idPattern: `/managedClusters/${doomed?.name}$` },
      times: 1,
      do: { lroOutcome: 'Failed', lroError: { code: 'SubnetIsFull', message: 'no room' } },
    });
    await bench.fresh.db.transaction().execute(async (trx) => {
      for (const run of runs) await engine.start(trx, run);
    });
    const reads = (idPattern: string): number => bench.azure.journal({ method: 'GET', idPattern }).length;
    await until(
      'all are watched',
      () => reads(LIST) > 1 && bench.azure.journal({ accepted: true, type: CLUSTERS }).length === COUNT,
      40_000,
    );
    bench.azure.clock.advance(LONG);
    const views = await Promise.all(runs.map(({ id }) => ended(engine, id, 40_000)));
    expect(views.filter(({ state }) => state === 'SUCCEEDED')).toHaveLength(COUNT - 1);
    expect(views[COUNT - 1]).toMatchObject({ state: 'FAILED', failure: { code: 'SubnetIsFull' } });
    // Those that were under way before the crowd gathered, and one question each at the end.
    expect(reads(STATUS)).toBeLessThan(3 * COUNT);
    expect(bench.azure.journal({ status: 429 })).toEqual([]);
  }, 90_000);
});
