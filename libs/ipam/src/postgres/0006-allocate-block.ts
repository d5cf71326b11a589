/**
 * One plain request by itself, with as few statements as it takes, and rows that cost less to write:
 * - The overlap constraints stand on an expression. PostgreSQL reads a stored generated column's definition again for
 *   each statement, which was a fifth of an insert; an index keeps its expression ready.
 * - allocation_in_pool looks a pool up for each row of a writer that has not said, in `podspan.checked_pools`, that it looked
 *   itself in this transaction. The functions below hold the pool's lock and compare its version and space first.
 * - allocate_block: what allocate_blocks does for one request without a quota. FIRST_FIT looks among the free blocks that
 *   follow p_from, locked ones passed over; what is not found there is looked for by take_free.
 */
export const allocateBlock = `
create function space_key(p_no int, p_held cidr) returns inet language sql immutable parallel safe
  return set_masklen('::'::inet + ((p_no::bigint << 32) | (network(p_held)::inet - '0.0.0.0'::inet)), 96 + masklen(p_held));
alter table allocation drop constraint allocation_space_v4, drop constraint allocation_mesh_v4;
alter table allocation drop column space_key, drop column mesh_key;
alter table allocation
  add constraint allocation_space_v4 exclude using spgist (space_key(space_no, held) inet_ops with &&)
    where (exclusive and family(held) = 4 and holding),
  add constraint allocation_mesh_v4 exclude using spgist (space_key(mesh_no, held) inet_ops with &&)
    where (mesh_no is not null and family(held) = 4 and holding);

drop trigger allocation_in_pool on allocation;
drop function check_allocation_pools();
create function check_allocation_pool() returns trigger language plpgsql as $$
begin
  if not exists (select from pool p join address_space s on s.id = p.space_id where p.id = new.pool_id and s.no = new.space_no) then
    raise foreign_key_violation using message = format('no pool %s in address space number %s', new.pool_id, new.space_no),
      constraint = 'allocation_in_pool', table = 'allocation', schema = tg_table_schema;
  end if;
  return null;
end $$;
create trigger allocation_in_pool after insert on allocation for each row
  when (position(new.pool_id::text in coalesce(current_setting('podspan.checked_pools', true), '')) = 0)
  execute function check_allocation_pool();

create function allocate_block(
  p_pool uuid, p_number bigint, p_space int, p_version int,
  p_family int, p_shortest int, p_length int, p_strategy text, p_from_position int, p_from cidr,
  p_id uuid, p_owner_kind text, p_owner_id text, p_purpose text, p_expires_at timestamptz, p_network uuid, p_labels jsonb,
  p_key text, p_route text, p_hash text, p_actor text, p_request text, p_view text,
  out outcome text, out block cidr, out block_position smallint, out at timestamptz
) language plpgsql set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  found_length int;
  got record;
  moment text;
  full_view jsonb;
begin
  at := now();
  perform pg_advisory_xact_lock_shared(pool_lock(p_number));
  if p_key is not null and not pg_try_advisory_xact_lock(hashtextextended(p_actor || ' ' || p_key, 0)) then
    outcome := 'BUSY';
    return;
  end if;
  outcome := case
    when not exists (select from pool where id = p_pool and version = p_version) then 'STALE'
    when (select a.due_at from allocation a where a.pool_id = p_pool and a.due_at is not null order by a.due_at limit 1) <= at then 'DUE'
    when p_key is not null and exists (select from idempotency_key k where k.caller = p_actor and k.key = p_key) then 'REPLAY'
    when exists (select from allocation a where a.owner_id = p_owner_id and a.owner_kind = p_owner_kind and a.purpose = p_purpose
      and (a.pool_id = p_pool) is true and a.holding) then 'HELD'
  end;
  if outcome is not null then return; end if;

  if p_strategy = 'FIRST_FIT' then
    delete from free_block where ctid = (
      select b.ctid from free_block b
      where b.pool_id = p_pool and b.cidr >= p_from and b.position = p_from_position and b.family = p_family and b.length between p_shortest and p_length
        -- No further than some dozens of blocks: thousands of smaller ones may lie in front.
        and b.cidr <= coalesce((select f.cidr from free_block f where f.pool_id = p_pool and f.cidr >= p_from order by f.cidr offset 40 limit 1), 'ffff::/16')
      order by b.cidr limit 1 for update skip locked
    ) returning cidr, position, length into block, block_position, found_length;
    if found_length < p_length then
      insert into free_block (pool_id, position, cidr)
      select p_pool, block_position, network(set_masklen(broadcast(set_masklen(block, l.length - 1)), l.length))
      from generate_series(found_length + 1, p_length) as l(length);
    end if;
    block := set_masklen(block, p_length);
  end if;
  if block is null then
    got := take_free(p_pool, p_family, p_shortest, p_length, p_strategy, 1, true, p_from_position, p_from);
    block := got.taken[1];
    block_position := got.last_position;
    if block is null then
      outcome := 'NONE';
      return;
    end if;
  end if;

  outcome := 'OK';
  moment := instant_text(at);
  full_view := (p_view || ',"cidr":"' || block || '","createdAt":"' || moment || '","updatedAt":"' || moment || '"}')::jsonb;
  perform set_config('podspan.checked_pools', p_pool::text, true);
  insert into allocation (id, pool_id, space_no, cidr, held, status, owner_kind, owner_id, purpose, exclusive, network_id, labels, expires_at, created_by)
  values (p_id, p_pool, p_space, block, block, case when p_expires_at is null then 'ACTIVE' else 'RESERVED' end,
    p_owner_kind, p_owner_id, p_purpose, true, p_network, p_labels, p_expires_at, p_actor);
  insert into audit_event (actor, action, kind, resource_id, after, request_id)
  values (p_actor, 'allocation.created', 'allocation', p_id::text, full_view, p_request);
  if p_key is not null then
    insert into idempotency_key (caller, key, route, body_hash, status, headers, body)
    values (p_actor, p_key, p_route, p_hash, 201, jsonb_build_object('etag', '"1"', 'location', '/v1/allocations/' || p_id), full_view);
  end if;
end $$;
`;
