/**
 * Conflicts with discovered ranges follow a release by statement and not by row: releasing the plan of a thousand clusters
 * ends thousands of blocks at once.
 */
export const settleTogether = `
drop trigger allocation_discovered on allocation;
drop function settle_changed_allocation();

create function settle_changed_allocations() returns trigger language plpgsql as $$
declare
  changed uuid[];
begin
  if not exists (select from discovered_range) then return null; end if;
  select array_agg(n.id) into changed from gone o join come n on n.id = o.id
  where o.holding and (not n.holding or o.held <> n.held);
  if changed is not null then perform settle_discovered('{}', changed, 'podspan'); end if;
  return null;
end $$;
create trigger allocation_discovered after update on allocation
  referencing old table as gone new table as come for each statement execute function settle_changed_allocations();
`;
