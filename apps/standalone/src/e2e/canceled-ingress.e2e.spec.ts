import { findRedis, testRedis, type TestRedis } from '@podspan/platform/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import request from 'supertest';
import { acceptedWrites } from '../testing/azure-journal.js';
import { bootStandalone, type TestStandalone } from '../testing/boot-standalone.js';
import { AGC, cluster, rolloutOf, topology, WEU } from '../testing/small-fleet.js';

const backends = findRedis() ? (['postgres', 'redis'] as const) : (['postgres'] as const);
const kinds = ['frontends', 'associations', 'trafficControllers'];

describe.each(backends)('a rollout on %s that is canceled while the gateway is being made (F27)', (backend) => {
  let podspan: TestStandalone;
  let redis: TestRedis | undefined;
  beforeAll(async () => {
    redis = backend === 'redis' ? await testRedis() : undefined;
    podspan = await bootStandalone(redis ? { REDIS_URL: redis.url } : {});
    await podspan.api.post('/v1/topologies', topology).expect(200);
  });
  afterAll(async () => {
    await podspan.close();
    await redis?.destroy();
  });

  const clock = (mode: 'manual' | 'running') => request(podspan.azure).post('/_emulator/clock').send({ mode }).expect(200);
  const gateway = (name: string) => podspan.api.get(`/v1/ingress-gateways/${name}`);
  const rollout = async (name: string) => (await podspan.api.get(`/v1/rollouts/${name}`).expect(200)).body;
  const item = async (of: string, name: string) => (await podspan.api.get(`/v1/rollouts/${of}/items/${name}`).expect(200)).body;
  const writes = async (verb: string, name: string) =>
    (await acceptedWrites(podspan.azure)).filter(({ accepted, path }) => accepted === verb && new RegExp(`/${name}(/|$)`, 'i').test(path));
  const clusterInAzure = (name: string) =>
    request(podspan.azure)
      .get(`/subscriptions/${WEU.subscriptionId}/resourceGroups/rg-${name}/providers/Microsoft.ContainerService/managedClusters/${name}`)
      .query({ 'api-version': '2026-06-01' })
      .set('authorization', 'Bearer somebody');

  /** Azure's clock stands still with the association half made, and the rollout is canceled. */
  const canceledInTheMiddle = async (name: string, onCancel: string): Promise<void> => {
    await podspan.api.post('/v1/rollouts', rolloutOf(name, [cluster(name, WEU, AGC)], { onCancel })).expect(202);
    await vi.waitFor(async () => expect((await writes('create', name)).some(({ path }) => /\/associations\//i.test(path))).toBe(true), {
      timeout: 25_000,
      interval: 5,
    });
    await clock('manual');
    expect(await item(name, name)).toMatchObject({ state: 'RUNNING', step: 'ingress' });
    await podspan.api.post(`/v1/rollouts/${name}/cancel`, {}).expect(200);
  };

  it('ABORT ends the item, waits for the association, removes nothing unasked, and cleans up in reverse order when told to', async () => {
    const name = `abort-${backend}`;
    await canceledInTheMiddle(name, 'ABORT');
    await vi.waitFor(async () => expect(await rollout(name)).toMatchObject({ lifecycle: 'DONE', outcome: 'CANCELED' }), 20_000);
    expect(await item(name, name)).toMatchObject({ state: 'CANCELED', step: 'ingress' });
    // In the middle of a write to Azure nobody may pull the gateway away.
    expect((await podspan.api.delete(`/v1/ingress-gateways/${name}`).expect(409)).body.code).toBe('operation_in_progress');
    await clock('running');
    await vi.waitFor(async () => expect((await gateway(name)).body).toMatchObject({ status: 'READY' }), 20_000);
    expect([await writes('delete', name), await writes('action', name)]).toEqual([[], []]);

    // The dry run of the cleanup changes nothing; the cleanup itself takes the gateway and leaves the cluster with its addresses.
    await podspan.api.delete(`/v1/ingress-gateways/${name}?dryRun=true`).expect(200);
    expect((await gateway(name)).body).toMatchObject({ status: 'READY' });
    await podspan.api.delete(`/v1/ingress-gateways/${name}`).expect(202);
    await vi.waitFor(async () => expect((await gateway(name)).status).toBe(404), 20_000);
    const deleted = (await writes('delete', name)).map(({ type }) => kinds.find((kind) => type.endsWith(kind))).filter(Boolean);
    expect(deleted).toEqual(kinds);
    expect((await clusterInAzure(name).expect(200)).body.properties.provisioningState).toBe('Succeeded');
    const kept = (await podspan.api.get(`/v1/clusters/${name}`).expect(200)).body;
    expect(kept).toMatchObject({ state: 'CANCELED', addresses: { gatewaySubnet: { cidr: expect.any(String) } } });

    await podspan.api.post(`/v1/rollouts/${name}/retry`, {}).expect(200);
    await vi.waitFor(async () => expect(await item(name, name)).toMatchObject({ state: 'SUCCEEDED', attempt: 2 }), 25_000);
    expect((await writes('create', name)).filter(({ type }) => type.endsWith('managedClusters'))).toHaveLength(1);
  }, 90_000);

  it('FINISH lets the gateway and with it the item come to their end', async () => {
    const name = `finish-${backend}`;
    await canceledInTheMiddle(name, 'FINISH');
    const stopping = { lifecycle: 'STOPPING', waiting: { kind: 'STOPPING', facts: { running: 1 } } };
    await vi.waitFor(async () => expect(await rollout(name)).toMatchObject(stopping), 20_000);
    await clock('running');
    await vi.waitFor(async () => expect(await rollout(name)).toMatchObject({ lifecycle: 'DONE', outcome: 'CANCELED' }), 25_000);
    expect(await item(name, name)).toMatchObject({ state: 'SUCCEEDED' });
    expect((await gateway(name)).body).toMatchObject({ status: 'READY' });
    expect(await writes('delete', name)).toEqual([]);
  }, 60_000);
});
