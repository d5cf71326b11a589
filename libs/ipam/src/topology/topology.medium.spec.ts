import { newId } from '@podspan/platform';
import { testTokens } from '@podspan/platform/testing';
import { sql } from 'kysely';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoCluster, demoTopology } from '../testing/demo-fleet.js';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';

let bench: IpamBench;
beforeAll(async () => {
  bench = await ipamBench();
  await bench.post('/v1/address-spaces', { name: 'lab' });
});
afterAll(() => bench.close());

const network = (name: string, prefixes: readonly string[], more: object = {}) => ({
  name,
  addressSpace: 'lab',
  kind: 'VIRTUAL_NETWORK',
  prefixes,
  ...more,
});
const link = (from: string, to: string, kind = 'PEERING') => ({ from, to, kind });

describe('networks and links', () => {
  it('form routing domains', async () => {
    for (const [index, name] of ['a', 'b', 'c'].entries())
      expect((await bench.post('/v1/networks', network(name, [`10.${index}.0.0/16`]))).status).toBe(201);
    expect((await bench.get('/v1/networks/a')).body.routingDomain).toEqual({ name: 'a', networks: ['a'] });
    const first = await bench.post('/v1/links', link('a', 'b'));
    const again = await bench.post('/v1/links', link('b', 'a'));
    expect([first.status, again.status, again.body.id]).toEqual([201, 200, first.body.id]);
    expect((await bench.get('/v1/networks/b')).body.routingDomain.networks).toEqual(['a', 'b']);
    expect((await bench.delete(`/v1/links/${first.body.name}`)).status).toBe(204);
    expect((await bench.get('/v1/networks/b')).body.routingDomain.networks).toEqual(['b']);
  });

  it('are listed by name or id, and without their routing domains where nobody needs them', async () => {
    const ids: string[] = [];
    for (const [index, name] of ['listed-1', 'listed-2'].entries())
      ids.push((await bench.post('/v1/networks', network(name, [`10.${90 + index}.0.0/16`]))).body.id);
    const { body } = await bench.get(`/v1/networks?names=listed-1,${ids[1]},absent&routingDomain=false`);
    expect(body).toEqual({ items: [expect.objectContaining({ id: ids[0] }), expect.objectContaining({ id: ids[1] })], nextCursor: null });
    expect(body.items[0]).not.toHaveProperty('routingDomain');
    expect((await bench.get('/v1/networks?names=listed-2')).body.items).toMatchObject([{ routingDomain: { networks: ['listed-2'] } }]);
  });

  it('of overlapping ranges are not linked, unless an admin forces it; then the conflict stays open until it is gone (NET-01)', async () => {
    await bench.post('/v1/networks', network('x', ['10.50.0.0/16']));
    await bench.post('/v1/networks', network('hub', ['10.60.0.0/24']));
    await bench.post('/v1/networks', network('y', ['10.50.8.0/21']));
    await bench.post('/v1/links', link('x', 'hub'));
    const refused = await bench.post('/v1/links', link('hub', 'y'));
    expect([refused.status, refused.body.code]).toEqual([409, 'topology_conflict']);
    expect(refused.body.conflicts).toMatchObject([{ kind: 'NETWORKS_OVERLAP', rule: 'NET-03', path: ['x', 'hub', 'y'] }]);
    expect((await bench.post('/v1/links?force=true', link('hub', 'y'), {}, 'operator')).status).toBe(403);
    const forced = await bench.post('/v1/links?force=true', link('hub', 'y'));
    expect([forced.status, forced.body.forced]).toEqual([201, true]);
    const { body } = await bench.get('/v1/conflicts');
    expect(body.items).toMatchObject([
      { kind: 'NETWORKS_OVERLAP', path: ['x', 'hub', 'y'], openedBy: 'admin', since: expect.any(String), ageSeconds: expect.any(Number) },
    ]);
    expect((await bench.post('/v1/links', link('hub', 'a'))).status).toBe(201);
    await bench.delete(`/v1/links/${forced.body.id}`);
    expect((await bench.get('/v1/conflicts')).body.items).toEqual([]);
  });

  it('keep a conflict with its present way until it ends, and then as history (NET-13, NET-01)', async () => {
    for (const [name, prefix] of [
      ['p', '10.150.0.0/16'],
      ['q', '10.151.0.0/24'],
      ['r', '10.150.8.0/21'],
    ] as const)
      await bench.post('/v1/networks', network(name, [prefix]));
    await bench.post('/v1/links', link('p', 'q', 'CONNECTED_GROUP'));
    const refused = await bench.post('/v1/links', link('q', 'r', 'CONNECTED_GROUP'));
    expect(refused.body).toMatchObject({
      code: 'topology_conflict',
      conflictCount: 1,
      conflicts: [{ rule: 'NET-13', path: ['p', 'q', 'r'] }],
    });
    expect(refused.body.detail).toContain('drops the traffic to the shared addresses');
    const group = await bench.post('/v1/links?force=true', link('q', 'r', 'CONNECTED_GROUP'));
    const open = async () => (await bench.get('/v1/conflicts?holder=p')).body.items;
    const [first] = await open();
    expect(first).toMatchObject({ rule: 'NET-13', via: ['CONNECTED_GROUP', 'CONNECTED_GROUP'], resolvedAt: null });
    const peering = await bench.post('/v1/links', link('p', 'r'));
    expect(peering.status).toBe(201);
    expect(await open()).toMatchObject([{ id: first.id, since: first.since, rule: 'NET-01', path: ['p', 'r'], via: ['PEERING'] }]);
    await bench.delete(`/v1/links/${group.body.id}`);
    expect(await open()).toHaveLength(1);
    const ends = await bench.post('/v1/topology/simulate', { removeLinks: [peering.body.name] });
    expect(ends.body).toMatchObject({ conflictCount: 0, resolvedCount: 1, resolved: [{ rule: 'NET-01' }] });
    await bench.delete(`/v1/links/${peering.body.id}`);
    expect(await open()).toEqual([]);
    const { body } = await bench.get('/v1/conflicts?status=RESOLVED&holder=r&kind=NETWORKS_OVERLAP');
    expect(body.items).toMatchObject([{ id: first.id, since: first.since, resolvedAt: expect.any(String), resolvedBy: 'admin' }]);
    expect((await bench.get('/v1/conflicts?status=SOME')).status).toBe(422);
  });

  it('refuse a prefix that clashes, and say what cannot be changed', async () => {
    const clash = await bench.patch('/v1/networks/hub', { prefixes: ['10.60.0.0/24', '10.50.0.0/24'] });
    expect([clash.status, clash.body.code]).toEqual([409, 'topology_conflict']);
    expect((await bench.patch('/v1/networks/hub', { prefixes: ['10.61.0.0/24'], region: 'westeurope' })).body).toMatchObject({
      prefixes: ['10.61.0.0/24'],
      region: 'westeurope',
    });
    expect((await bench.patch('/v1/networks/hub', { kind: 'EXTERNAL' })).body.code).toBe('immutable_field');
    expect(
      (await bench.post('/v1/networks', network('bad', ['10.0.0.1/16', 'x']))).body.errors.map(
        ({ path, code }: { path: string; code: string }) => [path, code],
      ),
    ).toEqual([
      ['prefixes[0]', 'host_bits_set'],
      ['prefixes[1]', 'invalid_cidr'],
    ]);
    expect((await bench.post('/v1/networks', network('hub', ['10.99.0.0/16']))).body.code).toBe('name_taken');
    const inUse = await bench.delete('/v1/networks/hub');
    expect([inUse.status, inUse.body.code, inUse.body.links]).toEqual([409, 'in_use', 2]);
    expect((await bench.post('/v1/links', link('a', 'nowhere'))).body.errors[0]).toMatchObject({ path: 'to', code: 'unknown_reference' });
    expect((await bench.get('/v1/networks/nowhere')).status).toBe(404);
  });

  it('that are not ours keep their ranges out of exclusive pools', async () => {
    await bench.post('/v1/pools', { name: 'wide', addressSpace: 'lab', cidrs: ['172.24.0.0/16'], reuse: 'EXCLUSIVE' });
    await bench.post('/v1/networks', network('dc', ['172.24.0.0/17'], { kind: 'ON_PREMISES' }));
    expect((await bench.get('/v1/pools/wide/free')).body.items).toEqual([{ cidr: '172.24.128.0/17', addresses: '32768' }]);
    const taken = await bench.post('/v1/pools/wide/allocations', { cidr: '172.24.1.0/24', owner: { kind: 'TEAM', id: 'a' }, purpose: 'p' });
    expect(taken.body).toMatchObject({ code: 'prefix_taken', blockers: [{ kind: 'NETWORK', name: 'dc' }] });
    await bench.delete('/v1/networks/dc');
    expect((await bench.get('/v1/pools/wide/free')).body.items).toEqual([{ cidr: '172.24.0.0/16', addresses: '65536' }]);
  });
});

describe('pools', () => {
  const pool = (name: string, cidrs: readonly string[], more: object = {}) => ({
    name,
    addressSpace: 'lab',
    cidrs,
    reuse: 'EXCLUSIVE',
    ...more,
  });
  const owner = { owner: { kind: 'TEAM', id: 'a' } };

  it('nest: what a child has, its parent does not give out, and gets back', async () => {
    await bench.post('/v1/pools', pool('parent', ['192.168.0.0/16']));
    await bench.post('/v1/pools/parent/allocations', { cidr: '192.168.9.0/24', ...owner, purpose: 'held' });
    const overlap = await bench.post('/v1/pools', pool('inside', ['192.168.4.0/22']));
    expect([overlap.status, overlap.body.code, overlap.body.errors[0].suggestion]).toEqual([409, 'pool_overlap', 'parentPool: parent']);
    const held = await bench.post('/v1/pools', pool('child', ['192.168.8.0/22'], { parentPool: 'parent' }));
    expect([held.status, held.body.code]).toEqual([409, 'prefix_taken']);
    expect((await bench.post('/v1/pools', pool('child', ['192.168.0.0/22'], { parentPool: 'parent' }))).status).toBe(201);
    expect((await bench.post('/v1/pools', pool('sibling', ['192.168.2.0/24'], { parentPool: 'parent' }))).body.code).toBe('pool_overlap');
    expect((await bench.post('/v1/pools', pool('outside', ['10.9.0.0/24'], { parentPool: 'parent' }))).body.code).toBe('outside_pool');
    expect((await bench.post('/v1/pools/parent/allocations', { prefixLength: 24, ...owner, purpose: 'next' })).body.cidr).toBe(
      '192.168.4.0/24',
    );
    expect((await bench.post('/v1/pools/child/allocations', { prefixLength: 24, ...owner, purpose: 'x' })).body.cidr).toBe(
      '192.168.0.0/24',
    );
    const inUse = await bench.delete('/v1/pools/parent');
    expect(inUse.body).toMatchObject({ status: 409, code: 'in_use', counts: { allocations: 2, childPools: 1 } });
    const { body } = await bench.get('/v1/allocations?pool=child');
    await bench.post(`/v1/allocations/${body.items[0].id}/release`);
    expect((await bench.delete('/v1/pools/child')).status).toBe(204);
    expect((await bench.post('/v1/pools/parent/allocations', { cidr: '192.168.0.0/22', ...owner, purpose: 'y' })).status).toBe(201);
  });

  it('change what may change, under If-Match, and nothing else', async () => {
    const made = await bench.post('/v1/pools', pool('changing', ['10.128.0.0/20'], { minPrefixLength: 21, maxPrefixLength: 24 }));
    expect(
      (await bench.patch('/v1/pools/changing', { cidrs: ['10.129.0.0/20'], reuse: 'REUSABLE' })).body.errors.map(
        ({ code, path }: { code: string; path: string }) => [path, code],
      ),
    ).toEqual([
      ['cidrs', 'immutable_field'],
      ['reuse', 'immutable_field'],
    ]);
    expect((await bench.patch('/v1/pools/changing', { minPrefixLength: 28 })).body.code).toBe('invalid_pool_bounds');
    const changed = await bench.patch(
      '/v1/pools/changing',
      { defaultPrefixLength: 24, labels: { a: 'b' } },
      { 'if-match': made.headers['etag'] ?? '' },
    );
    expect([changed.status, changed.body.defaultPrefixLength, changed.headers['etag']]).toEqual([200, 24, '"2"']);
    expect((await bench.patch('/v1/pools/changing', { strategy: 'BEST_FIT' }, { 'if-match': made.headers['etag'] ?? '' })).status).toBe(
      412,
    );
    expect((await bench.post('/v1/pools/changing/allocations', { ...owner, purpose: 'default' })).body.cidr).toBe('10.128.0.0/24');
  });

  it('tell what could be had, count it and refuse to list too much', async () => {
    await bench.post('/v1/pools', pool('six', ['fd00::/48']));
    expect((await bench.get('/v1/pools/six/available?prefixLength=56&count=2')).body).toEqual({
      prefixLength: 56,
      items: [
        { cidr: 'fd00::/56', addresses: '4722366482869645213696' },
        { cidr: 'fd00:0:0:100::/56', addresses: '4722366482869645213696' },
      ],
      count: '256',
      nextCursor: null,
    });
    expect((await bench.get('/v1/pools/six/available?prefixLength=56&count=55555')).body.code).toBe('count_too_large');
    const pages = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body }: { body: { items: { cidr: string }[]; nextCursor: string | null } } = await bench.get(
        `/v1/pools/parent/free?limit=2${cursor ? `&cursor=${cursor}` : ''}`,
      );
      pages.push(...body.items.map(({ cidr }) => cidr));
      cursor = body.nextCursor;
    }
    expect(new Set(pages).size).toBe(pages.length);
    expect(pages.length).toBeGreaterThan(4);
  });

  it('two at once over the same range become one', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => bench.post('/v1/pools', pool(`racing-${index}`, ['10.200.0.0/16']))),
    );
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 409, 409, 409, 409, 409, 409, 409]);
  });
});

describe('a mesh', () => {
  it('takes no cluster whose pod range another member has (NET-22)', async () => {
    await bench.post('/v1/topologies', demoTopology);
    const pools = { nodeSubnet: 'nodes', podCidr: 'pods', serviceCidr: 'services' };
    await bench.post('/v1/address-plans', { name: 'meshed', clusters: [demoCluster(0), demoCluster(1)], pools });
    expect((await bench.put('/v1/meshes/payments/members/aks-00')).body.members).toEqual(['aks-00']);
    expect((await bench.put('/v1/meshes/payments/members/aks-00')).status).toBe(200);
    const simulated = await bench.post('/v1/topology/simulate', { addToMesh: [{ mesh: 'payments', cluster: 'aks-01' }] });
    expect(simulated.body.conflicts).toMatchObject([{ kind: 'POD_CIDRS_OVERLAP_IN_MESH', rule: 'NET-22' }]);
    const refused = await bench.put('/v1/meshes/payments/members/aks-01');
    expect([refused.status, refused.body.code]).toEqual([409, 'topology_conflict']);
    expect(refused.body.conflicts).toMatchObject([{ rule: 'NET-22', ranges: [{ holder: 'aks-00' }, { holder: 'aks-01' }] }]);
    await bench.post('/v1/meshes', { name: 'other' });
    expect((await bench.put('/v1/meshes/other/members/aks-00')).body.code).toBe('in_another_mesh');
    const { body } = await bench.post('/v1/reuse/check', {
      clusters: ['aks-00', { name: 'new', network: 'spoke-eastus2-0', mesh: 'payments' }],
      podCidr: '192.168.0.0/16',
    });
    expect(body.allowed).toBe(false);
    expect(body.reasons.map(({ rule, path }: { rule: string; path: string[] }) => [rule, path])).toEqual([
      ['OV-36', ['spoke-eastus2-0', 'hub-eastus2', 'acquired']],
      ['NET-22', []],
    ]);
    expect((await bench.delete('/v1/meshes/payments/members/aks-00')).status).toBe(204);
    expect((await bench.put('/v1/meshes/payments/members/aks-01')).status).toBe(200);
  });
});

describe('a mesh with a member that an admin forced (NET-22)', () => {
  const member = (cluster: string) => `/v1/meshes/forced/members/${cluster}`;
  const put = (path: string, role: 'admin' | 'operator' = 'admin') =>
    request(bench.url)
      .put(path)
      .set({ authorization: `Bearer ${testTokens[role]}` });
  const conflicts = async () =>
    (await bench.get('/v1/conflicts?kind=POD_CIDRS_OVERLAP_IN_MESH')).body.items.map(({ ranges }: { ranges: { holder: string }[] }) =>
      ranges.map(({ holder }) => holder).join('+'),
    );

  it('is refused with every clash and path, forced by an admin only, and opens the conflicts', async () => {
    const clusters = ['aks-f0', 'aks-f1', 'aks-f2'].map((name) => ({ ...demoCluster(0), name, mesh: undefined }));
    const pools = { nodeSubnet: 'nodes', podCidr: 'pods', serviceCidr: 'services' };
    expect((await bench.post('/v1/address-plans', { name: 'forced', clusters, pools })).status).toBe(201);
    await bench.post('/v1/meshes', { name: 'forced' });
    for (const cluster of ['aks-f0', 'aks-early']) expect((await put(`${member(cluster)}?force=true`)).body.forcedMembers).toEqual([]);
    const refused = await put(member('aks-f1'));
    expect([refused.status, refused.body.conflicts]).toMatchObject([
      409,
      [{ rule: 'NET-22', ranges: [{ holder: 'aks-f0' }, { holder: 'aks-f1' }], path: ['spoke-westeurope-0', 'spoke-westeurope-0'] }],
    ]);
    expect((await put(`${member('aks-f1')}?force=true`, 'operator')).status).toBe(403);
    const dry = await put(`${member('aks-f1')}?force=true&dryRun=true`);
    expect([dry.status, dry.body.forcedMembers, await conflicts()]).toEqual([200, ['aks-f1'], []]);
    const forced = await put(`${member('aks-f1')}?force=true`);
    expect([forced.status, forced.body.members, forced.body.forcedMembers]).toEqual([200, ['aks-early', 'aks-f0', 'aks-f1'], ['aks-f1']]);
    expect(await conflicts()).toEqual(['aks-f0+aks-f1']);
    expect((await put(member('aks-f1'))).body.forcedMembers).toEqual(['aks-f1']);
    const events = (await bench.get('/v1/audit-events?limit=20')).body.items;
    expect(events.find(({ action }: { action: string }) => action === 'mesh.forced')).toMatchObject({
      after: { forcedMembers: ['aks-f1'] },
    });
  });

  it('still keeps all others out, and is sound as far as the check goes', async () => {
    const third = await put(member('aks-f2'));
    expect([third.status, third.body.conflictCount]).toEqual([409, 2]);
    const { body } = await bench.post('/v1/ipam/checks');
    expect(body.invariants.filter(({ broken }: { broken: number }) => broken > 0)).toEqual([]);
  });

  it('is under the rule of the mesh again as soon as nothing overlaps', async () => {
    expect((await bench.delete(member('aks-f0'))).status).toBe(204);
    expect((await bench.get('/v1/meshes/forced')).body).toMatchObject({ members: ['aks-early', 'aks-f1'], forcedMembers: [] });
    expect((await put(`${member('aks-f0')}?force=true`)).body.forcedMembers).toEqual(['aks-f0']);
    expect((await bench.post('/v1/address-plans/forced/release', { clusters: ['aks-f0'] })).status).toBe(200);
    expect((await bench.get('/v1/meshes/forced')).body.forcedMembers).toEqual([]);
    expect(await conflicts()).toEqual([]);
    const { rows } = await sql<{ bound: boolean }>`select mesh_no is not null as bound from allocation
      where owner_id = 'aks-f1' and purpose = 'POD_CIDR' and holding`.execute(bench.fresh.db);
    expect(rows).toEqual([{ bound: true }]);
    const { body } = await bench.post('/v1/ipam/checks');
    expect(body.invariants.filter(({ broken }: { broken: number }) => broken > 0)).toEqual([]);
  });
});

describe('the pod range of a member that is taken without a plan (NET-22)', () => {
  const take = (pool: string, id: string, more: object = { prefixLength: 20 }) =>
    bench.post(`/v1/pools/${pool}/allocations`, { owner: { kind: 'CLUSTER', id }, purpose: 'POD_CIDR', ...more });
  const isClean = async () => expect((await bench.post('/v1/ipam/checks')).body).toMatchObject({ clean: true });

  it('is under the rule of the mesh: others get another one, and are refused the same', async () => {
    for (const [name, cidr, reuse] of [
      ['direct-shared', '10.20.0.0/16', 'REUSABLE'],
      ['direct-own', '10.21.0.0/16', 'EXCLUSIVE'],
    ] as const)
      await bench.post('/v1/pools', { name, addressSpace: 'lab', cidrs: [cidr], reuse, cooldownSeconds: 3600 });
    await bench.post('/v1/meshes', { name: 'direct' });
    for (const name of ['aks-m0', 'aks-m1', 'aks-m2']) await bench.put(`/v1/meshes/direct/members/${name}`);
    expect((await take('direct-shared', 'aks-m0')).body.cidr).toBe('10.20.0.0/20');
    expect((await take('direct-shared', 'aks-m1')).body.cidr).toBe('10.20.16.0/20');
    expect((await take('direct-shared', 'aks-outside')).body.cidr).toBe('10.20.0.0/20');
    const refused = await take('direct-shared', 'aks-m2', { cidr: '10.20.0.0/18' });
    expect([refused.status, refused.body.errors]).toMatchObject([
      422,
      [
        { path: 'cidr', code: 'pod_cidr_not_unique_in_mesh', rule: 'NET-22', conflictsWith: '10.20.0.0/20' },
        { conflictsWith: '10.20.16.0/20' },
      ],
    ]);
    expect((await take('direct-own', 'aks-m2')).status).toBe(201);
    await isClean();
  });

  it('rests and comes back under the rule of the mesh that the cluster is in then', async () => {
    const { body } = await take('direct-own', 'aks-m2');
    await bench.post(`/v1/allocations/${body.id}/release`);
    await bench.delete('/v1/meshes/direct/members/aks-m2');
    expect((await take('direct-own', 'aks-m2')).body).toMatchObject({ id: body.id, status: 'ACTIVE' });
    await isClean();
    await bench.post(`/v1/allocations/${body.id}/release`);
    await bench.put('/v1/meshes/direct/members/aks-m2');
    expect((await take('direct-own', 'aks-m2')).body).toMatchObject({ id: body.id, status: 'ACTIVE' });
    await isClean();
  });

  it('of two members in one request is two blocks apart', async () => {
    await bench.post('/v1/meshes', { name: 'direct-2' });
    for (const name of ['aks-n0', 'aks-n1']) await bench.put(`/v1/meshes/direct-2/members/${name}`);
    const item = (id: string) => ({ pool: 'direct-shared', prefixLength: 20, owner: { kind: 'CLUSTER', id }, purpose: 'POD_CIDR' });
    const both = await bench.post('/v1/allocations/batch', { items: [item('aks-n0'), item('aks-n1')] });
    expect(both.status).toBe(201);
    expect(new Set(both.body.items.map(({ cidr }: { cidr: string }) => cidr)).size).toBe(2);
    await isClean();
  });
});

describe('a cluster declared UNIQUE that is a member of a mesh (OV-55, NET-24)', () => {
  const member = '/v1/meshes/alone/members/aks-u0';
  const conflicts = async () =>
    (await bench.get('/v1/conflicts?kind=UNIQUE_POD_CIDR_SHARED')).body.items.map(({ ranges }: { ranges: { holder: string }[] }) =>
      ranges.map(({ holder }) => holder),
    );
  const isClean = async () => expect((await bench.post('/v1/ipam/checks')).body).toMatchObject({ clean: true });

  it('shares with all outside it, so leaving is refused with what it shares, unless an admin forces it', async () => {
    await bench.post('/v1/address-spaces', { name: 'apart' });
    await bench.post('/v1/networks', { ...network('apart-net', ['10.44.0.0/16']), addressSpace: 'apart' });
    const pool = (name: string, cidr: string, reuse: string) =>
      bench.post('/v1/pools', { name, addressSpace: 'apart', cidrs: [cidr], reuse });
    await pool('apart-nodes', '10.44.0.0/16', 'EXCLUSIVE');
    await pool('apart-pods', '10.112.0.0/12', 'REUSABLE');
    await bench.post('/v1/meshes', { name: 'alone' });
    await bench.put(member);
    const cluster = (name: string, podCidrScope: string) => ({ ...demoCluster(0), name, network: 'apart-net', podCidrScope });
    const clusters = [cluster('aks-u0', 'UNIQUE'), cluster('aks-u1', 'REUSABLE')];
    const plan = { name: 'apart', clusters, pools: { nodeSubnet: 'apart-nodes', podCidr: 'apart-pods' } };
    const made = await bench.post('/v1/address-plans', plan);
    expect(made.status).toBe(201);
    expect(made.body.clusters[0].podCidr).toBe(made.body.clusters[1].podCidr);
    const refused = await bench.delete(member);
    expect([refused.status, refused.body]).toMatchObject([
      409,
      {
        code: 'topology_conflict',
        conflictCount: 1,
        conflicts: [{ kind: 'UNIQUE_POD_CIDR_SHARED', rule: 'OV-55', path: ['apart-net', 'apart-net'] }],
      },
    ]);
    expect(refused.body.detail).toContain('aks-u0 shares with nobody');
    expect((await bench.get('/v1/meshes/alone')).body.members).toEqual(['aks-u0']);
    expect((await bench.delete(`${member}?force=true`)).status).toBe(204);
    expect(await conflicts()).toEqual([['aks-u0', 'aks-u1']]);
    await isClean();
  });

  it('is not grown into, and is alone again when the other gives its range back', async () => {
    const { items } = (await bench.get('/v1/allocations?owner=CLUSTER/aks-u1&purpose=POD_CIDR')).body;
    const answer = await bench.post(`/v1/allocations/${items[0].id}/expand`, { cidr: '10.112.0.0/14' });
    expect([answer.status, answer.body.errors[0].code]).toEqual([422, 'pod_cidr_not_unique']);
    await bench.post('/v1/address-plans/apart/release', { clusters: ['aks-u1'] });
    expect(await conflicts()).toEqual([]);
    await isClean();
  });

  it('shares again when it joins again', async () => {
    const cluster = { ...demoCluster(0), name: 'aks-u2', network: 'apart-net' };
    const plan = { name: 'apart-2', clusters: [cluster], pools: { nodeSubnet: 'apart-nodes', podCidr: 'apart-pods' } };
    expect((await bench.post('/v1/address-plans', plan)).body.errors[0].code).toBe('pool_serves_another_rule');
    await bench.put(member);
    expect((await bench.post('/v1/address-plans', plan)).status).toBe(201);
    expect((await bench.delete(`${member}?force=true`)).status).toBe(204);
    expect(await conflicts()).toEqual([['aks-u0', 'aks-u2']]);
    expect((await bench.put(member)).status).toBe(200);
    expect(await conflicts()).toEqual([]);
    await isClean();
  });

  it('may be forced out by an admin only, over GraphQL too', async () => {
    const leave = (force: boolean, role: 'admin' | 'operator') =>
      bench.post(
        '/graphql',
        {
          query: `mutation { leaveMesh(mesh: "alone", cluster: "aks-u0", force: ${force}) { __typename ... on ProblemInterface { code } } }`,
        },
        {},
        role,
      );
    expect((await leave(true, 'operator')).body.errors[0].extensions.code).toBe('forbidden');
    expect((await leave(false, 'admin')).body.data.leaveMesh.code).toBe('topology_conflict');
    expect((await leave(true, 'admin')).body.data.leaveMesh.__typename).toBe('Removed');
    expect(await conflicts()).toHaveLength(1);
  });
});

describe('a topology', () => {
  it('reports the problems of all its parts with their places, and writes none of it', async () => {
    const { status, body } = await bench.post('/v1/topologies', {
      addressSpaces: [{ name: 'broken' }],
      networks: [{ name: 'n1', addressSpace: 'nowhere', kind: 'VIRTUAL_NETWORK', prefixes: ['10.0.0.0/16'] }],
      links: [{ from: 'n1', to: 'n2', kind: 'PEERING' }],
      pools: [
        { name: 'p1', addressSpace: 'broken', cidrs: ['10.0.0.0/16'], reuse: 'EXCLUSIVE', parentPool: 'p2' },
        { name: 'p2', addressSpace: 'broken', cidrs: ['10.0.0.0/16'], reuse: 'EXCLUSIVE', parentPool: 'p1' },
        { name: 'p3', addressSpace: 'broken', cidrs: ['10.1.0.0/16'], reuse: 'EXCLUSIVE', minPrefixLength: 24, maxPrefixLength: 20 },
        { name: 'p3', addressSpace: 'broken', cidrs: ['10.1.0.0/16'], reuse: 'EXCLUSIVE' },
      ],
    });
    expect(status).toBe(422);
    expect(body.errors.map(({ path, code }: { path: string; code: string }) => `${path} ${code}`).sort()).toEqual([
      'links[0].from unknown_reference',
      'links[0].to unknown_reference',
      'networks[0].addressSpace unknown_reference',
      'pools[0].parentPool pool_cycle',
      'pools[2].minPrefixLength invalid_pool_bounds',
      'pools[3].name duplicate_name',
    ]);
    expect((await bench.get('/v1/address-spaces/broken')).status).toBe(404);
  });

  it('changes what may change and says which', async () => {
    const topology = {
      ...demoTopology,
      pools: demoTopology.pools.map((pool) => (pool.name === 'nodes' ? { ...pool, strategy: 'BEST_FIT' } : pool)),
    };
    const { body } = await bench.post('/v1/topologies', topology);
    expect(body.changes.filter(({ change }: { change: string }) => change !== 'UNCHANGED')).toEqual([
      { kind: 'POOL', name: 'nodes', change: 'CHANGED' },
    ]);
    const fixed = await bench.post('/v1/topologies', { pools: [{ ...demoTopology.pools[0], cidrs: ['10.240.0.0/13'] }] });
    expect(fixed.body.errors[0]).toMatchObject({ path: 'pools[0].cidrs', code: 'immutable_field' });
  });

  it('puts its problems beside those of the clusters in a dry run of a plan', async () => {
    const topology = {
      ...demoTopology,
      networks: demoTopology.networks.map((one) => (one.name === 'acquired' ? { ...one, kind: 'VIRTUAL_NETWORK' } : one)),
    };
    const { body } = await bench.post('/v1/address-plans?dryRun=true', {
      clusters: [demoCluster(7, { growthFactor: 3 })],
      pools: { nodeSubnet: 'nodes', podCidr: 'pods', serviceCidr: 'services' },
      topology,
    });
    expect(body.errors.map(({ path, code }: { path: string; code: string }) => `${path} ${code}`)).toEqual([
      'topology.networks[16].kind immutable_field',
      'clusters[0].growthFactor growth_factor_invalid',
    ]);
  });
});

describe('reads', () => {
  it('page through every list once', async () => {
    const names: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body }: { body: { items: { name: string }[]; nextCursor: string | null } } = await bench.get(
        `/v1/networks?limit=5${cursor ? `&cursor=${cursor}` : ''}`,
      );
      names.push(...body.items.map(({ name }) => name));
      cursor = body.nextCursor;
    }
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(20);
    expect((await bench.get('/v1/networks?limit=1001')).status).toBe(422);
    expect((await bench.get('/v1/networks?cursor=abc')).body.code).toBe('invalid_cursor');
  });

  it('find what holds, lies in or touches a range', async () => {
    const space = (await bench.get('/v1/address-spaces/corp')).body.id;
    await sql`insert into discovered_range (id, space_id, cidr, source) values (${newId()}, ${space}, '198.51.100.0/24', 'seen')`.execute(
      bench.fresh.db,
    );
    expect((await bench.get('/v1/search?contains=198.51.100.0/24')).body.items).toMatchObject([
      { kind: 'DISCOVERED', cidr: '198.51.100.0/24', addressSpace: 'corp' },
    ]);
    const holding = (await bench.get('/v1/search?contains=10.240.0.1')).body.items.map(
      ({ kind, name }: { kind: string; name: string }) => `${kind} ${name}`,
    );
    expect(holding).toEqual(
      expect.arrayContaining([
        'POOL nodes',
        'NETWORK spoke-westeurope-0',
        expect.stringMatching(/^ALLOCATION CLUSTER\/aks-00 NODE_SUBNET/),
      ]),
    );
    expect((await bench.get('/v1/search?within=10.200.0.0/22')).body.items).toHaveLength(3);
    expect((await bench.get('/v1/search?overlaps=10.200.0.0/22&within=10.0.0.0/8')).body.code).toBe('ambiguous_request');
    expect((await bench.get('/v1/search?contains=nonsense')).status).toBe(422);
  });

  it('tell who did what, with before and after', async () => {
    const { body } = await bench.get('/v1/audit-events?kind=pool&limit=1');
    expect(body.items[0]).toMatchObject({ actor: 'admin', action: expect.stringMatching(/^pool\./), requestId: expect.any(String) });
    const next = await bench.get(`/v1/audit-events?kind=pool&limit=1&cursor=${body.nextCursor}`);
    expect(next.body.items[0].sequence).toBeLessThan(body.items[0].sequence);
  });

  it('let a viewer read and refuse it every write', async () => {
    expect((await bench.get('/v1/pools', 'viewer')).status).toBe(200);
    expect((await bench.post('/v1/reuse/check', { clusters: ['aks-00'] }, {}, 'viewer')).status).toBe(200);
    expect((await bench.post('/v1/address-spaces', { name: 'no' }, {}, 'viewer')).status).toBe(403);
  });

  it('are documented with requests, answers and problems', async () => {
    const { body } = await bench.get('/openapi.json');
    const operations = Object.values(
      body.paths as Record<string, Record<string, { responses: Record<string, unknown>; operationId: string }>>,
    ).flatMap((path) => Object.values(path));
    expect(operations.length).toBeGreaterThan(38);
    for (const { responses, operationId } of operations)
      expect([operationId, Object.keys(responses).length]).toEqual([operationId, expect.any(Number)]);
    expect(operations.filter(({ responses }) => !('default' in responses))).toEqual([]);
    expect(Object.keys(body.components.schemas)).toEqual(
      expect.arrayContaining([
        'AddressPlanBody',
        'AddressPlan',
        'AllocationBody',
        'Allocation',
        'PoolBody',
        'Pool',
        'NetworkBody',
        'Topology',
        'ProblemDocument',
        'ClusterSpec',
      ]),
    );
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  });
});
