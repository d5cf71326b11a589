import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aCluster } from '../domain/builders.js';
import { StartRollout } from '../start/start-rollout.js';
import { FleetBench, oneOfMany } from '../testing/fleet-bench.js';

type Mistake = readonly [change: Record<string, unknown>, member: string, code: string];

/** One of each kind, over and over. */
const mistakes: readonly Mistake[] = [
  [{ kubernetesVersion: '1.12' }, 'kubernetesVersion', 'kubernetes_version_unsupported'],
  [{ kubernetesVersion: 'latest' }, 'kubernetesVersion', 'kubernetes_version_invalid'],
  [{ kubernetesVersion: '1.35.99' }, 'kubernetesVersion', 'kubernetes_version_not_offered'],
  [{ subscriptionId: 'mine' }, 'subscriptionId', 'invalid_format'],
  [{ nodePools: [{ name: 'system', mode: 'SYSTEM', vmSize: 'Standard_D4s_v5' }] }, 'nodePools[0]', 'required'],
  [{ tags: { 'podspan-run': 'x' } }, 'tags.podspan-run', 'tag_invalid'],
  [{ dataplane: 'CALICO' }, 'dataplane', 'invalid_value'],
  [{ regoin: 'x' }, 'regoin', 'unknown_field'],
];

describe(`${StartRollout.name}: bad input`, { timeout: 120_000 }, () => {
  let bench: FleetBench;
  beforeAll(async () => {
    bench = await FleetBench.open();
  });
  afterAll(() => bench.destroy());

  const refused = async (body: object) =>
    (await bench.api().post('/v1/rollouts', body).expect(422)).body as { errors: { path: string; code: string; rule?: string }[] };
  const rows = async (): Promise<number> =>
    Number(
      (
        await sql<{
          n: string;
        }>`select (select count(*) from rollout) + (select count(*) from cluster) + (select count(*) from plan_intent) as n`.execute(
          bench.fresh.db,
        )
      ).rows[0]?.n,
    );

  it('finds exactly the 37 mistakes among 5,000 clusters and writes nothing', async () => {
    const clusters: Record<string, unknown>[] = Array.from({ length: 5_000 }, (_, index) => ({ ...oneOfMany(index) }));
    const expected = Array.from({ length: 37 }, (_, count) => {
      const index = count * 131 + 7;
      const [change, member, code] = mistakes[count % mistakes.length]!;
      clusters[index] = { ...clusters[index], ...change };
      return `clusters[${index}].${member} ${code}`;
    });
    const waves = [{ name: 'canary', clusters: clusters.slice(0, 2_500).map(({ name }) => String(name)) }, { name: 'others' }];
    const { errors } = await refused({
      name: 'fleet',
      action: 'CREATE',
      clusters,
      pools: { nodeSubnet: 'nodes', podCidr: 'pods' },
      strategy: { waves },
    });
    expect(errors.map(({ path, code }) => `${path} ${code}`).toSorted()).toEqual(expected.toSorted());
    expect(await rows()).toBe(0);
    expect(bench.ipam.plans.size).toBe(0);
  });

  it('refuses what cannot be meant for so many clusters, each with its place and its rule', async () => {
    const clusters = Array.from({ length: 101 }, (_, index) => aCluster({ name: `q-${index}`, resourceGroup: `rg-q-${index}` }));
    const waves = [
      { name: 'a', clusters: ['q-0', 'q-1'], maxFailures: 3 },
      { name: 'b', clusters: ['q-1', 'q-2'] },
      { name: 'c', selector: { region: 'nowhere' } },
    ];
    const { errors } = await refused({
      name: 'quota',
      action: 'CREATE',
      clusters,
      pools: { nodeSubnet: 'n', podCidr: 'p' },
      selector: { region: 'x' },
      strategy: { maxFailures: 102, waves },
    });
    expect(errors.map(({ path, code, rule }) => [path, code, rule ?? ''].join(' ').trim()).toSorted()).toEqual(
      [
        'clusters[100].region cluster_quota_exceeded QUO-02',
        'selector unexpected_field',
        'strategy.maxFailures budget_exceeds_count',
        'strategy.waves[0].maxFailures budget_exceeds_count',
        'strategy.waves[1] cluster_in_two_waves',
        'strategy.waves[2].selector empty_selection',
      ].toSorted(),
    );
    const unreadable = await refused({ name: 'unreadable', action: 'EXPLODE' });
    expect(unreadable.errors).toMatchObject([{ path: 'action', code: 'invalid_value' }]);
    const silent = await refused({ name: 'silent' });
    expect(silent.errors).toMatchObject([{ path: 'action', code: 'required', message: expect.stringContaining('one of: CREATE, ') }]);
    const none = await refused({ name: 'none', action: 'UPGRADE', upgrade: { nodeImage: true }, selector: { region: 'nowhere' } });
    expect(none.errors).toMatchObject([{ path: 'selector', code: 'empty_selection' }]);
    const both = await refused({
      name: 'both',
      action: 'UPGRADE',
      upgrade: { nodeImage: true },
      selector: { region: 'x' },
      clusters: [{ ref: 'y' }],
    });
    expect(both.errors.map(({ code }) => code)).toEqual(expect.arrayContaining(['ambiguous_request', 'unknown_cluster']));
    expect(await rows()).toBe(0);
  });
});
