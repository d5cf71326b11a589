/**
 * A block that is held by nobody's plan may become that of one, with its network: so what was exported is planned again. From
 * then on it keeps both, as 0038 says.
 */
export const joinedPlans = `
create function check_joined_references() returns trigger language plpgsql as $$
begin
  perform from address_plan p where p.id = new.plan_id for key share;
  if new.plan_id is not null and not found then
    raise foreign_key_violation using message = 'no such address plan', constraint = 'allocation_refers', table = 'allocation', schema = tg_table_schema;
  end if;
  perform from network n where n.id = new.network_id for key share;
  if new.network_id is not null and not found then
    raise foreign_key_violation using message = 'no such network', constraint = 'allocation_refers', table = 'allocation', schema = tg_table_schema;
  end if;
  return null;
end $$;
drop trigger allocation_keeps_references on allocation;
create trigger allocation_keeps_references after update of plan_id, network_id on allocation for each row
  when ((old.plan_id is not null and new.plan_id is not null and new.plan_id <> old.plan_id)
    or (old.network_id is not null and new.network_id is not null and new.network_id <> old.network_id))
  execute function refuse_other_reference();
create trigger allocation_joins after update of plan_id, network_id on allocation for each row
  when ((old.plan_id is null and new.plan_id is not null) or (old.network_id is null and new.network_id is not null))
  execute function check_joined_references();
`;
