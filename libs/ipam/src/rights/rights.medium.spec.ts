import { Authenticator, hashedToken } from '@podspan/platform';
import { testTokens } from '@podspan/platform/testing';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoCluster } from '../testing/demo-fleet.js';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';
import { type Answer, graphqlCaller, type IpamCaller, restCaller } from '../testing/ipam-callers.js';

const SCOPED = 'operator-of-mine';
let bench: IpamBench;
let rest: IpamCaller;
let graphql: IpamCaller;
let others: { readonly allocation: string; readonly own: string };

beforeAll(async () => {
  const authenticator = new Authenticator({
    tokens: [hashedToken('admin', testTokens.admin, 'admin'), { ...hashedToken('scoped', SCOPED, 'operator'), spaces: ['mine'] }],
  });
  bench = await ipamBench({ authenticator });
  [rest, graphql] = [restCaller(bench.url, SCOPED), graphqlCaller(bench.url, SCOPED)];
  others = await estate();
}, 60_000);
afterAll(() => bench.close());

/** Two spaces whose networks are linked; every name and range of the other one is told by its letters and numbers. */
async function estate(): Promise<typeof others> {
  const admin = restCaller(bench.url, testTokens.admin);
  const done = async (answer: Promise<Answer>): Promise<Answer> => {
    const given = await answer;
    expect(given.body).not.toHaveProperty('code');
    return given;
  };
  const net = (name: string, addressSpace: string, cidr: string): object => ({
    name,
    addressSpace,
    kind: 'VIRTUAL_NETWORK',
    prefixes: [cidr],
  });
  await done(
    admin.call('applyTopology', {
      body: {
        addressSpaces: [{ name: 'mine' }, { name: 'sekret-space' }],
        networks: [
          net('mine-net', 'mine', '10.1.0.0/16'),
          net('mine-old', 'mine', '10.97.128.0/17'),
          net('sekret-hub', 'sekret-space', '10.97.0.0/16'),
          net('sekret-far', 'sekret-space', '10.98.0.0/16'),
          net('sekret-twin', 'sekret-space', '10.98.64.0/18'),
        ],
        links: [
          { from: 'mine-net', to: 'sekret-hub', kind: 'PEERING' },
          { from: 'sekret-hub', to: 'sekret-far', kind: 'EXPRESSROUTE' },
        ],
        meshes: [{ name: 'both' }],
        pools: [
          { name: 'mine-nodes', addressSpace: 'mine', cidrs: ['10.1.0.0/16'], reuse: 'EXCLUSIVE' },
          { name: 'mine-pods', addressSpace: 'mine', cidrs: ['10.104.0.0/13', '10.96.0.0/13'], reuse: 'REUSABLE' },
          { name: 'sekret-nodes', addressSpace: 'sekret-space', cidrs: ['10.97.0.0/16'], reuse: 'EXCLUSIVE' },
          { name: 'sekret-pods', addressSpace: 'sekret-space', cidrs: ['10.104.0.0/13'], reuse: 'REUSABLE' },
        ],
      },
    }),
  );
  for (const [name, network, pools] of [
    ['mine-1', 'mine-net', 'mine'],
    ['sekret-1', 'sekret-hub', 'sekret'],
  ] as const) {
    const body = {
      name: `${name}-plan`,
      clusters: [{ ...demoCluster(0), name, network }],
      pools: { nodeSubnet: `${pools}-nodes`, podCidr: `${pools}-pods` },
    };
    await done(admin.call('createAddressPlan', { body }));
  }
  for (const [from, to] of [
    ['mine-old', 'sekret-hub'],
    ['sekret-twin', 'sekret-far'],
  ])
    expect((await bench.post('/v1/links?force=true', { from, to, kind: 'VPN' })).status).toBe(201);
  await done(admin.call('joinMesh', { key: 'both', cluster: 'sekret-1' }));
  const take = async (pool: string): Promise<string> =>
    (await done(admin.call('allocate', { pool, body: { prefixLength: 26, owner: { kind: 'TEAM', id: `${pool}-team` }, purpose: 'p' } })))
      .body.id;
  return { own: await take('mine-nodes'), allocation: await take('sekret-nodes') };
}

/** Everything the other space has is spelt with these. */
const secrets = /sekret|10\.98\./i;

async function get(path: string): Promise<{ readonly status: number; readonly text: string }> {
  const { status, text } = await request(bench.url).get(path).set('authorization', `Bearer ${SCOPED}`);
  return { status, text };
}

async function readPaths(): Promise<readonly string[]> {
  const { body } = await request(bench.url).get('/openapi.json');
  return Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
    path.startsWith('/v1/') && 'get' in methods ? [path] : [],
  );
}

const QUERIES: Readonly<Record<string, string>> = {
  '/v1/search': '?overlaps=0.0.0.0/0',
  '/v1/pools/{pool}/available': '?prefixLength=26',
};
const own: Readonly<Record<string, () => string>> = {
  addressSpace: () => 'mine',
  network: () => 'mine-net',
  link: () => 'mine-net--sekret-hub--peering',
  mesh: () => 'both',
  pool: () => 'mine-nodes',
  allocation: () => others.own,
  plan: () => 'mine-1-plan',
};
const foreign: Readonly<Record<string, () => string>> = {
  addressSpace: () => 'sekret-space',
  network: () => 'sekret-far',
  link: () => 'sekret-hub--sekret-far--expressroute',
  pool: () => 'sekret-nodes',
  allocation: () => others.allocation,
  plan: () => 'sekret-1-plan',
};

describe('who has rights in one address space', () => {
  it('reads of every list and every thing of their own nothing of another space', async () => {
    const seen: string[] = [];
    for (const path of await readPaths()) {
      if ([...path.matchAll(/\{(\w+)\}/g)].some(([, parameter = '']) => !own[parameter])) continue;
      const { status, text } = await get(path.replace(/\{(\w+)\}/, (_, name: string) => own[name]!()) + (QUERIES[path] ?? ''));
      seen.push(path);
      expect([path, status < 300 || status === 422 || status === 403, path.startsWith('/v1/links/') ? null : secrets.exec(text)]).toEqual([
        path,
        true,
        null,
      ]);
    }
    expect(seen).toEqual(
      expect.arrayContaining([
        '/v1/networks',
        '/v1/conflicts',
        '/v1/search',
        '/v1/audit-events',
        '/v1/pools/{pool}/free',
        '/v1/allocations/{allocation}',
      ]),
    );
  });

  it('is refused everything of another space, whoever it belongs to staying unsaid', async () => {
    for (const path of await readPaths()) {
      const [, parameter] = /\{(\w+)\}/.exec(path) ?? [];
      const key = parameter === undefined ? undefined : foreign[parameter]?.();
      if (key === undefined) continue;
      const { status, text } = await get(path.replace(/\{\w+\}/, key) + (QUERIES[path] ?? ''));
      expect([path, [403, 404, 422].includes(status)]).toEqual([path, true]);
      expect(text.replaceAll(key, '')).not.toMatch(key === 'sekret-space' ? /10\.98/ : /sekret-space|10\.98/);
    }
  });

  it.each([
    ['REST', () => rest],
    ['GraphQL', () => graphql],
  ] as const)('changes nothing of another space over %s', async (_, caller) => {
    const team = { owner: { kind: 'TEAM', id: 't' }, purpose: 'p' };
    const attempts = [
      caller().call('allocate', { pool: 'sekret-nodes', body: { prefixLength: 26, ...team } }),
      caller().call('allocateMany', {
        items: [
          { pool: 'mine-nodes', prefixLength: 26, ...team },
          { pool: 'sekret-nodes', prefixLength: 26, ...team },
        ],
      }),
      caller().call('release', { id: others.allocation }),
      caller().call('renew', { id: others.allocation, body: { expiresAt: null } }),
      caller().call('expand', { id: others.allocation, body: {} }),
      caller().call('createSpace', { body: { name: 'another' } }),
      caller().call('createPool', { body: { name: 'x', addressSpace: 'sekret-space', cidrs: ['10.200.0.0/16'], reuse: 'EXCLUSIVE' } }),
      caller().call('updatePool', { key: 'sekret-nodes', body: { cooldownSeconds: 5 } }),
      caller().call('deletePool', { key: 'sekret-nodes' }),
      caller().call('deleteNetwork', { key: 'sekret-far' }),
      caller().call('createLink', { body: { from: 'mine-net', to: 'sekret-far', kind: 'PEERING' } }),
      caller().call('joinMesh', { key: 'both', cluster: 'sekret-1' }),
      caller().call('createAddressPlan', {
        body: {
          clusters: [{ ...demoCluster(0), name: 'mine-2', network: 'mine-net' }],
          pools: { nodeSubnet: 'sekret-nodes', podCidr: 'mine-pods' },
        },
      }),
    ];
    for (const answer of await Promise.all(attempts)) expect(answer.code).toBe('forbidden');
    expect(
      (await caller().call('allocations', { pool: 'mine-nodes' })).body.items.filter(
        ({ owner }: { owner: { id: string } }) => owner.id === 't',
      ),
    ).toEqual([]);
  });
});

describe.each([
  ['REST', () => rest],
  ['GraphQL', () => graphql],
] as const)('whether a range is taken, over %s', (_, caller) => {
  const text = (answer: Answer): string => JSON.stringify([answer.body, answer.errors]);

  it('is answered from the whole estate, and the way there shows others as hidden', async () => {
    const owner = { kind: 'CLUSTER', id: 'mine-1' };
    const asked = await caller().call('allocate', { pool: 'mine-pods', body: { cidr: '10.98.0.0/16', owner, purpose: 'EXTRA' } });
    expect(asked).toMatchObject({ ok: false, code: 'pod_cidr_overlaps_connected_network' });
    expect(text(asked)).toMatch(/hidden/);
    expect(text(asked)).not.toMatch(/sekret/);
  });

  it('is so for reuse checks, simulations, conflicts and address plans', async () => {
    const reuse = await caller().call('checkReuse', { body: { clusters: ['mine-1'], podCidr: '10.98.0.0/16' } });
    expect(reuse.body).toMatchObject({
      allowed: false,
      reasons: [{ path: ['mine-net', 'hidden', 'hidden'] }, { path: ['mine-net', 'hidden', 'hidden', 'hidden'] }],
    });
    expect(text(reuse)).not.toMatch(/sekret/);
    const conflicts = await caller().call('conflicts');
    expect(conflicts.body.items).toHaveLength(1);
    expect(conflicts.body.items[0]).toMatchObject({
      ranges: expect.arrayContaining([expect.objectContaining({ holder: 'hidden' }), expect.objectContaining({ holder: 'mine-old' })]),
    });
    expect(text(conflicts)).not.toMatch(secrets);
    const plan = await caller().call('createAddressPlan', {
      dryRun: true,
      body: {
        clusters: [{ ...demoCluster(0), name: 'mine-3', network: 'mine-net', podCidr: '10.98.0.0/16' }],
        pools: { nodeSubnet: 'mine-nodes', podCidr: 'mine-pods' },
      },
    });
    expect(plan.errors).toEqual(expect.arrayContaining([expect.objectContaining({ code: 'pod_cidr_overlaps_connected_network' })]));
    expect(text(plan)).not.toMatch(/sekret/);
  });

  it('is so for a change of the topology that is refused', async () => {
    const refused = await caller().call('createNetwork', {
      body: { name: 'mine-more', addressSpace: 'mine', kind: 'VIRTUAL_NETWORK', prefixes: ['10.98.0.0/17'] },
    });
    expect(refused.ok).toBe(true);
    const link = await caller().call('createLink', { body: { from: 'mine-more', to: 'mine-net', kind: 'PEERING' } });
    expect([link.code, link.body.conflicts ?? link.body.facts.conflicts]).toMatchObject([
      'topology_conflict',
      expect.arrayContaining([expect.objectContaining({ path: expect.arrayContaining(['hidden']) })]),
    ]);
    expect(text(link)).not.toMatch(/sekret|10\.98\.64/);
    expect((await caller().call('deleteNetwork', { key: 'mine-more' })).ok).toBe(true);
  });
});

it('names who shares a pod range within reach only', async () => {
  const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Cluster { addressPlan { podCidr reusedBy { name } } } } }';
  const variables = { r: [{ __typename: 'Cluster', name: 'mine-1' }] };
  const ask = async (token: string) =>
    (await request(bench.url).post('/graphql').set('authorization', `Bearer ${token}`).send({ query, variables })).body.data._entities[0]
      .addressPlan;
  const [all, scoped] = [await ask(testTokens.admin), await ask(SCOPED)];
  expect(all.reusedBy).toEqual([{ name: 'sekret-1' }]);
  expect(scoped).toEqual({ podCidr: all.podCidr, reusedBy: [] });
});
