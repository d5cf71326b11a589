/**
 * When a range was really held, for the check that no two ever held it. Everything else goes by the start of the transaction, which may
 * have waited for the one that gave the block back. A block is found free only after that one has committed, so the clock at the
 * moment of writing is in order:
 * - allocation.held_since: when the row was written, or its range last changed; null in rows older than this.
 * - allocation_history.held_until: when the state was left.
 * A state that is left by a transaction that began before it did is kept too, as one that lasted no time.
 */
export const heldSince = `
alter table allocation add column held_since timestamptz;
alter table allocation alter column held_since set default clock_timestamp();
alter table allocation_history add column held_until timestamptz;
alter table allocation_history alter column held_until set default clock_timestamp();

-- Old and new rows are matched by hash, as 0038 says.
create or replace function keep_allocation_state() returns trigger language plpgsql set enable_nestloop = off as $$
begin
  if tg_op = 'UPDATE' then
    insert into allocation_history (allocation_id, valid_from, valid_to, pool_id, held, held_after, state)
    select o.id, o.updated_at, greatest(o.updated_at, n.updated_at), o.pool_id, o.held, nullif(n.held, o.held), to_jsonb(o)
    from gone o join come n on n.id = o.id where n.updated_at <> o.updated_at;
  else
    insert into allocation_history (allocation_id, valid_from, valid_to, pool_id, held, state)
    select o.id, o.updated_at, greatest(o.updated_at, now()), o.pool_id, o.held, to_jsonb(o) from gone o where now() <> o.updated_at;
  end if;
  return null;
end $$;
`;
