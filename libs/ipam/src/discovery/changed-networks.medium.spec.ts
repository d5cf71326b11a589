import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';
import { vnet, vnetId } from '../testing/import-files.js';

let bench: IpamBench;

beforeAll(async () => {
  bench = await ipamBench();
});
afterAll(() => bench.close());

/** A space with a pool over everything, so that what is occupied is seen in its figures. */
async function space(name: string, reuse = 'EXCLUSIVE'): Promise<{ used: () => Promise<bigint>; seen: (body: object) => Promise<void> }> {
  await bench.post('/v1/address-spaces', { name });
  expect((await bench.post('/v1/pools', { name: `${name}-pool`, addressSpace: name, cidrs: ['10.0.0.0/8'], reuse })).status).toBe(201);
  return {
    used: async () => {
      const { items } = (await bench.get(`/v1/pools/${name}-pool/free?limit=1000`)).body;
      return items.reduce((sum: bigint, { cidr }: { cidr: string }) => sum - (1n << BigInt(32 - Number(cidr.split('/')[1]))), 1n << 24n);
    },
    seen: async (body) => expect((await bench.post(`/v1/imports?addressSpace=${name}`, body)).body).toMatchObject({ status: 'APPLIED' }),
  };
}

const size = (length: number): bigint => 1n << BigInt(32 - length);

async function openConflicts(holder: string): Promise<readonly string[]> {
  const { items } = (await bench.get('/v1/conflicts?limit=1000')).body;
  return items
    .filter(({ ranges }: { ranges: { holder: string }[] }) => ranges.some((range) => range.holder === holder))
    .map(({ kind }: { kind: string }) => kind);
}

async function sound(): Promise<void> {
  const { body } = await bench.post('/v1/ipam/checks');
  expect(body.invariants.filter(({ broken }: { broken: number }) => broken > 0)).toEqual([]);
}

describe('what was seen of a network follows every change of it', () => {
  it('a network only seen is declared by who says its prefixes: its subnets stay taken, the rest may be given', async () => {
    const { used, seen } = await space('told');
    await seen([vnet('told-net', ['10.1.0.0/16'], { subnets: { nodes: '10.1.0.0/24' } })]);
    expect(await used()).toBe(size(16));
    expect((await bench.patch('/v1/networks/told-net', { prefixes: ['10.1.0.0/16'] })).status).toBe(200);
    expect(await used()).toBe(size(24));
    await seen([vnet('told-net', ['10.1.0.0/17'], { subnets: { nodes: '10.1.0.0/24' } })]);
    expect((await bench.get('/v1/networks/told-net')).body.prefixes).toEqual(['10.1.0.0/16']);
    await sound();
  });

  it('prefixes that go leave what was seen there to nobody, with the conflict of a block held, and take both back when they come', async () => {
    const { used, seen } = await space('patched');
    const network = { addressSpace: 'patched', kind: 'VIRTUAL_NETWORK', resourceId: vnetId('patched-net') };
    await bench.post('/v1/networks', { name: 'patched-net', prefixes: ['10.1.0.0/16', '10.2.0.0/16'], ...network });
    await seen([vnet('patched-net', ['10.1.0.0/16', '10.2.0.0/16'])]);
    expect(await used()).toBe(0n);
    const held = await bench.post('/v1/pools/patched-pool/allocations', {
      cidr: '10.2.0.0/24',
      owner: { kind: 'TEAM', id: 'a' },
      purpose: 'lab',
    });
    expect(held.status).toBe(201);
    await bench.patch('/v1/networks/patched-net', { prefixes: ['10.1.0.0/16'] });
    expect([await used(), await openConflicts(held.body.id)]).toEqual([size(16), ['ALLOCATION_OVERLAPS_DISCOVERED']]);
    await sound();
    await bench.patch('/v1/networks/patched-net', { prefixes: ['10.1.0.0/16', '10.2.0.0/16'] });
    expect([await used(), await openConflicts(held.body.id)]).toEqual([size(24), []]);
    await sound();
  });

  it('a dry run of the change leaves all of it', async () => {
    const { used, seen } = await space('dry');
    await seen([vnet('dry-net', ['10.1.0.0/16'])]);
    await bench.patch('/v1/networks/dry-net?dryRun=true', { prefixes: ['10.1.0.0/16'] });
    expect(await used()).toBe(size(16));
  });

  it('a network that is deleted leaves its ranges in no known place, which reusable pools stay off', async () => {
    const { used, seen } = await space('deleted', 'REUSABLE');
    await seen([vnet('deleted-net', ['10.1.0.0/16'], { subnets: { nodes: '10.1.0.0/24' } })]);
    expect(await used()).toBe(0n);
    expect((await bench.delete('/v1/networks/deleted-net')).status).toBe(204);
    expect(await used()).toBe(size(16));
    await sound();
    await bench.post('/v1/networks', {
      name: 'deleted-again',
      addressSpace: 'deleted',
      kind: 'VIRTUAL_NETWORK',
      prefixes: ['10.1.0.0/16'],
      resourceId: vnetId('deleted-net'),
    });
    expect(await used()).toBe(0n);
    expect((await bench.get('/v1/discovered-ranges?network=deleted-again')).body.items).toHaveLength(2);
    await sound();
  });

  it('a topology that names a network only seen declares it, and says so once', async () => {
    const { used, seen } = await space('fleet');
    await seen([vnet('fleet-net', ['10.1.0.0/16'])]);
    const networks = [{ name: 'fleet-net', addressSpace: 'fleet', kind: 'VIRTUAL_NETWORK', prefixes: ['10.1.0.0/16'] }];
    const changes = async () =>
      (await bench.post('/v1/topologies', { networks })).body.changes.map(({ change }: { change: string }) => change);
    expect([await changes(), await changes(), await used()]).toEqual([['CHANGED'], ['UNCHANGED'], 0n]);
    await sound();
  });

  it('a link that comes or goes leaves the figures and the conflicts that they are', async () => {
    const { used, seen } = await space('linked');
    await seen([vnet('linked-a', ['10.1.0.0/16']), vnet('linked-b', ['10.1.128.0/17'])]);
    const before = await used();
    const made = await bench.post('/v1/links?force=true', { from: 'linked-a', to: 'linked-b', kind: 'PEERING' });
    expect([made.status, await openConflicts('linked-a'), await used()]).toEqual([201, ['NETWORKS_OVERLAP'], before]);
    await bench.delete(`/v1/links/${made.body.id}`);
    expect([await openConflicts('linked-a'), await used()]).toEqual([[], before]);
    await sound();
  });
});
