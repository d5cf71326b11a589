import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootStandalone, type TestStandalone } from '../testing/boot-standalone.js';

const ALLOCATE = `mutation ($pool: String!, $input: AllocationBodyInput!) {
  allocatePrefix(pool: $pool, input: $input) {
    __typename
    ... on Allocation { id cidr status }
    ... on ProblemInterface { code errors { path code value suggestion } }
    ... on PoolExhausted { largestFreePrefixLength }
    ... on PrefixTaken { blockers hiddenBlockers }
  }
}`;

let podspan: TestStandalone;

beforeAll(async () => {
  podspan = await bootStandalone();
  await podspan.api.post('/v1/address-spaces', { name: 'lab' }).expect(201);
  for (const [name, cidr] of [
    ['scripts', '10.77.0.0/24'],
    ['portal', '10.78.0.0/24'],
  ]) {
    await podspan.api.post('/v1/pools', { name, addressSpace: 'lab', cidrs: [cidr], reuse: 'EXCLUSIVE' }).expect(201);
  }
});

afterAll(() => podspan.close());

const team = (id: string): object => ({ owner: { kind: 'team', id }, purpose: 'nodes' });

describe('a script takes a CIDR over REST', () => {
  const allocate = (body: object, key?: string) => {
    const call = podspan.api.post('/v1/pools/scripts/allocations', body);
    return key === undefined ? call : call.set('idempotency-key', key);
  };

  it('gets the lowest block, and the same answer for the same Idempotency-Key', async () => {
    const first = await allocate({ prefixLength: 26, ...team('web') }, 'take-1').expect(201);
    expect(first.body).toMatchObject({ cidr: '10.77.0.0/26', status: 'ACTIVE', pool: 'scripts' });
    expect(first.headers['etag']).toBeDefined();
    const again = await allocate({ prefixLength: 26, ...team('web') }, 'take-1').expect(201);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.body).toEqual(first.body);
    const other = await allocate({ prefixLength: 27, ...team('web') }, 'take-1').expect(422);
    expect(other.body).toMatchObject({ code: 'idempotency_mismatch', status: 422 });
    expect(other.headers['content-type']).toContain('application/problem+json');
  });

  it('answers once for two equal requests at once, and gives two owners two blocks', async () => {
    const [a, b] = await Promise.all(['a', 'b'].map(() => allocate({ prefixLength: 28, ...team('twice') }, 'at-once').expect(201)));
    expect(a!.body.id).toBe(b!.body.id);
    const owners = await Promise.all(
      Array.from({ length: 8 }, (_, index) => allocate({ prefixLength: 28, ...team(`crowd-${index}`) }).expect(201)),
    );
    expect(new Set(owners.map(({ body }) => body.cidr)).size).toBe(8);
  });

  it('says how much is left when a pool is exhausted, and who holds a block that is taken', async () => {
    const exhausted = await allocate({ prefixLength: 24, ...team('greedy') }).expect(409);
    expect(exhausted.body).toMatchObject({ code: 'pool_exhausted', largestFreePrefixLength: 27, utilization: { totalAddresses: '256' } });
    const taken = await allocate({ cidr: '10.77.0.0/27', ...team('late') }).expect(409);
    expect(taken.body).toMatchObject({ code: 'prefix_taken', blockers: [{ cidr: '10.77.0.0/26' }], hiddenBlockers: 0 });
    const crooked = await allocate({ cidr: '10.77.0.5/27', ...team('late') }).expect(422);
    expect(crooked.body).toMatchObject({ code: 'host_bits_set', suggestion: '10.77.0.0/27' });
  });

  it('finds who holds an address, and gives the block to another after its release', async () => {
    const found = await podspan.api.get('/v1/search').query({ contains: '10.77.0.5' }).expect(200);
    expect(found.body.items).toEqual([
      expect.objectContaining({ kind: 'POOL', name: 'scripts' }),
      expect.objectContaining({ kind: 'ALLOCATION', cidr: '10.77.0.0/26' }),
    ]);
    const id = String(found.body.items[1].id);
    await podspan.api.post(`/v1/allocations/${id}/release`).expect(200);
    const twice = await podspan.api.post(`/v1/allocations/${id}/release`).expect(200);
    expect(twice.body.status).toBe('RELEASED');
    const next = await allocate({ prefixLength: 26, ...team('next') }).expect(201);
    expect(next.body.cidr).toBe('10.77.0.0/26');
  });
});

describe('a portal takes a CIDR over GraphQL', () => {
  const allocate = async (input: object, pool = 'portal') => {
    const { data, errors } = await podspan.api.graphql<{ allocatePrefix: Readonly<Record<string, unknown>> }>(ALLOCATE, { pool, input });
    expect(errors).toBeUndefined();
    return data.allocatePrefix;
  };

  it('gets an Allocation, and the same one when the owner asks again', async () => {
    const first = await allocate({ prefixLength: 26, ...team('web') });
    expect(first).toMatchObject({ __typename: 'Allocation', cidr: '10.78.0.0/26', status: 'ACTIVE' });
    expect(await allocate({ prefixLength: 26, ...team('web') })).toEqual(first);
  });

  it('gets PoolExhausted, PrefixTaken, RuleViolations and NotFoundProblem with the codes of REST', async () => {
    expect(await allocate({ prefixLength: 24, ...team('greedy') })).toMatchObject({
      __typename: 'PoolExhausted',
      code: 'pool_exhausted',
      largestFreePrefixLength: 25,
    });
    expect(await allocate({ cidr: '10.78.0.0/27', ...team('late') })).toMatchObject({
      __typename: 'PrefixTaken',
      code: 'prefix_taken',
      blockers: [{ cidr: '10.78.0.0/26' }],
      hiddenBlockers: 0,
    });
    expect(await allocate({ cidr: '10.79.0.0/27', ...team('lost') })).toMatchObject({
      __typename: 'RuleViolations',
      code: 'outside_pool',
      errors: [{ path: 'cidr', code: 'outside_pool' }],
    });
    expect(await allocate({ prefixLength: 26, ...team('lost') }, 'nowhere')).toMatchObject({
      __typename: 'NotFoundProblem',
      code: 'not_found',
    });
  });

  it('tells the corrected text of a CIDR with host bits as a typed problem, like over REST', async () => {
    expect(await allocate({ cidr: '10.78.0.1/26', ...team('crooked') })).toMatchObject({
      __typename: 'RuleViolations',
      code: 'host_bits_set',
      errors: [{ path: 'cidr', code: 'host_bits_set', value: '10.78.0.1/26', suggestion: '10.78.0.0/26' }],
    });
  });

  it('reads the pool, its use and its holders in one query, and releases', async () => {
    const { data } = await podspan.api.graphql<{ pool: { allocations: { nodes: { id: string; cidr: string }[] } } }>(
      '{ pool(name: "portal") { utilization { usedAddresses largestFreePrefixLength } allocations { nodes { id cidr owner { kind id } } } } searchRanges(contains: "10.78.0.5") { kind cidr } }',
    );
    expect(data).toMatchObject({
      pool: {
        utilization: { usedAddresses: '64', largestFreePrefixLength: 25 },
        allocations: { nodes: [{ cidr: '10.78.0.0/26', owner: { kind: 'TEAM', id: 'web' } }] },
      },
      searchRanges: [{ kind: 'POOL' }, { kind: 'ALLOCATION', cidr: '10.78.0.0/26' }],
    });
    const released = await podspan.api.graphql(
      'mutation ($id: String!) { releaseAllocation(allocation: $id) { ... on Allocation { status } } }',
      { id: data.pool.allocations.nodes[0]!.id },
    );
    expect(released.data).toEqual({ releaseAllocation: { status: 'RELEASED' } });
  });

  it('writes one audit event for each change, with the id of the request that made it', async () => {
    const made = await podspan.api
      .post('/v1/pools/portal/allocations', { prefixLength: 30, ...team('audited') })
      .set('x-request-id', 'ticket-4711')
      .expect(201);
    const { body } = await podspan.api.get('/v1/audit-events').query({ resource: made.body.id }).expect(200);
    expect(body.items).toEqual([
      expect.objectContaining({ actor: 'local', requestId: 'ticket-4711', after: expect.objectContaining({ cidr: made.body.cidr }) }),
    ]);
  });
});
