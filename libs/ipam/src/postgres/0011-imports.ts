/**
 * Imports and what became of every row of theirs. A report is kept for refused imports and dry runs too: it is how one reads
 * what is wrong with a hundred thousand rows.
 */
export const imports = `
create table import (
  id uuid primary key,
  status text not null check (status in ('RUNNING', 'APPLIED', 'REFUSED', 'REHEARSED', 'FAILED')),
  format text,
  file_name text,
  on_error text not null,
  dry_run boolean not null,
  actor text not null,
  counts jsonb not null default '{}',
  codes jsonb not null default '{}',
  remarks jsonb not null default '[]',
  ignored jsonb not null default '[]',
  started_at timestamptz not null default now(),
  finished_at timestamptz
);
create index import_age on import (started_at);

create table import_row (
  import_id uuid not null references import on delete cascade,
  no int not null,
  at text not null,
  kind text,
  name text,
  outcome text not null check (outcome in ('CREATED', 'UPDATED', 'UNCHANGED', 'SKIPPED', 'REFUSED')),
  problems jsonb not null default '[]',
  primary key (import_id, no)
);
create index import_row_outcome on import_row (import_id, outcome, no);
`;
