/**
 * Thresholds of pools and the webhooks that tell of their crossing, and of conflicts.
 * - An event is written in the transaction that makes it true, and only when somebody listens.
 * - A delivery is claimed by moving `due_at` ahead (a lease); a claim whose process died is due again after it.
 */
export const webhooks = `
create table webhook_endpoint (
  id uuid primary key,
  name text not null constraint webhook_endpoint_name unique,
  url text not null,
  events text[] not null default '{}',
  enabled boolean not null default true,
  secret text not null,
  version int not null default 1,
  created_by text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table webhook_event (
  id uuid primary key,
  type text not null,
  at timestamptz not null default now(),
  data jsonb not null,
  handed_out boolean not null default false
);
create index webhook_event_new on webhook_event (id) where not handed_out;

create table webhook_delivery (
  id uuid primary key,
  event_id uuid not null references webhook_event on delete cascade,
  endpoint_id uuid not null references webhook_endpoint on delete cascade,
  status text not null default 'PENDING' check (status in ('PENDING', 'DELIVERED', 'DEAD')),
  attempts int not null default 0,
  due_at timestamptz not null default now(),
  last_status int,
  last_error text,
  delivered_at timestamptz,
  created_at timestamptz not null default now(),
  unique (endpoint_id, event_id)
);
create index webhook_delivery_due on webhook_delivery (due_at) where status = 'PENDING';
create index webhook_delivery_page on webhook_delivery (endpoint_id, id);

create table pool_threshold (
  id uuid primary key,
  pool_id uuid not null references pool on delete cascade,
  family smallint check (family in (4, 6)),
  prefix_length smallint,
  min_free numeric(40),
  recover_free numeric(40),
  max_percent double precision,
  recover_percent double precision,
  state text not null default 'OK' check (state in ('OK', 'BREACHED')),
  since timestamptz not null default now(),
  -- What was measured last: free blocks of the length, or per cent used.
  measured text,
  measured_at timestamptz,
  created_by text not null,
  created_at timestamptz not null default now(),
  check ((prefix_length is not null) = (min_free is not null and recover_free is not null and family is not null)),
  check ((max_percent is not null) = (recover_percent is not null)),
  check ((prefix_length is null) <> (max_percent is null)),
  check (recover_free >= min_free),
  check (recover_percent <= max_percent)
);
create unique index pool_threshold_length on pool_threshold (pool_id, family, prefix_length) where prefix_length is not null;
create unique index pool_threshold_percent on pool_threshold (pool_id) where max_percent is not null;
create index pool_threshold_due on pool_threshold (measured_at nulls first);

create function tell_of_conflicts() returns trigger language plpgsql as $$
begin
  if not exists (select from webhook_endpoint where enabled) then return null; end if;
  if tg_op = 'INSERT' then
    insert into webhook_event (id, type, data)
    select new_id(), 'conflict.opened', jsonb_build_object('conflict', c.id, 'kind', c.kind, 'rule', c.rule, 'ranges', c.ranges, 'path', c.path, 'message', c.message)
    from come c where c.resolved_at is null;
  else
    insert into webhook_event (id, type, data)
    select new_id(), 'conflict.resolved', jsonb_build_object('conflict', c.id, 'kind', c.kind, 'rule', c.rule, 'ranges', c.ranges, 'path', c.path, 'message', c.message)
    from come c join gone g on g.id = c.id where g.resolved_at is null and c.resolved_at is not null;
  end if;
  return null;
end $$;
create trigger conflict_opened after insert on conflict referencing new table as come for each statement execute function tell_of_conflicts();
create trigger conflict_resolved after update on conflict referencing old table as gone new table as come for each statement execute function tell_of_conflicts();
`;
