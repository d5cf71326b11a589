/**
 * Conflicts tell the kinds of link that bring their ranges together and who ended them. When the topology was last compared
 * is one row and not a column of every open conflict, so that a change does not rewrite them all.
 */
export const conflictWays = `
alter table conflict
  add column via jsonb not null default '[]',
  add column resolved_by text;
create index conflict_open_page on conflict (id) where resolved_at is null;

create table conflict_check (
  singleton boolean primary key default true check (singleton),
  checked_at timestamptz not null
);
insert into conflict_check (checked_at) values (now());
`;
