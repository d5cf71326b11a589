/**
 * What a call for one block answers is one text, `OK 10.0.0.0/29 0 2026-11-23T10:00:00.000Z` or the outcome alone: a function that
 * returns columns is scanned like a table, for which the server looks up the columns in its catalogue and keeps a store of rows
 * with every call, a tenth of the call's processor time.
 */
export const scalarAnswer = `
drop function allocate_block;
create function allocate_block(
  p_pool uuid, p_number bigint, p_space int, p_version int,
  p_family int, p_shortest int, p_length int, p_strategy text, p_from_position int, p_from cidr,
  p_id uuid, p_owner_kind text, p_owner_id text, p_purpose text, p_expires_at timestamptz, p_network uuid, p_labels jsonb,
  p_key text, p_route text, p_hash text, p_actor text, p_request text, p_view text
) returns text language plpgsql set enable_seqscan = off set enable_bitmapscan = off set plan_cache_mode = force_generic_plan as $$
declare
  outcome text;
  block cidr;
  block_position smallint;
  found_length int;
  got record;
  moment text;
  full_view text;
begin
  perform pg_advisory_xact_lock_shared(pool_lock(p_number));
  if p_key is not null and not pg_try_advisory_xact_lock(hashtextextended(p_actor || ' ' || p_key, 0)) then
    return 'BUSY';
  end if;
  outcome := case
    when not exists (select from pool where id = p_pool and version = p_version) then 'STALE'
    when (select a.due_at from allocation a where a.pool_id = p_pool and a.due_at is not null order by a.due_at limit 1) <= now() then 'DUE'
    when p_key is not null and exists (select from idempotency_key k where k.caller = p_actor and k.key = p_key) then 'REPLAY'
    when exists (select from allocation a where a.owner_id = p_owner_id and a.owner_kind = p_owner_kind and a.purpose = p_purpose
      and (a.pool_id = p_pool) is true and a.holding) then 'HELD'
  end;
  if outcome is not null then return outcome; end if;

  if p_strategy = 'FIRST_FIT' then
    -- As a rule the first one that nobody has locked is large enough.
    delete from free_block where ctid = (
      select b.ctid from (
        select f.ctid, f.position, f.family, f.length from free_block f where f.pool_id = p_pool and f.cidr >= p_from order by f.cidr limit 2 for update skip locked
      ) b where b.position = p_from_position and b.family = p_family and b.length between p_shortest and p_length limit 1
    ) returning cidr, position, length into block, block_position, found_length;
    if not found then
      delete from free_block where ctid = (
        select b.ctid from free_block b
        where b.pool_id = p_pool and b.cidr >= p_from and b.position = p_from_position and b.family = p_family and b.length between p_shortest and p_length
          -- No further than some dozens of blocks: thousands of smaller ones may lie in front.
          and b.cidr <= coalesce((select f.cidr from free_block f where f.pool_id = p_pool and f.cidr >= p_from order by f.cidr offset 40 limit 1), 'ffff::/16')
        order by b.cidr limit 1 for update skip locked
      ) returning cidr, position, length into block, block_position, found_length;
    end if;
    if found_length < p_length then
      insert into free_block (pool_id, position, cidr, family, length)
      select p_pool, block_position, network(set_masklen(broadcast(set_masklen(block, l.length - 1)), l.length)), p_family, l.length
      from generate_series(found_length + 1, p_length) as l(length);
    end if;
    block := set_masklen(block, p_length);
  end if;
  if block is null then
    got := take_free(p_pool, p_family, p_shortest, p_length, p_strategy, 1, true, p_from_position, p_from);
    block := got.taken[1];
    block_position := got.last_position;
    if block is null then return 'NONE'; end if;
  end if;

  moment := instant_text(now());
  full_view := p_view || ',"cidr":"' || block || '","createdAt":"' || moment || '","updatedAt":"' || moment || '"}';
  perform set_config('podspan.checked', 'on', true);
  insert into allocation (id, pool_id, space_no, cidr, held, status, owner_kind, owner_id, purpose, exclusive, network_id, labels, expires_at, due_at, created_by)
  values (p_id, p_pool, p_space, block, block, case when p_expires_at is null then 'ACTIVE' else 'RESERVED' end,
    p_owner_kind, p_owner_id, p_purpose, true, p_network, p_labels, p_expires_at, p_expires_at, p_actor);
  insert into audit_event (actor, action, kind, resource_id, after, request_id)
  values (p_actor, 'allocation.created', 'allocation', p_id::text, full_view::json, p_request);
  if p_key is not null then
    insert into idempotency_key (caller, key, route, body_hash, status, headers, body)
    values (p_actor, p_key, p_route, p_hash, 201, jsonb_build_object('etag', '"1"', 'location', '/v1/allocations/' || p_id), full_view::jsonb);
  end if;
  return 'OK ' || block || ' ' || block_position || ' ' || moment;
end $$;
`;
