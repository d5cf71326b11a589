/**
 * Large readings cost what they hold. Blocks and ranges find one another by place, one look into an index each: joined
 * freely, a reading of tens of thousands of ranges was compared with every block of the space, since a plan cannot know how
 * few of them meet. Both directions exist, because the few that changed must be on the outer side.
 * - `discovered_clash`: from the ranges, also for the check of everything.
 * - `allocation_clash`: the same rows, from the blocks.
 */
const columns = `'ALLOCATION_OVERLAPS_DISCOVERED|' || a.id || '|' || a.held::text || '|' || o.id || '|' || o.cidr::text as key,
    a.id as allocation_id, o.id as discovered_id, a.pool_id, a.held, a.owner_kind, a.owner_id, a.purpose, o.cidr, o.name,
    greatest(a.created_at, o.first_seen_at) as since, o.seen_at`;

/** As a value and not as a join, which would begin with the pools and look at every range for each of them. */
const blocks = `a.holding and a.exclusive and (select p.reuse from pool p where p.id = a.pool_id) = 'EXCLUSIVE'`;

/** A range is no clash when it is the block itself, or its own: see 0010. */
const foreign = `o.cidr <> a.cidr and o.cidr <> a.held
    and not (o.kind = 'VIRTUAL_NETWORK' and o.network_id is not null and o.network_id is not distinct from a.network_id)
    and not (o.kind in ('POD_CIDR', 'SERVICE_CIDR') and a.owner_kind = 'CLUSTER' and a.owner_id is not distinct from o.cluster and o.cidr <<= a.held)
    and not (o.kind = 'SUBNET' and exists (
      select from discovered_range v where v.space_id = o.space_id and v.kind = 'VIRTUAL_NETWORK' and v.ended_at is null
        and lower(v.resource_id) = o.vnet_id and v.cidr = a.cidr))`;

export const settleByPlace = `
create or replace view discovered_clash as
  select ${columns}
  from occupying_range o
  join address_space s on s.id = o.space_id
  -- offset 0 keeps the planner from turning the look into a join of everything with everything.
  cross join lateral (select * from allocation a where a.held && o.cidr and a.space_no = s.no offset 0) a
  where ${blocks} and ${foreign};

create view allocation_clash as
  select ${columns}
  from allocation a
  join address_space s on s.no = a.space_no
  cross join lateral (select * from occupying_range o where o.cidr && a.held and o.space_id = s.id offset 0) o
  where ${blocks} and ${foreign};

-- Planned anew each time: a plan made while the tables were small would be kept for a reading of any size.
create or replace function settle_discovered(p_ranges uuid[], p_allocations uuid[], p_actor text) returns void language plpgsql
set plan_cache_mode = force_custom_plan as $$
begin
  with clash as materialized (
    select * from discovered_clash where discovered_id = any(p_ranges)
    union select * from allocation_clash where allocation_id = any(p_allocations)
  ), over as (
    update conflict c set resolved_at = now()
    where c.resolved_at is null and (c.discovered_id = any(p_ranges) or c.allocation_id = any(p_allocations))
      and not exists (select from clash w where w.key = c.key)
  )
  insert into conflict (id, key, kind, rule, ranges, path, message, opened_by, allocation_id, discovered_id)
  select new_id(), w.key, 'ALLOCATION_OVERLAPS_DISCOVERED', 'NET-12',
    jsonb_build_array(
      jsonb_build_object('cidr', w.held::text, 'holderKind', 'ALLOCATION', 'holder', w.allocation_id::text),
      jsonb_build_object('cidr', w.cidr::text, 'holderKind', 'DISCOVERED', 'holder', w.name)),
    '[]', format('%s, held by %s/%s for %s, overlaps %s of %s, which exists', w.held, w.owner_kind, w.owner_id, w.purpose, w.cidr, w.name),
    p_actor, w.allocation_id, w.discovered_id
  from clash w
  on conflict (key) where resolved_at is null do nothing;
end $$;

-- One state is written and kept at once; the key of most tables is one member, which needs no joining.
create or replace function keep_added() returns trigger language plpgsql as $$
begin
  insert into topology_version (kind, id, valid_from, state)
  select tg_table_name, case when strpos(tg_argv[0], ',') = 0 then r.state ->> tg_argv[0] else row_key(r.state, tg_argv[0]) end, now(), r.state
  from (select to_jsonb(c) as state from come c offset 0) r
  on conflict (kind, id, valid_from) do update set state = excluded.state, valid_to = 'infinity';
  return null;
end $$;
`;
