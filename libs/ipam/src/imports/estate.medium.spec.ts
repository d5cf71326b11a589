import type { Response } from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoCluster, demoTopology } from '../testing/demo-fleet.js';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';

let bench: IpamBench;
beforeAll(async () => {
  bench = await ipamBench();
  expect((await bench.post('/v1/topologies', demoTopology)).status).toBe(200);
});
afterAll(() => bench.close());

const csv = (lines: readonly string[], query = ''): Promise<Response> =>
  bench.post(`/v1/imports${query}`, lines.join('\n') as unknown as object, { 'content-type': 'text/csv' });
const codes = ({ body }: Response): readonly string[] =>
  body.errors.map(({ path, code }: { path: string; code: string }) => `${path} ${code}`);
const isClean = async () => expect((await bench.post('/v1/ipam/checks')).body).toMatchObject({ clean: true });
const range = (cidr: string, cluster: string) => `ALLOCATION,pods,${cidr},CLUSTER/${cluster},POD_CIDR`;
const allocations = 'kind,pool,cidr,owner,purpose';

describe('a mesh of a file', () => {
  const mesh = (name: string, members: string, forced = '') =>
    csv(['kind,name,members,forcedMembers', `MESH,${name},${members},${forced}`]);

  it('is made, joined by whom it names, and left by nobody', async () => {
    expect((await mesh('first', 'aks-a aks-b')).body.counts).toMatchObject({ created: 1 });
    expect((await mesh('first', 'aks-c')).body.counts).toMatchObject({ updated: 1 });
    expect((await mesh('first', 'aks-a')).body.counts).toMatchObject({ unchanged: 1 });
    expect((await bench.get('/v1/meshes/first')).body).toMatchObject({ members: ['aks-a', 'aks-b', 'aks-c'], forcedMembers: [] });
    expect(codes(await mesh('second', 'aks-a'))).toEqual(['lines[2] in_another_mesh']);
    expect(codes(await csv(['kind,name,members', 'MESH,-bad,"[""x"",1]"']))).toEqual(['lines[2].members invalid_format']);
    expect((await bench.get('/v1/meshes/second')).status).toBe(404);
  });

  it('takes no overlapping pod ranges of its members from a file (NET-22)', async () => {
    const rows = [
      range('100.80.0.0/16', 'aks-a'),
      range('100.80.4.0/24', 'aks-b'),
      range('100.80.9.0/24', 'aks-c'),
      range('100.80.9.0/24', 'aks-z'),
    ];
    const refused = await csv([allocations, ...rows]);
    expect(codes(refused)).toEqual(['lines[3].cidr pod_cidr_not_unique_in_mesh', 'lines[4].cidr pod_cidr_not_unique_in_mesh']);
    const taken = await csv([allocations, ...rows], '?onError=skip');
    expect(taken.body.counts).toMatchObject({ created: 2, refused: 2 });
    expect(codes(await csv([allocations, range('100.80.128.0/20', 'aks-b')]))).toEqual(['lines[2].cidr pod_cidr_not_unique_in_mesh']);
    expect((await csv([allocations, range('100.81.0.0/16', 'aks-b')])).body.counts).toMatchObject({ created: 1 });
    await isClean();
  });

  it('has the members back that were forced, when an admin forces the import', async () => {
    const lines = ['kind,name,members,forcedMembers,pool,cidr,owner,purpose', 'MESH,forced,aks-f aks-g,aks-g,,,,'];
    const held = ['aks-f', 'aks-g'].map((name) => `ALLOCATION,,,,pods,100.82.0.0/16,CLUSTER/${name},POD_CIDR`);
    expect(codes(await csv([...lines, ...held]))).toEqual(['lines[4].cidr pod_cidr_not_unique_in_mesh']);
    expect((await csv([...lines, ...held], '?force=true')).body.counts).toMatchObject({ created: 3 });
    expect((await bench.get('/v1/meshes/forced')).body.forcedMembers).toEqual(['aks-g']);
    await isClean();
  });
});

describe('a planned cluster of a file', () => {
  const pools = { nodeSubnet: 'nodes', podCidr: 'pods', serviceCidr: 'services' };
  let exported: Record<string, unknown>;
  const send = (change: object): Promise<Response> => bench.post('/v1/imports', [{ ...exported, ...change }]);

  beforeAll(async () => {
    await bench.post('/v1/address-plans', { name: 'plan', clusters: [demoCluster(0)], pools });
    const { body } = await bench.get('/v1/exports/planned-clusters?format=json');
    exported = body[0];
  });

  it('is unchanged where it is planned so, and refused where it is planned otherwise', async () => {
    expect((await send({})).body.counts).toMatchObject({ unchanged: 1 });
    expect(codes(await send({ addressPlan: 'other' }))).toEqual(['[0] name_taken']);
    expect(codes(await send({ planPools: { ...pools, podCidr: 'alone' } }))).toEqual(['[0] name_taken']);
  });

  it('says everything that is wrong with it', async () => {
    expect(codes(await send({ planPools: { colour: 'red' }, spec: 7 }))).toEqual(['[0].spec invalid_format']);
    expect(codes(await send({ planPools: { nodeSubnet: 'nodes', podCidr: 'pods', colour: 'red' } }))).toEqual([
      '[0].planPools.colour unknown_field',
    ]);
    const addresses = exported['addresses'] as Record<string, unknown>;
    expect(codes(await send({ addresses: { ...addresses, name: 'aks-77' } }))).toEqual(['[0].addresses.name name_mismatch']);
    expect(codes(await send({ addresses: { ...addresses, network: 'nowhere' } }))).toEqual(['[0].addresses.network unknown_reference']);
    const spec = { ...(exported['spec'] as object), name: 'aks-88' };
    const strange = await send({ addressPlan: 'strange', spec, addresses: { ...addresses, name: 'aks-88' } });
    expect(codes(strange)).toEqual([
      '[0].addresses.nodeSubnets[0].cidr allocation_missing',
      '[0].addresses.nodeSubnets[1].cidr allocation_missing',
      '[0].addresses.podCidr allocation_missing',
    ]);
    expect((await bench.get('/v1/address-plans/strange')).status).toBe(404);
  });

  it('is planned again from what it holds, and its plan is answered and released as ever', async () => {
    const held = (await bench.get('/v1/exports/allocations?format=json')).body.filter(
      ({ addressPlan }: { addressPlan: string | null }) => addressPlan === 'plan',
    );
    await bench.post('/v1/address-plans/plan/release');
    expect((await bench.post('/v1/imports', held)).status).toBe(201);
    expect((await send({})).body.counts).toMatchObject({ created: 1 });
    const again = await bench.post('/v1/address-plans', { name: 'plan', clusters: [demoCluster(0)], pools });
    expect([again.status, again.body.clusters[0]]).toEqual([200, exported['addresses']]);
    await isClean();
    expect((await bench.post('/v1/address-plans/plan/release')).body.status).toBe('RELEASED');
    await isClean();
  });
});
