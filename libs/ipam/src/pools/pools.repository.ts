import { Injectable } from '@nestjs/common';
import { Cidr } from '@podspan/cidr';
import { NotFound } from '@podspan/errors';
import { type Actor, isId, newId } from '@podspan/platform';
import { type RawBuilder, sql } from 'kysely';
import type { ReuseKind, Strategy } from '../domain/pool.js';
import type { Quota } from '../domain/quotas.js';
import { tableAt } from '../history/as-of.js';
import { type Db, instant, rowOf, rowsOf } from '../postgres/db.js';
import { byKey, nameTaken, visible } from '../topology/spaces.repository.js';
import type { PoolBody, PoolPatch, PoolView } from './pool-schemas.js';

interface PoolRow {
  readonly id: string;
  readonly no: string;
  readonly name: string;
  readonly space_id: string;
  readonly space_no: number;
  readonly space_name: string;
  readonly reuse: ReuseKind;
  readonly network_id: string | null;
  readonly network_name: string | null;
  readonly parent_id: string | null;
  readonly parent_name: string | null;
  readonly purposes: readonly string[];
  readonly min_length: number | null;
  readonly max_length: number | null;
  readonly default_length: number | null;
  readonly strategy: Strategy;
  readonly cooldown_seconds: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly quotas: readonly Quota[];
  readonly version: number;
  readonly cidrs: readonly string[];
  readonly created_at: Date;
  readonly updated_at: Date;
}

export interface Pool {
  readonly id: string;
  /** Pools are locked in the order of their numbers. */
  readonly no: string;
  readonly name: string;
  readonly space: { readonly id: string; readonly no: number; readonly name: string };
  readonly reuse: ReuseKind;
  /** In the order given; blocks are searched in this order. */
  readonly cidrs: readonly Cidr[];
  readonly network: { readonly id: string; readonly name: string } | undefined;
  readonly parent: { readonly id: string; readonly name: string } | undefined;
  readonly minPrefixLength: number | null;
  readonly maxPrefixLength: number | null;
  readonly defaultPrefixLength: number | null;
  readonly strategy: Strategy;
  readonly cooldownSeconds: number;
  readonly quotas: readonly Quota[];
  readonly version: number;
  readonly row: PoolRow;
}

const selectPool = (at?: string): RawBuilder<unknown> => sql`
  select p.*, s.no as space_no, s.name as space_name, n.name as network_name, q.name as parent_name,
    array(select c.cidr::text from ${tableAt('pool_cidr', at)} c where c.pool_id = p.id order by c.position) as cidrs
  from ${tableAt('pool', at)} p join ${tableAt('address_space', at)} s on s.id = p.space_id
  left join ${tableAt('network', at)} n on n.id = p.network_id left join ${tableAt('pool', at)} q on q.id = p.parent_id`;

@Injectable()
export class PoolsRepository {
  async find(db: Db, key: string): Promise<Pool | undefined> {
    const row = await rowOf(db, sql<PoolRow>`${selectPool()} where p.id = (select id from pool where ${byKey(key)})`);
    return row && asPool(row);
  }

  /** Those of many ids and names that exist, by what they were called. */
  async findAll(db: Db, keys: Iterable<string>): Promise<ReadonlyMap<string, Pool>> {
    const wanted = [...new Set(keys)];
    const ids = wanted.filter(isId);
    const rows = await rowsOf(db, sql<PoolRow>`${selectPool()} where p.name = any(${wanted}::text[]) or p.id = any(${ids}::uuid[])`);
    const known = new Map(rows.flatMap((row) => [row.name, row.id].map((key) => [key, asPool(row)] as const)));
    return new Map(
      wanted.flatMap((key) => {
        const pool = known.get(isId(key) ? key.toLowerCase() : key) ?? known.get(key);
        return pool ? [[key, pool] as const] : [];
      }),
    );
  }

  /** As it was. @throws NotFound for a pool that was not there then */
  async getAt(db: Db, key: string, at: string): Promise<Pool> {
    const row = await rowOf(
      db,
      sql<PoolRow>`${selectPool(at)} where p.id = (select x.id from ${tableAt('pool', at)} x where ${byKey(key)})`,
    );
    if (!row) throw new NotFound('pool', key);
    return asPool(row);
  }

  /** @throws NotFound */
  async get(db: Db, key: string): Promise<Pool> {
    const pool = await this.find(db, key);
    if (!pool) throw new NotFound('pool', key);
    return pool;
  }

  /**
   * Nobody else takes from or gives back to these pools until the transaction ends, the lane of plain allocations
   * included. Always in the order of their numbers, so that two requests over several pools cannot wait for each other.
   */
  async lock(db: Db, ids: readonly string[]): Promise<void> {
    const wanted = [...new Set(ids)];
    await sql`select pg_advisory_xact_lock(pool_lock(no)) from (select no from pool where id = any(${wanted}::uuid[]) order by no) p`.execute(
      db,
    );
    await sql`select 1 from pool where id = any(${wanted}::uuid[]) order by no for no key update`.execute(db);
  }

  async page(db: Db, actor: Actor, after: string | undefined, limit: number, at?: string): Promise<readonly Pool[]> {
    const rows = await rowsOf(
      db,
      sql<PoolRow>`${selectPool(at)} where ${visible(actor)} and (${after ?? null}::uuid is null or p.id > ${after ?? null}) order by p.id limit ${limit + 1}`,
    );
    return rows.map(asPool);
  }

  async inSpace(db: Db, spaceId: string): Promise<readonly Pool[]> {
    return (await rowsOf(db, sql<PoolRow>`${selectPool()} where p.space_id = ${spaceId} order by p.id`)).map(asPool);
  }

  async children(db: Db, id: string, at?: string): Promise<readonly Pool[]> {
    return (await rowsOf(db, sql<PoolRow>`${selectPool(at)} where p.parent_id = ${id} order by p.id`)).map(asPool);
  }

  /** The pools below this one, at any depth. */
  async descendants(db: Db, id: string): Promise<readonly Pool[]> {
    const rows = await rowsOf(
      db,
      sql<PoolRow>`with recursive below as (
          select id from pool where parent_id = ${id} union all select c.id from pool c join below on c.parent_id = below.id
        ) ${selectPool()} where p.id in (select id from below) order by p.id`,
    );
    return rows.map(asPool);
  }

  /** Pools of the space with the same parent (none for roots) that overlap one of the ranges. */
  async overlapping(
    db: Db,
    spaceId: string,
    parentId: string | undefined,
    cidrs: readonly Cidr[],
  ): Promise<readonly { readonly name: string; readonly cidr: string; readonly wanted: string }[]> {
    return rowsOf(
      db,
      sql<{ name: string; cidr: string; wanted: string }>`select p.name, c.cidr, w.cidr as wanted
        from pool p join pool_cidr c on c.pool_id = p.id join unnest(${cidrs.map(String)}::cidr[]) as w(cidr) on c.cidr && w.cidr
        where p.space_id = ${spaceId} and p.parent_id is not distinct from ${parentId ?? null}::uuid order by w.cidr, c.cidr`,
    );
  }

  /** @throws Conflict `name_taken` */
  async insert(db: Db, body: PoolBody, spaceId: string, networkId: string | undefined, parentId: string | undefined): Promise<Pool> {
    const row = await rowOf(
      db,
      sql<{ id: string }>`insert into pool
          (id, name, space_id, reuse, network_id, parent_id, purposes, min_length, max_length, default_length, strategy, cooldown_seconds, labels, quotas)
        values (${newId()}, ${body.name}, ${spaceId}, ${body.reuse}, ${networkId ?? null}, ${parentId ?? null}, ${body.purposes ?? []}::text[],
          ${body.minPrefixLength ?? null}, ${body.maxPrefixLength ?? null}, ${body.defaultPrefixLength ?? null},
          ${body.strategy ?? 'FIRST_FIT'}, ${body.cooldownSeconds ?? 0}, ${JSON.stringify(body.labels ?? {})},
          ${JSON.stringify(body.quotas ?? [])})
        on conflict (name) do nothing returning id`,
    );
    if (!row) throw nameTaken('pool', body.name);
    await sql`insert into pool_cidr (pool_id, position, cidr, scope_no)
      select ${row.id}, c.position - 1, c.cidr, coalesce((select no from pool where id = ${parentId ?? null}), (select -no::bigint from address_space where id = ${spaceId}))
      from unnest(${body.cidrs}::cidr[]) with ordinality as c(cidr, position)`.execute(db);
    return this.get(db, row.id);
  }

  async update(db: Db, { row }: Pool, patch: PoolPatch, networkId: string | null): Promise<Pool> {
    await sql`update pool set name = ${patch.name ?? row.name}, network_id = ${networkId},
      purposes = ${patch.purposes ?? row.purposes}::text[],
      min_length = ${patched(patch.minPrefixLength, row.min_length)}, max_length = ${patched(patch.maxPrefixLength, row.max_length)},
      default_length = ${patched(patch.defaultPrefixLength, row.default_length)}, strategy = ${patch.strategy ?? row.strategy},
      cooldown_seconds = ${patch.cooldownSeconds ?? row.cooldown_seconds}, labels = ${JSON.stringify(patch.labels ?? row.labels)},
      quotas = ${JSON.stringify(patch.quotas ?? row.quotas)},
      version = version + 1, updated_at = now() where id = ${row.id}`.execute(db);
    return this.get(db, row.id);
  }

  async uses(db: Db, id: string): Promise<{ readonly allocations: number; readonly childPools: number }> {
    const row = await rowOf(
      db,
      sql<{ allocations: number; childPools: number }>`select
        (select count(*)::int from allocation where pool_id = ${id} and holding) as allocations,
        (select count(*)::int from pool where parent_id = ${id}) as "childPools"`,
    );
    return row ?? { allocations: 0, childPools: 0 };
  }

  /** The pool and what once was held in it; the audit trail keeps the history. */
  async delete(db: Db, id: string): Promise<void> {
    await sql`delete from allocation where pool_id = ${id} and not holding`.execute(db);
    await sql`delete from pool where id = ${id}`.execute(db);
  }
}

function patched(given: number | null | undefined, current: number | null): number | null {
  return given === undefined ? current : given;
}

function asPool(row: PoolRow): Pool {
  return {
    id: row.id,
    no: row.no,
    name: row.name,
    space: { id: row.space_id, no: row.space_no, name: row.space_name },
    reuse: row.reuse,
    cidrs: row.cidrs.map((text) => Cidr.parse(text)),
    network: row.network_id !== null && row.network_name !== null ? { id: row.network_id, name: row.network_name } : undefined,
    parent: row.parent_id !== null && row.parent_name !== null ? { id: row.parent_id, name: row.parent_name } : undefined,
    minPrefixLength: row.min_length,
    maxPrefixLength: row.max_length,
    defaultPrefixLength: row.default_length,
    strategy: row.strategy,
    cooldownSeconds: row.cooldown_seconds,
    quotas: row.quotas,
    version: row.version,
    row,
  };
}

export function poolView({ row }: Pool): PoolView {
  return {
    id: row.id,
    name: row.name,
    addressSpace: row.space_name,
    cidrs: [...row.cidrs],
    reuse: row.reuse,
    network: row.network_name,
    parentPool: row.parent_name,
    purposes: [...row.purposes],
    minPrefixLength: row.min_length,
    maxPrefixLength: row.max_length,
    defaultPrefixLength: row.default_length,
    strategy: row.strategy,
    cooldownSeconds: row.cooldown_seconds,
    quotas: row.quotas.map((quota) => ({
      ownerKind: quota.ownerKind ?? null,
      ownerId: quota.ownerId ?? null,
      maxAddresses: quota.maxAddresses ?? null,
      maxAllocations: quota.maxAllocations ?? null,
    })),
    labels: row.labels,
    createdAt: instant(row.created_at),
    updatedAt: instant(row.updated_at),
  };
}

export function etagOf({ version }: { readonly version: number }): string {
  return `"${version}"`;
}
