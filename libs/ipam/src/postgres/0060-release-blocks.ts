/**
 * Releases of one pool share a call, as allocations do: one lock, one update, one commit for all that wait. A release alone took a
 * dozen statements under the pool's lock, and its allocations waited for it.
 *
 * release_blocks answers each request in its order: OK with what became of the block, BUSY with the pool that somebody works in (only
 * when the call is for several pools, so that none waits for the lock of another's), or OTHER for what is not plain and was not
 * touched. Plain is a live block of an exclusive pool that the caller reaches, with a fitting ETag, no key that was used before, and
 * nothing that lies over it: what does keeps a part of it occupied, which only the general way looks at.
 */
export const releaseBlocks = `
-- What keeps a range of an exclusive pool occupied though nobody holds it: child pools, what was seen, foreign networks.
create function is_overlaid(p_pool uuid, p_space uuid, p_network uuid, p_range cidr) returns boolean language plpgsql stable as $$
begin
  return exists (select from pool p join pool_cidr c on c.pool_id = p.id where p.parent_id = p_pool and c.cidr && p_range)
    or exists (select from occupying_range o where o.space_id = p_space and o.cidr && p_range
      and not (o.kind = 'VIRTUAL_NETWORK' and o.network_id is not distinct from p_network and o.network_id is not null))
    or exists (select from (select x.network_id from network_prefix x where x.cidr && p_range offset 0) x join network n on n.id = x.network_id
      where n.space_id = p_space and n.kind <> 'VIRTUAL_NETWORK' and n.id is distinct from p_network);
end $$;

create function release_blocks(p_ids uuid[], p_actors text[], p_spaces jsonb[], p_etags jsonb[], p_keys text[], p_routes text[], p_hashes text[], p_requests text[])
returns table (outcome text, pool uuid, version int, view json) language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set plan_cache_mode = force_generic_plan as $$
declare
  pools uuid[];
  locked uuid[] := '{}';
  at constant timestamptz := now();
  moment constant text := instant_text(at);
  one record;
  -- aligned with the requests
  outcomes text[];
  of_pools uuid[];
  versions int[];
  ranges cidr[];
  cooldowns int[];
  -- what the answer has whatever happens, and what it had before and has after
  views text[];
  befores text[];
  afters text[];
  ids uuid[];
begin
  select array_agg(distinct a.pool_id) into pools from allocation a where a.id = any(p_ids);
  for one in select p.id, p.no from pool p where p.id = any(pools) order by p.no loop
    if cardinality(pools) = 1 then
      perform pg_advisory_xact_lock(pool_lock(one.no));
    else
      continue when not pg_try_advisory_xact_lock(pool_lock(one.no));
    end if;
    locked := locked || one.id;
  end loop;

  select array_agg(case
      when a.pool_id <> all(locked) then 'BUSY'
      when a.live is not true or not a.exclusive or a.reuse <> 'EXCLUSIVE' then 'OTHER'
      when not p_spaces[r.n] ?| array[a.space_id::text, a.space_name] then 'OTHER'
      when not p_etags[r.n] ? ('"' || a.version || '"') then 'OTHER'
      when a.cooldown_seconds = 0 and is_overlaid(a.pool_id, a.space_id, a.pool_network, a.held) then 'OTHER'
      when p_keys[r.n] is not null and not pg_try_advisory_xact_lock(hashtextextended(p_actors[r.n] || ' ' || p_keys[r.n], 0)) then 'OTHER'
      when p_keys[r.n] is not null and exists (select from idempotency_key k where k.caller = p_actors[r.n] and k.key = p_keys[r.n]) then 'OTHER'
      when a.id is not null then 'OK'
      else 'OTHER' end order by r.n),
    array_agg(a.pool_id order by r.n), array_agg(a.version + 1 order by r.n), array_agg(a.held order by r.n), array_agg(a.cooldown_seconds order by r.n),
    array_agg(a.view order by r.n),
    array_agg(',"status":"' || a.status || '","availableAt":null,"updatedAt":"' || instant_text(a.updated_at) || '"}' order by r.n),
    array_agg(case when a.cooldown_seconds > 0
      then ',"status":"QUARANTINED","availableAt":"' || instant_text(at + make_interval(secs => a.cooldown_seconds)) || '","updatedAt":"' || moment || '"}'
      else ',"status":"RELEASED","availableAt":null,"updatedAt":"' || moment || '"}' end order by r.n)
  into outcomes, of_pools, versions, ranges, cooldowns, views, befores, afters
  from unnest(p_ids) with ordinality as r(id, n) left join lateral (
    select x.*, p.reuse, p.cooldown_seconds, p.network_id as pool_network, s.id as space_id, s.name as space_name, left(json_build_object(
      'id', x.id, 'pool', p.name, 'addressSpace', s.name, 'cidr', x.cidr, 'growthBlock', nullif(x.held, x.cidr),
      'owner', json_build_object('kind', x.owner_kind, 'id', x.owner_id), 'purpose', x.purpose,
      'network', (select n.name from network n where n.id = x.network_id), 'addressPlan', (select l.name from address_plan l where l.id = x.plan_id),
      'labels', x.labels, 'expiresAt', instant_text(x.expires_at), 'createdAt', instant_text(x.created_at), 'createdBy', x.created_by)::text, -1) as view
    from allocation x join pool p on p.id = x.pool_id join address_space s on s.id = p.space_id where x.id = r.id offset 0
  ) a on true;

  select array_agg(p_ids[n]) into ids from generate_subscripts(p_ids, 1) n where outcomes[n] = 'OK';
  if ids is not null then
    update allocation a set version = a.version + 1, updated_at = at,
      status = case when c.cooldown > 0 then 'QUARANTINED' else 'RELEASED' end,
      available_at = case when c.cooldown > 0 then at + make_interval(secs => c.cooldown) else a.available_at end,
      ended_at = case when c.cooldown > 0 then a.ended_at else at end
    from (select p.id, p.cooldown_seconds as cooldown from pool p where p.id = any(locked) offset 0) c where a.id = any(ids) and c.id = a.pool_id;
    perform give_block(of_pools[n], ranges[n]) from generate_subscripts(p_ids, 1) n where outcomes[n] = 'OK' and cooldowns[n] = 0;
    insert into audit_event (actor, action, kind, resource_id, before, after, request_id)
    select p_actors[n], case when cooldowns[n] > 0 then 'allocation.quarantined' else 'allocation.released' end, 'allocation', p_ids[n]::text,
      (views[n] || befores[n])::json, (views[n] || afters[n])::json, p_requests[n]
    from generate_subscripts(p_ids, 1) n where outcomes[n] = 'OK';
    insert into idempotency_key (caller, key, route, body_hash, status, headers, body)
    select p_actors[n], p_keys[n], p_routes[n], p_hashes[n], 200, jsonb_build_object('etag', '"' || versions[n] || '"'), (views[n] || afters[n])::jsonb
    from generate_subscripts(p_ids, 1) n where outcomes[n] = 'OK' and p_keys[n] is not null;
  end if;
  return query select outcomes[n], of_pools[n], versions[n], case when outcomes[n] = 'OK' then (views[n] || afters[n])::json end
    from generate_subscripts(p_ids, 1) n order by n;
end $$;
`;
