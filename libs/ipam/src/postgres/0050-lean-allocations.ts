/**
 * The allocator's functions as before, cheaper for each call and for each row:
 * - take_free walks the first free blocks behind its start before it asks once per length, and its look-ups may only
 *   follow an index in order. A plan made while the pool had few free blocks read and sorted all of them for each length.
 * - allocate_blocks answers, and writes each row, from arrays that are aligned; nothing is done row by row.
 * - What was and what is of an audit event is kept as the text that came: taking it apart cost a sixth of an allocation,
 *   and nobody looks inside by SQL.
 */
export const leanAllocations = `
alter table audit_event alter column before type json, alter column after type json;

create or replace function take_free(p_pool uuid, p_family int, p_shortest int, p_length int, p_strategy text, p_count int, p_wait boolean,
  p_from_position int, p_from cidr, out taken cidr[], out last_position smallint) language plpgsql
  set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set plan_cache_mode = force_generic_plan as $$
declare
  from_top constant boolean := p_strategy = 'LAST_FIT';
  smallest_first constant boolean := p_strategy = 'BEST_FIT';
  candidates cidr[];
  positions smallint[];
  current cidr;
  missing int := p_count;
  slack int := 0;
  passed_over boolean := false;
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
    elsif attempt = 1 and not smallest_first then
      -- The first free blocks behind the start, a few dozens at most: thousands of smaller ones may lie in front.
      select array_agg(c.cidr), array_agg(c.position) into candidates, positions from (
        select b.cidr, b.position from (
          select f.cidr, f.position, f.family, f.length from free_block f where f.pool_id = p_pool and f.cidr >= p_from order by f.cidr limit missing + 40
        ) b where b.position = p_from_position and b.family = p_family and b.length between p_shortest and p_length limit missing
      ) c;
      continue when candidates is null;
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
    turn := case when passed_over then floor(random() * cardinality(candidates))::int else 0 end;
    for n in 0 .. cardinality(candidates) - 1 loop
      i := 1 + (n + turn) % cardinality(candidates);
      delete from free_block where ctid = (
        select b.ctid from free_block b where b.pool_id = p_pool and b.cidr = candidates[i] for update skip locked);
      if not found then
        passed_over := true;
        continue;
      end if;
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
language plpgsql set enable_seqscan = off set enable_bitmapscan = off set plan_cache_mode = force_generic_plan as $$
declare
  single constant boolean := cardinality(p_pools) = 1;
  views constant text[] := string_to_array(r_views, e'\\x01');
  moment constant text := instant_text(now());
  stamp constant text := '","createdAt":"' || moment || '","updatedAt":"' || moment || '"}';
  states text[] := array_fill(null::text, array[cardinality(p_pools)]);
  outcomes text[];
  -- aligned with the requests
  blocks cidr[];
  spots smallint[];
  -- the requests that got a block with what they got, group by group, and those that did not
  served int[] := '{}';
  unserved int[];
  taken cidr[] := '{}';
  places smallint[] := '{}';
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
    served := served || wanting[1:cardinality(got.taken)];
    taken := taken || got.taken;
    places := places || array_fill(got.last_position, array[cardinality(got.taken)]);
  end loop;
  select array_agg(n) into unserved from (select n from generate_subscripts(r_group, 1) n except all select unnest(served)) u;
  select array_agg(u.block order by u.n), array_agg(u.spot order by u.n) into blocks, spots
  from unnest(served || unserved, taken, places) as u(n, block, spot);

  perform set_config('podspan.checked_pools', p_pools::text, true);
  insert into allocation (id, pool_id, space_no, cidr, held, status, owner_kind, owner_id, purpose, exclusive, network_id, labels, expires_at, created_by)
  select r.id, p_pools[g_pool[r.grp]], p_spaces[g_pool[r.grp]], r.block, r.block, case when r.expires_at is null then 'ACTIVE' else 'RESERVED' end,
    r.owner_kind, r.owner_id, r.purpose, true, r.network, r.labels, r.expires_at, r.actor
  from unnest(r_group, r_id, r_owner_kind, r_owner_id, r_purpose, r_expires_at, r_network, r_labels, r_actor, blocks)
    as r(grp, id, owner_kind, owner_id, purpose, expires_at, network, labels, actor, block) where r.block is not null;
  insert into audit_event (actor, action, kind, resource_id, after, request_id)
  select r.actor, 'allocation.created', 'allocation', r.id, (r.view || ',"cidr":"' || r.block || stamp)::json, r.request
  from unnest(r_actor, r_id::text[], views, r_request, blocks) as r(actor, id, view, request, block) where r.block is not null;
  if array_remove(r_key, null) <> '{}' then
    insert into idempotency_key (caller, key, route, body_hash, status, headers, body)
    select r.actor, r.key, r.route, r.hash, 201, jsonb_build_object('etag', '"1"', 'location', '/v1/allocations/' || r.id), (r.view || ',"cidr":"' || r.block || stamp)::jsonb
    from unnest(r_actor, r_key, r_route, r_hash, r_id, views, blocks) as r(actor, key, route, hash, id, view, block)
    where r.key is not null and r.block is not null;
  end if;

  return query select coalesce(o.outcome, case when o.block is null then 'NONE' else 'OK' end), o.block, o.spot, now() from unnest(outcomes, blocks, spots) as o(outcome, block, spot);
end $$;

create or replace function allocate_block(
  p_pool uuid, p_number bigint, p_space int, p_version int,
  p_family int, p_shortest int, p_length int, p_strategy text, p_from_position int, p_from cidr,
  p_id uuid, p_owner_kind text, p_owner_id text, p_purpose text, p_expires_at timestamptz, p_network uuid, p_labels jsonb,
  p_key text, p_route text, p_hash text, p_actor text, p_request text, p_view text,
  out outcome text, out block cidr, out block_position smallint, out at timestamptz
) language plpgsql set enable_seqscan = off set enable_bitmapscan = off set plan_cache_mode = force_generic_plan as $$
declare
  found_length int;
  got record;
  moment text;
  full_view text;
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
  full_view := p_view || ',"cidr":"' || block || '","createdAt":"' || moment || '","updatedAt":"' || moment || '"}';
  perform set_config('podspan.checked_pools', p_pool::text, true);
  insert into allocation (id, pool_id, space_no, cidr, held, status, owner_kind, owner_id, purpose, exclusive, network_id, labels, expires_at, created_by)
  values (p_id, p_pool, p_space, block, block, case when p_expires_at is null then 'ACTIVE' else 'RESERVED' end,
    p_owner_kind, p_owner_id, p_purpose, true, p_network, p_labels, p_expires_at, p_actor);
  insert into audit_event (actor, action, kind, resource_id, after, request_id)
  values (p_actor, 'allocation.created', 'allocation', p_id::text, full_view::json, p_request);
  if p_key is not null then
    insert into idempotency_key (caller, key, route, body_hash, status, headers, body)
    values (p_actor, p_key, p_route, p_hash, 201, jsonb_build_object('etag', '"1"', 'location', '/v1/allocations/' || p_id), full_view::jsonb);
  end if;
end $$;
`;
