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
