/**
 * The tables of the ipam schema. What the code promises is written down here once more, so that a hand-made
 * change, a second writer or a bug fails instead of corrupting:
 * - exclusive blocks of one address space never overlap (`allocation_space_v4`, `allocation_space_v6`);
 * - pod ranges of one mesh never overlap (`allocation_mesh_v4`, `allocation_mesh_v6`);
 * - pools with the same parent, and root pools of one space, never overlap (`pool_cidr_siblings`).
 *
 * IPv4 uses SP-GiST, which stays flat where GiST slows down with blocks that arrive in address order. SP-GiST has
 * one column only, so the space (or mesh) number is put in front of the address in an IPv6-shaped key.
 */
export const initial = `
create table address_space (
  id uuid primary key,
  no int generated always as identity unique,
  name text not null constraint address_space_name unique,
  description text,
  created_at timestamptz not null default now()
);

create table network (
  id uuid primary key,
  name text not null constraint network_name unique,
  space_id uuid not null references address_space,
  kind text not null check (kind in ('VIRTUAL_NETWORK', 'ON_PREMISES', 'EXTERNAL')),
  region text,
  subscription_id text,
  resource_id text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index network_space on network (space_id);

create table network_prefix (
  network_id uuid not null references network on delete cascade,
  position int not null,
  cidr cidr not null,
  primary key (network_id, cidr)
);
create index network_prefix_search on network_prefix using spgist (cidr inet_ops);

create table link (
  id uuid primary key,
  name text not null constraint link_name unique,
  from_id uuid not null references network,
  to_id uuid not null references network,
  kind text not null check (kind in ('PEERING', 'CONNECTED_GROUP', 'EXPRESSROUTE', 'VPN', 'VIRTUAL_WAN')),
  forced boolean not null default false,
  created_at timestamptz not null default now(),
  check (from_id <> to_id)
);
create unique index link_ends on link (least(from_id, to_id), greatest(from_id, to_id), kind);

create table mesh (
  id uuid primary key,
  no int generated always as identity unique,
  name text not null constraint mesh_name unique,
  description text,
  created_at timestamptz not null default now()
);

-- A cluster is in one mesh at most (NET-20).
create table mesh_member (
  cluster text primary key,
  mesh_id uuid not null references mesh on delete cascade,
  joined_at timestamptz not null default now()
);
create index mesh_member_mesh on mesh_member (mesh_id, cluster);

create table pool (
  id uuid primary key,
  no bigint generated always as identity unique,
  name text not null constraint pool_name unique,
  space_id uuid not null references address_space,
  reuse text not null check (reuse in ('EXCLUSIVE', 'REUSABLE')),
  network_id uuid references network,
  parent_id uuid references pool,
  purposes text[] not null default '{}',
  min_length smallint,
  max_length smallint,
  default_length smallint,
  strategy text not null default 'FIRST_FIT' check (strategy in ('FIRST_FIT', 'BEST_FIT', 'LAST_FIT')),
  cooldown_seconds int not null default 0 check (cooldown_seconds >= 0),
  labels jsonb not null default '{}',
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index pool_space on pool (space_id);
create index pool_parent on pool (parent_id);

-- scope_no: the parent pool's number, or minus the space's number for a root pool.
create table pool_cidr (
  pool_id uuid not null references pool on delete cascade,
  position smallint not null,
  cidr cidr not null,
  scope_no bigint not null,
  primary key (pool_id, position),
  constraint pool_cidr_siblings exclude using gist (scope_no with =, cidr inet_ops with &&)
);

-- The largest free blocks of a pool: what is neither held nor given to a child pool nor seen in use. A buddy list:
-- taking splits a block, giving back joins buddies, so no cost grows with the number of blocks held.
create table free_block (
  pool_id uuid not null references pool on delete cascade,
  cidr cidr not null,
  position smallint not null,
  family smallint not null generated always as (family(cidr)) stored,
  length smallint not null generated always as (masklen(cidr)) stored,
  primary key (pool_id, cidr)
);
create index free_block_order on free_block (pool_id, family, length, position, cidr);

create table address_plan (
  id uuid primary key,
  name text not null,
  status text not null check (status in ('ACTIVE', 'RELEASED')),
  request jsonb not null,
  pools jsonb not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  released_at timestamptz
);
create unique index address_plan_name on address_plan (name) where status = 'ACTIVE';

create table planned_cluster (
  plan_id uuid not null references address_plan,
  position int not null,
  name text not null,
  network_id uuid not null references network,
  space_id uuid not null references address_space,
  scope text not null check (scope in ('REUSABLE', 'UNIQUE')),
  pod_cidr cidr not null,
  pod_growth cidr,
  service_cidr cidr not null,
  gateway_subnet cidr,
  spec_hash text not null,
  answer jsonb not null,
  status text not null check (status in ('ACTIVE', 'RELEASED')),
  primary key (plan_id, position)
);
-- A cluster has its addresses from one plan at a time.
create unique index planned_cluster_name on planned_cluster (name) where status = 'ACTIVE';
create index planned_cluster_network on planned_cluster (network_id) where status = 'ACTIVE';
create index planned_cluster_space on planned_cluster (space_id) where status = 'ACTIVE';

create table allocation (
  id uuid primary key,
  pool_id uuid not null references pool,
  space_no int not null references address_space (no),
  cidr cidr not null,
  -- cidr with the enclosing block held back for its growth (OV-102); cidr itself when there is none.
  held cidr not null,
  status text not null check (status in ('RESERVED', 'ACTIVE', 'QUARANTINED', 'RELEASED', 'EXPIRED')),
  owner_kind text not null,
  owner_id text not null,
  purpose text not null,
  exclusive boolean not null,
  mesh_no int references mesh (no),
  plan_id uuid references address_plan,
  network_id uuid references network,
  labels jsonb not null default '{}',
  expires_at timestamptz,
  available_at timestamptz,
  version int not null default 1,
  created_by text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  ended_at timestamptz,
  holding boolean not null generated always as (status in ('RESERVED', 'ACTIVE', 'QUARANTINED')) stored,
  due_at timestamptz generated always as (
    case when status in ('RESERVED', 'ACTIVE') then expires_at when status = 'QUARANTINED' then available_at end
  ) stored,
  space_key inet generated always as (
    case when exclusive and family(held) = 4 and status in ('RESERVED', 'ACTIVE', 'QUARANTINED')
      then set_masklen('::'::inet + ((space_no::bigint << 32) | (network(held)::inet - '0.0.0.0'::inet)), 96 + masklen(held)) end
  ) stored,
  mesh_key inet generated always as (
    case when mesh_no is not null and family(held) = 4 and status in ('RESERVED', 'ACTIVE', 'QUARANTINED')
      then set_masklen('::'::inet + ((mesh_no::bigint << 32) | (network(held)::inet - '0.0.0.0'::inet)), 96 + masklen(held)) end
  ) stored,
  check (cidr <<= held),
  constraint allocation_space_v4 exclude using spgist (space_key inet_ops with &&) where (space_key is not null),
  constraint allocation_space_v6 exclude using gist (space_no with =, held inet_ops with &&)
    where (exclusive and family(held) = 6 and status in ('RESERVED', 'ACTIVE', 'QUARANTINED')),
  constraint allocation_mesh_v4 exclude using spgist (mesh_key inet_ops with &&) where (mesh_key is not null),
  constraint allocation_mesh_v6 exclude using gist (mesh_no with =, held inet_ops with &&)
    where (mesh_no is not null and family(held) = 6 and status in ('RESERVED', 'ACTIVE', 'QUARANTINED'))
);
-- The same owner asking for the same purpose gets the same block.
create unique index allocation_owner on allocation (pool_id, owner_kind, owner_id, purpose)
  where status in ('RESERVED', 'ACTIVE');
create index allocation_owner_lookup on allocation (pool_id, owner_kind, owner_id, purpose) where holding;
create index allocation_by_owner on allocation (owner_id, owner_kind);
create index allocation_pool_page on allocation (pool_id, id);
create index allocation_pool_blocks on allocation (pool_id, held) where holding;
create index allocation_due on allocation (pool_id, due_at) where due_at is not null;
create index allocation_plan on allocation (plan_id) where plan_id is not null;
create index allocation_search on allocation using spgist (held inet_ops);

-- Ranges seen in Azure or imported. They may overlap one another and anything else: reality is not clean.
create table discovered_range (
  id uuid primary key,
  space_id uuid not null references address_space,
  network_id uuid references network on delete set null,
  cidr cidr not null,
  source text not null,
  resource_id text,
  seen_at timestamptz not null default now()
);
create index discovered_range_search on discovered_range using spgist (cidr inet_ops);

create table conflict (
  id uuid primary key,
  key text not null,
  kind text not null,
  rule text not null,
  ranges jsonb not null,
  path jsonb not null,
  message text not null,
  opened_by text not null,
  opened_at timestamptz not null default now(),
  checked_at timestamptz not null default now(),
  resolved_at timestamptz
);
create unique index conflict_open on conflict (key) where resolved_at is null;
`;
