import { findRedis, freshDatabase, testRedis } from '@podspan/platform/testing';
import { describe, expect, it, vi } from 'vitest';
import { acceptedWrites, createdTwice } from '../testing/azure-journal.js';
import { bootStandalone, type TestStandalone } from '../testing/boot-standalone.js';
import { rolloutEvents } from '../testing/event-streams.js';
import { AGC, cluster, rolloutOf, topology, WEU } from '../testing/small-fleet.js';

const vnet = `/subscriptions/${WEU.subscriptionId}/resourceGroups/rg-weu-1/providers/Microsoft.Network/virtualNetworks/weu-1`;
const legacy = `/subscriptions/${WEU.subscriptionId}/resourceGroups/rg-weu-1/providers/Microsoft.ContainerService/managedClusters/legacy`;

/** As somebody else writes to Azure; resolves when the resource is there. */
async function put({ azure }: TestStandalone, id: string, body: object): Promise<void> {
  const version = id.includes('Microsoft.Network') ? '2026-01-01' : '2026-06-01';
  const url = `${azure}${id}?api-version=${version}`;
  const headers = { authorization: 'Bearer somebody-else', 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'PUT', headers, body: JSON.stringify(body) });
  expect(answer.ok, await answer.clone().text()).toBe(true);
  await vi.waitFor(async () => {
    const { properties } = (await (await fetch(url, { headers })).json()) as { properties: { provisioningState: string } };
    expect(properties.provisioningState).toBe('Succeeded');
  }, 20_000);
}

/** A node-subnet cluster that nobody told Podspan about. */
async function oldCluster(podspan: TestStandalone): Promise<void> {
  await put(podspan, `${vnet}/subnets/old`, { properties: { addressPrefix: '10.240.192.0/20' } });
  await put(podspan, legacy, {
    location: WEU.region,
    identity: { type: 'SystemAssigned' },
    properties: {
      dnsPrefix: 'legacy',
      kubernetesVersion: '1.34.2',
      agentPoolProfiles: [
        {
          name: 'system',
          mode: 'System',
          count: 2,
          maxPods: 30,
          vmSize: 'Standard_D4s_v5',
          vnetSubnetID: `${vnet}/subnets/old`,
          upgradeSettings: { maxSurge: '1' },
        },
      ],
      networkProfile: { networkPlugin: 'azure', serviceCidr: '172.20.0.0/16', dnsServiceIP: '172.20.0.10' },
    },
  });
}

async function changes(podspan: TestStandalone): Promise<void> {
  const { api } = podspan;
  let serial = 0;
  const carryOut = async (body: object): Promise<void> => {
    const name = `change-${++serial}`;
    await api.post('/v1/rollouts', { name, confirmIrreversible: true, ...body }).expect(202);
    await rolloutEvents(api, name);
    const { body: view } = await api.get(`/v1/rollouts/${name}`).expect(200);
    const { body: items } = await api.get(`/v1/rollouts/${name}/items`).expect(200);
    expect(view, JSON.stringify(items)).toMatchObject({ lifecycle: 'DONE', outcome: 'SUCCEEDED', waiting: null });
  };
  const podRange = async (owner: string) =>
    (await api.get(`/v1/allocations?owner=CLUSTER/${owner}&purpose=POD_CIDR`).expect(200)).body.items as {
      cidr: string;
      growthBlock: string | null;
      status: string;
    }[];
  const clusterOf = async (name: string) => (await api.get(`/v1/clusters/${name}`).expect(200)).body;

  await api.post('/v1/topologies', topology).expect(200);
  const { name: _, ...made } = rolloutOf('made', [cluster('aks-1', WEU, { ...AGC, kubernetesVersion: '1.34.2' })]);
  await carryOut(made);
  const [held] = await podRange('aks-1');
  expect(held?.growthBlock).not.toBeNull();

  await carryOut({ action: 'EXPAND_POD_CIDR', clusters: [{ ref: 'aks-1' }] });
  expect(await podRange('aks-1')).toMatchObject([{ cidr: held?.growthBlock, growthBlock: null }]);
  expect((await clusterOf('aks-1')).addresses).toMatchObject({ podCidr: held?.growthBlock, podCidrGrowth: null });
  await carryOut({ action: 'ENABLE_CILIUM', selector: { region: WEU.region } });
  await carryOut({ action: 'UPGRADE', upgrade: { kubernetesVersion: '1.35' }, clusters: [{ ref: 'aks-1' }] });
  expect(await clusterOf('aks-1')).toMatchObject({ state: 'READY', dataplane: 'CILIUM', kubernetesVersion: '1.35.2' });

  await oldCluster(podspan);
  const onPremises = await api
    .post('/v1/rollouts', {
      name: 'no',
      action: 'MIGRATE_TO_OVERLAY',
      confirmIrreversible: true,
      clusters: [{ ref: legacy, podCidr: '10.1.0.0/20' }],
    })
    .expect(422);
  expect(onPremises.body.errors).toMatchObject([{ path: 'clusters[0].podCidr', rule: 'OV-35', conflictsWith: '10.0.0.0/14' }]);
  await carryOut({ action: 'MIGRATE_TO_OVERLAY', clusters: [{ ref: legacy }], pools: { podCidr: 'pods' } });
  const [moved] = await podRange('legacy');
  expect(moved).toMatchObject({ status: 'ACTIVE', cidr: expect.stringMatching(/^192\.168\./) });
  expect(await clusterOf('legacy')).toMatchObject({ created: false, networkPluginMode: 'overlay', addresses: { podCidr: moved?.cidr } });

  await carryOut({ action: 'DELETE', clusters: [{ ref: 'aks-1' }] });
  await api.get('/v1/clusters/aks-1').expect(404);
  await api.get('/v1/ingress-gateways/aks-1').expect(404);
  const left = (await api.get('/v1/allocations?owner=CLUSTER/aks-1').expect(200)).body.items as { status: string }[];
  expect(left.filter(({ status }) => status === 'ACTIVE' || status === 'RESERVED')).toEqual([]);
  expect(createdTwice(await acceptedWrites(podspan.azure))).toEqual([]);
  await carryOut(made);
}

describe('every action on clusters, with the true ipam and ingress services', () => {
  it('runs on the embedded database and its queue', async () => {
    const podspan = await bootStandalone();
    try {
      await changes(podspan);
    } finally {
      await podspan.close();
    }
  }, 120_000);

  it('runs on the queue in Redis', async (test) => {
    if (findRedis() === undefined) return test.skip('redis-server is not installed: the half of this suite that runs on Redis did not run');
    const [database, redis] = await Promise.all([freshDatabase({}, 'unused'), testRedis()]);
    try {
      const podspan = await bootStandalone({ DATABASE_URL: database.url, REDIS_URL: redis.url });
      try {
        await changes(podspan);
      } finally {
        await podspan.close();
      }
    } finally {
      await Promise.all([database.destroy(), redis.destroy()]);
    }
  }, 120_000);
});
