import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEventView } from '../search/search-schemas.js';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';
import type { AllocationView } from './allocation-schemas.js';

let bench: IpamBench;
let counter = 0;

async function aPool(cidrs: readonly string[], more: object = {}): Promise<string> {
  const name = `lane-${(counter += 1)}`;
  expect((await bench.post('/v1/address-spaces', { name })).status).toBe(201);
  expect((await bench.post('/v1/pools', { name, addressSpace: name, cidrs, reuse: 'EXCLUSIVE', ...more })).body).not.toHaveProperty(
    'errors',
  );
  return name;
}

const ask = (id: number | string, more: object = {}) => ({
  prefixLength: 28,
  owner: { kind: 'TEAM', id: String(id) },
  purpose: 'lane',
  ...more,
});
const take = (pool: string, id: number | string, more: object = {}, headers = {}) =>
  bench.post(`/v1/pools/${pool}/allocations`, ask(id, more), headers);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Rows that share a transaction's start were written by one call. */
async function calls(pool: string): Promise<number> {
  const { rows } = await sql<{ calls: number }>`select count(distinct a.created_at)::int as calls
    from allocation a join pool p on p.id = a.pool_id where p.name = ${pool}`.execute(bench.fresh.db);
  return rows[0]?.calls ?? 0;
}

/** Free and held blocks cover the pool, and none twice. */
async function expectTiling(pool: string): Promise<void> {
  const { rows } = await sql<{ lost: string; overlaps: number }>`
    with mine as (select id from pool where name = ${pool}), pieces as (
      select held as cidr from allocation where pool_id in (select id from mine) and holding
      union all select cidr from free_block where pool_id in (select id from mine)
    ), numbered as (select cidr, row_number() over () as n from pieces)
    select ((select sum(2::numeric ^ (32 - masklen(cidr))) from pool_cidr where pool_id in (select id from mine))
        - (select sum(2::numeric ^ (32 - masklen(cidr))) from pieces))::bigint::text as lost,
      (select count(*)::int from numbered a join numbered b on a.cidr && b.cidr and a.n < b.n) as overlaps`.execute(bench.fresh.db);
  expect(rows).toEqual([{ lost: '0', overlaps: 0 }]);
}

beforeAll(async () => {
  bench = await ipamBench();
});
afterAll(() => bench.close());

describe('plain allocations that wait together', () => {
  it('share calls, each with a block of its own', async () => {
    const pool = await aPool(['10.0.0.0/20']);
    const answers = await Promise.all(upTo(100).map((id) => take(pool, id)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => body.cidr)).size).toBe(100);
    expect(await calls(pool)).toBeLessThan(100);
    await expectTiling(pool);
    const [first] = answers;
    expect((await bench.get(`/v1/allocations/${first?.body.id}`)).body).toEqual(first?.body);
    const { body } = await bench.get(`/v1/audit-events?resource=${first?.body.id}`);
    expect(body.items).toMatchObject([{ action: 'allocation.created', after: first?.body }]);
  });

  it('do not fail one another', async () => {
    const pool = await aPool(['10.0.0.0/24']);
    const [wrong, unknown, key, sameKey, owner, sameOwner, ...rest] = await Promise.all([
      take(pool, 'wrong', { prefixLength: 20 }),
      take(pool, 'unknown', { owner: { kind: 'GHOST', id: 'x' } }),
      take(pool, 'key', {}, { 'idempotency-key': 'lane-1' }),
      take(pool, 'key', {}, { 'idempotency-key': 'lane-1' }),
      take(pool, 'owner'),
      take(pool, 'owner'),
      ...upTo(10).map((id) => take(pool, id)),
    ]);
    rest.push(...(await Promise.all(upTo(10).map((id) => take(pool, 10 + id)))));
    expect(wrong).toMatchObject({ status: 422, body: { code: 'invalid_prefix_length' } });
    expect(unknown).toMatchObject({ status: 422, body: { code: 'unknown_owner_kind', errors: [{ path: 'owner.kind' }] } });
    expect(new Set([key, sameKey].map((answer) => answer?.headers['idempotency-replayed']))).toEqual(new Set(['true', undefined]));
    expect(sameKey?.body).toEqual(key?.body);
    expect(new Set([owner?.status, sameOwner?.status])).toEqual(new Set([200, 201]));
    expect(sameOwner?.body).toEqual(owner?.body);
    // 16 blocks: two for the pairs above, fourteen for the twenty.
    const codes = rest.map(({ status, body }) => (status === 201 ? 'created' : body.code));
    expect(codes.filter((code) => code === 'created')).toHaveLength(14);
    expect(codes.filter((code) => code === 'pool_exhausted')).toHaveLength(6);
    await expectTiling(pool);
  });

  it('are right beside requests for exact blocks, releases and batches over pools in opposite order', async () => {
    const [one, two] = [await aPool(['10.0.0.0/22']), await aPool(['10.0.0.0/22'])];
    const batch = (pools: readonly string[], id: number) =>
      bench.post('/v1/allocations/batch', { items: pools.map((pool) => ({ pool, ...ask(`batch-${id}`) })) });
    const answers = await Promise.all(
      upTo(12).flatMap((id) => [
        take(one, id),
        take(two, id).then(({ body }) => bench.post(`/v1/allocations/${body.id}/release`)),
        take(one, `exact-${id}`, { prefixLength: undefined, cidr: `10.0.3.${id * 16}/28` }),
        batch(id % 2 === 0 ? [one, two] : [two, one], id),
      ]),
    );
    expect(answers.filter(({ status }) => status >= 300).map(({ body }) => body.code)).toEqual([]);
    await expectTiling(one);
    await expectTiling(two);
  });

  it('see a changed, renamed and deleted pool at once', async () => {
    const pool = await aPool(['10.0.0.0/24']);
    const { body } = await take(pool, 1);
    await bench.patch(`/v1/pools/${pool}`, { maxPrefixLength: 27 });
    expect(await take(pool, 2)).toMatchObject({ status: 422, body: { code: 'invalid_prefix_length' } });
    await bench.patch(`/v1/pools/${pool}`, { maxPrefixLength: null, name: `${pool}-renamed` });
    expect((await take(pool, 3)).status).toBe(404);
    expect(await take(`${pool}-renamed`, 3)).toMatchObject({ status: 201, body: { pool: `${pool}-renamed` } });
    for (const { id } of (await bench.get(`/v1/allocations?pool=${pool}-renamed`)).body.items)
      await bench.post(`/v1/allocations/${id}/release`);
    expect((await bench.delete(`/v1/pools/${pool}-renamed`)).status).toBe(204);
    expect((await take(`${pool}-renamed`, 4)).status).toBe(404);
    expect(body.cidr).toBe('10.0.0.0/28');
  });

  it('get the lowest block again after its release, and what has run out', async () => {
    const pool = await aPool(['10.0.0.0/27']);
    const { body: first } = await take(pool, 1);
    await take(pool, 2, { expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
    await bench.post(`/v1/allocations/${first.id}/release`);
    expect((await take(pool, 3)).body.cidr).toBe(first.cidr);
    expect(await take(pool, 4)).toMatchObject({ status: 409, body: { code: 'pool_exhausted' } });
    await sql`update allocation set expires_at = now() - interval '1 second' where owner_id = '2' and status = 'RESERVED'`.execute(
      bench.fresh.db,
    );
    expect(await take(pool, 4)).toMatchObject({ status: 201, body: { cidr: '10.0.0.16/28' } });
  });
});

describe('the audit trail of allocations that share calls', () => {
  type AllocationAnswer = { readonly body: AllocationView };

  /** Page by page, the newest first. */
  async function events(query: string, limit: number): Promise<readonly AuditEventView[]> {
    const found: AuditEventView[] = [];
    for (let cursor: string | undefined = ''; ;) {
      const { body } = await bench.get(`/v1/audit-events?${query}&limit=${limit}${cursor ? `&cursor=${cursor}` : ''}`);
      found.push(...body.items);
      cursor = body.nextCursor ?? undefined;
      if (!cursor) return found;
    }
  }

  it('has an event for each, found by its page, its allocation, its request and what came after it', async () => {
    const pool = await aPool(['10.0.0.0/20']);
    const since = new Date().toISOString();
    const answers = await Promise.all(upTo(60).map((id) => take(pool, id, {}, { 'x-request-id': `together-${id}` })));
    const ids = answers.map(({ body }) => body.id as string);
    const { rows } = await sql<{ most: number }>`select max(cardinality(ids)) as most from audit_event where ids && ${ids}::uuid[]`.execute(
      bench.fresh.db,
    );
    expect(rows[0]?.most).toBeGreaterThan(1);

    for (const limit of [1, 7, 1000]) {
      const told = await events(`action=allocation.created&kind=allocation&since=${since}`, limit);
      expect(new Set(told.map(({ resourceId }) => resourceId))).toEqual(new Set(ids));
      expect(told).toHaveLength(ids.length);
      const sequences = told.map(({ sequence }) => sequence);
      expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => b - a));
    }

    const [{ body: one }, { body: another }] = [answers[20], answers[50]] as [AllocationAnswer, AllocationAnswer];
    expect(await events(`kind=allocation&resource=${one.id}`, 10)).toEqual([
      expect.objectContaining({ action: 'allocation.created', resourceId: one.id, requestId: 'together-20', before: null, after: one }),
    ]);
    expect((await events('requestId=together-50', 10)).map(({ after }) => after)).toEqual([another]);
    expect(await events('requestId=together-60', 10)).toEqual([]);

    await bench.post(`/v1/allocations/${one.id}/release`, {});
    expect((await events(`resource=${one.id}`, 1)).map(({ action }) => action)).toEqual(['allocation.released', 'allocation.created']);
  });
});

describe('quotas', () => {
  it('hold for each owner under contention; the most exact rule counts', async () => {
    const pool = await aPool(['10.0.0.0/20'], {
      quotas: [{ maxAllocations: 3 }, { ownerKind: 'team', ownerId: 'big', maxAllocations: 5 }, { ownerKind: 'USER', maxAddresses: '32' }],
    });
    const all = (kind: string, id: string) =>
      Promise.all(upTo(8).map((index) => take(pool, index, { owner: { kind, id }, purpose: `p${index}` })));
    const [small, big, user] = await Promise.all([all('TEAM', 'small'), all('TEAM', 'big'), all('USER', 'ann')]);
    const given = (answers: Awaited<ReturnType<typeof all>>) => answers.filter(({ status }) => status === 201).length;
    expect([given(small), given(big), given(user)]).toEqual([3, 5, 2]);
    expect(small.find(({ status }) => status !== 201)).toMatchObject({
      status: 409,
      body: {
        code: 'quota_exceeded',
        pool,
        owner: { kind: 'TEAM', id: 'small' },
        quota: { maxAllocations: 3, maxAddresses: null },
        wouldHold: { allocations: 4, addresses: '64' },
      },
    });
    await expectTiling(pool);
  });

  it('count growth, count no released block, and can be changed', async () => {
    const pool = await aPool(['10.0.0.0/24'], { quotas: [{ maxAddresses: '32' }], cooldownSeconds: 60 });
    const { body: first } = await take(pool, 'a');
    expect((await bench.post(`/v1/allocations/${first.id}/expand`, { prefixLength: 26 })).body.code).toBe('quota_exceeded');
    expect((await take(pool, 'a', { purpose: 'second' })).status).toBe(201);
    await bench.post(`/v1/allocations/${first.id}/release`);
    expect((await take(pool, 'a', { purpose: 'third' })).status).toBe(201);
    expect((await take(pool, 'a')).body.code).toBe('quota_exceeded');
    const quotas = [{ ownerKind: 'TEAM', maxAddresses: '1024' }];
    expect((await bench.patch(`/v1/pools/${pool}`, { quotas })).body.quotas).toEqual([
      { ownerKind: 'TEAM', ownerId: null, maxAddresses: '1024', maxAllocations: null },
    ]);
    expect(await take(pool, 'a')).toMatchObject({ status: 200, body: { cidr: first.cidr } });
    const query = `{ pool(name: "${pool}") { quotas { ownerKind ownerId maxAddresses maxAllocations } } }`;
    expect((await bench.post('/graphql', { query })).body.data.pool.quotas).toMatchObject([{ ownerKind: 'TEAM', maxAddresses: '1024' }]);
  });

  it('are refused when they say nothing, or twice', async () => {
    await bench.post('/v1/address-spaces', { name: 'bad-quotas' });
    const quotas = [{ ownerId: 'x', maxAllocations: 1 }, { ownerKind: 'TEAM' }, { maxAllocations: 1 }, { maxAddresses: '9' }];
    const { status, body } = await bench.post('/v1/pools', {
      name: 'bad-quotas',
      addressSpace: 'bad-quotas',
      cidrs: ['10.0.0.0/24'],
      reuse: 'EXCLUSIVE',
      quotas,
    });
    expect([status, body.errors.map(({ path, code }: { path: string; code: string }) => [path, code])]).toEqual([
      422,
      [0, 1, 3].map((index) => [`quotas[${index}]`, 'invalid_quota']),
    ]);
  });
});
