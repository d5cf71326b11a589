import { findRedis, testRedis } from '@podspan/platform/testing';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { rollOutUnderChaos } from '../testing/chaos.js';
import { buildWorker } from '../testing/dying-worker.js';
import { FleetBench } from '../testing/fleet-bench.js';

/** 500 items and 8 workers in full: `npm run bench -- chaos`. Here scaled to a small machine. */
const ITEMS = 24;
const WORKERS = 3;
const limits = { maxConcurrency: 8, maxConcurrencyPerSubscription: 5 };

const backends = findRedis() ? (['postgres', 'redis'] as const) : (['postgres'] as const);

describe.each(backends)('a rollout on %s under chaos', { timeout: 170_000 }, (backend) => {
  const ending: (() => Promise<void>)[] = [];
  beforeAll(() => buildWorker());
  afterEach(async () => {
    for (const end of ending.splice(0)) await end();
  });

  it(`keeps every limit and creates each of ${ITEMS} clusters once, with ${WORKERS} workers (F30)`, async () => {
    const bench = await FleetBench.open();
    ending.push(() => bench.destroy());
    const redis = backend === 'redis' ? await testRedis() : undefined;
    ending.push(async () => redis?.destroy());
    const verdict = await rollOutUnderChaos(bench, {
      items: ITEMS,
      workers: WORKERS,
      limits,
      seed: 7,
      everyMs: 700,
      timeoutMs: 150_000,
      ...(redis ? { redis } : {}),
    });
    expect(verdict.view).toMatchObject({ outcome: 'SUCCEEDED', counts: { succeeded: ITEMS, failed: 0 } });
    expect([verdict.acceptedCreates, verdict.distinctClusters]).toEqual([ITEMS, ITEMS]);
    expect(verdict.overlapping.rollout).toBeLessThanOrEqual(limits.maxConcurrency);
    expect(verdict.overlapping.subscription).toBeLessThanOrEqual(limits.maxConcurrencyPerSubscription);
    expect(verdict.overlapping.network).toBe(1);
    expect(Object.values(verdict.left)).toEqual([0, 0, 0, 0]);
    expect(Object.values(verdict.blows).reduce((total, one) => total + one, 0)).toBeGreaterThan(0);
  });
});
