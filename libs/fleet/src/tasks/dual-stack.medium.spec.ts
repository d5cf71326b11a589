import { connectArm, staticCredential } from '@podspan/azure';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { currentApiVersions } from '../start/current-api-versions.js';
import { aRollout, FleetBench } from '../testing/fleet-bench.js';

describe('a dual-stack cluster (OV-90)', () => {
  let bench: FleetBench;
  beforeAll(async () => {
    bench = await FleetBench.open();
  });
  afterEach(() => bench.quiet());
  afterAll(() => bench.destroy());

  it('gets ranges of both families, and its node subnet a /64 of the network; deleted, nothing of it stays', async () => {
    const body = aRollout(2, { strategy: { maxConcurrency: 2, maxFailures: 2 } }, () => ({
      network: 'dual-7',
      dualStack: true,
      kubernetesVersion: '1.34.2',
    }));
    const { body: plan } = await bench.api().post('/v1/rollouts?dryRun=true', body).expect(200);
    expect(plan.clusters[0].addresses).toMatchObject({
      podCidrV6: 'fd12:3456:789a::/64',
      nodeSubnets: [{ cidrV6: expect.stringMatching(/^fd00:7:/) }],
    });
    await bench.api().post('/v1/rollouts', body).expect(202);
    await bench.work();
    expect(await bench.done(body.name)).toMatchObject({ outcome: 'SUCCEEDED' });
    const arm = connectArm({ endpoint: bench.azure.url, credential: staticCredential('test') });
    const made = await Promise.all(body.clusters.map(async ({ name }) => (await bench.api().get(`/v1/clusters/${name}`).expect(200)).body));
    for (const { resourceId, addresses } of made) {
      expect((await arm.get(resourceId, currentApiVersions.managedCluster))?.raw).toMatchObject({
        properties: {
          networkProfile: {
            ipFamilies: ['IPv4', 'IPv6'],
            podCidrs: [addresses.podCidr, addresses.podCidrV6],
            serviceCidrs: [addresses.serviceCidr, addresses.serviceCidrV6],
          },
        },
      });
      const [{ subnetId, cidr, cidrV6 }] = addresses.nodeSubnets;
      expect((await arm.get(subnetId, currentApiVersions.subnet))?.raw).toMatchObject({ properties: { addressPrefixes: [cidr, cidrV6] } });
    }
    expect(new Set(made.map(({ addresses }) => addresses.nodeSubnets[0].cidrV6)).size).toBe(2);

    const removal = {
      name: `${body.name}-gone`,
      action: 'DELETE',
      clusters: body.clusters.map(({ name }) => ({ ref: name })),
      confirmIrreversible: true,
    };
    await bench
      .api()
      .post('/v1/rollouts', { ...removal, strategy: { maxConcurrency: 2 } })
      .expect(202);
    expect(await bench.done(removal.name)).toMatchObject({ outcome: 'SUCCEEDED' });
    for (const { addresses } of made) expect(await arm.get(addresses.nodeSubnets[0].subnetId, currentApiVersions.subnet)).toBeUndefined();
  }, 90_000);

  it('is refused where the network has no IPv6 range, and where IPv6 is asked for in another way, with nothing taken', async () => {
    const held = bench.ipam.held.length;
    const one = aRollout(1, {}, () => ({ network: 'spoke-9', dualStack: true }));
    expect((await bench.api().post('/v1/rollouts', one).expect(422)).body.errors).toMatchObject([
      { path: 'clusters[0].network', code: 'network_not_dual_stack', rule: 'OV-90', conflictsWith: ['10.9.0.0/16'] },
    ]);
    const other = aRollout(1, {}, () => ({ network: 'dual-9', ipFamilies: ['IPv4', 'IPv6'] }));
    expect((await bench.api().post('/v1/rollouts', other).expect(422)).body.errors).toMatchObject([
      { path: 'clusters[0].ipFamilies', code: 'ip_families_unsupported', suggestion: expect.stringContaining('dualStack') },
    ]);
    expect(bench.ipam.held).toHaveLength(held);
  });
});
