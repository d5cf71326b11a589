import { apiVersions } from '@podspan/azure';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { subscriptionId } from './testing/azure-fixture.js';
import { IngressBench } from './testing/ingress-bench.js';

const path = '/v1/ingress-gateways';

describe('ingress gateways when something breaks', async () => {
  const bench = await IngressBench.open();
  afterAll(() => bench.close());

  it('come out the same when the worker dies right after Azure accepted a write', async () => {
    const cluster = await bench.cluster({ plan: false });
    await bench.stopWorkers();
    let accepted = 0;
    await bench.start({
      at: (moment) => {
        if (moment !== 'write-accepted') return;
        accepted += 1;
        if (accepted === 5) throw new Error('the worker dies here');
      },
    });
    const gateway = await bench.gateway({ name: 'survivor', cluster, pool: 'gateways' });
    const writes = bench.accepted(`rg-${cluster}-agc`);
    expect(writes).toHaveLength(new Set(writes).size);
    expect(bench.neighbours.taken.filter(({ owner }) => owner.includes(gateway.id))).toHaveLength(1);
    await bench.stopWorkers();
    await bench.start();
  });

  it('hold one block when the answer of ipam is lost, and give it back once when that answer is lost', async () => {
    const cluster = await bench.cluster({ plan: false });
    await bench.stopWorkers();
    await bench.post(path, { name: 'lossy', cluster, kind: 'AGC', pool: 'gateways' }).expect(201);
    bench.neighbours.lostAnswers = 2;
    await bench.start();
    const gateway = await bench.settled('lossy', 'READY');
    const mine = (): readonly unknown[] => bench.neighbours.held.filter(({ owner }) => owner.includes(gateway.id));
    expect(mine()).toMatchObject([{ cidr: gateway.subnet.cidr, released: false }]);
    bench.neighbours.lostAnswers = 1;
    await bench.delete(`${path}/lossy`).expect(202);
    await bench.gone('lossy');
    expect(mine()).toMatchObject([{ released: true }]);
  });

  it('say in Azure’s words why they failed, and go on from there when tried again', async () => {
    const cluster = await bench.cluster();
    bench.azure.faults.add({
      match: { method: 'PUT', idPattern: '/associations/' },
      times: 1,
      do: { status: 400, code: 'AppGwForContainersSubnetAssociationNotEnoughIPv4AddressesInSubnet', message: 'not enough' },
    });
    const failed = await bench.gateway({ name: 'unlucky', cluster }, 'FAILED');
    expect(failed).toMatchObject({
      failure: { code: 'AppGwForContainersSubnetAssociationNotEnoughIPv4AddressesInSubnet', httpStatus: 400 },
    });
    expect(failed.steps.find(({ state }) => state === 'FAILED')).toMatchObject({ name: 'association' });
    const same = await bench.post(path, { name: 'unlucky', cluster, kind: 'AGC' });
    expect(same.body).toMatchObject({ id: failed.id, status: 'FAILED' });
    const retried = await bench.post(`${path}/unlucky/retry`, {});
    expect(retried.status).toBe(202);
    await bench.settled('unlucky', 'READY');
    expect(bench.accepted('/trafficControllers/unlucky')).toHaveLength(3);
    expect((await bench.post(`${path}/unlucky/retry`, {})).body).toMatchObject({ code: 'not_failed' });
  });

  it('are removed as far as they came, block included', async () => {
    const cluster = await bench.cluster({ plan: false });
    bench.azure.faults.add({
      match: { method: 'PUT', idPattern: '/frontends/' },
      times: 1,
      do: { status: 400, code: 'BadRequest', message: 'no' },
    });
    const failed = await bench.gateway({ name: 'halfway', cluster, pool: 'gateways' }, 'FAILED');
    await bench.delete(`${path}/halfway`).expect(202);
    await bench.gone('halfway');
    expect(bench.accepted('/trafficControllers/halfway', 'DELETE')).toHaveLength(2);
    expect(bench.neighbours.held.find(({ owner }) => owner.includes(failed.id))?.released).toBe(true);
  });

  it('leave alone what somebody else has made under their name', async () => {
    const cluster = await bench.cluster();
    const group = `/subscriptions/${subscriptionId}/resourceGroups/rg-${cluster}-agc`;
    const theirs = `${group}/providers/Microsoft.ServiceNetworking/trafficControllers/squatted`;
    await bench.fixture.put(group, apiVersions.resourceGroups, { location: 'westeurope' });
    await bench.fixture.put(theirs, apiVersions.serviceNetworking, { location: 'westeurope', tags: { owner: 'somebody' } });
    expect(await bench.gateway({ name: 'squatted', cluster }, 'FAILED')).toMatchObject({ failure: { code: 'name_taken' } });
    await bench.delete(`${path}/squatted`).expect(202);
    await bench.gone('squatted');
    expect(await bench.arm.get(theirs, apiVersions.serviceNetworking)).toMatchObject({ tags: { owner: 'somebody' } });
  });

  it('of a release that knew of one deployment are shown and removed as they were', async () => {
    const cluster = await bench.cluster({ plan: false });
    const gateway = await bench.gateway({ name: 'old', cluster, pool: 'gateways' });
    await bench.fresh.db
      .updateTable('ingress_gateway')
      .set({ input: sql<string>`input - 'deployment' - 'wafPolicyId'` })
      .where('name', '=', 'old')
      .execute();
    expect((await bench.get(`${path}/old`)).body).toMatchObject({
      resourceId: gateway.resourceId,
      securityPolicyId: null,
      loadBalancer: null,
    });
    await bench.delete(`${path}/old`).expect(202);
    await bench.gone('old');
    expect(bench.accepted('/trafficControllers/old', 'DELETE')).toHaveLength(3);
    expect(bench.neighbours.held.find(({ owner }) => owner.includes(gateway.id))?.released).toBe(true);
  });

  it('keep their block until Azure has let go of the subnet', async () => {
    const cluster = await bench.cluster({ plan: false });
    const gateway = await bench.gateway({ name: 'clingy', cluster, pool: 'gateways' });
    bench.azure.faults.add({
      match: { method: 'DELETE', idPattern: '/subnets/snet-agc-clingy$' },
      times: 1,
      do: { status: 400, code: 'InvalidRequestFormat', message: 'no' },
    });
    await bench.delete(`${path}/clingy`).expect(202);
    await bench.settled('clingy', 'FAILED');
    const block = bench.neighbours.held.find(({ owner }) => owner.includes(gateway.id));
    expect(block?.released).toBe(false);
    await bench.delete(`${path}/clingy`).expect(202);
    await bench.gone('clingy');
    expect(block?.released).toBe(true);
  });
});
