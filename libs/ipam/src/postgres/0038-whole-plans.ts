/**
 * Statements of thousands of rows, as plans of a thousand clusters and their releases are.
 * - What a row refers to is checked once per statement and kept from being deleted by one lock per referred row, as the pools
 *   of allocations are (0003), and not by a foreign key per row. What is referred to cannot be deleted (`..._in_use`).
 * - Old and new rows of a statement are matched by hash: a plan made when the first caller changed one row compares each
 *   with each.
 */
export const wholePlans = `
alter function keep_allocation_state() set enable_nestloop = off;

-- Grouped and not joined: what is called from here needs its nested loops.
create or replace function settle_changed_allocations() returns trigger language plpgsql as $$
declare
  changed uuid[];
begin
  if not exists (select from discovered_range) then return null; end if;
  select array_agg(c.id) into changed from (
    select s.id from (select id, holding, held, false as later from gone union all select id, holding, held, true from come) s
    group by s.id
    having bool_or(s.holding and not s.later) and (bool_or(s.later and not s.holding) or min(s.held) <> max(s.held))
  ) c;
  if changed is not null then perform settle_discovered('{}', changed, 'podspan'); end if;
  return null;
end $$;

-- The mesh stays a foreign key: it is null but for pod ranges of members, and changes when a cluster joins.
alter table allocation drop constraint allocation_plan_id_fkey, drop constraint allocation_network_id_fkey;
alter table planned_cluster drop constraint planned_cluster_plan_id_fkey, drop constraint planned_cluster_network_id_fkey,
  drop constraint planned_cluster_space_id_fkey;

create function check_allocation_references() returns trigger language plpgsql as $$
begin
  if not exists (select from inserted where plan_id is not null or network_id is not null) then return null; end if;
  perform from address_plan p where p.id in (select i.plan_id from inserted i) for key share;
  perform from network n where n.id in (select i.network_id from inserted i) for key share;
  if exists (select from (select distinct plan_id from inserted where plan_id is not null) i where not exists (select from address_plan p where p.id = i.plan_id))
      or exists (select from (select distinct network_id from inserted where network_id is not null) i where not exists (select from network n where n.id = i.network_id)) then
    raise foreign_key_violation using message = 'no such address plan or network', constraint = 'allocation_refers', table = 'allocation',
      schema = tg_table_schema;
  end if;
  return null;
end $$;
create trigger allocation_refers after insert on allocation referencing new table as inserted
  for each statement execute function check_allocation_references();

-- Rows are never moved to another plan or network; a network that goes is forgotten.
create function refuse_other_reference() returns trigger language plpgsql as $$
begin
  raise foreign_key_violation using message = format('%s keeps what it refers to', tg_table_name), constraint = tg_name, table = tg_table_name,
    schema = tg_table_schema;
end $$;
create trigger allocation_keeps_references after update of plan_id, network_id on allocation for each row
  when ((new.plan_id is not null and new.plan_id is distinct from old.plan_id) or (new.network_id is not null and new.network_id is distinct from old.network_id))
  execute function refuse_other_reference();

create function check_planned_cluster_references() returns trigger language plpgsql as $$
begin
  perform from address_plan p where p.id in (select i.plan_id from inserted i) for key share;
  perform from network n where n.id in (select i.network_id from inserted i) for key share;
  perform from address_space s where s.id in (select i.space_id from inserted i) for key share;
  if exists (select from inserted i where not exists (select from address_plan p where p.id = i.plan_id)
      or not exists (select from network n where n.id = i.network_id) or not exists (select from address_space s where s.id = i.space_id)) then
    raise foreign_key_violation using message = 'no such address plan, network or address space', constraint = 'planned_cluster_refers',
      table = 'planned_cluster', schema = tg_table_schema;
  end if;
  return null;
end $$;
create trigger planned_cluster_refers after insert on planned_cluster referencing new table as inserted
  for each statement execute function check_planned_cluster_references();
create trigger planned_cluster_keeps_references after update of plan_id, network_id, space_id on planned_cluster for each row
  when ((old.plan_id, old.network_id, old.space_id) is distinct from (new.plan_id, new.network_id, new.space_id))
  execute function refuse_other_reference();

-- Before the row goes: by then it is locked, so whoever was about to refer to it has committed and is seen, or waits and finds nothing.
create function check_unused() returns trigger language plpgsql as $$
declare
  used boolean;
begin
  case tg_table_name
    when 'address_plan' then
      used := exists (select from allocation where plan_id = old.id) or exists (select from planned_cluster where plan_id = old.id);
    when 'network' then
      used := exists (select from allocation where network_id = old.id) or exists (select from planned_cluster where network_id = old.id);
    else
      used := exists (select from planned_cluster where space_id = old.id);
  end case;
  if used then
    raise foreign_key_violation using message = format('%s %s is in use', tg_table_name, old.name), constraint = tg_table_name || '_in_use', table = tg_table_name,
      schema = tg_table_schema;
  end if;
  return old;
end $$;
${['address_plan', 'network', 'address_space']
  .map((table) => `create trigger ${table}_unused before delete on ${table} for each row execute function check_unused();`)
  .join('\n')}
-- Released rows of a network are looked for when it is deleted; without these a million allocations are read for it.
create index allocation_network on allocation (network_id) where network_id is not null;
`;
