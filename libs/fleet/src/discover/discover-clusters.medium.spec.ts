import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ExistingClusters, kubenet } from '../testing/existing-clusters.js';
import { aRollout, FleetBench, subscriptions } from '../testing/fleet-bench.js';
import { DiscoverClusters } from './discover-clusters.js';
import type { DiscoveryView } from './discovery-view.js';

const PATH = '/v1/clusters/discover';

describe(DiscoverClusters.name, { timeout: 60_000 }, () => {
  let bench: FleetBench;
  let legacy: ExistingClusters;
  beforeAll(async () => {
    bench = await FleetBench.open();
    legacy = new ExistingClusters(bench);
  });
  afterEach(() => bench.quiet());
  afterAll(() => bench.destroy());
  const legacySubscription = (): string => legacy.id('x').split('/')[2] ?? '';
  const discover = async (ids: readonly string[] = [legacySubscription()]): Promise<DiscoveryView> =>
    (await bench.api().post(PATH, { subscriptionIds: ids }).expect(200)).body as DiscoveryView;
  const changes = ({ clusters }: DiscoveryView) => clusters.map(({ name, change }) => [name, change]);

  it('says where it cannot look, before anything is known', async () => {
    const { body } = await bench.api().post(PATH, {}).expect(422);
    expect(body.errors[0]).toMatchObject({ path: 'subscriptionIds', code: 'required' });
    await bench
      .api()
      .post(PATH, { subscriptionIds: ['x'] })
      .expect(422);
  });

  it('writes down what it finds, once, and follows what is changed by others', async () => {
    await legacy.make('old', { network: kubenet });
    expect(changes(await discover())).toEqual([['old', 'ADDED']]);
    expect(changes(await discover())).toEqual([['old', 'UNCHANGED']]);
    const { body } = await bench.api().get('/v1/clusters/old').expect(200);
    expect(body).toMatchObject({ created: false, networkPlugin: 'kubenet', state: 'READY', drift: [], goneSince: null });
    expect(body.addresses.podCidr).toBe('10.244.0.0/16');
    expect(body.seenAt).not.toBeNull();
  });

  it('takes two discoveries at a time for one', async () => {
    await legacy.make('twice');
    const both = await Promise.all([discover(), discover()]);
    expect(new Set(both.map(({ clusters }) => clusters.find(({ name }) => name === 'twice')?.change))).toEqual(
      new Set(['ADDED', 'UNCHANGED']),
    );
  });

  it('shows in which way a cluster is not what Podspan made, and that it is gone', async () => {
    const rollout = aRollout(1, {}, () => ({ subscriptionId: subscriptions[1] }));
    const name = rollout.clusters[0]?.name ?? '';
    await bench.api().post('/v1/rollouts', rollout).expect(202);
    await bench.work();
    await bench.done(rollout.name);
    await bench.quiet();
    expect(changes(await discover([subscriptions[1]]))).toEqual([[name, 'UNCHANGED']]);
    // Somebody changed it by hand: seen from here, what was planned is not what is there.
    await sql`update cluster set input = jsonb_set(input, '{podCidr}', '"10.99.0.0/22"') where name = ${name}`.execute(bench.fresh.db);
    const drifted = await discover([subscriptions[1]]);
    expect(drifted.clusters).toMatchObject([
      { name, change: 'UPDATED', drift: [{ member: 'podCidr', expected: '10.99.0.0/22', actual: '192.168.0.0/20' }] },
    ]);
    expect((await bench.api().get(`/v1/clusters/${name}`)).body.drift).toHaveLength(1);
    await sql`update cluster set resource_id = resource_id || '-moved' where name = ${name}`.execute(bench.fresh.db);
    const gone = await discover([subscriptions[1]]);
    expect(gone.counts).toMatchObject({ gone: 1, added: 1 });
    expect((await bench.api().get(`/v1/clusters/${name}`)).body.goneSince).not.toBeNull();
  });

  it('keeps what it knew of a subscription that does not answer', async () => {
    await discover();
    const before = (await bench.api().get('/v1/clusters').expect(200)).body.items;
    bench.azure.faults.add({ match: { method: 'GET', subscription: legacySubscription() }, times: 1000, do: { status: 403 } });
    const answer = await bench.api().post(PATH, { subscriptionIds: [legacySubscription(), subscriptions[0]] });
    expect([answer.status, answer.body.subscriptions?.[0]?.error ?? answer.body.detail]).toEqual([200, expect.stringMatching(/\S/)]);
    const after = (await bench.api().get('/v1/clusters').expect(200)).body.items;
    expect(after.map(({ goneSince }: { goneSince: string | null }) => goneSince)).toEqual(
      before.map(({ goneSince }: { goneSince: string | null }) => goneSince),
    );
  });
});
