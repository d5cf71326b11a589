import { Cidr } from '@podspan/cidr';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoCluster, demoTopology } from '../testing/demo-fleet.js';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';

const pools = { nodeSubnet: 'nodes', podCidr: 'pods', serviceCidr: 'services' };

describe('the fleet of the AKS baseline', () => {
  let bench: IpamBench;
  beforeAll(async () => {
    bench = await ipamBench();
  });
  afterAll(() => bench.close());

  const clusters = (): object[] =>
    Array.from({ length: 48 }, (_, index) =>
      demoCluster(
        index,
        index < 9 && index % 3 === 0 ? { podCidrScope: 'UNIQUE', mesh: 'payments' } : index % 4 === 3 ? { ingress: { kind: 'AGC' } } : {},
      ),
    );

  it('is judged as a whole before anything exists', async () => {
    const { status, body } = await bench.post('/v1/address-plans?dryRun=true', {
      name: 'demo',
      clusters: clusters(),
      pools,
      topology: demoTopology,
    });
    expect(body).not.toHaveProperty('errors');
    expect(status).toBe(200);
    expect(body.clusters).toHaveLength(48);
    expect((await bench.get('/v1/networks')).body.items).toEqual([]);
  });

  it('is created once, and unchanged the second time', async () => {
    const first = await bench.post('/v1/topologies', demoTopology);
    expect(first.status).toBe(200);
    expect(new Set(first.body.changes.map(({ change }: { change: string }) => change))).toEqual(new Set(['CREATED']));
    const second = await bench.post('/v1/topologies', demoTopology);
    expect(new Set(second.body.changes.map(({ change }: { change: string }) => change))).toEqual(new Set(['UNCHANGED']));
  });

  it('reuses 192.168.0.0/16 where it may and says why not in the third region (OV-36)', async () => {
    const { status, body } = await bench.post('/v1/address-plans', { name: 'demo', clusters: clusters(), pools });
    expect(status).toBe(201);
    const by = (region: string) => body.clusters.filter(({ network }: { network: string }) => network.includes(region));
    const reused = (region: string) => by(region).filter(({ name }: { name: string }) => !['aks-00', 'aks-03', 'aks-06'].includes(name));
    expect(new Set(reused('westeurope').map(({ podCidr }: { podCidr: string }) => podCidr))).toEqual(new Set(['192.168.0.0/16']));
    expect(new Set(reused('northeurope').map(({ podCidr }: { podCidr: string }) => podCidr))).toEqual(new Set(['192.168.0.0/16']));
    expect(new Set(reused('eastus2').map(({ podCidr }: { podCidr: string }) => podCidr))).toEqual(new Set(['100.80.0.0/16']));
    expect(reused('eastus2')[0].podCidrReason.refused[0]).toMatchObject({
      cidr: '192.168.0.0/16',
      rule: 'OV-36',
      conflictsWith: '192.168.128.0/17',
      path: [expect.stringMatching(/^spoke-eastus2/), 'hub-eastus2', 'acquired'],
    });
    expect(body.clusters[0].savings.flatAddresses).toBe('4247');
  });

  it('gives the three clusters of the mesh distinct pod ranges (NET-22)', async () => {
    const { body } = await bench.get('/v1/address-plans/demo');
    const ranges = body.clusters
      .filter(({ name }: { name: string }) => ['aks-00', 'aks-03', 'aks-06'].includes(name))
      .map((cluster: { podCidr: string; podCidrGrowth: string | null }) => Cidr.parse(cluster.podCidrGrowth ?? cluster.podCidr));
    expect(ranges).toHaveLength(3);
    ranges.forEach((a: Cidr, i: number) => ranges.slice(i + 1).forEach((b: Cidr) => expect(a.overlaps(b)).toBe(false)));
    expect((await bench.get('/v1/meshes/payments')).body.members).toEqual(['aks-00', 'aks-03', 'aks-06']);
  });

  it('gives every subnet to one holder only, inside its network', async () => {
    const { body } = await bench.get('/v1/address-plans/demo');
    const subnets = body.clusters.flatMap((cluster: { nodeSubnets: { cidr: string }[]; gatewaySubnet?: string }) =>
      [...cluster.nodeSubnets.map(({ cidr }) => cidr), ...(cluster.gatewaySubnet ? [cluster.gatewaySubnet] : [])].map((text) =>
        Cidr.parse(text),
      ),
    );
    expect(subnets.length).toBe(48 * 2 + 11);
    subnets.sort(Cidr.compare);
    subnets.slice(1).forEach((subnet: Cidr, index: number) => expect(subnet.overlaps(subnets[index])).toBe(false));
  });

  it('is the same plan when it is asked for again, and another one under its name is refused', async () => {
    const again = await bench.post('/v1/address-plans', { name: 'demo', clusters: clusters(), pools });
    expect(again.status).toBe(200);
    const other = await bench.post('/v1/address-plans', { name: 'demo', clusters: clusters().slice(1), pools });
    expect([other.status, other.body.code]).toEqual([409, 'name_taken']);
  });

  it('refuses a link that would bring the acquired network to a region that reuses its range', async () => {
    const { status, body } = await bench.post('/v1/links', { from: 'hub-westeurope', to: 'acquired', kind: 'VPN' });
    expect([status, body.code]).toEqual([409, 'topology_conflict']);
    expect(body.conflicts.length).toBeGreaterThan(10);
    expect(body.conflicts[0]).toMatchObject({
      kind: 'POD_CIDR_OVERLAPS_NETWORK',
      rule: 'OV-36',
      path: [expect.stringMatching(/^spoke-westeurope/), 'hub-westeurope', 'acquired'],
    });
    const simulated = await bench.post('/v1/topology/simulate', { addLinks: [{ from: 'hub-westeurope', to: 'acquired', kind: 'VPN' }] });
    expect(simulated.body.conflicts).toHaveLength(body.conflicts.length);
    expect((await bench.get('/v1/conflicts')).body.items).toEqual([]);
  });

  it('gives everything back when the plan is released, once', async () => {
    const before = (await bench.get('/v1/pools/nodes/utilization')).body;
    expect(before.usedAddresses).not.toBe('0');
    expect((await bench.post('/v1/address-plans/demo/release')).body.status).toBe('RELEASED');
    expect((await bench.post('/v1/address-plans/demo/release')).status).toBe(200);
    const after = (await bench.get('/v1/pools/nodes/utilization')).body;
    expect(after).toMatchObject({ usedAddresses: '0', largestFreePrefixLength: 12, freeByPrefixLength: { '12': 1 } });
  });
});
