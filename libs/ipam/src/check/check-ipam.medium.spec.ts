import { type RawBuilder, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoCluster, demoTopology } from '../testing/demo-fleet.js';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';
import { EstateRepository } from '../topology/estate.repository.js';
import { LinksRepository } from '../topology/links.repository.js';
import { NetworksRepository } from '../topology/networks.repository.js';
import { CheckIpam } from './check-ipam.js';
import type { IpamCheckView } from './check-schemas.js';

let bench: IpamBench;
const owner = { kind: 'TEAM', id: 'a' };

beforeAll(async () => {
  bench = await ipamBench();
  await ground();
});
afterAll(() => bench.close());

/** Something of everything the check looks at. */
async function ground(): Promise<void> {
  await made(bench.post('/v1/topologies', demoTopology));
  await made(
    bench.post('/v1/pools', { name: 'team', addressSpace: 'corp', cidrs: ['10.240.128.0/24'], reuse: 'EXCLUSIVE', parentPool: 'nodes' }),
  );
  await made(bench.post('/v1/pools', { name: 'six', addressSpace: 'corp', cidrs: ['fd00::/48', 'fd00:0:2::/48'], reuse: 'EXCLUSIVE' }));
  // A pool serves one rule of uniqueness, and members of a mesh share with everybody outside it.
  await made(bench.post('/v1/pools', { name: 'alone', addressSpace: 'corp', cidrs: ['10.64.0.0/12'], reuse: 'REUSABLE' }));
  const shared = { nodeSubnet: 'nodes', podCidr: 'pods', serviceCidr: 'services' };
  const clusters = [demoCluster(0), demoCluster(1, { podCidrScope: 'UNIQUE' })];
  await made(bench.post('/v1/address-plans', { name: 'first', clusters, pools: { ...shared, podCidrUnique: 'alone' } }));
  const member = demoCluster(2, { mesh: 'payments', podCidrScope: 'UNIQUE', growthFactor: 2 });
  await made(bench.post('/v1/address-plans', { name: 'second', clusters: [member], pools: shared }));
  for (const [pool, length] of [
    ['team', 26],
    ['team', 28],
    ['six', 56],
    ['six', 64],
  ] as const)
    await made(bench.post(`/v1/pools/${pool}/allocations`, { prefixLength: length, owner, purpose: `${length}` }));
  const { body } = await made(bench.post('/v1/pools/six/allocations', { prefixLength: 60, owner, purpose: 'gone' }));
  await made(bench.post(`/v1/allocations/${body.id}/release`));
}

async function made<T extends { status: number; body: unknown }>(answer: Promise<T>): Promise<T> {
  const got = await answer;
  expect(got.body).not.toHaveProperty('code');
  return got;
}

class Undone extends Error {}

/** What is named after the damage, which is undone. */
async function namedAfter(damage: readonly RawBuilder<unknown>[]): Promise<IpamCheckView> {
  let report: IpamCheckView | undefined;
  const check = new CheckIpam(bench.fresh.db, new EstateRepository(new NetworksRepository(), new LinksRepository()));
  const undone = bench.fresh.db.transaction().execute(async (trx) => {
    await sql`set local session_replication_role = replica`.execute(trx);
    for (const constraint of ['allocation_space_v4', 'allocation_space_v6', 'allocation_mesh_v4', 'allocation_mesh_v6'])
      await sql`alter table allocation drop constraint ${sql.id(constraint)}`.execute(trx);
    await sql`alter table pool_cidr drop constraint pool_cidr_siblings`.execute(trx);
    await sql`drop index allocation_owner`.execute(trx);
    for (const statement of damage) await statement.execute(trx);
    report = await check.look(trx);
    throw new Undone();
  });
  await expect(undone).rejects.toThrow(Undone);
  if (!report) throw new Error('the check did not answer');
  return report;
}

describe('ipam check on a sound database', () => {
  it('is clean, says what it looked at, and names every invariant', async () => {
    const { body } = await bench.post('/v1/ipam/checks');
    expect(body.invariants.filter(({ broken: count }: { broken: number }) => count > 0)).toEqual([]);
    expect(body).toMatchObject({ clean: true, counts: { pools: 6, networks: 17, openConflicts: 0 } });
    expect(body.counts.held).toBeGreaterThan(10);
  });

  it('answers the same over GraphQL', async () => {
    const { body } = await bench.post('/graphql', {
      query: '{ ipamCheck { clean counts { pools } invariants { name broken examples { subject } } } }',
    });
    expect(body.data.ipamCheck).toMatchObject({ clean: true, counts: { pools: 6 } });
  });

  it('is for admins', async () => {
    expect((await bench.post('/v1/ipam/checks', {}, {}, 'operator')).status).toBe(403);
    const { body } = await bench.post('/graphql', { query: '{ ipamCheck { clean } }' }, {}, 'operator');
    expect(body.errors[0].extensions.code).toBe('forbidden');
  });
});

const held = sql`(select id from allocation where pool_id = (select id from pool where name = 'team') and holding order by held limit 1)`;
const another = sql`(select held from allocation where pool_id = (select id from pool where name = 'team') and holding order by held desc limit 1)`;
const team = sql`(select id from pool where name = 'team')`;
const nodes = sql`(select id from pool where name = 'nodes')`;

/** That the block, or one wider by some bits around it, was held by others: spans of time ago. */
function wasHeld(spans: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`insert into allocation_history (allocation_id, valid_from, valid_to, pool_id, held, state, held_until)
    select gen_random_uuid(), now() - since, now() - until, pool_id, set_masklen(held, masklen(held) - wider),
      to_jsonb(a) || jsonb_build_object('held_since', now() - since), now() - until
    from allocation a, ${spans} spans (since, until, wider) where id = ${held}`;
}

/** Each breaks the database by hand in one way, with everything switched off that would refuse it. */
const damages: readonly (readonly [what: string, damage: readonly RawBuilder<unknown>[], named: readonly string[]])[] = [
  ['two blocks overlap', [sql`update allocation set cidr = ${another}, held = ${another} where id = ${held}`], ['allocations_overlap']],
  [
    'a block lies outside its pool',
    [sql`update allocation set cidr = '192.0.2.0/24', held = '192.0.2.0/24' where id = ${held}`],
    ['allocation_outside_pool'],
  ],
  [
    'a block is of a pool that is gone',
    [sql`update allocation set pool_id = gen_random_uuid() where id = ${held}`],
    ['allocation_outside_pool'],
  ],
  ['a block is in another space', [sql`update allocation set space_no = 999 where id = ${held}`], ['allocation_space_mismatch']],
  ['an owner holds twice', [sql`update allocation set purpose = '26' where pool_id = ${team} and holding`], ['owner_twice']],
  [
    'two pod ranges of a mesh overlap',
    [
      sql`insert into mesh_member (cluster, mesh_id) select 'aks-00', id from mesh`,
      sql`update allocation a set mesh_no = m.no, cidr = o.cidr, held = o.held from mesh m, allocation o
        where a.owner_id = 'aks-00' and a.purpose = 'POD_CIDR' and o.owner_id = 'aks-02' and o.purpose = 'POD_CIDR'`,
    ],
    ['mesh_ranges_overlap'],
  ],
  ['a member is not under the rule of its mesh', [sql`update allocation set mesh_no = null where owner_id = 'aks-02'`], ['mesh_mismatch']],
  [
    'a range for one alone is shared',
    [
      sql`update allocation a set cidr = o.cidr, held = o.held, pool_id = o.pool_id from allocation o
        where a.owner_id = 'aks-00' and a.purpose = 'POD_CIDR' and o.owner_id = 'aks-01' and o.purpose = 'POD_CIDR'`,
    ],
    ['unique_range_shared'],
  ],
  [
    'a block that ended counts as held',
    [sql`update allocation set status = 'RELEASED', ended_at = now() where id = ${held}`],
    ['allocation_columns'],
  ],
  [
    'what runs out is not looked for',
    [sql`update allocation set status = 'RESERVED', expires_at = now() + interval '1 hour' where id = ${held}`],
    ['allocation_columns'],
  ],
  ['a reservation has no end', [sql`update allocation set status = 'RESERVED' where id = ${held}`], ['allocation_state']],
  [
    'a range is free before what ran out is ended',
    [
      sql`update allocation set status = 'RESERVED', expires_at = now() - interval '1 hour', due_at = now() - interval '1 hour' where id = ${held}`,
      sql`insert into free_block (pool_id, position, cidr, family, length) select pool_id, 0, held, family(held), masklen(held) from allocation where id = ${held}`,
    ],
    ['not_ended', 'free_block_taken'],
  ],
  [
    'a held block is free',
    [
      sql`insert into free_block (pool_id, position, cidr, family, length) select pool_id, 0, held, family(held), masklen(held) from allocation where id = ${held}`,
    ],
    ['free_block_taken'],
  ],
  [
    'part of a held block is free',
    [
      sql`insert into free_block (pool_id, position, cidr, family, length) select pool_id, 0, set_masklen(held, 32), 4, 32 from allocation where id = ${held}`,
    ],
    ['free_block_taken'],
  ],
  [
    'the range of a child pool is free',
    [sql`insert into free_block (pool_id, position, cidr, family, length) values (${nodes}, 0, '10.240.128.0/25', 4, 25)`],
    ['free_block_taken'],
  ],
  [
    'two free blocks overlap',
    [
      sql`insert into free_block (pool_id, position, cidr, family, length) select pool_id, position, set_masklen(cidr, masklen(cidr) + 1), family, length + 1 from free_block where pool_id = ${team} limit 1`,
    ],
    ['free_blocks_overlap'],
  ],
  [
    'two halves are free',
    [
      sql`insert into free_block (pool_id, position, cidr, family, length) select pool_id, position, half, family, length + 1
        from (select * from free_block where pool_id = ${team} order by length limit 1) b,
          lateral (values (set_masklen(cidr, masklen(cidr) + 1)), (upper_half(cidr))) halves (half)`,
      sql`delete from free_block f where pool_id = ${team} and exists (select from free_block o where o.pool_id = f.pool_id and o.cidr << f.cidr)`,
    ],
    ['free_blocks_unjoined'],
  ],
  [
    'a free block is lost',
    [sql`delete from free_block where ctid = (select ctid from free_block where pool_id = ${team} limit 1)`],
    ['free_space_lost'],
  ],
  ['a pool has no free list', [sql`delete from free_block where pool_id = (select id from pool where name = 'six')`], ['free_space_lost']],
  [
    'a discovered range came and nobody looked',
    [
      sql`insert into discovered_range (id, space_id, cidr, source) select gen_random_uuid(), id, '10.255.255.0/24', 'test' from address_space`,
    ],
    ['free_block_taken', 'version_torn'],
  ],
  [
    'a free block is outside its pool',
    [sql`insert into free_block (pool_id, position, cidr, family, length) values (${team}, 0, '192.0.2.0/24', 4, 24)`],
    ['free_block_outside_pool'],
  ],
  ['a free block names the wrong range', [sql`update free_block set position = 7 where pool_id = ${team}`], ['free_block_outside_pool']],
  [
    'two pools overlap',
    [sql`update pool_cidr set cidr = '172.16.0.0/24' where pool_id = (select id from pool where name = 'six') and position = 0`],
    ['pools_overlap'],
  ],
  ['a pool is compared with the wrong ones', [sql`update pool_cidr set scope_no = 12345 where pool_id = ${team}`], ['pools_overlap']],
  [
    'a pool lies outside its parent',
    [sql`update pool set parent_id = (select id from pool where name = 'services') where id = ${team}`],
    ['pool_outside_parent'],
  ],
  ['a pool is below itself', [sql`update pool set parent_id = ${team} where id = ${nodes}`], ['pool_cycle']],
  ['a pool has no range', [sql`delete from pool_cidr where pool_id = ${team}`], ['pool_without_range']],
  [
    'a block of a plan is gone',
    [sql`update allocation set status = 'RELEASED', ended_at = now() where owner_id = 'aks-00' and purpose = 'POD_CIDR'`],
    ['plan_block_missing'],
  ],
  [
    'a cluster was released and its blocks were not',
    [sql`update planned_cluster set status = 'RELEASED' where name = 'aks-00'`],
    ['plan_block_leaked'],
  ],
  ['a plan is released and its clusters are not', [sql`update address_plan set status = 'RELEASED'`], ['plan_state']],
  [
    'a conflict was not opened',
    [sql`update network_prefix set cidr = '192.168.0.0/16' where network_id = (select id from network where name = 'hub-westeurope')`],
    ['conflict_missing'],
  ],
  [
    'a conflict was not closed',
    [
      sql`insert into conflict (id, key, kind, rule, ranges, path, message, opened_by)
        values (gen_random_uuid(), 'NETWORKS_OVERLAP|a|b', 'NETWORKS_OVERLAP', 'NET-03', '[]', '[]', 'a overlaps b', 'test')`,
    ],
    ['conflict_stale'],
  ],
  [
    'the past of a block is torn',
    [
      sql`insert into allocation_history (allocation_id, valid_from, valid_to, pool_id, held, state)
        select id, created_at - interval '2 hours', created_at - interval '1 hour', pool_id, held, '{}' from allocation where id = ${held}`,
    ],
    ['history_torn'],
  ],
  [
    'a block was held by two at once, long ago',
    [wasHeld(sql`(values (interval '9 days', interval '7 days', 0), (interval '9 days', interval '8 days', 0))`)],
    ['history_overlap'],
  ],
  [
    'a block was held by two at once for a microsecond',
    [wasHeld(sql`(values (interval '9 days', interval '8 days', 0), (interval '8 days 0.000001 seconds', interval '7 days', 0))`)],
    ['history_overlap'],
  ],
  [
    'a block was held by two at once for a microsecond, and is held by the second still',
    [
      sql`update allocation set held_since = now() - interval '8 days 0.000001 seconds' where id = ${held}`,
      wasHeld(sql`(values (interval '9 days', interval '8 days', 0))`),
    ],
    ['history_overlap'],
  ],
  [
    'a block was held by two at once before it was kept when exactly',
    [
      wasHeld(sql`(values (interval '9 days', interval '7 days', 0), (interval '9 days', interval '8 days', 0))`),
      sql`update allocation_history set held_until = null, state = state - 'held_since'`,
    ],
    ['history_overlap'],
  ],
  [
    'a block was held while one around it was',
    [wasHeld(sql`(values (interval '9 days', interval '8 days', 0), (interval '9 days', interval '5 days', 3))`)],
    ['history_overlap'],
  ],
  ['a thing is there without a state', [sql`delete from topology_version where kind = 'mesh'`], ['version_torn']],
  ['a thing is gone and its state is open', [sql`delete from mesh_member`, sql`delete from mesh`], ['version_torn']],
];

describe('ipam check names what is broken', () => {
  it.each(damages)('%s', async (_, damage, named) => {
    const { clean, invariants } = await namedAfter(damage);
    const broken = invariants.filter((invariant) => invariant.broken > 0);
    expect([clean, broken.map(({ name }) => name)]).toEqual([false, expect.arrayContaining([...named])]);
    for (const { examples } of broken)
      expect(examples[0]).toMatchObject({ subject: expect.stringMatching(/./), message: expect.stringMatching(/./) });
  });

  it('is not told of blocks that changed hands, in whatever parts, nor of those that many share', async () => {
    const { invariants } = await namedAfter([
      wasHeld(
        sql`(values (interval '9 days', interval '8 days', 0), (interval '8 days', interval '7 days', 3), (interval '7 days', interval '6 days', 1))`,
      ),
      sql`insert into allocation_history (allocation_id, valid_from, valid_to, pool_id, held, state)
        select gen_random_uuid(), now() - interval '9 days', now() - interval '8 days', pool_id, held, to_jsonb(a)
        from allocation a, generate_series(1, 2) where not exclusive`,
    ]);
    expect(invariants.find(({ name }) => name === 'history_overlap')).toMatchObject({ broken: 0 });
  });

  it('is not told of a block that somebody took who had begun before it was given back, nor of one that grew', async () => {
    const { db } = bench.fresh;
    const { body: first } = await made(
      bench.post('/v1/pools/team/allocations', { cidr: '10.240.128.128/27', owner: { kind: 'TEAM', id: 'first' }, purpose: 'turn' }),
    );
    const taken = await db.transaction().execute(async (trx) => {
      await sql`select now()`.execute(trx);
      await made(bench.post(`/v1/allocations/${first.id}/release`));
      const { rows } = await sql<{
        id: string;
        early: boolean;
      }>`with carved as materialized (select carve_block(${team}, '10.240.128.128/27') as is_whole)
        insert into allocation (id, pool_id, space_no, cidr, held, status, owner_kind, owner_id, purpose, exclusive, created_by)
        select gen_random_uuid(), a.pool_id, a.space_no, a.held, a.held, 'ACTIVE', 'TEAM', 'second', 'turn', true, 'test' from allocation a, carved
        where a.id = ${first.id} and is_whole returning id, updated_at < (select ended_at from allocation where id = ${first.id}) as early`.execute(
        trx,
      );
      return rows[0];
    });
    expect(taken?.early).toBe(true);
    await made(bench.post(`/v1/allocations/${taken?.id}/expand`, { prefixLength: 26 }));
    const { body } = await bench.post('/v1/ipam/checks');
    expect(body.invariants.filter(({ broken }: { broken: number }) => broken > 0)).toEqual([]);
    await made(bench.post(`/v1/allocations/${taken?.id}/release`));
  });

  it('has a damage for every invariant', async () => {
    const { invariants } = await namedAfter([]);
    expect(invariants.map(({ name }) => name).sort()).toEqual([...new Set(damages.flatMap(([, , named]) => named))].sort());
  });
});

it('looks at thousands of blocks that were taken together in the time of a glance', async () => {
  await made(bench.post('/v1/pools', { name: 'many', addressSpace: 'corp', cidrs: ['10.16.0.0/12'], reuse: 'EXCLUSIVE' }));
  const items = Array.from({ length: 6000 }, (_, index) => ({
    pool: 'many',
    prefixLength: 27 + (index % 3),
    owner: { kind: 'TEAM', id: `m${index}` },
    purpose: 'x',
  }));
  await made(bench.post('/v1/allocations/batch', { items }));
  const check = new CheckIpam(bench.fresh.db, new EstateRepository(new NetworksRepository(), new LinksRepository()));
  const report = await bench.fresh.db.transaction().execute((trx) => check.look(trx));
  expect(report.clean).toBe(true);
  // Every block compared with every other took a minute and gigabytes.
  expect(report.tookMilliseconds).toBeLessThan(5000);
});
