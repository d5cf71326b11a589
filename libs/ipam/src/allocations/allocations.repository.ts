import { Injectable } from '@nestjs/common';
import { Cidr } from '@podspan/cidr';
import { Conflict, NotFound } from '@podspan/errors';
import { type Actor, isId, newId } from '@podspan/platform';
import { type RawBuilder, sql } from 'kysely';
import { brokenConstraint, type Db, instant, instantOrNull, rowOf, rowsOf } from '../postgres/db.js';
import { visible } from '../topology/spaces.repository.js';
import { allocationFilters, listedPools } from './allocation-filters.js';
import { CheckQuotas } from './check-quotas.js';
import type { AllocationQuery, AllocationStatus, AllocationView, Owner } from './allocation-schemas.js';

export interface AllocationRow {
  readonly id: string;
  readonly pool_id: string;
  readonly pool_name: string;
  readonly space_id: string;
  readonly space_name: string;
  readonly cidr: string;
  readonly held: string;
  readonly status: AllocationStatus;
  readonly owner_kind: string;
  readonly owner_id: string;
  readonly purpose: string;
  readonly exclusive: boolean;
  readonly plan_id: string | null;
  readonly plan_name: string | null;
  readonly network_id: string | null;
  readonly network_name: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly expires_at: Date | null;
  readonly available_at: Date | null;
  readonly version: number;
  readonly created_by: string;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export interface Allocation {
  readonly id: string;
  readonly poolId: string;
  readonly space: { readonly id: string; readonly name: string };
  readonly cidr: Cidr;
  /** The block with what is held back for its growth. */
  readonly held: Cidr;
  readonly status: AllocationStatus;
  readonly owner: Owner;
  readonly purpose: string;
  readonly exclusive: boolean;
  readonly version: number;
  readonly row: AllocationRow;
}

/** As much of an allocation as a list shows. */
export type ListedAllocation = Pick<Allocation, 'id' | 'row'>;

/** Instants in milliseconds: a list has thousands, and reading them as text costs more than all the rest of the row. */
type PageRow = Omit<AllocationRow, 'expires_at' | 'available_at' | 'created_at' | 'updated_at'> & {
  readonly expires_at: number | null;
  readonly available_at: number | null;
  readonly created_at: number;
  readonly updated_at: number;
};

function milliseconds(column: 'expires_at' | 'available_at' | 'created_at' | 'updated_at'): RawBuilder<unknown> {
  return sql`(extract(epoch from a.${sql.ref(column)}) * 1000)::float8 as ${sql.ref(column)}`;
}

function listed(row: PageRow): ListedAllocation {
  const moment = (value: number | null): Date | null => (value === null ? null : new Date(value));
  return {
    id: row.id,
    row: {
      ...row,
      expires_at: moment(row.expires_at),
      available_at: moment(row.available_at),
      created_at: new Date(row.created_at),
      updated_at: new Date(row.updated_at),
    },
  };
}

export interface NewAllocation {
  readonly poolId: string;
  readonly spaceNo: number;
  readonly cidr: Cidr;
  readonly held?: Cidr | undefined;
  readonly exclusive: boolean;
  readonly owner: Owner;
  readonly purpose: string;
  readonly meshNo?: number | undefined;
  readonly planId?: string | undefined;
  readonly networkId?: string | undefined;
  readonly expiresAt?: string | undefined;
  /** Of a block that rests: until when. */
  readonly availableAt?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

export interface OwnerKey {
  readonly poolId: string;
  readonly owner: Owner;
  readonly purpose: string;
}

const selectAllocation = sql`
  select a.id, a.pool_id, p.name as pool_name, s.id as space_id, s.name as space_name, a.cidr, a.held, a.status, a.owner_kind, a.owner_id, a.purpose,
    a.exclusive, a.plan_id, l.name as plan_name, a.network_id, n.name as network_name, a.labels, a.expires_at, a.available_at, a.version,
    a.created_by, a.created_at, a.updated_at
  from allocation a join pool p on p.id = a.pool_id join address_space s on s.id = p.space_id
  left join address_plan l on l.id = a.plan_id left join network n on n.id = a.network_id`;

@Injectable()
export class AllocationsRepository {
  constructor(private readonly checkQuotas: CheckQuotas) {}

  /** @throws NotFound */
  async get(db: Db, id: string): Promise<Allocation> {
    const row = isId(id) ? await rowOf(db, sql<AllocationRow>`${selectAllocation} where a.id = ${id}`) : undefined;
    if (!row) throw new NotFound('allocation', id);
    return asAllocation(row);
  }

  async byIds(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, Allocation>> {
    const rows = await rowsOf(db, sql<AllocationRow>`${selectAllocation} where a.id = any(${[...ids]}::uuid[])`);
    return new Map(rows.map((row) => [row.id, asAllocation(row)]));
  }

  async ofPlan(db: Db, planId: string): Promise<readonly Allocation[]> {
    return (await rowsOf(db, sql<AllocationRow>`${selectAllocation} where a.plan_id = ${planId} and a.holding order by a.id`)).map(
      asAllocation,
    );
  }

  /** One block of each of the pools that is held without an address plan. */
  async takenDirectly(db: Db, poolIds: readonly string[]): Promise<readonly Allocation[]> {
    if (poolIds.length === 0) return [];
    const rows = await rowsOf(
      db,
      sql<AllocationRow>`${selectAllocation} where a.id in (
        select d.id from unnest(${[...new Set(poolIds)]}::uuid[]) as k(id) cross join lateral (
          select x.id from allocation x where x.pool_id = k.id and x.live and x.plan_id is null limit 1) d)`,
    );
    return rows.map(asAllocation);
  }

  /** What these owners hold for these purposes, live before quarantined. */
  async heldBy(db: Db, keys: readonly OwnerKey[]): Promise<readonly Allocation[]> {
    if (keys.length === 0) return [];
    const rows = await rowsOf(
      db,
      sql<AllocationRow>`${selectAllocation}
        join unnest(${keys.map(({ poolId }) => poolId)}::uuid[], ${keys.map(({ owner }) => owner.kind)}::text[], ${keys.map(({ owner }) => owner.id)}::text[],
          ${keys.map(({ purpose }) => purpose)}::text[]) as k(pool_id, owner_kind, owner_id, purpose)
          on k.pool_id = a.pool_id and k.owner_kind = a.owner_kind and k.owner_id = a.owner_id and k.purpose = a.purpose
        where a.holding
        order by a.status = 'QUARANTINED', a.id`,
    );
    return rows.map(asAllocation);
  }

  /** Inserts all in one statement and answers them in the order given. @throws Conflict `quota_exceeded` */
  async insert(db: Db, items: readonly NewAllocation[], createdBy: string): Promise<readonly Allocation[]> {
    const ids = await this.add(db, items, createdBy);
    const inserted = await this.byIds(db, ids);
    return ids.flatMap((id) => inserted.get(id) ?? []);
  }

  /** Inserts all in one statement; answers their ids in the order given. */
  async add(db: Db, items: readonly NewAllocation[], createdBy: string): Promise<readonly string[]> {
    if (items.length === 0) return [];
    const rows = items.map((item) => ({
      id: newId(),
      pool_id: item.poolId,
      space_no: item.spaceNo,
      cidr: String(item.cidr),
      held: String(item.held ?? item.cidr),
      owner_kind: item.owner.kind,
      owner_id: item.owner.id,
      purpose: item.purpose,
      exclusive: item.exclusive,
      mesh_no: item.meshNo ?? null,
      plan_id: item.planId ?? null,
      network_id: item.networkId ?? null,
      expires_at: item.expiresAt ?? null,
      available_at: item.availableAt ?? null,
      labels: item.labels ?? {},
    }));
    await sql`select add_allocations(${JSON.stringify(rows)}::jsonb, ${createdBy})`.execute(db);
    const ids = rows.map(({ id }) => id);
    if (rows.some((row) => row.mesh_no === null && row.purpose === 'POD_CIDR' && row.owner_kind === 'CLUSTER'))
      await this.#underMesh(db, ids);
    await this.checkQuotas.execute(db, ids);
    return ids;
  }

  /** Rows whose reservation has run out or whose quarantine is over, ended; the caller gives their blocks back. */
  async endDue(db: Db, poolId: string): Promise<readonly { readonly id: string; readonly held: string; readonly exclusive: boolean }[]> {
    return rowsOf(
      db,
      sql<{ id: string; held: string; exclusive: boolean }>`update allocation set
          status = case status when 'QUARANTINED' then 'RELEASED' else 'EXPIRED' end, version = version + 1, updated_at = now(), ended_at = now()
        where pool_id = ${poolId} and due_at <= now() returning id, held, exclusive`,
    );
  }

  async isDue(db: Db, poolId: string): Promise<boolean> {
    const row = await rowOf(
      db,
      sql<{ due: boolean }>`select exists (select from allocation where pool_id = ${poolId} and due_at <= now()) as due`,
    );
    return row?.due ?? false;
  }

  /** Pools in which something has run out and was not ended yet. */
  async duePools(db: Db): Promise<readonly string[]> {
    const rows = await rowsOf(db, sql<{ id: string }>`select distinct pool_id as id from allocation where due_at <= now()`);
    return rows.map(({ id }) => id);
  }

  async revive(db: Db, id: string, expiresAt: string | undefined): Promise<void> {
    await sql`update allocation set status = ${expiresAt === undefined ? 'ACTIVE' : 'RESERVED'}, expires_at = ${expiresAt ?? null}, available_at = null,
      mesh_no = null, version = version + 1, updated_at = now() where id = ${id}`.execute(db);
    await this.#underMesh(db, [id]);
    await this.checkQuotas.execute(db, [id]);
  }

  /** The pod ranges of members, whoever took them, come under the constraint of their mesh. @throws Conflict `topology_conflict` (NET-22) */
  async #underMesh(db: Db, ids: readonly string[]): Promise<void> {
    try {
      await sql`update allocation a set mesh_no = m.no from mesh_member b join mesh m on m.id = b.mesh_id
        where a.id = any(${[...ids]}::uuid[]) and a.owner_kind = 'CLUSTER' and a.purpose = 'POD_CIDR' and b.cluster = a.owner_id and not b.forced
          and a.mesh_no is null`.execute(db);
    } catch (error) {
      if (!brokenConstraint(error)?.startsWith('allocation_mesh')) throw error;
      throw new Conflict('topology_conflict', 'the pod range overlaps the pod range of another member of the mesh', {
        facts: { rule: 'NET-22' },
      });
    }
  }

  async release(db: Db, ids: readonly string[]): Promise<void> {
    await sql`update allocation set status = 'RELEASED', version = version + 1, updated_at = now(), ended_at = now() where id = any(${[...ids]}::uuid[])`.execute(
      db,
    );
  }

  async quarantine(db: Db, ids: readonly string[], seconds: number): Promise<void> {
    await sql`update allocation set status = 'QUARANTINED', available_at = now() + make_interval(secs => ${seconds}), version = version + 1, updated_at = now()
      where id = any(${[...ids]}::uuid[])`.execute(db);
  }

  async renew(db: Db, id: string, expiresAt: string | null): Promise<void> {
    await sql`update allocation set status = ${expiresAt === null ? 'ACTIVE' : 'RESERVED'}, expires_at = ${expiresAt}, version = version + 1, updated_at = now()
      where id = ${id}`.execute(db);
  }

  async grow(db: Db, id: string, cidr: Cidr, held: Cidr): Promise<void> {
    await sql`update allocation set cidr = ${String(cidr)}, held = ${String(held)}, held_since = clock_timestamp(), version = version + 1, updated_at = now() where id = ${id}`.execute(
      db,
    );
    await this.checkQuotas.execute(db, [id]);
  }

  /**
   * One page in order of creation. The rows are found first, by an index and the cursor, and then get their names, so that a
   * page costs the same at any depth; ranges stay text and instants numbers, since a thousand of them are read for nobody.
   */
  async page(db: Db, actor: Actor, query: AllocationQuery, after: string | undefined): Promise<readonly ListedAllocation[]> {
    const pools = await listedPools(db, actor, query);
    if (pools?.length === 0) return [];
    const reach = actor.spaces === '*' ? sql`true` : sql`a.space_no in (select s.no from address_space s where ${visible(actor)})`;
    const rows = await rowsOf(
      db,
      sql<PageRow>`select a.id, a.pool_id, p.name as pool_name, s.id as space_id, s.name as space_name, a.cidr, a.held, a.status, a.owner_kind,
          a.owner_id, a.purpose, a.exclusive, a.plan_id, l.name as plan_name, a.network_id, n.name as network_name, a.labels,
          ${milliseconds('expires_at')}, ${milliseconds('available_at')}, ${milliseconds('created_at')}, ${milliseconds('updated_at')},
          a.version, a.created_by
        from (
          select a.* from allocation a where ${reach} and ${sql.join([...allocationFilters(query, pools)], sql` and `)}
            ${ofPurposeOnly(query) ? sql`and a.id = any((select page_of_purpose(${query.purpose}, ${after ?? NO_ID}, ${pools ?? null}::uuid[], ${query.status ?? null}, ${query.limit + 1}))::uuid[])` : sql``}
            ${after === undefined ? sql`` : sql`and a.id > ${after}`} order by a.id limit ${query.limit + 1}
        ) a join pool p on p.id = a.pool_id join address_space s on s.id = p.space_id
        left join address_plan l on l.id = a.plan_id left join network n on n.id = a.network_id
        order by a.id`,
    );
    return rows.map(listed);
  }
}

/** Before all others. */
const NO_ID = '00000000-0000-0000-0000-000000000000';

/** Other filters, and other states, have indexes of their own, which find fewer. */
function ofPurposeOnly({ purpose, status, owner, label, contains, within, overlaps }: AllocationQuery): boolean {
  if (status !== undefined && status !== 'ACTIVE') return false;
  return purpose !== undefined && [owner, label, contains, within, overlaps].every((filter) => filter === undefined);
}

export function asAllocation(row: AllocationRow): Allocation {
  return {
    id: row.id,
    poolId: row.pool_id,
    space: { id: row.space_id, name: row.space_name },
    cidr: Cidr.parse(row.cidr),
    held: Cidr.parse(row.held),
    status: row.status,
    owner: { kind: row.owner_kind, id: row.owner_id },
    purpose: row.purpose,
    exclusive: row.exclusive,
    version: row.version,
    row,
  };
}

/** Whether it has run out by now, although nobody has used its pool since. */
export function isOver({ row }: ListedAllocation, now: Date): boolean {
  const due = row.status === 'QUARANTINED' ? row.available_at : isHolding(row) ? row.expires_at : null;
  return due !== null && due <= now;
}

export function isHolding({ status }: Pick<Allocation, 'status'>): boolean {
  return status === 'RESERVED' || status === 'ACTIVE' || status === 'QUARANTINED';
}

export function allocationView({ row }: ListedAllocation): AllocationView {
  return {
    id: row.id,
    pool: row.pool_name,
    addressSpace: row.space_name,
    cidr: row.cidr,
    growthBlock: row.held === row.cidr ? null : row.held,
    status: row.status,
    owner: { kind: row.owner_kind, id: row.owner_id },
    purpose: row.purpose,
    network: row.network_name,
    addressPlan: row.plan_name,
    labels: row.labels,
    expiresAt: instantOrNull(row.expires_at),
    availableAt: row.status === 'QUARANTINED' ? instantOrNull(row.available_at) : null,
    createdAt: instant(row.created_at),
    createdBy: row.created_by,
    updatedAt: instant(row.updated_at),
  };
}
