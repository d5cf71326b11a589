import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';
import { vnetId } from '../testing/import-files.js';

const nodePools = [{ name: 'system', mode: 'SYSTEM', vmSize: 'Standard_D4s_v5', count: 3, maxSurge: 1 }];
const pools = { nodeSubnet: 'nodes', podCidr: 'pods' };

let bench: IpamBench;

/** A cluster as `az aks list` prints it, with its nodes in a network. */
function existing(name: string, network: string, networkProfile: object): object {
  return {
    id: `/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/${name}`,
    name,
    location: 'westeurope',
    resourceGroup: 'rg',
    type: 'Microsoft.ContainerService/ManagedClusters',
    agentPoolProfiles: [{ name: 'system', vnetSubnetId: `${vnetId(network)}/subnets/nodes` }],
    networkProfile: { serviceCidr: '10.0.0.0/16', ...networkProfile },
  };
}

const kubenet = (name: string, network: string, podCidr: string) => existing(name, network, { networkPlugin: 'kubenet', podCidr });

async function seen(...clusters: readonly object[]): Promise<void> {
  expect((await bench.post('/v1/imports?addressSpace=corp', clusters)).body).toMatchObject({ status: 'APPLIED', counts: { refused: 0 } });
}

function cluster(name: string, network: string, more: object = {}): object {
  return {
    name,
    subscriptionId: '00000000-0000-0000-0000-000000000001',
    resourceGroup: 'rg',
    region: 'westeurope',
    network,
    nodePools,
    podCidrScope: 'REUSABLE',
    dataplane: 'CILIUM',
    ...more,
  };
}

const plan = (clusters: readonly object[], query = '', more: object = {}) =>
  bench.post(`/v1/address-plans${query}`, { clusters, pools, ...more });

async function conflicts(): Promise<readonly string[]> {
  const { items } = (await bench.get('/v1/conflicts?kind=POD_CIDR_OVERLAPS_KUBENET')).body;
  return items.map(({ rule, ranges, path }: { rule: string; ranges: { holder: string }[]; path: string[] }) =>
    [rule, ...ranges.map(({ holder }) => holder), ...path].join(' '),
  );
}

async function sound(): Promise<void> {
  const { body } = await bench.post('/v1/ipam/checks');
  expect(body.invariants.filter(({ broken }: { broken: number }) => broken > 0)).toEqual([]);
}

beforeAll(async () => {
  bench = await ipamBench();
  const network = (name: string, prefix: string) => ({
    name,
    addressSpace: 'corp',
    kind: 'VIRTUAL_NETWORK',
    region: 'westeurope',
    prefixes: [prefix],
    resourceId: vnetId(name),
  });
  const made = await bench.post('/v1/topologies', {
    addressSpaces: [{ name: 'corp' }],
    networks: [network('old', '10.240.0.0/16'), network('peer', '10.241.0.0/16'), network('far', '10.242.0.0/16')],
    links: [
      { from: 'old', to: 'peer', kind: 'PEERING' },
      { from: 'peer', to: 'far', kind: 'PEERING' },
    ],
    pools: [
      { name: 'nodes', addressSpace: 'corp', cidrs: ['10.240.0.0/14'], reuse: 'EXCLUSIVE' },
      { name: 'pods', addressSpace: 'corp', cidrs: ['192.168.0.0/16'], reuse: 'REUSABLE' },
    ],
  });
  expect(made.status).toBe(200);
  await seen(kubenet('legacy', 'old', '192.168.0.0/18'));
});
afterAll(() => bench.close());

describe('the pods of a kubenet cluster (OV-52)', () => {
  it('keep their range to themselves in their network and in those peered with it, not two links away', async () => {
    const { body } = await plan([cluster('a', 'old'), cluster('b', 'peer'), cluster('c', 'far')], '?dryRun=true');
    expect(body.clusters.map(({ podCidr }: { podCidr: string }) => podCidr)).toEqual([
      '192.168.64.0/22',
      '192.168.64.0/22',
      '192.168.0.0/22',
    ]);
  });

  it.each`
    network   | path
    ${'old'}  | ${['old']}
    ${'peer'} | ${['peer', 'old']}
  `('are no range to be written out in $network, nor to be shared, with the reason', async ({ network, path }) => {
    const refused = await plan([cluster('x', network, { podCidr: '192.168.0.0/20' })], '?dryRun=true');
    expect([refused.status, refused.body.errors]).toMatchObject([
      422,
      [
        {
          path: 'clusters[0].podCidr',
          code: 'pod_cidr_overlaps_kubenet',
          rule: 'OV-52',
          value: '192.168.0.0/20',
          conflictsWith: '192.168.0.0/18',
        },
      ],
    ]);
    const reuse = await bench.post('/v1/reuse/check', { clusters: [{ name: 'x', network }], podCidr: '192.168.32.0/20' });
    expect(reuse.body).toMatchObject({ allowed: false, reasons: [{ rule: 'OV-52', clusters: ['x', 'legacy'], path }] });
  });

  it('are a conflict when they are seen over what is held already, and no longer when they go', async () => {
    expect((await plan([cluster('held', 'far')], '', { name: 'held' })).status).toBe(201);
    await seen(kubenet('late', 'far', '192.168.0.0/17'));
    expect(await conflicts()).toEqual(['OV-52 held late far']);
    await sound();
    await seen(existing('late', 'far', { networkPlugin: 'azure', networkPluginMode: 'overlay', podCidr: '192.168.0.0/17' }));
    expect(await conflicts()).toEqual([]);
    await sound();
  });

  it('stop a peering that would bring them together, which an admin may force', async () => {
    const link = { from: 'old', to: 'far', kind: 'PEERING' };
    const simulated = await bench.post('/v1/topology/simulate', { addLinks: [link] });
    expect(simulated.body.conflicts).toMatchObject([{ kind: 'POD_CIDR_OVERLAPS_KUBENET', rule: 'OV-52', path: ['far', 'old'] }]);
    const refused = await bench.post('/v1/links', link);
    expect([refused.status, refused.body.code, refused.body.errors[0].rule]).toEqual([409, 'topology_conflict', 'OV-52']);
    const forced = await bench.post('/v1/links?force=true', link);
    expect([forced.status, await conflicts()]).toEqual([201, ['OV-52 held legacy far old']]);
    await bench.delete(`/v1/links/${forced.body.id}`);
    expect(await conflicts()).toEqual([]);
  });

  it('do not stop the cluster itself from keeping its range when it leaves kubenet', async () => {
    const own = await plan([cluster('legacy', 'old', { podCidr: '192.168.0.0/18' })], '', { name: 'leaves' });
    expect([own.status, own.body.clusters?.[0]?.podCidr, await conflicts()]).toEqual([201, '192.168.0.0/18', []]);
    await sound();
  });
});
