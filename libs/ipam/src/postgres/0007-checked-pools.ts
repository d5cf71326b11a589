/** allocate_blocks as before, except that it says which pools it looked at, so that allocation_in_pool need not look again. */
export const checkedPools = `
create or replace function allocate_blocks(
  -- pools, in the order of their numbers
  p_pools uuid[], p_numbers bigint[], p_spaces int[], p_versions int[], p_alone boolean[],
  -- groups: same pool, family, length and strategy
  g_pool int[], g_family int[], g_shortest int[], g_length int[], g_strategy text[], g_from_position int[], g_from cidr[],
  -- requests; q_addresses and q_allocations: the owner's quota, or null
  r_group int[], r_id uuid[], r_owner_kind text[], r_owner_id text[], r_purpose text[], r_expires_at timestamptz[], r_network uuid[], r_labels jsonb[],
  q_addresses numeric[], q_allocations int[], r_key text[], r_route text[], r_hash text[], r_actor text[], r_request text[],
  -- the answers as JSON objects that lack cidr, createdAt, updatedAt and the closing brace, with the character 1 between them
  r_views text
) returns table (outcome text, block cidr, block_position smallint, at timestamptz)
language plpgsql set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  single constant boolean := cardinality(p_pools) = 1;
  views text[] := string_to_array(r_views, e'\\x01');
  moment constant text := instant_text(now());
  stamp constant text := '","createdAt":"' || moment || '","updatedAt":"' || moment || '"}';
  states text[] := array_fill(null::text, array[cardinality(p_pools)]);
  outcomes text[];
  blocks cidr[] := array_fill(null::cidr, array[cardinality(r_group)]);
  spots smallint[] := array_fill(null::smallint, array[cardinality(r_group)]);
  wanting int[];
  got record;
begin
  for i in 1 .. cardinality(p_pools) loop
    if single and p_alone[i] then perform pg_advisory_xact_lock(pool_lock(p_numbers[i]));
    elsif single then perform pg_advisory_xact_lock_shared(pool_lock(p_numbers[i]));
    elsif not (p_alone[i] and pg_try_advisory_xact_lock(pool_lock(p_numbers[i])))
        and not (not p_alone[i] and pg_try_advisory_xact_lock_shared(pool_lock(p_numbers[i]))) then
      states[i] := 'BUSY';
      continue;
    end if;
    states[i] := case when not exists (select from pool where id = p_pools[i] and version = p_versions[i]) then 'STALE'
      when (select a.due_at from allocation a where a.pool_id = p_pools[i] and a.due_at is not null order by a.due_at limit 1) <= now() then 'DUE' end;
  end loop;

  select array_agg(case
      when states[g_pool[r.grp]] is not null then states[g_pool[r.grp]]
      when r.key is not null and not pg_try_advisory_xact_lock(hashtextextended(r.actor || ' ' || r.key, 0)) then 'BUSY'
      when r.key is not null and exists (select from idempotency_key k where k.caller = r.actor and k.key = r.key) then 'REPLAY'
      when exists (select from allocation a where a.owner_id = r.owner_id and a.owner_kind = r.owner_kind and a.purpose = r.purpose
        and (a.pool_id = p_pools[g_pool[r.grp]]) is true and a.holding) then 'HELD'
    end order by r.n)
  into outcomes from unnest(r_group, r_owner_kind, r_owner_id, r_purpose, r_key, r_actor) with ordinality as r(grp, owner_kind, owner_id, purpose, key, actor, n);

  if true = any(p_alone) then
    select array_agg(coalesce(outcomes[r.n], case when exceeds_quota(p_pools[g_pool[r.grp]], r.owner_kind, r.owner_id, r.max_addresses, r.max_allocations,
      r.addresses, r.allocations) then 'QUOTA' end) order by r.n) into outcomes
    from (
      select u.*, count(*) over same_owner as allocations,
        sum(2::numeric ^ (case g_family[u.grp] when 4 then 32 else 128 end - g_length[u.grp])) over same_owner as addresses
      from unnest(r_group, r_owner_kind, r_owner_id, q_addresses, q_allocations) with ordinality
        as u(grp, owner_kind, owner_id, max_addresses, max_allocations, n)
      window same_owner as (partition by g_pool[u.grp], u.owner_kind, u.owner_id order by u.n)
    ) r;
  end if;

  for g in 1 .. cardinality(g_pool) loop
    select array_agg(n) into wanting from generate_subscripts(r_group, 1) n where r_group[n] = g and outcomes[n] is null;
    continue when wanting is null;
    got := take_free(p_pools[g_pool[g]], g_family[g], g_shortest[g], g_length[g], g_strategy[g], cardinality(wanting),
      cardinality(g_pool) = 1, g_from_position[g], g_from[g]);
    for i in 1 .. cardinality(wanting) loop
      blocks[wanting[i]] := got.taken[i];
      spots[wanting[i]] := got.last_position;
      outcomes[wanting[i]] := case when got.taken[i] is null then 'NONE' else 'OK' end;
      views[wanting[i]] := views[wanting[i]] || ',"cidr":"' || got.taken[i] || stamp;
    end loop;
  end loop;

  perform set_config('podspan.checked_pools', p_pools::text, true);
  insert into allocation (id, pool_id, space_no, cidr, held, status, owner_kind, owner_id, purpose, exclusive, network_id, labels, expires_at, created_by)
  select r.id, p_pools[g_pool[r.grp]], p_spaces[g_pool[r.grp]], blocks[r.n], blocks[r.n], case when r.expires_at is null then 'ACTIVE' else 'RESERVED' end,
    r.owner_kind, r.owner_id, r.purpose, true, r.network, r.labels, r.expires_at, r.actor
  from unnest(r_group, r_id, r_owner_kind, r_owner_id, r_purpose, r_expires_at, r_network, r_labels, r_actor)
    with ordinality as r(grp, id, owner_kind, owner_id, purpose, expires_at, network, labels, actor, n) where blocks[r.n] is not null;
  insert into audit_event (actor, action, kind, resource_id, after, request_id)
  select r.actor, 'allocation.created', 'allocation', r.id, r.view::jsonb, r.request
  from unnest(r_actor, r_id::text[], views, r_request) with ordinality as r(actor, id, view, request, n) where blocks[r.n] is not null;
  if array_remove(r_key, null) <> '{}' then
    insert into idempotency_key (caller, key, route, body_hash, status, headers, body)
    select r.actor, r.key, r.route, r.hash, 201, jsonb_build_object('etag', '"1"', 'location', '/v1/allocations/' || r.id), r.view::jsonb
    from unnest(r_actor, r_key, r_route, r_hash, r_id, views) with ordinality as r(actor, key, route, hash, id, view, n)
    where r.key is not null and blocks[r.n] is not null;
  end if;

  return query select o.outcome, o.block, o.spot, now() from unnest(outcomes, blocks, spots) as o(outcome, block, spot);
end $$;
`;
