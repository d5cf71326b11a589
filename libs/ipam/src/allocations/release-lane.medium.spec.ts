import { testTokens } from '@podspan/platform/testing';
import { Authenticator, hashedToken } from '@podspan/platform';
import { sql } from 'kysely';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CheckIpam } from '../check/check-ipam.js';
import { EstateRepository } from '../topology/estate.repository.js';
import { LinksRepository } from '../topology/links.repository.js';
import { NetworksRepository } from '../topology/networks.repository.js';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';
import type { AllocationView } from './allocation-schemas.js';

let bench: IpamBench;
let counter = 0;

async function aPool(cidrs: readonly string[], more: object = {}): Promise<string> {
  const name = `release-${(counter += 1)}`;
  await bench.post('/v1/address-spaces', { name });
  expect((await bench.post('/v1/pools', { name, addressSpace: name, cidrs, reuse: 'EXCLUSIVE', ...more })).status).toBe(201);
  return name;
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
const take = async (pool: string, id: number | string, more: object = {}): Promise<AllocationView> =>
  (await bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: 28, owner: { kind: 'TEAM', id: String(id) }, purpose: 'x', ...more }))
    .body;
const release = ({ id }: Pick<AllocationView, 'id'>, headers: Record<string, string> = {}) =>
  bench.post(`/v1/allocations/${id}/release`, undefined, headers);
const free = async (pool: string): Promise<readonly string[]> =>
  (await bench.get(`/v1/pools/${pool}/free`)).body.items.map(({ cidr }: { cidr: string }) => cidr);
const eventsOf = async ({ id }: Pick<AllocationView, 'id'>) => (await bench.get(`/v1/audit-events?resource=${id}`)).body.items;

/** How many calls of `release_blocks` and others wrote the pool's released rows: those of one call share a time. */
async function calls(pool: string): Promise<number> {
  const { rows } = await sql<{ calls: number }>`select count(distinct a.updated_at)::int as calls
    from allocation a join pool p on p.id = a.pool_id where p.name = ${pool} and not a.holding`.execute(bench.fresh.db);
  return rows[0]?.calls ?? 0;
}

/** Free and held blocks cover the pool, and none twice; nothing else contradicts itself either. */
async function expectSound(...pools: readonly string[]): Promise<void> {
  for (const pool of pools) {
    const { rows } = await sql`
      with mine as (select id from pool where name = ${pool}), pieces as (
        select held as cidr from allocation where pool_id in (select id from mine) and holding
        union all select cidr from free_block where pool_id in (select id from mine)
      ), numbered as (select cidr, row_number() over () as n from pieces)
      select ((select sum(2::numeric ^ (32 - masklen(cidr))) from pool_cidr where pool_id in (select id from mine))
          - (select sum(2::numeric ^ (32 - masklen(cidr))) from pieces))::bigint::text as lost,
        (select count(*)::int from numbered a join numbered b on a.cidr && b.cidr and a.n < b.n) as overlaps,
        (select count(*)::int from free_block a join free_block b on b.pool_id = a.pool_id and b.cidr = buddy_of(a.cidr)
         where a.pool_id in (select id from mine) and masklen(a.cidr) > 22) as apart`.execute(bench.fresh.db);
    expect(rows).toEqual([{ lost: '0', overlaps: 0, apart: 0 }]);
  }
}

beforeAll(async () => {
  bench = await ipamBench({
    authenticator: new Authenticator({
      tokens: [
        hashedToken('admin', testTokens.admin, 'admin'),
        hashedToken('operator', testTokens.operator, 'operator'),
        { ...hashedToken('scoped', 'scoped', 'operator'), spaces: ['release-scoped'] },
      ],
    }),
  });
});
afterAll(() => bench.close());

describe('releases that wait together', () => {
  it('share calls, merge with one another, and each has its answer and its event', async () => {
    const pool = await aPool(['10.0.0.0/22']);
    const held = await Promise.all(upTo(64).map((id) => take(pool, id, { labels: { note: 'a "b" \\ c' } })));
    expect(await free(pool)).toEqual([]);
    const answers = await Promise.all(held.map((allocation) => release(allocation)));
    expect(new Set(answers.map(({ status, headers }) => `${status} ${headers['etag']}`))).toEqual(new Set(['200 "2"']));
    expect(await calls(pool)).toBeLessThan(64);
    expect(await free(pool)).toEqual(['10.0.0.0/22']);
    await expectSound(pool);
    const [before, after] = [held[17], answers[17]?.body];
    expect(after).toEqual({ ...before, status: 'RELEASED', updatedAt: after.updatedAt });
    expect((await bench.get(`/v1/allocations/${after.id}`)).body).toEqual(after);
    expect(await eventsOf(after)).toEqual([
      expect.objectContaining({ action: 'allocation.released', actor: 'admin', before, after }),
      expect.objectContaining({ action: 'allocation.created' }),
    ]);
  });

  it('do once what is asked twice, at once and later, and tell each other nothing', async () => {
    const pool = await aPool(['10.0.0.0/24']);
    const [one, two, three, four] = await Promise.all(upTo(4).map((id) => take(pool, id)));
    if (!one || !two || !three || !four) throw new Error('four were taken');
    const missing = { id: '01990000-0000-7000-8000-000000000001' };
    const key = { 'idempotency-key': 'release-1' };
    const [a, b, stale, unknown, odd, keyed, again, rehearsed] = await Promise.all([
      release(one),
      release(one),
      release(two, { 'if-match': '"7"' }),
      release(missing),
      release({ id: 'nonsense' }),
      release(three, key),
      release(three, key),
      bench.post(`/v1/allocations/${four.id}/release?dryRun=true`),
    ]);
    expect([a.status, b.status, b.body]).toEqual([200, 200, a.body]);
    expect([stale.status, unknown.status, odd.status]).toEqual([412, 404, 404]);
    expect(new Set([keyed, again].map(({ headers }) => headers['idempotency-replayed']))).toEqual(new Set(['true', undefined]));
    expect(again.body).toEqual(keyed.body);
    expect(rehearsed).toMatchObject({ status: 200, body: { status: 'RELEASED' } });
    expect((await release(two, key)).body.errors).toMatchObject([{ code: 'idempotency_mismatch' }]);
    expect((await release(two, { 'if-match': 'W/"1", "9"' })).status).toBe(200);
    expect((await release(four, { 'if-match': '*' })).status).toBe(200);
    expect((await release(one, { 'if-match': '"1"' })).body).toEqual(a.body);
    for (const allocation of [one, two, three, four]) expect(await eventsOf(allocation)).toHaveLength(2);
    await expectSound(pool);
  });

  it('give back the oldest block first again, and no block before its rest is over', async () => {
    const [pool, resting] = [await aPool(['10.0.0.0/24']), await aPool(['10.0.0.0/27'], { cooldownSeconds: 60 })];
    const [first] = [await take(pool, 1), await take(pool, 2)];
    const [rests, other] = await Promise.all([take(resting, 1), take(resting, 2)]);
    const [, quarantined] = await Promise.all([release(first), release(rests)]);
    expect((await take(pool, 3)).cidr).toBe(first.cidr);
    expect(quarantined.body).toMatchObject({ status: 'QUARANTINED', cidr: rests.cidr });
    expect(Date.parse(quarantined.body.availableAt) - Date.parse(quarantined.body.updatedAt)).toBe(60_000);
    expect((await bench.get(`/v1/allocations/${rests.id}`)).body).toEqual(quarantined.body);
    expect(await eventsOf(rests)).toMatchObject([{ action: 'allocation.quarantined', after: quarantined.body }, {}]);
    expect((await release(rests)).body).toEqual(quarantined.body);
    expect(await take(resting, 3)).toMatchObject({ code: 'pool_exhausted' });
    expect(await take(resting, 1)).toMatchObject({ id: rests.id, status: 'ACTIVE' });
    expect((await release(other)).body.status).toBe('QUARANTINED');
    await expectSound(pool, resting);
  });

  it('leave occupied what something else lies over', async () => {
    const pool = await aPool(['10.0.0.0/24']);
    const [one, two] = [await take(pool, 1), await take(pool, 2)];
    const line = `DISCOVERED_RANGE,${pool},10.0.0.4/30,seen`;
    const imported = await bench.post('/v1/imports', `kind,addressSpace,cidr,name\n${line}\n` as unknown as object, {
      'content-type': 'text/csv',
    });
    expect(imported.status).toBeLessThan(300);
    const answers = await Promise.all([release(one), release(two)]);
    expect(answers.map(({ body }) => body.status)).toEqual(['RELEASED', 'RELEASED']);
    expect(await free(pool)).toEqual(['10.0.0.0/30', '10.0.0.8/29', '10.0.0.16/28', '10.0.0.32/27', '10.0.0.64/26', '10.0.0.128/25']);
  });

  it('keep to what the caller reaches', async () => {
    const pool = await aPool(['10.0.0.0/24']);
    await bench.post('/v1/address-spaces', { name: 'release-scoped' });
    await bench.post('/v1/pools', { name: 'release-scoped', addressSpace: 'release-scoped', cidrs: ['10.0.0.0/24'], reuse: 'EXCLUSIVE' });
    const [foreign, own] = [await take(pool, 1), await take('release-scoped', 1)];
    const scoped = ({ id }: AllocationView) =>
      request(bench.url).post(`/v1/allocations/${id}/release`).set('authorization', 'Bearer scoped');
    const [refused, done] = await Promise.all([scoped(foreign), scoped(own)]);
    expect([refused.status, done.status]).toEqual([403, 200]);
    expect((await bench.get(`/v1/allocations/${foreign.id}`)).body).toEqual(foreign);
  });
});

describe('releases beside other writes', () => {
  it('of the same blocks and pools leave nothing twice and nothing lost', async () => {
    const pools = [await aPool(['10.0.0.0/22']), await aPool(['10.0.0.0/22'])];
    const of = (id: number): string => pools[id % 2] ?? '';
    const held = await Promise.all(upTo(60).map((id) => take(of(id), id)));
    const answers = await Promise.all(
      held.flatMap((allocation, id) => [
        release(allocation),
        release(allocation),
        bench.post(`/v1/pools/${of(id)}/allocations`, { prefixLength: 28, owner: { kind: 'TEAM', id: `new-${id}` }, purpose: 'x' }),
        ...(id % 6 === 0
          ? [bench.post(`/v1/allocations/${allocation.id}/expand`, { prefixLength: 27 })]
          : id % 6 === 1
            ? [
                bench.post(`/v1/pools/${of(id)}/allocations`, {
                  cidr: allocation.cidr,
                  owner: { kind: 'TEAM', id: `same-${id}` },
                  purpose: 'x',
                }),
              ]
            : []),
      ]),
    );
    const odd = answers.filter(({ status }) => status >= 400).map(({ body }) => body.code);
    expect(odd.filter((code) => !['prefix_taken', 'allocation_ended', 'pool_exhausted'].includes(code))).toEqual([]);
    for (const { id } of held) expect((await bench.get(`/v1/allocations/${id}`)).body.status).toBe('RELEASED');
    await expectSound(...pools);
    const check = new CheckIpam(bench.fresh.db, new EstateRepository(new NetworksRepository(), new LinksRepository()));
    expect((await bench.fresh.db.transaction().execute((trx) => check.look(trx))).clean).toBe(true);
  });

  it('leave nothing behind when the connection breaks in the middle, and are done when asked again', async () => {
    const pool = await aPool(['10.0.0.0/24']);
    const held = await Promise.all(upTo(8).map((id) => take(pool, id)));
    const [first] = held;
    await expect(
      bench.fresh.db.transaction().execute(async (trx) => {
        await sql`select * from release_blocks(array[${first?.id}]::uuid[], array['x'], array[null]::jsonb[], array[null]::jsonb[],
          array[null]::text[], array[null]::text[], array[null]::text[], array['r'])`.execute(trx);
        await sql`select pg_terminate_backend(pg_backend_pid())`.execute(trx);
      }),
    ).rejects.toThrow();
    expect((await bench.get(`/v1/allocations/${first?.id}`)).body).toEqual(first);
    await expectSound(pool);

    const waiting: Promise<{ status: number; body: AllocationView }>[] = [];
    await bench.fresh.db.transaction().execute(async (trx) => {
      await sql`select pg_advisory_xact_lock(pool_lock(no)) from pool where name = ${pool}`.execute(trx);
      waiting.push(...held.map((allocation) => release(allocation).then(({ status, body }) => ({ status, body }))));
      // As if the process that waits here had lost its server.
      await expect
        .poll(
          async () =>
            (
              await sql`select pg_terminate_backend(pid) from pg_stat_activity
                where wait_event_type = 'Lock' and query like '%release_blocks%' and datname = current_database()`.execute(bench.fresh.db)
            ).rows.length,
        )
        .toBeGreaterThan(0);
    });
    for (const { status } of await Promise.all(waiting)) expect([200, 503]).toContain(status);
    const answers = await Promise.all(held.map((allocation) => release(allocation)));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.status}`))).toEqual(new Set(['200 RELEASED']));
    expect(await free(pool)).toEqual(['10.0.0.0/24']);
    for (const allocation of held) expect(await eventsOf(allocation)).toHaveLength(2);
  });
});
