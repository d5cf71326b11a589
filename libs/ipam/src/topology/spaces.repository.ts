import { Injectable } from '@nestjs/common';
import { Conflict, Forbidden, NotFound } from '@podspan/errors';
import { type Actor, isId, newId, reaches } from '@podspan/platform';
import { sql } from 'kysely';
import { tableAt } from '../history/as-of.js';
import { brokenConstraint, type Db, instant, rowOf, rowsOf } from '../postgres/db.js';
import type { AddressSpaceBody, AddressSpaceView } from './topology-schemas.js';

export interface SpaceRow {
  readonly id: string;
  /** The short number that the overlap constraints carry. */
  readonly no: number;
  readonly name: string;
  readonly description: string | null;
  readonly created_at: Date;
}

@Injectable()
export class SpacesRepository {
  find(db: Db, key: string): Promise<SpaceRow | undefined> {
    return rowOf(db, sql<SpaceRow>`select * from address_space where ${byKey(key)}`);
  }

  async get(db: Db, key: string): Promise<SpaceRow> {
    const space = await this.find(db, key);
    if (!space) throw new NotFound('address space', key);
    return space;
  }

  /** Waits for others who change the pools of the space, and keeps them waiting. */
  async lock(db: Db, id: string): Promise<void> {
    await sql`select 1 from address_space where id = ${id} for no key update`.execute(db);
  }

  page(db: Db, actor: Actor, after: string | undefined, limit: number, at?: string): Promise<readonly SpaceRow[]> {
    return rowsOf(
      db,
      sql<SpaceRow>`select * from ${tableAt('address_space', at)} s where ${visible(actor)} and (${after ?? null}::uuid is null or s.id > ${after ?? null}) order by s.id limit ${limit + 1}`,
    );
  }

  /** @throws Conflict `name_taken` */
  async insert(db: Db, { name, description }: AddressSpaceBody): Promise<SpaceRow> {
    const row = await rowOf(
      db,
      sql<SpaceRow>`insert into address_space (id, name, description) values (${newId()}, ${name}, ${description ?? null})
        on conflict (name) do nothing returning *`,
    );
    if (!row) throw nameTaken('address space', name);
    return row;
  }

  async delete(db: Db, id: string): Promise<void> {
    await sql`delete from discovered_range where space_id = ${id}`.execute(db);
    await sql`delete from address_space where id = ${id}`.execute(db);
  }

  /** What keeps a space from being deleted. */
  async uses(db: Db, id: string): Promise<{ readonly pools: number; readonly networks: number }> {
    const row = await rowOf(
      db,
      sql<{ pools: number; networks: number }>`select
        (select count(*)::int from pool where space_id = ${id}) as pools,
        (select count(*)::int from network where space_id = ${id}) as networks`,
    );
    return row ?? { pools: 0, networks: 0 };
  }
}

/** An id or a name; a name may look like an id. */
export function byKey(key: string): ReturnType<typeof sql<boolean>> {
  return isId(key) ? sql`(id = ${key} or name = ${key})` : sql`name = ${key}`;
}

/** Limits a query over `address_space s` to what the actor's role reaches. */
export function visible(actor: Actor): ReturnType<typeof sql<boolean>> {
  return actor.spaces === '*'
    ? sql`true`
    : sql`(s.name = any(${[...actor.spaces]}::text[]) or s.id::text = any(${[...actor.spaces]}::text[]))`;
}

/** @throws Forbidden when the actor's role does not hold in the address space. */
export function checkReach(actor: Actor, space: { readonly id: string; readonly name: string }): void {
  if (!reaches(actor, space.id, space.name))
    throw new Forbidden(`${actor.subject} has no rights in address space ${space.name}`, { addressSpace: space.name });
}

export function nameTaken(what: string, name: string): Conflict {
  return new Conflict('name_taken', `the ${what} name '${name}' is taken`, { facts: { resource: what, name } });
}

/** Turns the unique violation of a name into `name_taken`; anything else stays what it is. */
export function asNameTaken(error: unknown, constraint: string, what: string, name: string): unknown {
  return brokenConstraint(error) === constraint ? nameTaken(what, name) : error;
}

export function spaceView(row: SpaceRow): AddressSpaceView {
  return { id: row.id, name: row.name, description: row.description, createdAt: instant(row.created_at) };
}
