/**
 * What is seen in Azure or imported is kept apart from what Podspan holds: it may overlap anything and always counts as
 * occupied. Three views say what follows from it, so that the free list, the conflicts and their check ask the same question:
 * - `occupying_range`: live ranges that nobody may be given. The prefix of a VNet that Podspan was told of (DECLARED) and
 *   that holds it is not among them, since subnets are taken from it; one only seen (SEEN) is.
 * - `discovered_clash`: blocks held in exclusive pools under a range that is not theirs. A range is theirs when it is the
 *   block itself, a subnet of a VNet that is the block, the VNet the block lies in by declaration, or of the same cluster.
 * - conflicts of that kind are rows of `conflict` and follow both sides: `settle_discovered` after a range came or went,
 *   a trigger when a block is released or grows.
 */
export const discoveredRanges = `
alter table network add column origin text not null default 'DECLARED' check (origin in ('DECLARED', 'SEEN'));
create index network_resource on network (lower(resource_id)) where resource_id is not null;
alter table link add column origin text not null default 'DECLARED' check (origin in ('DECLARED', 'SEEN'));

-- Beside the rows and not in them: being seen again is no change of the topology.
create table network_sighting (
  network_id uuid primary key references network on delete cascade,
  scope text not null,
  seen_at timestamptz not null,
  missing_since timestamptz
);
create table link_sighting (
  link_id uuid primary key references link on delete cascade,
  scope text not null,
  seen_at timestamptz not null,
  missing_since timestamptz
);

alter table discovered_range
  add column kind text not null default 'OTHER' check (kind in ('VIRTUAL_NETWORK', 'SUBNET', 'POD_CIDR', 'SERVICE_CIDR', 'OTHER')),
  add column name text,
  -- Who answers for it: 'azure:' and a subscription, or 'import'. Only a complete reading of a scope ends ranges of it.
  add column scope text not null default 'import',
  add column vnet_id text,
  add column cluster text,
  add column mode text,
  -- Its addresses travel on the network: VNets, subnets, pods without overlay. False: local to one cluster.
  add column routed boolean not null default true,
  -- Rules of today that it breaks (OV-74): [{rule, code, message}].
  add column violations jsonb not null default '[]',
  add column facts jsonb not null default '{}',
  add column first_seen_at timestamptz not null default now(),
  add column stale_since timestamptz,
  add column ended_at timestamptz,
  add column identity text generated always as (lower(coalesce(resource_id, name))) stored;
create unique index discovered_range_identity on discovered_range (space_id, kind, identity, cidr) where ended_at is null;
create index discovered_range_scope on discovered_range (scope) where ended_at is null;
create index discovered_range_network on discovered_range (network_id);
create index discovered_range_vnet on discovered_range (space_id, lower(resource_id)) where kind = 'VIRTUAL_NETWORK' and ended_at is null;
create index discovered_range_cluster on discovered_range (cluster) where cluster is not null and ended_at is null;
drop index discovered_range_search;
create index discovered_range_search on discovered_range using spgist (cidr inet_ops) where ended_at is null;

create view occupying_range as
  select d.id, d.space_id, d.network_id, d.cidr, d.kind, coalesce(d.resource_id, d.name, d.source) as name, d.routed, d.cluster, d.vnet_id,
    d.first_seen_at, d.seen_at,
    -- The graph of networks does not know it, so no rule about reach covers it.
    not exists (select from network_prefix p where p.network_id = d.network_id and p.cidr >>= d.cidr) as unplaced
  from discovered_range d
  where d.ended_at is null and not (
    d.kind = 'VIRTUAL_NETWORK' and exists (
      select from network n join network_prefix p on p.network_id = n.id
      where n.id = d.network_id and n.origin = 'DECLARED' and p.cidr >>= d.cidr
    )
  );

create view discovered_clash as
  select 'ALLOCATION_OVERLAPS_DISCOVERED|' || a.id || '|' || a.held::text || '|' || o.id || '|' || o.cidr::text as key,
    a.id as allocation_id, o.id as discovered_id, a.pool_id, a.held, a.owner_kind, a.owner_id, a.purpose, o.cidr, o.name,
    greatest(a.created_at, o.first_seen_at) as since, o.seen_at
  from occupying_range o
  join address_space s on s.id = o.space_id
  join allocation a on a.held && o.cidr and a.space_no = s.no and a.holding and a.exclusive
  join pool p on p.id = a.pool_id and p.reuse = 'EXCLUSIVE'
  where o.cidr <> a.cidr and o.cidr <> a.held
    and not (o.kind = 'VIRTUAL_NETWORK' and o.network_id is not null and o.network_id is not distinct from a.network_id)
    and not (o.kind in ('POD_CIDR', 'SERVICE_CIDR') and a.owner_kind = 'CLUSTER' and a.owner_id is not distinct from o.cluster and o.cidr <<= a.held)
    and not (o.kind = 'SUBNET' and exists (
      select from discovered_range v where v.space_id = o.space_id and v.kind = 'VIRTUAL_NETWORK' and v.ended_at is null
        and lower(v.resource_id) = o.vnet_id and v.cidr = a.cidr));

alter table conflict
  add column allocation_id uuid,
  add column discovered_id uuid;
create index conflict_allocation on conflict (allocation_id) where resolved_at is null and allocation_id is not null;
create index conflict_discovered on conflict (discovered_id) where resolved_at is null and discovered_id is not null;

-- As the services make them: time first, so that pages by id are pages by age.
create function new_id() returns uuid language sql volatile as
  $$ select encode(overlay(uuid_send(gen_random_uuid()) placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1), 'hex')::uuid $$;

create function settle_discovered(p_ranges uuid[], p_allocations uuid[], p_actor text) returns void language plpgsql as $$
begin
  update conflict c set resolved_at = now()
  where c.resolved_at is null and (c.discovered_id = any(p_ranges) or c.allocation_id = any(p_allocations))
    and not exists (
      select from discovered_clash w where w.allocation_id = c.allocation_id and w.discovered_id = c.discovered_id and w.key = c.key);
  insert into conflict (id, key, kind, rule, ranges, path, message, opened_by, allocation_id, discovered_id)
  select new_id(), w.key, 'ALLOCATION_OVERLAPS_DISCOVERED', 'NET-12',
    jsonb_build_array(
      jsonb_build_object('cidr', w.held::text, 'holderKind', 'ALLOCATION', 'holder', w.allocation_id::text),
      jsonb_build_object('cidr', w.cidr::text, 'holderKind', 'DISCOVERED', 'holder', w.name)),
    '[]', format('%s, held by %s/%s for %s, overlaps %s of %s, which exists', w.held, w.owner_kind, w.owner_id, w.purpose, w.cidr, w.name),
    p_actor, w.allocation_id, w.discovered_id
  from (
    select * from discovered_clash where discovered_id = any(p_ranges)
    union select * from discovered_clash where allocation_id = any(p_allocations)
  ) w
  on conflict (key) where resolved_at is null do nothing;
end $$;

create function settle_changed_allocation() returns trigger language plpgsql as $$
begin
  perform settle_discovered('{}', array[new.id], 'podspan');
  return null;
end $$;
create trigger allocation_discovered after update on allocation for each row
  when (old.holding and (not new.holding or old.held <> new.held))
  execute function settle_changed_allocation();
`;
