import type { ChildProcess } from 'node:child_process';
import { findRedis, testRedis, type TestRedis } from '@podspan/platform/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWorker, gone, spawnWorker } from '../testing/dying-worker.js';
import { aRollout, clusterType, FleetBench } from '../testing/fleet-bench.js';

const total = 100;

describe.each(['postgres', ...(findRedis() ? ['redis'] : [])])(
  'a rollout on %s of a hundred whose worker is killed while it stops (F28)',
  { timeout: 170_000 },
  (backend) => {
    const [half, tenth] = [total / 2, total / 10];
    let bench: FleetBench;
    let redis: TestRedis | undefined;
    const workers = new Set<ChildProcess>();
    beforeAll(async () => {
      buildWorker();
      redis = backend === 'redis' ? await testRedis() : undefined;
      bench = await FleetBench.open();
    });
    afterAll(async () => {
      for (const worker of workers) worker.kill('SIGKILL');
      await bench.destroy();
      await redis?.destroy();
    });

    const work = (): ChildProcess => {
      const worker = spawnWorker(bench, { redisUrl: redis?.url });
      workers.add(worker);
      return worker;
    };

    it('four tenths succeed and one fails; retry touches that tenth, resume the half that was not started', async () => {
      const rollout = aRollout(total, {}, (index) => ({ network: `spoke-${100 + (index % 10)}`, resourceGroup: 'rg-hundred' }));
      const { name } = rollout;
      const names = rollout.clusters.map((cluster) => cluster.name);
      const doomed = names.slice(0, tenth);
      const strategy = {
        maxConcurrency: half,
        maxFailures: tenth - 1,
        failureMode: 'FAST',
        waves: [{ name: 'half', clusters: names.slice(0, half) }, { name: 'other' }],
      };
      bench.azure.faults.add({
        match: { method: 'PUT', type: clusterType, idPattern: `/(${doomed.join('|')})$` },
        do: { status: 400, code: 'InsufficientSubnetSize', message: 'the subnet is full' },
      });
      // The others take their time, so that some are in flight whenever the last of these has failed.
      bench.azure.faults.add({
        match: { method: 'PUT', type: clusterType, idPattern: `/managedClusters/(?!(${doomed.join('|')})$)[^/]+$` },
        do: { delayMs: 1_000 },
      });
      await bench
        .api()
        .post('/v1/rollouts', { ...rollout, strategy })
        .expect(202);
      const first = work();
      const stopping = await bench.when(name, 'stops', ({ lifecycle }) => lifecycle === 'STOPPING');
      first.kill('SIGKILL');
      await gone(first);
      expect(stopping).toMatchObject({ waiting: { kind: 'STOPPING' }, counts: { failed: tenth, pending: half } });
      expect(stopping.counts.running).toBeGreaterThan(0);
      expect(await bench.rollout(name)).toMatchObject({ lifecycle: 'STOPPING', counts: { failed: tenth, pending: half } });

      const second = work();
      const stopped = await bench.done(name, 120_000);
      expect(stopped).toMatchObject({
        outcome: 'FAILED',
        counts: { total, succeeded: half - tenth, failed: tenth, pending: half, running: 0 },
      });
      expect(bench.created()).toHaveLength(half - tenth);

      bench.azure.faults.clear();
      const { body: retried } = await bench.api().post(`/v1/rollouts/${name}/retry`).expect(200);
      const { rows } = await sql<{ retried: number }>`
      select count(*)::int as retried from event where type = 'item.retried' and sequence > ${stopped.lastSequence}`.execute(
        bench.fresh.db,
      );
      expect(rows).toEqual([{ retried: tenth }]);
      expect(retried.lifecycle).not.toBe('DONE');
      expect(await bench.done(name, 120_000)).toMatchObject({ outcome: 'FAILED', counts: { succeeded: half, failed: 0, pending: half } });
      const attempts = (await bench.items(name)).filter(({ attempt }) => attempt > 1).map(({ cluster }) => cluster);
      expect(attempts.toSorted()).toEqual(doomed.toSorted());

      await bench.api().post(`/v1/rollouts/${name}/resume`).expect(200);
      expect(await bench.done(name, 120_000)).toMatchObject({ outcome: 'SUCCEEDED', counts: { succeeded: total, failed: 0, pending: 0 } });
      const created = bench.created().filter(({ accepted }) => accepted === 'create');
      expect([created.length, new Set(created.map(({ path }) => path.toLowerCase())).size]).toEqual([total, total]);
      second.kill('SIGKILL');
    });
  },
);
