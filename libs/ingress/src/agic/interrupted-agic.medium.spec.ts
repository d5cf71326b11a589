import { apiVersions } from '@podspan/azure';
import { afterAll, describe, expect, it } from 'vitest';
import { subscriptionId } from '../testing/azure-fixture.js';
import { IngressBench } from '../testing/ingress-bench.js';

const path = '/v1/ingress-gateways';
const agic = { kind: 'AGIC', pool: 'gateways' } as const;

describe('Application Gateways when something breaks', async () => {
  const bench = await IngressBench.open();
  afterAll(() => bench.close());

  const bareCluster = () => bench.cluster({ plan: false });
  const held = (id: string) => bench.neighbours.held.filter(({ owner }) => owner.includes(id));

  it.each([1, 4, 7, 10])('come out the same when the worker dies after write %i, in the creation and in the removal', async (fatal) => {
    const cluster = await bareCluster();
    const name = `dies-${fatal}`;
    let writes = 0;
    await bench.stopWorkers();
    await bench.start({
      at: (moment) => {
        if (moment === 'write-accepted' && ++writes === fatal) throw new Error('the worker dies here');
      },
    });
    const gateway = await bench.gateway({ name, cluster, ...agic, deployment: 'ADDON' });
    const accepted = [...bench.accepted(`rg-${cluster}-agic`), ...bench.accepted(`snet-agic-${name}`)];
    expect(accepted).toHaveLength(new Set(accepted).size);
    expect(bench.accepted(`/managedClusters/${cluster}`)).toHaveLength(2);
    writes = 0;
    await bench.delete(`${path}/${name}`).expect(202);
    await bench.gone(name);
    expect(held(gateway.id)).toMatchObject([{ released: true }]);
    expect(bench.accepted(`/managedClusters/${cluster}`)).toHaveLength(3);
    expect(await bench.arm.get(gateway.resourceId ?? '', apiVersions.network)).toBeUndefined();
    expect(await bench.arm.get(gateway.subnet.id, apiVersions.network)).toBeUndefined();
    await bench.stopWorkers();
    await bench.start();
  });

  it('hold one block when the answer of ipam is lost, and give it back once when that answer is lost', async () => {
    const cluster = await bareCluster();
    await bench.stopWorkers();
    await bench.post(path, { name: 'lossy', cluster, ...agic }).expect(201);
    bench.neighbours.lostAnswers = 2;
    await bench.start();
    const gateway = await bench.settled('lossy', 'READY');
    expect(held(gateway.id)).toMatchObject([{ cidr: gateway.subnet.cidr, released: false }]);
    bench.neighbours.lostAnswers = 1;
    await bench.delete(`${path}/lossy`).expect(202);
    await bench.gone('lossy');
    expect(held(gateway.id)).toMatchObject([{ released: true }]);
  });

  it('say in Azure’s words why they failed, and go on from there when tried again', async () => {
    const cluster = await bareCluster();
    bench.azure.faults.add({
      match: { method: 'PUT', idPattern: '/applicationGateways/' },
      times: 1,
      do: { status: 400, code: 'ApplicationGatewaySubnetInboundTrafficBlockedByNetworkSecurityGroup', message: 'open 65200-65535' },
    });
    const failed = await bench.gateway({ name: 'unlucky', cluster, ...agic }, 'FAILED');
    expect(failed.failure).toMatchObject({ code: 'ApplicationGatewaySubnetInboundTrafficBlockedByNetworkSecurityGroup', httpStatus: 400 });
    expect(failed.steps.find(({ state }) => state === 'FAILED')).toMatchObject({ name: 'application-gateway' });
    await bench.post(`${path}/unlucky/retry`, {}).expect(202);
    await bench.settled('unlucky', 'READY');
    expect(bench.accepted('/applicationGateways/unlucky').filter((put) => put.endsWith('/unlucky'))).toHaveLength(1);
  });

  it('are removed as far as they came, block included', async () => {
    const cluster = await bareCluster();
    bench.azure.faults.add({
      match: { method: 'PUT', idPattern: '/applicationGateways/' },
      times: 1,
      do: { status: 400, code: 'BadRequest', message: 'no' },
    });
    const failed = await bench.gateway({ name: 'halfway', cluster, ...agic }, 'FAILED');
    await bench.delete(`${path}/halfway`).expect(202);
    await bench.gone('halfway');
    expect(held(failed.id)).toMatchObject([{ released: true }]);
    const group = `/subscriptions/${subscriptionId}/resourceGroups/rg-${cluster}-agic`;
    for (const left of [
      'Microsoft.Network/publicIPAddresses/pip-halfway',
      `Microsoft.ManagedIdentity/userAssignedIdentities/id-${cluster}-agic`,
    ])
      expect(
        await bench.arm.get(`${group}/providers/${left}`, left.includes('Network') ? apiVersions.network : apiVersions.managedIdentity),
      ).toBeUndefined();
    // The cluster is free for the next one (AGIC-01).
    await bench.gateway({ name: 'next', cluster, ...agic });
  });

  it('leave alone what somebody else has made under their name', async () => {
    const cluster = await bareCluster();
    const group = `/subscriptions/${subscriptionId}/resourceGroups/rg-${cluster}-agic`;
    const theirs = `${group}/providers/Microsoft.Network/publicIPAddresses/pip-squatted`;
    await bench.fixture.put(group, apiVersions.resourceGroups, { location: 'westeurope' });
    await bench.fixture.put(theirs, apiVersions.network, {
      location: 'westeurope',
      sku: { name: 'Standard' },
      tags: { owner: 'somebody' },
      properties: {},
    });
    expect(await bench.gateway({ name: 'squatted', cluster, ...agic }, 'FAILED')).toMatchObject({ failure: { code: 'name_taken' } });
    await bench.delete(`${path}/squatted`).expect(202);
    await bench.gone('squatted');
    expect(await bench.arm.get(theirs, apiVersions.network)).toMatchObject({ tags: { owner: 'somebody' } });
  });
});
