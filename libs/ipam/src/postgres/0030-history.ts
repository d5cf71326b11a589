/**
 * What was, for questions with `asOf`.
 * - allocation_history: each state an allocation has left, written by statement when rows change or go. Taking a block
 *   writes nothing here: a row that never changed is its own history.
 * - topology_version: each state of spaces, networks, links, meshes, pools and discovered ranges, the present one with
 *   valid_to = infinity. The row is kept as JSON, so that a later column needs no second one here.
 * A state is valid from the start of the transaction that wrote it.
 */
export const history = `
create table allocation_history (
  allocation_id uuid not null,
  valid_from timestamptz not null,
  valid_to timestamptz not null,
  pool_id uuid not null,
  held cidr not null,
  -- What was held afterwards, when the change was one of size.
  held_after cidr,
  state jsonb not null
);
create index allocation_history_id on allocation_history (allocation_id);
create index allocation_history_pool on allocation_history (pool_id, allocation_id);
create index allocation_history_search on allocation_history using spgist (held inet_ops);
create index allocation_ended on allocation (pool_id, ended_at) where ended_at is not null;

create function keep_allocation_state() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    insert into allocation_history (allocation_id, valid_from, valid_to, pool_id, held, held_after, state)
    select o.id, o.updated_at, n.updated_at, o.pool_id, o.held, nullif(n.held, o.held), to_jsonb(o)
    from gone o join come n on n.id = o.id where n.updated_at > o.updated_at;
  else
    insert into allocation_history (allocation_id, valid_from, valid_to, pool_id, held, state)
    select o.id, o.updated_at, now(), o.pool_id, o.held, to_jsonb(o) from gone o where now() > o.updated_at;
  end if;
  return null;
end $$;
create trigger allocation_changed after update on allocation
  referencing old table as gone new table as come for each statement execute function keep_allocation_state();
create trigger allocation_deleted after delete on allocation
  referencing old table as gone for each statement execute function keep_allocation_state();

-- The status by the clock: what has run out is over at that moment, although the row is settled at the pool's next use.
create function status_at(p_status text, p_expires timestamptz, p_available timestamptz, p_at timestamptz) returns text language sql immutable
  return case
    when p_status in ('RESERVED', 'ACTIVE') and p_expires <= p_at then 'EXPIRED'
    when p_status = 'QUARANTINED' and p_available <= p_at then 'RELEASED'
    else p_status end;

create table topology_version (
  kind text not null,
  id text not null,
  valid_from timestamptz not null,
  valid_to timestamptz not null default 'infinity',
  state jsonb not null,
  primary key (kind, id, valid_from)
);
create index topology_version_time on topology_version (kind, valid_to);

create function row_key(p_state jsonb, p_members text) returns text language sql immutable
  return (select string_agg(p_state ->> m.member, '/' order by m.n) from unnest(string_to_array(p_members, ',')) with ordinality as m(member, n));

create function keep_added() returns trigger language plpgsql as $$
begin
  insert into topology_version (kind, id, valid_from, state)
  select tg_table_name, row_key(to_jsonb(r), tg_argv[0]), now(), to_jsonb(r) from come r
  on conflict (kind, id, valid_from) do update set state = excluded.state, valid_to = 'infinity';
  return null;
end $$;

create function keep_removed() returns trigger language plpgsql as $$
begin
  delete from topology_version v using gone r
  where v.kind = tg_table_name and v.id = row_key(to_jsonb(r), tg_argv[0]) and v.valid_to = 'infinity' and v.valid_from >= now();
  update topology_version v set valid_to = now() from gone r
  where v.kind = tg_table_name and v.id = row_key(to_jsonb(r), tg_argv[0]) and v.valid_to = 'infinity';
  return null;
end $$;

-- Two transactions may write in another order than they began: a state never begins before the one it replaces.
create function keep_changed() returns trigger language plpgsql as $$
declare
  key text := row_key(to_jsonb(new), tg_argv[0]);
  since timestamptz;
begin
  select v.valid_from into since from topology_version v where v.kind = tg_table_name and v.id = key and v.valid_to = 'infinity';
  if since >= now() then
    update topology_version v set state = to_jsonb(new) where v.kind = tg_table_name and v.id = key and v.valid_to = 'infinity';
  else
    update topology_version v set valid_to = now() where v.kind = tg_table_name and v.id = key and v.valid_to = 'infinity';
    insert into topology_version (kind, id, valid_from, state) values (tg_table_name, key, now(), to_jsonb(new));
  end if;
  return null;
end $$;

insert into topology_version (kind, id, valid_from, state)
select 'address_space', r.id::text, r.created_at, to_jsonb(r) from address_space r
union all select 'network', r.id::text, r.created_at, to_jsonb(r) from network r
union all select 'network_prefix', row_key(to_jsonb(r), 'network_id,cidr'), n.created_at, to_jsonb(r) from network_prefix r join network n on n.id = r.network_id
union all select 'link', r.id::text, r.created_at, to_jsonb(r) from link r
union all select 'mesh', r.id::text, r.created_at, to_jsonb(r) from mesh r
union all select 'mesh_member', r.cluster, r.joined_at, to_jsonb(r) from mesh_member r
union all select 'pool', r.id::text, r.created_at, to_jsonb(r) from pool r
union all select 'pool_cidr', row_key(to_jsonb(r), 'pool_id,position'), p.created_at, to_jsonb(r) from pool_cidr r join pool p on p.id = r.pool_id
union all select 'discovered_range', r.id::text, r.seen_at, to_jsonb(r) from discovered_range r;

${[
  keep('address_space', 'id'),
  keep('network', 'id'),
  keep('network_prefix', 'network_id,cidr'),
  keep('link', 'id'),
  keep('mesh', 'id'),
  keep('mesh_member', 'cluster'),
  // Counters may live in a pool's row; only its version says that somebody changed the pool.
  keep('pool', 'id', 'old.version is distinct from new.version'),
  keep('pool_cidr', 'pool_id,position'),
  // Seen again is no change.
  keep(
    'discovered_range',
    'id',
    '(old.cidr, old.space_id, old.network_id, old.ended_at) is distinct from (new.cidr, new.space_id, new.network_id, new.ended_at)',
  ),
].join('\n')}
`;

function keep(table: string, key: string, changed = 'old is distinct from new'): string {
  return `
create trigger ${table}_added after insert on ${table}
  referencing new table as come for each statement execute function keep_added('${key}');
create trigger ${table}_removed after delete on ${table}
  referencing old table as gone for each statement execute function keep_removed('${key}');
create trigger ${table}_changed after update on ${table}
  for each row when (${changed}) execute function keep_changed('${key}');`;
}
