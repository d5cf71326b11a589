// Pools for the ipam benchmark, filled by the set-based statements of the schema, and the checks that nothing went wrong.
const BASE = '10.0.0.0/8';

/** A space with one exclusive pool 10.0.0.0/8. */
export async function makePool(db, name) {
  const [space] = await db.query('insert into address_space (id, name) values (gen_random_uuid(), $1) returning id, no', [name]);
  const [pool] = await db.query(
    "insert into pool (id, name, space_id, reuse) values (gen_random_uuid(), $1, $2, 'EXCLUSIVE') returning id, no",
    [name, space.id],
  );
  await db.query('insert into pool_cidr (pool_id, position, cidr, scope_no) values ($1, 0, $2, $3)', [pool.id, BASE, -space.no]);
  await db.query('select give_block($1, $2)', [pool.id, BASE]);
  return { id: pool.id, no: pool.no, spaceNo: space.no, name };
}

/** Takes `count` blocks of the length as the allocator would, by the allocator's own function, and gives them to owners. */
export async function fill(db, pool, count, length, log = () => undefined) {
  const chunk = 100_000;
  for (let from = 0; from < count; from += chunk) {
    await db.query(
      `insert into allocation (id, pool_id, space_no, cidr, held, status, owner_kind, owner_id, purpose, exclusive, created_by)
       select ('01990000-0000-7000-8' || lpad(to_hex($6::bigint), 3, '0') || '-' || lpad(to_hex($5::bigint + n), 12, '0'))::uuid, $1, $2, b, b, 'ACTIVE', 'TEAM', 'held-' || ($5::bigint + n), 'bench', true, 'bench'
       from take_free($1, 4, 8, $3, 'FIRST_FIT', $4, true, 0, '0.0.0.0/0') t, unnest(t.taken) with ordinality as u(b, n)`,
      [pool.id, pool.spaceNo, length, Math.min(chunk, count - from), from, pool.no],
    );
    log(`${Math.min(from + chunk, count)} of ${count} held`);
  }
  await db.query('vacuum analyze free_block');
  await db.query('vacuum analyze allocation');
}

/** As many held blocks with as many free ones between them: every other block of the length is free and has a held buddy. */
export async function fillEveryOther(db, pool, count, length) {
  await db.query(
    `with taken as (
       select b, n from take_free($1, 4, 8, $3, 'FIRST_FIT', 2 * $4, true, 0, '0.0.0.0/0') t, unnest(t.taken) with ordinality as u(b, n)
     ), freed as (insert into free_block (pool_id, position, cidr, family, length) select $1, 0, b, 4, masklen(b) from taken where n % 2 = 0)
     insert into allocation (id, pool_id, space_no, cidr, held, status, owner_kind, owner_id, purpose, exclusive, created_by)
     select lpad(to_hex(n), 32, '0')::uuid, $1, $2, b, b, 'ACTIVE', 'TEAM', 'held-' || n, 'bench', true, 'bench' from taken where n % 2 = 1`,
    [pool.id, pool.spaceNo, length, count],
  );
  await db.query('vacuum analyze free_block');
  await db.query('vacuum analyze allocation');
}

/** One owner holds everything but the last `count` blocks of the length, less than a hundredth of the pool. */
export async function fillNearly(db, pool, count, length) {
  const keep = Math.floor(32 - Math.log2(count * 2 ** (32 - length)));
  await db.query(
    `with kept as (select network(set_masklen(broadcast($3::cidr), $4)) as cidr),
       halves as (select set_masklen((select cidr from kept), l) as upper, set_masklen((select cidr from kept), l - 1) as both_halves from generate_series(9, $4) as l),
       emptied as (delete from free_block where pool_id = $1),
       freed as (insert into free_block (pool_id, position, cidr, family, length) select $1, 0, cidr, 4, masklen(cidr) from kept)
     insert into allocation (id, pool_id, space_no, cidr, held, status, owner_kind, owner_id, purpose, exclusive, created_by)
     select gen_random_uuid(), $1, $2, b, b, 'ACTIVE', 'TEAM', 'held-' || masklen(b), 'bench', true, 'bench'
     from halves, lateral (select set_masklen(both_halves, masklen(upper))::cidr as b) h`,
    [pool.id, pool.spaceNo, BASE, keep],
  );
  await db.query('vacuum analyze free_block');
  await db.query('vacuum analyze allocation');
}

/** Throws unless held and free blocks tile the pool: no address lost, none twice. */
export async function checkTiling(db, pool) {
  const [{ lost, overlaps }] = await db.query(
    `with pieces as (
       select held as cidr from allocation where pool_id = $1 and holding union all select cidr from free_block where pool_id = $1
     ), ordered as (
       select cidr, max(broadcast(cidr)) over (order by cidr rows between unbounded preceding and 1 preceding) as reached from pieces
     ) select ((select sum(2::numeric ^ (32 - masklen(cidr))) from pool_cidr where pool_id = $1) - (select sum(2::numeric ^ (32 - masklen(cidr))) from pieces))::text as lost,
       (select count(*) from ordered where reached >= network(cidr)::inet and host(reached)::inet >= host(cidr)::inet)::int as overlaps`,
    [pool.id],
  );
  if (Number(lost) !== 0 || overlaps !== 0) throw new Error(`pool ${pool.name} is wrong: ${lost} addresses lost, ${overlaps} overlaps`);
}
