import type { Actor } from '@podspan/platform';
import { type RawBuilder, sql } from 'kysely';
import { tableAt } from '../history/as-of.js';
import { type Db, rowOf, rowsOf } from '../postgres/db.js';
import { byKey, visible } from '../topology/spaces.repository.js';
import type { AllocationQuery } from './allocation-schemas.js';

/** The pools that a list is about: one, those of a space, or those the actor reaches. undefined: all there are. */
export type ListedPools = readonly string[] | undefined;

/**
 * Names turned into ids before the list is read: only a plan that sees the ids knows that a small pool of a large estate is read by
 * its own index and not by looking at everything in the order of time.
 * @param at a moment of the past, RFC 3339
 */
export async function listedPools(db: Db, actor: Actor, { pool, addressSpace }: AllocationQuery, at?: string): Promise<ListedPools> {
  const inSpace = addressSpace === undefined ? sql`true` : byKey(addressSpace);
  const spaces = sql`select x.id from ${tableAt('address_space', at)} x where ${inSpace}`;
  if (pool !== undefined) {
    const row = await rowOf(
      db,
      sql<{
        id: string;
      }>`select p.id from ${tableAt('pool', at)} p where p.id in (select x.id from ${tableAt('pool', at)} x where ${byKey(pool)}) and p.space_id in (${spaces})`,
    );
    return row ? [row.id] : [];
  }
  if (addressSpace === undefined && actor.spaces === '*') return undefined;
  const rows = await rowsOf(
    db,
    sql<{ id: string }>`select p.id from ${tableAt('pool', at)} p
      where p.space_id in (select s.id from ${tableAt('address_space', at)} s where ${visible(actor)} and s.id in (${spaces}))`,
  );
  return rows.map(({ id }) => id);
}

/**
 * The conditions on `allocation a`.
 * @param at a moment of the past, RFC 3339: the status is that of the clock then
 */
export function allocationFilters(query: AllocationQuery, pools: ListedPools, at?: string): readonly RawBuilder<unknown>[] {
  const found = [at === undefined ? statusFilter(query) : statusAtFilter(query, at)];
  const add = (value: string | undefined, condition: (value: string) => RawBuilder<unknown>): void => {
    if (value !== undefined) found.push(condition(value));
  };
  add(query.contains, (value) => sql`a.held >>= ${value}::inet`);
  add(query.within, (value) => sql`a.held <<= ${value}::inet`);
  add(query.overlaps, (value) => sql`a.held && ${value}::inet`);
  if (pools?.length === 1) found.push(sql`a.pool_id = ${pools[0]}::uuid`);
  else if (pools) found.push(sql`a.pool_id = any(${[...pools]}::uuid[])`);
  add(query.purpose, (value) => sql`a.purpose = ${value}`);
  add(query.owner, ownerFilter);
  add(query.label, labelFilter);
  return found;
}

/** Of rows that are read for a moment of the past: those of an owner are found by the two indexes of what is held and what ended. */
export function everOwned({ owner }: AllocationQuery): RawBuilder<unknown> {
  if (owner === undefined) return sql`true`;
  const ids = (state: RawBuilder<unknown>): RawBuilder<unknown> =>
    sql`select a.id from allocation a where ${state} and ${ownerFilter(owner)}`;
  return sql`a.id in (${ids(sql`a.holding`)} union all ${ids(sql`not a.holding`)})`;
}

/** The indexes are of what is held or of what ended, that in order by status, and those of what runs out hold the few reservations and quarantines. */
function statusFilter({ status }: AllocationQuery): RawBuilder<unknown> {
  if (status === undefined) return sql`a.holding`;
  if (status === 'RELEASED' || status === 'EXPIRED') return sql`not a.holding and a.status = ${status}`;
  return status === 'ACTIVE' ? sql`a.holding and a.status = ${status}` : sql`a.holding and a.due_at is not null and a.status = ${status}`;
}

function statusAtFilter({ status }: AllocationQuery, at: string): RawBuilder<unknown> {
  const then = sql`status_at(a.status, a.expires_at, a.available_at, ${at}::timestamptz)`;
  return status === undefined ? sql`${then} in ('RESERVED', 'ACTIVE', 'QUARANTINED')` : sql`${then} = ${status}`;
}

function ownerFilter(value: string): RawBuilder<unknown> {
  const slash = value.indexOf('/');
  const byId = sql`a.owner_id = ${value}`;
  if (slash < 1) return byId;
  return sql`(${byId} or (a.owner_id = ${value.slice(slash + 1)} and a.owner_kind = ${value.slice(0, slash).toUpperCase()}))`;
}

function labelFilter(value: string): RawBuilder<unknown> {
  const equals = value.indexOf('=');
  const pair = sql`jsonb_build_object(${value.slice(0, equals)}::text, ${value.slice(equals + 1)}::text)`;
  const found = equals < 0 ? sql`a.labels ? ${value}` : sql`a.labels @> ${pair}`;
  // The index is of rows that have labels.
  return sql`a.labels <> '{}' and ${found}`;
}
