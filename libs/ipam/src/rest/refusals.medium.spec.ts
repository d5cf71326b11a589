import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';

let bench: IpamBench;
beforeAll(async () => {
  bench = await ipamBench();
  await bench.post('/v1/address-spaces', { name: 'space' });
  await bench.post('/v1/pools', { name: 'pool', addressSpace: 'space', cidrs: ['10.0.0.0/16'], reuse: 'EXCLUSIVE', maxPrefixLength: 28 });
});
afterAll(() => bench.close());

const codes = ({ body }: { body: { errors: readonly { path: string; code: string }[] } }): readonly string[] =>
  body.errors.map(({ path, code }) => `${path} ${code}`);

it('tells an allocation what is wrong in its shape together with what its pool would refuse', async () => {
  const refused = await bench.post('/v1/pools/pool/allocations', {
    prefixLength: 30,
    owner: { kind: 'TEAMS', id: 'a' },
    purpose: 'x',
    colour: 'red',
  });
  expect(refused.status).toBe(422);
  expect(codes(refused)).toEqual(['owner.kind unknown_owner_kind', 'colour unknown_field', 'prefixLength invalid_prefix_length']);
  expect(refused.body.errors[0]).toMatchObject({ value: 'TEAMS', suggestion: 'TEAM' });
});

it('tells both members that exclude one another beside the one that cannot be read', async () => {
  const refused = await bench.post('/v1/pools/pool/allocations', {
    prefixLength: 24,
    cidr: '10.0.0.1/24',
    owner: { kind: 'TEAM', id: 'a' },
    purpose: 'x',
  });
  expect(codes(refused)).toEqual(['cidr host_bits_set', ' ambiguous_request']);
  expect((await bench.get('/v1/allocations')).body.items).toEqual([]);
});

it('judges a pool as far as it can be read, and keeps nothing', async () => {
  const refused = await bench.post('/v1/pools', {
    name: 'other',
    addressSpace: 'nowhere',
    cidrs: ['10.1.0.0/17', '10.1.5.1/24'],
    reuse: 'EXCLUSIVE',
    minPrefixLength: 28,
    maxPrefixLength: 20,
    cooldownSeconds: -1,
  });
  expect(refused.status).toBe(422);
  expect(codes(refused)).toEqual([
    'cidrs[1] host_bits_set',
    'cooldownSeconds too_small',
    'addressSpace unknown_reference',
    'minPrefixLength invalid_pool_bounds',
  ]);
  expect((await bench.get('/v1/pools/other')).status).toBe(404);
});

it('says that conditions were in the way where the pool itself has room', async () => {
  const body = { prefixLength: 26, owner: { kind: 'TEAM', id: 'b' }, purpose: 'x' };
  const told = async (more: object) => (await bench.post('/v1/pools/pool/allocations?dryRun=true', { ...body, ...more })).body;
  expect(await told({ within: '10.0.0.0/27' })).toMatchObject({
    code: 'pool_exhausted',
    largestFreePrefixLength: 16,
    detail: 'pool pool has no free /26 within 10.0.0.0/27; in all of it the largest free block is a /16',
  });
  expect((await told({ exclude: '0.0.0.0/0' })).detail).toBe(
    'pool pool has no free /26 outside what is excluded; in all of it the largest free block is a /16',
  );
});

it.each(['dryrun=true', 'dry_run=1', 'DryRun='])('refuses a write with ?%s instead of writing', async (query) => {
  const body = { prefixLength: 24, owner: { kind: 'TEAM', id: 'b' }, purpose: 'x' };
  const refused = await bench.post(`/v1/pools/pool/allocations?${query}`, body);
  expect(refused.status).toBe(422);
  expect(refused.body.errors).toMatchObject([{ path: query.split('=')[0], code: 'unknown_field', suggestion: 'dryRun' }]);
  expect((await bench.get('/v1/allocations')).body.items).toEqual([]);
});

it('refuses parameters of a read that nobody would look at', async () => {
  const refused = await bench.get('/v1/pools/pool/available?prefixLength=26&within=10.0.0.0/24');
  expect(codes(refused)).toEqual(['within unknown_field']);
  expect((await bench.get('/v1/pools/pool?verbose=true')).status).toBe(422);
});

describe('a request that is wrong in its shape and in what it names', () => {
  const owner = { kind: 'TEAM', id: 'a' };
  const items = [
    { pool: 'nowhere', prefixLength: 24, owner, purpose: 'x' },
    { pool: 'pool', prefixLength: 29, owner, purpose: 'y' },
    { pool: 'pool', cidr: '11.0.0.0/24', owner, purpose: 'z' },
    { pool: 'pool', cidr: '10.0.0.0/24', prefixLength: 24, owner, purpose: 'both' },
  ];
  const wrongItems = [
    'items[0].pool unknown_reference',
    'items[1].prefixLength invalid_prefix_length',
    'items[2].cidr outside_pool',
    'items[3] ambiguous_request',
  ];
  const link = { from: 'nowhere', to: 'elsewhere', kind: 'VPN' };

  it.each([
    ['/v1/allocations/batch', { items }, wrongItems],
    ['/v1/allocations/batch', { items, colour: 'red' }, ['colour unknown_field', ...wrongItems]],
    [
      '/v1/allocations/batch',
      {
        items: [
          'nonsense',
          ...items,
          { pool: 'pool', prefixLength: 40 },
          { owner, purpose: 'x', prefixLength: '24' },
          null,
          { pool: 'none' },
        ],
      },
      [
        'items[0] invalid_type',
        'items[5].owner required',
        'items[5].purpose required',
        'items[6].pool required',
        'items[6].prefixLength invalid_type',
        'items[7] invalid_type',
        'items[8].owner required',
        'items[8].purpose required',
        'items[1].pool unknown_reference',
        'items[8].pool unknown_reference',
        'items[2].prefixLength invalid_prefix_length',
        'items[3].cidr outside_pool',
        'items[4] ambiguous_request',
        'items[5].prefixLength invalid_prefix_length',
      ],
    ],
    [
      '/v1/networks',
      { name: 'n', addressSpace: 'nowhere', kind: 'VIRTUAL_NETWORK', prefixes: ['10.0.0.1/16', '10.0.4.0/24'] },
      ['prefixes[0] host_bits_set', 'addressSpace unknown_reference', 'prefixes[1] cidrs_overlap'],
    ],
    ['/v1/links', { ...link, colour: 'red' }, ['colour unknown_field', 'from unknown_reference', 'to unknown_reference']],
    [
      '/v1/topology/simulate',
      { addLinks: [link], addPrefixes: [{ network: 'none', cidr: '10.0.0.1/8' }] },
      [
        'addPrefixes[0].cidr host_bits_set',
        'addLinks[0].from unknown_reference',
        'addLinks[0].to unknown_reference',
        'addPrefixes[0].network unknown_reference',
      ],
    ],
    ['/v1/reuse/check', { clusters: ['ghost'], podCidr: '10.0.0.1/16' }, ['podCidr host_bits_set', 'clusters[0] unknown_reference']],
  ])('%s is told everything at once', async (path, body, expected) => {
    const refused = await bench.post(path, body);
    expect([refused.status, codes(refused)]).toEqual([422, expected]);
  });

  it('all exact blocks of a batch that are taken are told, each at its item', async () => {
    const exact = (purpose: string, cidr: string) => ({ pool: 'pool', cidr, owner, purpose });
    const held = await bench.post('/v1/allocations/batch', { items: [exact('h1', '10.0.20.0/24'), exact('h2', '10.0.21.0/24')] });
    expect(held.status).toBe(201);
    const refused = await bench.post('/v1/allocations/batch', {
      items: [exact('a', '10.0.20.0/25'), exact('b', '10.0.22.0/24'), exact('c', '10.0.20.0/23')],
    });
    expect([refused.status, refused.body.code, codes(refused)]).toEqual([
      409,
      'prefix_taken',
      ['items[2].cidr prefix_taken', 'items[0].cidr prefix_taken'],
    ]);
    expect(refused.body).toMatchObject({ cidr: '10.0.20.0/23', blockers: [{ cidr: '10.0.20.0/24' }, { cidr: '10.0.21.0/24' }] });
    await Promise.all(held.body.items.map(({ id }: { id: string }) => bench.post(`/v1/allocations/${id}/release`)));
  });

  it('of two items that exclude one another, the place of both is told', async () => {
    const twice = await bench.post('/v1/allocations/batch', {
      items: [
        { pool: 'pool', prefixLength: 24, owner, purpose: 'x' },
        { pool: 'pool', prefixLength: 25, owner, purpose: 'x' },
      ],
    });
    expect([twice.status, twice.body.errors]).toMatchObject([
      409,
      [{ path: 'items[1].owner', code: 'already_allocated', conflictsWith: 'items[0]' }],
    ]);
    const over = await bench.post('/v1/allocations/batch', {
      items: [
        { pool: 'pool', cidr: '10.0.4.0/24', owner, purpose: 'x' },
        { pool: 'pool', cidr: '10.0.4.128/25', owner, purpose: 'y' },
      ],
    });
    expect([over.status, over.body.errors]).toMatchObject([
      409,
      [{ path: 'items[1].cidr', code: 'prefix_taken', conflictsWith: 'items[0]' }],
    ]);
  });
});

describe.each([
  '/v1/address-spaces',
  '/v1/networks',
  '/v1/links',
  '/v1/meshes',
  '/v1/pools',
  '/v1/pools/pool/free',
  '/v1/pools/pool/thresholds',
  '/v1/allocations',
  '/v1/conflicts',
  '/v1/drift',
  '/v1/discovered-ranges',
  '/v1/discoveries',
  '/v1/imports',
  '/v1/webhooks',
  '/v1/audit-events',
  '/v1/search?contains=10.0.0.1',
])('%s', (path) => {
  it.each([['["a\\u0000"]'], ['[1e300]'], ['[-1]'], ['["10.0.0.0/24",0]'], ['["zz","POOL","x"]'], ['[[]]']])(
    'refuses a cursor of %s',
    async (key) => {
      const cursor = Buffer.from(key).toString('base64url');
      const { status, body } = await bench.get(`${path}${path.includes('?') ? '&' : '?'}cursor=${cursor}`);
      expect([status, body.code]).toEqual([422, 'invalid_cursor']);
    },
  );
});

it('names the lengths that a pool would give', async () => {
  const { body } = await bench.post('/v1/pools/pool/allocations', { prefixLength: 33, owner: { kind: 'TEAM', id: 'a' }, purpose: 'x' });
  expect(body.errors).toMatchObject([{ code: 'invalid_prefix_length', message: expect.stringContaining('16 to 28 for 10.0.0.0/16') }]);
});
