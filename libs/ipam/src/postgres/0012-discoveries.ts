/**
 * Readings of Azure. A task is one subscription of one discovery: whoever claims it works on it, one at a time; a claim that is
 * not renewed runs out, so that a process that died is followed by another. The view `drift` compares what Azure was seen to
 * have with what Podspan holds.
 */
export const discoveries = `
create table discovery (
  id uuid primary key,
  trigger text not null check (trigger in ('REQUEST', 'SCHEDULE')),
  actor text not null,
  address_space text,
  started_at timestamptz not null default now(),
  finished_at timestamptz
);
create index discovery_age on discovery (trigger, started_at);
create table discovery_task (
  discovery_id uuid not null references discovery on delete cascade,
  subscription_id text not null,
  status text not null default 'PENDING' check (status in ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED')),
  due_at timestamptz not null default now(),
  claimed_until timestamptz,
  attempts int not null default 0,
  error jsonb,
  counts jsonb,
  finished_at timestamptz,
  primary key (discovery_id, subscription_id)
);
create index discovery_task_due on discovery_task (due_at) where status in ('PENDING', 'RUNNING');
create table discovery_scope (
  scope text primary key,
  read_at timestamptz not null
);

create view drift as
  -- A subnet in the network of an allocation lies over it without being it.
  select 'SUBNET_PREFIX_DIFFERS|' || a.id || '|' || d.id as key, 'SUBNET_PREFIX_DIFFERS' as kind, d.space_id, d.network_id, a.id as allocation_id,
    d.id as discovered_id, jsonb_build_array(a.cidr::text) as expected, jsonb_build_array(d.cidr::text) as actual,
    format('%s of %s/%s is %s in Azure (%s)', a.cidr, a.owner_kind, a.owner_id, d.cidr, d.name) as message,
    greatest(a.created_at, d.first_seen_at) as since, d.seen_at as checked_at
  from discovered_range d join address_space s on s.id = d.space_id
  join allocation a on a.held && d.cidr and a.space_no = s.no and a.holding and a.exclusive and a.network_id = d.network_id
  where d.ended_at is null and d.kind = 'SUBNET' and d.cidr <> a.cidr and d.cidr <> a.held
  union all
  -- Held for a subnet of a network whose subscription was read since, and not there.
  select 'ALLOCATED_NOT_SEEN|' || a.id, 'ALLOCATED_NOT_SEEN', n.space_id, n.id, a.id, null, jsonb_build_array(a.cidr::text), '[]',
    format('%s of %s/%s for %s is no subnet of %s', a.cidr, a.owner_kind, a.owner_id, a.purpose, n.name), a.created_at, g.seen_at
  from allocation a join network n on n.id = a.network_id join network_sighting g on g.network_id = n.id
  where a.status = 'ACTIVE' and a.exclusive and a.purpose like '%SUBNET%' and g.seen_at > a.created_at
    and not exists (select from discovered_range d where d.network_id = n.id and d.kind = 'SUBNET' and d.ended_at is null and d.cidr && a.held)
  union all
  -- A subnet inside a pool that nobody holds.
  select 'SEEN_NOT_ALLOCATED|' || d.id, 'SEEN_NOT_ALLOCATED', d.space_id, d.network_id, null, d.id, '[]', jsonb_build_array(d.cidr::text),
    format('%s (%s) lies in pool %s and nobody holds it', d.cidr, d.name, p.name), d.first_seen_at, d.seen_at
  from discovered_range d join address_space s on s.id = d.space_id
  cross join lateral (
    select p.name from pool p join pool_cidr c on c.pool_id = p.id
    where p.space_id = d.space_id and p.reuse = 'EXCLUSIVE' and c.cidr >>= d.cidr order by masklen(c.cidr) desc limit 1
  ) p
  where d.ended_at is null and d.kind = 'SUBNET'
    and not exists (select from allocation a where a.held && d.cidr and a.space_no = s.no and a.holding and a.exclusive)
  union all
  select 'NETWORK_PREFIXES_DIFFER|' || n.id, 'NETWORK_PREFIXES_DIFFER', n.space_id, n.id, null, null, w.expected, w.actual,
    format('%s has %s in Azure', n.name, w.actual), greatest(n.updated_at, w.since), g.seen_at
  from network n join network_sighting g on g.network_id = n.id
  cross join lateral (
    select (select coalesce(jsonb_agg(p.cidr::text order by p.cidr), '[]') from network_prefix p where p.network_id = n.id) as expected,
      coalesce(jsonb_agg(d.cidr::text order by d.cidr), '[]') as actual, min(d.first_seen_at) as since
    from discovered_range d where d.network_id = n.id and d.kind = 'VIRTUAL_NETWORK' and d.ended_at is null
  ) w
  where g.missing_since is null and w.expected <> w.actual
  union all
  select 'NETWORK_NOT_SEEN|' || n.id, 'NETWORK_NOT_SEEN', n.space_id, n.id, null, null,
    (select coalesce(jsonb_agg(p.cidr::text order by p.cidr), '[]') from network_prefix p where p.network_id = n.id), '[]',
    format('%s is no longer in Azure', n.name), g.missing_since, coalesce(c.read_at, g.missing_since)
  from network n join network_sighting g on g.network_id = n.id left join discovery_scope c on c.scope = g.scope where g.missing_since is not null
  union all
  select 'LINK_NOT_SEEN|' || l.id, 'LINK_NOT_SEEN', f.space_id, f.id, null, null, jsonb_build_array(l.name), '[]',
    format('the peering between %s and %s is no longer in Azure', f.name, t.name), g.missing_since, coalesce(c.read_at, g.missing_since)
  from link l join link_sighting g on g.link_id = l.id join network f on f.id = l.from_id join network t on t.id = l.to_id
  left join discovery_scope c on c.scope = g.scope where g.missing_since is not null;
`;
