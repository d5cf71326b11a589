import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FleetBench, oneOfMany } from '../testing/fleet-bench.js';
import { StartRollout } from './start-rollout.js';

const total = 5_000;
const clusters = Array.from({ length: total }, (_, index) => oneOfMany(index));
const names = clusters.map(({ name }) => name);
const large = {
  name: 'large',
  action: 'CREATE',
  clusters,
  pools: { nodeSubnet: 'nodes', podCidr: 'pods' },
  strategy: { waves: [{ name: 'canary', clusters: names.slice(0, 50), approval: true }, { name: 'others' }] },
};

describe(`${StartRollout.name}: ${total} clusters`, { timeout: 180_000 }, () => {
  let bench: FleetBench;
  beforeAll(async () => {
    bench = await FleetBench.open();
  });
  afterAll(() => bench.destroy());

  const rows = async () =>
    (
      await sql<{ items: number; clusters: number; waves: number[]; intents: number }>`
        select (select count(*)::int from item) as items, (select count(*)::int from cluster) as clusters,
          (select count(*)::int from plan_intent) as intents,
          (select array_agg(count order by wave) from (select wave, count(*)::int from item group by wave) w) as waves
      `.execute(bench.fresh.db)
    ).rows[0];

  it('is written down whole, and once though it is sent twice', async () => {
    const { body } = await bench.api().post('/v1/rollouts', large).expect(202);
    expect(body).toMatchObject({ lifecycle: 'PENDING', counts: { total, pending: total } });
    const written = { items: total, clusters: total, waves: [50, total - 50], intents: 0 };
    expect(await rows()).toEqual(written);
    expect(new Set(bench.ipam.held)).toEqual(new Set(names));
    expect((await bench.api().post('/v1/rollouts', large).expect(200)).body.id).toBe(body.id);
    expect(await rows()).toEqual(written);
    expect(bench.ipam.held).toHaveLength(total);
  });

  it('waits for its approval, and canceled gives everything back without a write to Azure', async () => {
    await bench.work();
    await bench.when('large', 'waits', ({ waiting }) => waiting?.kind === 'APPROVAL', 60_000);
    await bench.api().post('/v1/rollouts/large/cancel').expect(200);
    expect(await bench.done('large', 60_000)).toMatchObject({ outcome: 'CANCELED', counts: { total, skipped: total } });
    await bench.when('large', 'holds no address', () => bench.ipam.held.length === 0, 60_000);
    expect(bench.azure.journal({ method: 'PUT' })).toEqual([]);
    expect(await rows()).toMatchObject({ items: total, clusters: 0 });
  });
});
