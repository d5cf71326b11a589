import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ExistingClusters, kubenet } from '../testing/existing-clusters.js';
import { aRollout, FleetBench } from '../testing/fleet-bench.js';

/** Each new cluster takes 3 nodes of 4 vCPUs. */
const coreQuota = 100;

describe('the quota of vCPUs (QUO-08)', { timeout: 120_000 }, () => {
  let bench: FleetBench;
  beforeAll(async () => {
    bench = await FleetBench.open({ coreQuota });
  });
  afterAll(() => bench.destroy());

  const told = (body: object, dryRun: boolean) => bench.api().post(`/v1/rollouts${dryRun ? '?dryRun=true' : ''}`, body);
  const rollouts = async () =>
    (await sql<{ name: string }>`select name from rollout order by name`.execute(bench.fresh.db)).rows.map(({ name }) => name);

  it('is asked before clusters are created, with those that other rollouts have yet to make', async () => {
    const first = aRollout(4);
    await told(first, false).expect(202);
    const plans = bench.ipam.plans.size;
    const tooMany = aRollout(5);
    for (const dryRun of [true, false]) {
      expect((await told(tooMany, dryRun).expect(422)).body.errors).toMatchObject([
        { path: 'clusters[4].nodePools', code: 'vcpu_quota_exceeded', rule: 'QUO-08', value: 60, conflictsWith: 52 },
        { path: 'clusters[4].nodePools', code: 'vcpu_quota_exceeded', rule: 'QUO-08', value: 60, conflictsWith: 52 },
      ]);
    }
    await told(aRollout(4), true).expect(200);
    expect(await rollouts()).toEqual([first.name]);
    expect(bench.ipam.plans.size).toBe(plans);
  });

  it('is asked for all clusters that are upgraded at a time', async () => {
    const legacy = new ExistingClusters(bench);
    const pool = { count: 12, maxPods: 30, upgradeSettings: { maxSurge: '1' } };
    const refs = [await legacy.make('first', { network: kubenet, pool }), await legacy.make('second', { network: kubenet, pool })];
    const upgrade = (strategy: object) => ({
      name: 'upgrade',
      action: 'UPGRADE',
      upgrade: { nodeImage: true },
      clusters: refs.map((ref) => ({ ref })),
      strategy: { failureMode: 'FAST', ...strategy },
    });
    for (const dryRun of [true, false]) {
      const { errors } = (await told(upgrade({ maxConcurrency: 2 }), dryRun).expect(422)).body;
      const one = { path: 'strategy.maxConcurrencyPerRegion', rule: 'QUO-08', value: 8, conflictsWith: 4 };
      expect(errors).toMatchObject([one, one]);
    }
    await told(upgrade({ maxConcurrency: 2, maxConcurrencyPerRegion: 1 }), true).expect(200);
  });
});
