/**
 * What a statement on `allocation` or `free_block` costs before its first row: PostgreSQL parses the definition of every check,
 * of every stored generated column and of every trigger's condition anew for each statement, 75 of the 130 us an insert took.
 * - `holding`, `live`, `due_at`, `family` and `length` are plain columns. Inserts write them, updates have them set by
 *   `allocation_state`, and `ipam check` compares.
 * - What an insert must keep to is looked at by one trigger for each row, unless the writer says that it has looked:
 *   `add_allocations` does so for all rows together, the lane's functions write only what they have read under the pool's lock.
 * - The first free block that nobody has locked is tried before some dozens are. take_free walks the first free blocks behind its start
 *   before it asks once per length, and its look-ups may only follow an index in order: a plan made while the pool had few free blocks
 *   read and sorted all of them for each length.
 * - allocate_blocks writes each row from arrays that are aligned; nothing is done row by row.
 * - What was and what is of an audit event is kept as the text that came: taking it apart cost a sixth of an allocation, and nobody
 *   looks inside by SQL.
 */
export const cheapStatements = `
alter table audit_event alter column before type json, alter column after type json;

alter table allocation
  alter column holding drop expression, alter column holding set default true,
  alter column live drop expression, alter column live set default true,
  alter column due_at drop expression,
  drop constraint allocation_check, drop constraint allocation_status_check;

create function set_allocation_state() returns trigger language plpgsql as $$
begin
  new.holding := new.status in ('RESERVED', 'ACTIVE', 'QUARANTINED');
  new.live := case when new.status in ('RESERVED', 'ACTIVE') then true end;
  new.due_at := case when new.live then new.expires_at when new.holding then new.available_at end;
  if not new.holding and new.status not in ('RELEASED', 'EXPIRED') or not new.cidr <<= new.held then
    raise check_violation using message = format('%s of %s cannot be %s', new.cidr, new.held, new.status), constraint = 'allocation_state',
      table = 'allocation', schema = tg_table_schema;
  end if;
  return new;
end $$;
create trigger allocation_state before update on allocation for each row execute function set_allocation_state();

drop trigger allocation_in_pool on allocation;
drop function check_allocation_pool();
drop trigger allocation_refers on allocation;
drop function check_allocation_references();

-- Raises unless the pool is in the space, and keeps the plan and the network from being deleted.
create function check_new_allocations(p_pools uuid[], p_spaces int[], p_plans uuid[], p_networks uuid[]) returns void language plpgsql as $$
declare
  wrong record;
begin
  select i.pool_id, i.space_no into wrong from unnest(p_pools, p_spaces) as i(pool_id, space_no)
  where not exists (select from pool p join address_space s on s.id = p.space_id where p.id = i.pool_id and s.no = i.space_no) limit 1;
  if found then
    raise foreign_key_violation using message = format('no pool %s in address space number %s', wrong.pool_id, wrong.space_no),
      constraint = 'allocation_in_pool', table = 'allocation', schema = current_schema;
  end if;
  perform from address_plan p where p.id = any(p_plans) for key share;
  perform from network n where n.id = any(p_networks) for key share;
  if exists (select from unnest(p_plans) i(id) where not exists (select from address_plan p where p.id = i.id))
      or exists (select from unnest(p_networks) i(id) where not exists (select from network n where n.id = i.id)) then
    raise foreign_key_violation using message = 'no such address plan or network', constraint = 'allocation_refers', table = 'allocation',
      schema = current_schema;
  end if;
end $$;

create function check_new_allocation() returns trigger language plpgsql as $$
begin
  perform check_new_allocations(array[new.pool_id], array[new.space_no], array_remove(array[new.plan_id], null), array_remove(array[new.network_id], null));
  if new.holding is distinct from (new.status in ('RESERVED', 'ACTIVE', 'QUARANTINED')) or new.live is distinct from (case when new.status in ('RESERVED', 'ACTIVE') then true end)
      or new.due_at is distinct from (case when new.live then new.expires_at when new.holding then new.available_at end)
      or new.status not in ('RESERVED', 'ACTIVE', 'QUARANTINED', 'RELEASED', 'EXPIRED') or not new.cidr <<= new.held then
    raise check_violation using message = format('%s of %s cannot be %s', new.cidr, new.held, new.status), constraint = 'allocation_state',
      table = 'allocation', schema = tg_table_schema;
  end if;
  return null;
end $$;
create trigger allocation_in_pool after insert on allocation for each row
  when (current_setting('podspan.checked', true) is distinct from 'on') execute function check_new_allocation();

-- Many rows by one statement, given as an array of objects; all are checked together.
create function add_allocations(p_rows jsonb, p_created_by text) returns void language plpgsql as $$
declare
  a record;
begin
  perform set_config('podspan.checked', 'on', true);
  with added as (
    insert into allocation (id, pool_id, space_no, cidr, held, status, owner_kind, owner_id, purpose, exclusive, mesh_no, plan_id, network_id, labels,
      expires_at, available_at, created_by, live, due_at)
    select r.id, r.pool_id, r.space_no, r.cidr, r.held, s.status, r.owner_kind, r.owner_id, r.purpose, r.exclusive, r.mesh_no, r.plan_id, r.network_id, r.labels,
      r.expires_at, r.available_at, p_created_by, case when s.status <> 'QUARANTINED' then true end, coalesce(r.available_at, r.expires_at)
    from jsonb_to_recordset(p_rows) as r(id uuid, pool_id uuid, space_no int, cidr cidr, held cidr, owner_kind text, owner_id text, purpose text,
      exclusive boolean, mesh_no int, plan_id uuid, network_id uuid, labels jsonb, expires_at timestamptz, available_at timestamptz)
    cross join lateral (select case when r.available_at is not null then 'QUARANTINED' when r.expires_at is null then 'ACTIVE' else 'RESERVED' end as status) s
    returning pool_id, space_no, plan_id, network_id
  ), places as (select distinct pool_id, space_no from added)
  select (select array_agg(pool_id order by pool_id, space_no) from places) as pools, (select array_agg(space_no order by pool_id, space_no) from places) as spaces,
    coalesce(array_agg(distinct plan_id) filter (where plan_id is not null), '{}') as plans,
    coalesce(array_agg(distinct network_id) filter (where network_id is not null), '{}') as networks
  into a from added;
  perform check_new_allocations(a.pools, a.spaces, a.plans, a.networks);
  perform set_config('podspan.checked', '', true);
end $$;

alter table allocation drop constraint allocation_space_v6, drop constraint allocation_mesh_v6;
alter table allocation
  add constraint allocation_space_v6 exclude using gist (space_no with =, held inet_ops with &&) where (exclusive and family(held) = 6 and holding),
  add constraint allocation_mesh_v6 exclude using gist (mesh_no with =, held inet_ops with &&) where (mesh_no is not null and family(held) = 6 and holding);

alter table free_block alter column family drop expression, alter column length drop expression;

create or replace function split_block(p_pool uuid, p_position smallint, p_free cidr, p_wanted cidr) returns void language plpgsql as $$
declare
  current cidr := p_free;
  lower cidr;
  other cidr;
begin
  delete from free_block where pool_id = p_pool and cidr = p_free;
  while masklen(current) < masklen(p_wanted) loop
    lower := set_masklen(current, masklen(current) + 1);
    if lower >>= p_wanted then
      other := upper_half(current);
      current := lower;
    else
      other := lower;
      current := upper_half(current);
    end if;
    insert into free_block (pool_id, position, cidr, family, length) values (p_pool, p_position, other, family(other), masklen(other));
  end loop;
end $$;

create or replace function give_block(p_pool uuid, p_block cidr) returns void language plpgsql as $$
declare
  root cidr;
  root_position smallint;
  current cidr := p_block;
begin
  select c.cidr, c.position into root, root_position
  from pool_cidr c where c.pool_id = p_pool and c.cidr >>= p_block;
  if root is null then return; end if;
  while masklen(current) > masklen(root) loop
    delete from free_block where pool_id = p_pool and cidr = buddy_of(current);
    exit when not found;
    current := set_masklen(current, masklen(current) - 1);
  end loop;
  insert into free_block (pool_id, position, cidr, family, length) values (p_pool, root_position, current, family(current), masklen(current));
end $$;
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
      insert into free_block (pool_id, position, cidr, family, length)
      select p_pool, last_position, half.other, p_family, l.length from generate_series(masklen(candidates[i]) + 1, p_length) as l(length)
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

-- What a call for many created is one event row, since every entry of every index costs: \`ids\`, \`requests\` and \`afters\` (texts
-- with the character 1 between them) tell of each. The events of a row have the numbers from \`seq\` on.
alter table audit_event alter column seq set increment by 1000, alter column resource_id drop not null, alter column request_id drop not null,
  add column ids uuid[], add column requests text[], add column afters text, alter column afters set storage external;

drop function allocate_blocks;
create function allocate_blocks(
  -- pools, in the order of their numbers
  p_pools uuid[], p_numbers bigint[], p_spaces int[], p_versions int[], p_alone boolean[],
  -- groups: same pool, family, length and strategy
  g_pool int[], g_family int[], g_shortest int[], g_length int[], g_strategy text[], g_from_position int[], g_from cidr[],
  -- requests; q_addresses and q_allocations: the owner's quota, or null
  r_group int[], r_id uuid[], r_owner_kind text[], r_owner_id text[], r_purpose text[], r_expires_at timestamptz[], r_network uuid[], r_labels jsonb[],
  q_addresses numeric[], q_allocations int[], r_key text[], r_route text[], r_hash text[], r_actor text[], r_request text[],
  -- the answers as JSON objects that lack cidr, createdAt, updatedAt and the closing brace, with the character 1 between them
  r_views text,
  -- each with commas, in the order of the requests and empty where there is none; outcomes is null when all are OK
  out at timestamptz, out outcomes text, out blocks text, out positions text
) language plpgsql set enable_seqscan = off set enable_bitmapscan = off set plan_cache_mode = force_generic_plan as $$
declare
  single constant boolean := cardinality(p_pools) = 1;
  requests constant int := cardinality(r_group);
  moment constant text := instant_text(now());
  stamp constant text := '","createdAt":"' || moment || '","updatedAt":"' || moment || '"}';
  states text[] := array_fill(null::text, array[cardinality(p_pools)]);
  -- aligned with the requests
  codes text[];
  held cidr[];
  spots smallint[];
  -- the requests that got a block with what they got, group by group, and those that did not
  served int[] := '{}';
  unserved int[];
  taken cidr[] := '{}';
  places smallint[] := '{}';
  wanting int[];
  got record;
begin
  at := now();
  for i in 1 .. cardinality(p_pools) loop
    if single and p_alone[i] then perform pg_advisory_xact_lock(pool_lock(p_numbers[i]));
    elsif single then perform pg_advisory_xact_lock_shared(pool_lock(p_numbers[i]));
    elsif not (p_alone[i] and pg_try_advisory_xact_lock(pool_lock(p_numbers[i])))
        and not (not p_alone[i] and pg_try_advisory_xact_lock_shared(pool_lock(p_numbers[i]))) then
      states[i] := 'BUSY';
      continue;
    end if;
    states[i] := case when not exists (select from pool where id = p_pools[i] and version = p_versions[i]) then 'STALE'
      when (select a.due_at from allocation a where a.pool_id = p_pools[i] and a.due_at is not null order by a.due_at limit 1) <= at then 'DUE' end;
  end loop;

  select array_agg(case
      when states[g_pool[r.grp]] is not null then states[g_pool[r.grp]]
      when r.key is not null and not pg_try_advisory_xact_lock(hashtextextended(r.actor || ' ' || r.key, 0)) then 'BUSY'
      when r.key is not null and exists (select from idempotency_key k where k.caller = r.actor and k.key = r.key) then 'REPLAY'
      when exists (select from allocation a where a.owner_id = r.owner_id and a.owner_kind = r.owner_kind and a.purpose = r.purpose
        and (a.pool_id = p_pools[g_pool[r.grp]]) is true and a.holding) then 'HELD'
    end order by r.n)
  into codes from unnest(r_group, r_owner_kind, r_owner_id, r_purpose, r_key, r_actor) with ordinality as r(grp, owner_kind, owner_id, purpose, key, actor, n);

  if true = any(p_alone) then
    select array_agg(coalesce(codes[r.n], case when exceeds_quota(p_pools[g_pool[r.grp]], r.owner_kind, r.owner_id, r.max_addresses, r.max_allocations,
      r.addresses, r.allocations) then 'QUOTA' end) order by r.n) into codes
    from (
      select u.*, count(*) over same_owner as allocations,
        sum(2::numeric ^ (case g_family[u.grp] when 4 then 32 else 128 end - g_length[u.grp])) over same_owner as addresses
      from unnest(r_group, r_owner_kind, r_owner_id, q_addresses, q_allocations) with ordinality
        as u(grp, owner_kind, owner_id, max_addresses, max_allocations, n)
      window same_owner as (partition by g_pool[u.grp], u.owner_kind, u.owner_id order by u.n)
    ) r;
  end if;

  if cardinality(g_pool) = 1 and array_remove(codes, null) = '{}' then
    got := take_free(p_pools[1], g_family[1], g_shortest[1], g_length[1], g_strategy[1], requests, true, g_from_position[1], g_from[1]);
    held := got.taken || array_fill(null::cidr, array[requests - cardinality(got.taken)]);
    spots := array_fill(got.last_position, array[requests]);
  else
    for g in 1 .. cardinality(g_pool) loop
      select array_agg(n) into wanting from generate_subscripts(r_group, 1) n where r_group[n] = g and codes[n] is null;
      continue when wanting is null;
      got := take_free(p_pools[g_pool[g]], g_family[g], g_shortest[g], g_length[g], g_strategy[g], cardinality(wanting),
        cardinality(g_pool) = 1, g_from_position[g], g_from[g]);
      served := served || wanting[1:cardinality(got.taken)];
      taken := taken || got.taken;
      places := places || array_fill(got.last_position, array[cardinality(got.taken)]);
    end loop;
    select array_agg(n) into unserved from (select n from generate_subscripts(r_group, 1) n except all select unnest(served)) u;
    select array_agg(u.block order by u.n), array_agg(u.spot order by u.n) into held, spots
    from unnest(served || unserved, taken, places) as u(n, block, spot);
  end if;

  perform set_config('podspan.checked', 'on', true);
  insert into allocation (id, pool_id, space_no, cidr, held, status, owner_kind, owner_id, purpose, exclusive, network_id, labels, expires_at, due_at, created_by)
  select r.id, p_pools[g_pool[r.grp]], p_spaces[g_pool[r.grp]], r.block, r.block, case when r.expires_at is null then 'ACTIVE' else 'RESERVED' end,
    r.owner_kind, r.owner_id, r.purpose, true, r.network, r.labels, r.expires_at, r.expires_at, r.actor
  from unnest(r_group, r_id, r_owner_kind, r_owner_id, r_purpose, r_expires_at, r_network, r_labels, r_actor, held)
    as r(grp, id, owner_kind, owner_id, purpose, expires_at, network, labels, actor, block) where r.block is not null;
  insert into audit_event (actor, action, kind, ids, requests, afters)
  select r.actor, 'allocation.created', 'allocation', array_agg(r.id), array_agg(r.request), string_agg(r.view || ',"cidr":"' || r.block || stamp, e'\\x01')
  from unnest(r_actor, r_id, string_to_array(r_views, e'\\x01'), r_request, held) as r(actor, id, view, request, block) where r.block is not null group by r.actor;
  if array_remove(r_key, null) <> '{}' then
    insert into idempotency_key (caller, key, route, body_hash, status, headers, body)
    select r.actor, r.key, r.route, r.hash, 201, jsonb_build_object('etag', '"1"', 'location', '/v1/allocations/' || r.id), (r.view || ',"cidr":"' || r.block || stamp)::jsonb
    from unnest(r_actor, r_key, r_route, r_hash, r_id, string_to_array(r_views, e'\\x01'), held) as r(actor, key, route, hash, id, view, block)
    where r.key is not null and r.block is not null;
  end if;

  if array_position(held, null) is not null then
    select string_agg(coalesce(o.code, case when o.block is null then 'NONE' else 'OK' end), ',' order by o.n) into outcomes
    from unnest(codes, held) with ordinality as o(code, block, n);
  end if;
  blocks := array_to_string(held, ',', '');
  positions := array_to_string(spots, ',', '');
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
    if block is null then
      outcome := 'NONE';
      return;
    end if;
  end if;

  outcome := 'OK';
  moment := instant_text(at);
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
end $$;
`;
