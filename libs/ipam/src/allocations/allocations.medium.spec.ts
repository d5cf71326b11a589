import { Cidr } from '@podspan/cidr';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';

let bench: IpamBench;
let counter = 0;

const team = (id: string | number) => ({ owner: { kind: 'TEAM', id: String(id) }, purpose: 'test' });

async function aPool(cidrs: readonly string[], more: object = {}): Promise<string> {
  const name = `p${(counter += 1)}`;
  await bench.post('/v1/address-spaces', { name: `s-${name}` });
  const { status, body } = await bench.post('/v1/pools', { name, addressSpace: `s-${name}`, cidrs, reuse: 'EXCLUSIVE', ...more });
  expect(body).not.toHaveProperty('errors');
  expect(status).toBe(201);
  return name;
}

async function used(pool: string): Promise<string> {
  return (await bench.get(`/v1/pools/${pool}/utilization`)).body.usedAddresses;
}

/** Held blocks and free blocks cover the pool exactly: nothing is lost and nothing is given twice. */
async function expectTiling(pool: string): Promise<void> {
  const { rows } = await sql<{ total: string; covered: string; overlaps: number }>`
    with pieces as (
      select held as cidr from allocation a join pool p on p.id = a.pool_id where p.name = ${pool} and a.holding
      union all select f.cidr from free_block f join pool p on p.id = f.pool_id where p.name = ${pool}
    ) select (select sum(2 ^ (32 - masklen(c.cidr)))::text from pool_cidr c join pool p on p.id = c.pool_id where p.name = ${pool}) as total,
      (select sum(2 ^ (32 - masklen(cidr)))::text from pieces) as covered,
      (select count(*)::int from pieces a join pieces b on a.cidr && b.cidr and a.cidr <> b.cidr) as overlaps`.execute(bench.fresh.db);
  expect(rows[0]).toEqual({ total: rows[0]?.total, covered: rows[0]?.total, overlaps: 0 });
}

beforeAll(async () => {
  bench = await ipamBench();
});
afterAll(() => bench.close());

describe('an allocation', () => {
  it('is found right after it was made, by id, by address and by owner', async () => {
    const pool = await aPool(['10.0.0.0/16']);
    const made = await bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: 24, ...team('find'), labels: { env: 'prod' } });
    expect(made.headers['etag']).toBe('"1"');
    expect((await bench.get(made.headers['location'] ?? '')).body).toEqual(made.body);
    for (const filter of [
      'contains=10.0.0.7',
      'within=10.0.0.0/20',
      'overlaps=10.0.0.0/25',
      'owner=TEAM/find',
      'owner=find',
      'purpose=test',
      'label=env=prod',
      'label=env',
      'status=ACTIVE',
    ]) {
      const { body } = await bench.get(`/v1/allocations?pool=${pool}&${filter}`);
      expect([filter, body.items.map(({ id }: { id: string }) => id)]).toEqual([filter, [made.body.id]]);
    }
    expect((await bench.get(`/v1/allocations?pool=${pool}&contains=10.1.0.1`)).body.items).toEqual([]);
  });

  it('is the same block for the same owner and purpose, and another wish of theirs is refused', async () => {
    const pool = await aPool(['10.0.0.0/16']);
    const first = await bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: 24, ...team(1) });
    const again = await bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: 24, ...team(1) });
    expect([first.status, again.status, again.body]).toEqual([201, 200, first.body]);
    const other = await bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: 25, ...team(1) });
    expect([other.status, other.body.code, other.body.cidr]).toEqual([409, 'already_allocated', '10.0.0.0/24']);
    expect(await used(pool)).toBe('256');
  });

  it('keeps nothing of a dry run and repeats the answer of an idempotency key', async () => {
    const pool = await aPool(['10.0.0.0/24']);
    const dry = await bench.post(`/v1/pools/${pool}/allocations?dryRun=true`, { prefixLength: 25, ...team(1) });
    expect([dry.status, dry.body.cidr, await used(pool)]).toEqual([200, '10.0.0.0/25', '0']);
    const key = { 'idempotency-key': `k-${pool}` };
    const first = await bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: 25, ...team(1) }, key);
    const again = await bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: 25, ...team(1) }, key);
    expect([again.status, again.headers['idempotency-replayed'], again.body]).toEqual([201, 'true', first.body]);
    expect((await bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: 26, ...team(1) }, key)).body.code).toBe(
      'idempotency_mismatch',
    );
  });

  it('honours within and exclude, by length and by exact block', async () => {
    const pool = await aPool(['10.0.0.0/16']);
    const ask = async (body: object) => (await bench.post(`/v1/pools/${pool}/allocations`, body)).body;
    expect((await ask({ prefixLength: 24, within: '10.0.64.0/20', ...team(1) })).cidr).toBe('10.0.64.0/24');
    expect((await ask({ prefixLength: 24, exclude: ['10.0.0.0/23', '10.0.2.128/25'], ...team(2) })).cidr).toBe('10.0.3.0/24');
    expect((await ask({ prefixLength: 24, within: ['10.0.64.0/23'], exclude: '10.0.65.0/25', ...team(3) })).code).toBe('pool_exhausted');
    expect((await ask({ prefixLength: 24, within: '10.9.0.0/20', ...team(4) })).code).toBe('outside_pool');
    expect((await ask({ prefixLength: 24, strategy: 'LAST_FIT', ...team(5) })).cidr).toBe('10.0.255.0/24');
    await expectTiling(pool);
  });

  it('says what it takes to be served: no length without a default, no owner kind of two words', async () => {
    const pool = await aPool(['10.0.0.0/16']);
    expect((await bench.post(`/v1/pools/${pool}/allocations`, team(1))).body.code).toBe('prefix_length_required');
    expect((await bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: '24', ...team(1) })).status).toBe(422);
    const bad = await bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: 24, owner: { kind: 'my team', id: '' }, colour: 1 });
    expect(bad.body.errors.map(({ path }: { path: string }) => path).sort()).toEqual(['colour', 'owner.id', 'owner.kind', 'purpose']);
    expect((await bench.post('/v1/pools/none/allocations', { prefixLength: 24, ...team(1) })).status).toBe(404);
    const corrected = await bench.post(`/v1/pools/${pool}/allocations`, { cidr: '10.0.0.5/24', ...team(1) });
    expect(corrected.body).toMatchObject({ status: 422, code: 'host_bits_set', suggestion: '10.0.0.0/24' });
  });

  it('frees its block when it is released, and releasing twice is releasing once', async () => {
    const pool = await aPool(['10.70.0.0/24']);
    const { body } = await bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: 26, ...team(1) });
    for (const id of [2, 3, 4]) await bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: 26, ...team(id) });
    expect((await bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: 26, ...team(5) })).body).toMatchObject({
      code: 'pool_exhausted',
      largestFreePrefixLength: null,
    });
    const stale = await bench.post(`/v1/allocations/${body.id}/release`, {}, { 'if-match': '"7"' });
    expect(stale.status).toBe(412);
    const released = await bench.post(`/v1/allocations/${body.id}/release`);
    const again = await bench.post(`/v1/allocations/${body.id}/release`);
    expect([released.body.status, again.status, again.body]).toEqual(['RELEASED', 200, released.body]);
    expect(await used(pool)).toBe('192');
    expect((await bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: 26, ...team(5) })).body.cidr).toBe('10.70.0.0/26');
    expect((await bench.post('/v1/allocations/0190aaaa-0000-7000-8000-000000000000/release')).status).toBe(404);
    await expectTiling(pool);
  });

  it('rests after release in a pool with a cool-down, and comes back to the same owner at once', async () => {
    const pool = await aPool(['10.0.0.0/24'], { cooldownSeconds: 3600 });
    const { body } = await bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: 24, ...team(1) });
    const resting = await bench.post(`/v1/allocations/${body.id}/release`);
    expect(resting.body.status).toBe('QUARANTINED');
    expect((await bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: 24, ...team(2) })).body.code).toBe('pool_exhausted');
    expect((await bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: 24, ...team(1) })).body).toMatchObject({
      id: body.id,
      status: 'ACTIVE',
    });
    await bench.post(`/v1/allocations/${body.id}/release`);
    await sql`update allocation set available_at = now() where id = ${body.id}`.execute(bench.fresh.db);
    expect((await bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: 24, ...team(2) })).status).toBe(201);
  });

  it('ends by itself when a reservation runs out, unless it is renewed', async () => {
    const pool = await aPool(['10.0.0.0/24']);
    const { body } = await bench.post(`/v1/pools/${pool}/allocations`, {
      cidr: '10.0.0.0/24',
      expiresAt: '2099-01-01T00:00:00Z',
      ...team(1),
    });
    expect(body.status).toBe('RESERVED');
    await sql`update allocation set expires_at = now() - interval '1 second' where id = ${body.id}`.execute(bench.fresh.db);
    expect(await used(pool)).toBe('0');
    expect((await bench.get(`/v1/allocations/${body.id}`)).body.status).toBe('EXPIRED');
    expect((await bench.post(`/v1/allocations/${body.id}/renew`, { expiresAt: null })).body.code).toBe('allocation_ended');
    const next = await bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: 24, expiresAt: '2099-01-01T00:00:00Z', ...team(1) });
    const renewed = await bench.post(`/v1/allocations/${next.body.id}/renew`, { expiresAt: null });
    expect(renewed.body).toMatchObject({ status: 'ACTIVE', expiresAt: null });
  });

  it('that has run out is told as over by whoever reads it next, alone and in lists', async () => {
    const pool = await aPool(['10.0.0.0/24']);
    const resting = await aPool(['10.0.0.0/24'], { cooldownSeconds: 60 });
    const take = async (name: string, id: string, more = {}) =>
      (await bench.post(`/v1/pools/${name}/allocations`, { prefixLength: 28, owner: { kind: 'TEAM', id }, purpose: 'over', ...more })).body
        .id;
    const soon = { expiresAt: new Date(Date.now() + 3_600_000).toISOString() };
    const ids = [await take(pool, 'a', soon), await take(resting, 'b'), await take(resting, 'c')];
    for (const id of ids.slice(1)) await bench.post(`/v1/allocations/${id}/release`);
    const passes = sql`update allocation set expires_at = expires_at - interval '2 hours', available_at = available_at - interval '2 hours'
      where owner_id = any(array['a', 'b', 'c']) and purpose = 'over'`;
    await passes.execute(bench.fresh.db);
    expect((await bench.get(`/v1/allocations/${ids[0]}`)).body.status).toBe('EXPIRED');
    expect((await bench.get(`/v1/allocations?pool=${resting}`)).body.items).toEqual([]);
    for (const id of ids.slice(1)) expect((await bench.get(`/v1/allocations/${id}`)).body.status).toBe('RELEASED');
    const late = await take(pool, 'd', soon);
    await sql`update allocation set expires_at = now() - interval '1 second' where id = ${late}`.execute(bench.fresh.db);
    const expired = (await bench.get(`/v1/allocations?pool=${pool}&status=EXPIRED`)).body.items;
    expect(expired.map(({ id }: { id: string }) => id)).toEqual([ids[0], late]);
    const { body } = await bench.get(`/v1/audit-events?resource=${late}`);
    expect(body.items.map(({ action }: { action: string }) => action)).toEqual(['allocation.expired', 'allocation.created']);
  });

  it('is not taken, nor renewed, for a time that is over', async () => {
    const pool = await aPool(['10.0.0.0/24']);
    const over = '2020-01-01T00:00:00Z';
    const both = await bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: 4, expiresAt: over, ...team(1) });
    expect([both.status, both.body.errors.map(({ code }: { code: string }) => code).sort()]).toEqual([
      422,
      ['expires_in_the_past', 'invalid_prefix_length'],
    ]);
    const many = await bench.post('/v1/allocations/batch', { items: [{ pool, prefixLength: 26, expiresAt: over, ...team(1) }] });
    expect(many.body.errors).toMatchObject([{ path: 'items[0].expiresAt', code: 'expires_in_the_past', value: over }]);
    const { body } = await bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: 26, ...team(1) });
    expect((await bench.post(`/v1/allocations/${body.id}/renew`, { expiresAt: over })).body).toMatchObject({
      code: 'expires_in_the_past',
      errors: [{ path: 'expiresAt', value: over }],
    });
    expect(await used(pool)).toBe('64');
  });

  it('grows only to a block around it, into free space (OV-100)', async () => {
    const pool = await aPool(['10.0.0.0/16']);
    const { body } = await bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: 24, ...team(1) });
    const grown = await bench.post(`/v1/allocations/${body.id}/expand`, { prefixLength: 22 });
    expect(grown.body).toMatchObject({ id: body.id, cidr: '10.0.0.0/22' });
    expect((await bench.post(`/v1/allocations/${body.id}/expand`, { prefixLength: 24 })).body.code).toBe('not_a_superset');
    await bench.post(`/v1/pools/${pool}/allocations`, { cidr: '10.0.4.0/24', ...team(2) });
    const blocked = await bench.post(`/v1/allocations/${body.id}/expand`);
    expect([blocked.status, blocked.body.code, blocked.body.blockers.map(({ cidr }: { cidr: string }) => cidr)]).toEqual([
      409,
      'prefix_taken',
      ['10.0.4.0/24'],
    ]);
    await expectTiling(pool);
  });

  it('names who holds a block that is asked for', async () => {
    const pool = await aPool(['10.0.0.0/16']);
    await bench.post(`/v1/pools/${pool}/allocations`, { cidr: '10.0.1.0/24', ...team('holder') });
    await bench.post('/v1/pools', {
      name: `${pool}-child`,
      addressSpace: `s-${pool}`,
      parentPool: pool,
      cidrs: ['10.0.2.0/24'],
      reuse: 'EXCLUSIVE',
    });
    const { status, body } = await bench.post(`/v1/pools/${pool}/allocations`, { cidr: '10.0.0.0/22', ...team(1) });
    expect([status, body.code, body.hiddenBlockers]).toEqual([409, 'prefix_taken', 0]);
    expect(body.blockers).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'ALLOCATION', name: 'TEAM/holder test' }),
        expect.objectContaining({ kind: 'POOL', name: `${pool}-child` }),
      ]),
    );
    await expectTiling(`${pool}-child`);
  });

  it('is shared in a reusable pool and counted once', async () => {
    const pool = await aPool(['100.64.0.0/10'], { reuse: 'REUSABLE' });
    const blocks = await Promise.all([1, 2, 3].map((id) => bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: 16, ...team(id) })));
    expect(new Set(blocks.map(({ body }) => body.cidr))).toEqual(new Set(['100.64.0.0/16']));
    expect(await used(pool)).toBe('65536');
  });
});

describe('many at once', () => {
  it('serves 64 parallel requests of mixed sizes with disjoint blocks and no error', async () => {
    const pool = await aPool(['10.0.0.0/16']);
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, index) =>
        bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: 24 + (index % 5), ...team(index) }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 64 }, () => 201));
    const cidrs = answers.map(({ body }) => Cidr.parse(body.cidr)).sort(Cidr.compare);
    cidrs.slice(1).forEach((cidr, index) => expect(cidrs[index]?.overlaps(cidr)).toBe(false));
    await expectTiling(pool);
  });

  it('gives one block to one owner who asks 64 times at once', async () => {
    const pool = await aPool(['10.0.0.0/16']);
    const answers = await Promise.all(
      Array.from({ length: 64 }, () => bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: 24, ...team(1) })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => body.cidr))).toEqual(new Set(['10.0.0.0/24']));
  });

  it('lets exactly as many succeed as fit, and a pool is empty again after parallel releases', async () => {
    const pool = await aPool(['10.0.0.0/26']);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: 30, ...team(index) })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(16);
    expect(answers.filter(({ body }) => body.code === 'pool_exhausted')).toHaveLength(4);
    await Promise.all(answers.filter(({ status }) => status === 201).map(({ body }) => bench.post(`/v1/allocations/${body.id}/release`)));
    expect((await bench.get(`/v1/pools/${pool}/utilization`)).body).toMatchObject({
      usedAddresses: '0',
      percent: 0,
      freeByPrefixLength: { '26': 1 },
    });
  });

  it('takes a batch whole or not at all, over several pools', async () => {
    const [one, two] = [await aPool(['192.0.2.0/28']), await aPool(['10.0.0.0/24'])];
    const items = (count: number) => [
      ...Array.from({ length: count }, (_, index) => ({ pool: one, prefixLength: 30, ...team(index) })),
      { pool: two, prefixLength: 25, ...team('x') },
    ];
    const tooMany = await bench.post('/v1/allocations/batch', { items: items(5) });
    expect([tooMany.status, tooMany.body.code, await used(one), await used(two)]).toEqual([409, 'pool_exhausted', '0', '0']);
    const { status, body } = await bench.post('/v1/allocations/batch', { items: items(4) });
    expect([status, new Set(body.items.map(({ cidr }: { cidr: string }) => cidr)).size]).toEqual([201, 5]);
    expect((await bench.post('/v1/allocations/batch', { items: items(4) })).status).toBe(200);
    const wrong = await bench.post('/v1/allocations/batch', {
      items: [
        { pool: 'none', prefixLength: 30, ...team(1) },
        { pool: one, prefixLength: 40, ...team(2) },
      ],
    });
    expect(wrong.body.errors[0]).toMatchObject({ path: 'items[0].pool', code: 'unknown_reference' });
  });

  it('gives one owner one block for one purpose within a batch too, and takes thousands of items', async () => {
    const pool = await aPool(['10.0.0.0/8']);
    const twice = await bench.post('/v1/allocations/batch', {
      items: [26, 27].map((prefixLength) => ({ pool, prefixLength, ...team(1) })),
    });
    expect([twice.status, twice.body.code, twice.body.items]).toEqual([409, 'already_allocated', [0, 1]]);
    const many = Array.from({ length: 2_000 }, (_, index) => ({ pool, prefixLength: 28, ...team(index) }));
    const { status, body } = await bench.post('/v1/allocations/batch', { items: many });
    expect([status, new Set(body.items.map(({ cidr }: { cidr: string }) => cidr)).size]).toEqual([201, 2_000]);
    const tooMany = Array.from({ length: 10_001 }, () => many[0]);
    expect((await bench.post('/v1/allocations/batch', { items: tooMany })).status).toBe(422);
  });

  it('does not lock two batches over the same pools in opposite order into each other', async () => {
    const [one, two] = [await aPool(['10.0.0.0/16']), await aPool(['10.0.0.0/16'])];
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => {
        const pools = index % 2 === 0 ? [one, two] : [two, one];
        return bench.post('/v1/allocations/batch', { items: pools.map((pool) => ({ pool, prefixLength: 26, ...team(index) })) });
      }),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    await Promise.all([expectTiling(one), expectTiling(two)]);
  });
});

describe('the database itself', () => {
  const insert = (pool: string, cidr: string, more: { meshNo?: number; exclusive?: boolean } = {}) =>
    sql`
    insert into allocation (id, pool_id, space_no, cidr, held, status, owner_kind, owner_id, purpose, exclusive, mesh_no, created_by)
    select gen_random_uuid(), p.id, s.no, ${cidr}, ${cidr}, 'ACTIVE', 'TEAM', gen_random_uuid()::text, 'by hand', ${more.exclusive ?? true}, ${more.meshNo ?? null}, 'hand'
    from pool p join address_space s on s.id = p.space_id where p.name = ${pool}`.execute(bench.fresh.db);

  it.each([
    ['10.0.0.0/16', '10.0.1.0/24', '10.0.1.128/25', '10.0.2.0/24'],
    ['2001:db8::/32', '2001:db8:1::/48', '2001:db8:1:8::/64', '2001:db8:2::/48'],
  ])(
    'refuses a hand-made overlap in one space of %s, and allows the same range in another space',
    async (range, held, overlapping, beside) => {
      const [one, two] = [await aPool([range]), await aPool([range])];
      await insert(one, held);
      await expect(insert(one, overlapping)).rejects.toMatchObject({ code: '23P01' });
      await expect(insert(one, held)).rejects.toMatchObject({ code: '23P01' });
      await insert(one, beside);
      await insert(two, held);
    },
  );

  it.each([
    ['192.168.0.0/16', '192.168.0.0/17', '192.168.64.0/18'],
    ['fd00::/48', 'fd00::/64', 'fd00::/64'],
  ])('refuses hand-made overlapping pod ranges of one mesh in %s, and allows them outside it', async (range, held, overlapping) => {
    const pool = await aPool([range], { reuse: 'REUSABLE' });
    const { rows } = await sql<{ no: number }>`insert into mesh (id, name) values (gen_random_uuid(), ${`m-${pool}`}) returning no`.execute(
      bench.fresh.db,
    );
    const meshNo = rows[0]?.no ?? 0;
    await insert(pool, held, { exclusive: false, meshNo });
    await expect(insert(pool, overlapping, { exclusive: false, meshNo })).rejects.toMatchObject({ code: '23P01' });
    await insert(pool, overlapping, { exclusive: false });
  });

  it('leaves nothing behind when a process dies in the middle of an allocation', async () => {
    const pool = await aPool(['10.0.0.0/24']);
    await expect(
      bench.fresh.db.transaction().execute(async (trx) => {
        await sql`select take_block(id, 4, 24, 25, 'FIRST_FIT') from pool where name = ${pool}`.execute(trx);
        // The server ends the connection as it would for a process that is gone.
        await sql`select pg_terminate_backend(pg_backend_pid())`.execute(trx);
      }),
    ).rejects.toThrow();
    expect(await used(pool)).toBe('0');
    await expectTiling(pool);
  });
});
