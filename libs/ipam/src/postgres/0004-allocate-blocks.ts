/**
 * The moves of callers that hold a pool's lock shared with others.
 * - take_free: up to p_count blocks of one length, as many single requests would get them in turn. Free blocks that
 *   another transaction has locked are passed over. When nothing else is there and p_wait is set it waits for the first
 *   of them and looks again, for what is split off it; fewer than asked means: ask again under the exclusive lock.
 *   p_from (FIRST_FIT): nothing is free before it, so the search does not begin at rows that are long deleted.
 *   'order by due_at limit 1' and 'pool_id = ... is true' are for the planner: they leave it the one index meant for the
 *   look-up, however small the tables were when a session made its plan.
 * - allocate_blocks: everything one transaction does for many requests of plain blocks. Each request is answered by an
 *   outcome: OK with its block, or why it must go another way, with nothing done for it:
 *   STALE (pool changed or gone), DUE (something in the pool has ended and is to be given back first), BUSY (pool or key
 *   is held by another transaction), REPLAY (key known), HELD (the owner has a block for the purpose), QUOTA, NONE.
 */
export const allocateBlocks = `
create function take_free(p_pool uuid, p_family int, p_shortest int, p_length int, p_strategy text, p_count int, p_wait boolean,
  p_from_position int, p_from cidr, out taken cidr[], out last_position smallint) language plpgsql as $$
declare
  from_top constant boolean := p_strategy = 'LAST_FIT';
  smallest_first constant boolean := p_strategy = 'BEST_FIT';
  candidates cidr[];
  positions smallint[];
  current cidr;
  missing int := p_count;
  slack int := 0;
  turn int;
  i int;
begin
  taken := '{}';
  for attempt in 1 .. 8 loop
    -- One index probe per length: small fragments in front are never walked through.
    if from_top then
      select array_agg(c.cidr), array_agg(c.position) into candidates, positions from (
        select f.cidr, f.position from generate_series(p_shortest, p_length) as l(length) cross join lateral (
          select b.cidr, b.position from free_block b where b.pool_id = p_pool and b.family = p_family and b.length = l.length
          order by b.position desc, b.cidr desc limit missing + slack
        ) f order by f.position desc, f.cidr desc limit missing + slack
      ) c;
    else
      select array_agg(c.cidr), array_agg(c.position) into candidates, positions from (
        select f.cidr, f.position from generate_series(p_shortest, p_length) as l(length) cross join lateral (
          select b.cidr, b.position from free_block b where b.pool_id = p_pool and b.family = p_family and b.length = l.length
            and (b.position, b.cidr) >= (p_from_position::smallint, p_from)
          order by b.position, b.cidr limit missing + slack
        ) f order by case when smallest_first then -l.length end, f.position, f.cidr limit missing + slack
      ) c;
    end if;
    exit when candidates is null;
    -- Whoever finds the first one locked looks anywhere among the next ones, or everybody would wait for the same again.
    turn := case when attempt = 1 then 0 else floor(random() * cardinality(candidates))::int end;
    for n in 0 .. cardinality(candidates) - 1 loop
      i := 1 + (n + turn) % cardinality(candidates);
      delete from free_block where ctid = (
        select b.ctid from free_block b where b.pool_id = p_pool and b.cidr = candidates[i] for update skip locked);
      continue when not found;
      last_position := positions[i];
      current := case when from_top then network(set_masklen(broadcast(candidates[i]), p_length)) else set_masklen(candidates[i], p_length) end;
      loop
        taken := array_append(taken, current);
        missing := missing - 1;
        exit when missing = 0 or current = case when from_top then set_masklen(candidates[i], p_length)
          else network(set_masklen(broadcast(candidates[i]), p_length)) end;
        current := case when from_top then set_masklen((host(current)::inet - 1), p_length)::cidr
          else set_masklen(set_masklen(broadcast(current) + 1, p_length)::cidr, p_length) end;
      end loop;
      -- What is left of the block on the far side of the last one taken.
      insert into free_block (pool_id, position, cidr)
      select p_pool, last_position, half.other from generate_series(masklen(candidates[i]) + 1, p_length) as l(length)
      cross join lateral (select set_masklen(current, l.length) as own, set_masklen(current, l.length - 1) as both_halves) h
      cross join lateral (select set_masklen(h.both_halves, l.length) = h.own as is_lower) side
      cross join lateral (select case when from_top then set_masklen(h.both_halves, l.length) else upper_half(h.both_halves) end as other) half
      where side.is_lower <> from_top;
      exit when missing = 0;
    end loop;
    exit when missing = 0;
    if cardinality(taken) = 0 and attempt > 2 then
      exit when not p_wait;
      perform from free_block b where b.pool_id = p_pool and b.cidr = candidates[1 + turn] for update;
    end if;
    slack := slack * 4 + 16;
  end loop;
end $$;

create function allocate_blocks(
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
  stamp constant text := '","createdAt":"' || instant_text(now()) || '","updatedAt":"' || instant_text(now()) || '"}';
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

-- Whether the owner's own, with what this call adds, passes the quota. What rests in quarantine is not held by the owner any more.
create function exceeds_quota(p_pool uuid, p_owner_kind text, p_owner_id text, p_max_addresses numeric, p_max_allocations int,
  p_more_addresses numeric, p_more_allocations bigint) returns boolean language sql stable as $$
  select coalesce(p_max_addresses < coalesce(sum(2::numeric ^ (case family(held) when 4 then 32 else 128 end - masklen(held))), 0) + p_more_addresses, false)
    or coalesce(p_max_allocations < count(*) + p_more_allocations, false)
  from allocation where owner_id = p_owner_id and owner_kind = p_owner_kind and (pool_id = p_pool) is true and holding and live
$$;

create function instant_text(p_at timestamptz) returns text language sql stable
  return to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
`;
