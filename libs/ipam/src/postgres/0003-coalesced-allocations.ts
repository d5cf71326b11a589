/**
 * Many allocations in one call. What holds afterwards, and what `ipam check` looks for:
 * - In an EXCLUSIVE pool the rows of `free_block` tile what is neither held, nor given to a child pool, nor seen in
 *   use: no two overlap, none lies outside the pool's ranges, no two buddies of one range are both free.
 * - `allocation.space_no` is the number of its pool's space, and the pool exists (`allocation_in_pool`).
 * - An owner has at most one live block (RESERVED or ACTIVE) per pool and purpose (`allocation_owner`).
 *
 * Locks. `pool_lock(no)` is an advisory lock per pool. Whoever searches and then takes, gives back or changes the pool
 * holds it exclusively (PoolsRepository.lock); `allocate_blocks` holds it shared, since it locks each free block it
 * takes. A row lock on the pool would be written to disk and serialise the commits of a hot pool.
 * For the same reason the pool of an allocation is checked once per statement and not by a foreign key per row.
 */
export const coalescedAllocations = `
create function pool_lock(p_no bigint) returns bigint language sql immutable strict
  return (7105::bigint << 48) | p_no;

alter table allocation drop constraint allocation_pool_id_fkey, drop constraint allocation_space_no_fkey;
alter table free_block drop constraint free_block_pool_id_fkey;

create function check_allocation_pools() returns trigger language plpgsql as $$
declare
  wrong record;
begin
  select i.pool_id, i.space_no into wrong from (select distinct pool_id, space_no from inserted) i
  where not exists (select from pool p join address_space s on s.id = p.space_id where p.id = i.pool_id and s.no = i.space_no) limit 1;
  if found then
    raise foreign_key_violation using message = format('no pool %s in address space number %s', wrong.pool_id, wrong.space_no),
      constraint = 'allocation_in_pool', table = 'allocation', schema = tg_table_schema;
  end if;
  return null;
end $$;
create trigger allocation_in_pool after insert on allocation referencing new table as inserted
  for each statement execute function check_allocation_pools();

create function check_pool_unused() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(pool_lock(old.no));
  if exists (select from allocation where pool_id = old.id) then
    raise foreign_key_violation using message = format('pool %s has allocations', old.name), constraint = 'allocation_in_pool', table = 'pool',
      schema = tg_table_schema;
  end if;
  delete from free_block where pool_id = old.id;
  return old;
end $$;
create trigger pool_unused before delete on pool for each row execute function check_pool_unused();

-- One index where there were three: who lives under a name, what an owner holds, and that it is one block per purpose.
-- Quarantined blocks of one owner and purpose may be many: their 'live' is null, and nulls are distinct.
alter table allocation add column live boolean generated always as (case when status in ('RESERVED', 'ACTIVE') then true end) stored;
drop index allocation_owner, allocation_owner_lookup, allocation_by_owner;
create unique index allocation_owner on allocation (owner_id, owner_kind, purpose, pool_id, live) where holding;
create index allocation_owner_ended on allocation (owner_id, owner_kind) where not holding;
-- A block is looked up by its key; an index that began with the pool as well could be taken for that by a plan made when
-- the table was small.
drop index free_block_order;
create index free_block_order on free_block (family, length, pool_id, position, cidr);
`;
