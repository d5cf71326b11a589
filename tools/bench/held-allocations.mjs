// Many allocations at once, written straight into the tables: what is measured is not how they came there.

/** A pool `held` of which `count` single addresses are held, all of it consistent with its free list. */
export async function holdAllocations(service, count) {
  const length = 32 - Math.ceil(Math.log2(count));
  await service.call('POST', '/v1/address-spaces', { name: 'crowd' });
  await service.call('POST', '/v1/pools', { name: 'held', addressSpace: 'crowd', cidrs: [`10.0.0.0/${length}`], reuse: 'EXCLUSIVE' });
  const rows = await service.query(`select p.id, s.no from pool p join address_space s on s.id = p.space_id where p.name = 'held'`);
  const [{ id, no }] = rows;
  await withoutIndexes(service, 'allocation', () => insert(service, { id, no, count }));
  await service.query(`delete from free_block where pool_id = $1`, [id]);
  for (let block = count, rest = 2 ** (32 - length) - count; rest > 0;) {
    const size = Math.min(2 ** Math.floor(Math.log2(rest)), block & -block);
    await service.query(
      `insert into free_block (pool_id, position, cidr, family, length) values ($1, 0, set_masklen('10.0.0.0'::inet + $2::bigint, $3)::cidr, 4, $3)`,
      [id, block, 32 - Math.log2(size)],
    );
    block += size;
    rest -= size;
  }
  await service.query('analyze');
}

/** Ids in the order of the addresses and of time, as the service makes them. */
async function insert(service, { id, no, count }) {
  await service.query(
    `insert into allocation (id, pool_id, space_no, cidr, held, status, owner_kind, owner_id, purpose, exclusive, created_by)
      select ('01990000-' || lpad(to_hex(n >> 16), 4, '0') || '-7' || lpad(to_hex((n >> 4) & 4095), 3, '0') || '-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
        $1, $2, set_masklen('10.0.0.0'::inet + n, 32)::cidr, set_masklen('10.0.0.0'::inet + n, 32)::cidr, 'ACTIVE', 'TEAM', 'team-' || n % 1000, 'p-' || n, true, 'bench'
      from generate_series(0, $3::bigint - 1) as n`,
    [id, no, count],
  );
}

/** A million rows at once: building indexes and exclusion constraints afterwards costs a fraction of keeping them up to date. */
async function withoutIndexes(service, table, work) {
  const constraints = await service.query(
    `select conname as name, pg_get_constraintdef(oid) as definition from pg_constraint where conrelid = $1::regclass and contype = 'x'`,
    [table],
  );
  const indexes = await service.query(
    `select c.relname as name, pg_get_indexdef(c.oid) as definition from pg_index i join pg_class c on c.oid = i.indexrelid
      where i.indrelid = $1::regclass and not i.indisprimary and not exists (select from pg_constraint k where k.conindid = c.oid)`,
    [table],
  );
  for (const { name } of constraints) await service.query(`alter table ${table} drop constraint ${name}`);
  for (const { name } of indexes) await service.query(`drop index ${name}`);
  await work();
  await service.query(`set maintenance_work_mem = '512MB'`);
  for (const { name, definition } of constraints) await service.query(`alter table ${table} add constraint ${name} ${definition}`);
  for (const { definition } of indexes) await service.query(definition);
}
