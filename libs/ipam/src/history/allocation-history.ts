import { Injectable } from '@nestjs/common';
import type { Actor } from '@podspan/platform';
import { type RawBuilder, sql } from 'kysely';
import type { AllocationQuery } from '../allocations/allocation-schemas.js';
import { allocationFilters, everOwned, listedPools, type ListedPools } from '../allocations/allocation-filters.js';
import { type Allocation, type AllocationRow, asAllocation } from '../allocations/allocations.repository.js';
import { type Db, rowsOf } from '../postgres/db.js';
import { visible } from '../topology/spaces.repository.js';
import { lastIdAt, tableAt } from './as-of.js';

const columns = sql`a.id, a.pool_id, a.space_no, a.cidr, a.held, a.status, a.owner_kind, a.owner_id, a.purpose, a.exclusive, a.plan_id, a.network_id,
  a.labels, a.expires_at, a.available_at, a.version, a.created_by, a.created_at, a.updated_at`;

/**
 * Allocations as they were: rows that have not changed since, and the states that changed rows have left. Both sides
 * are cut to a page by an index before they are put together.
 */
@Injectable()
export class AllocationHistory {
  /** As `AllocationsRepository.page`, at `query.asOf`; names are those of then. */
  async page(db: Db, actor: Actor, query: AllocationQuery, after: string | undefined): Promise<readonly Allocation[]> {
    const at = query.asOf ?? new Date().toISOString();
    const more = sql`(${after ?? null}::uuid is null or a.id > ${after ?? null})`;
    const seen = sql`a.space_no in (select s.no from ${tableAt('address_space', at)} s where ${visible(actor)})`;
    const pools = await listedPools(db, actor, query, at);
    if (pools?.length === 0) return [];
    const conditions = sql.join([...allocationFilters(query, pools, at), seen, more], sql` and `);
    const limit = query.limit + 1;
    const rows = await rowsOf(
      db,
      sql<AllocationRow>`select x.*, status_at(x.status, x.expires_at, x.available_at, ${at}::timestamptz) as status, p.name as pool_name,
          s.id as space_id, s.name as space_name, l.name as plan_name, n.name as network_name
        from (
          (select ${columns} from allocation a where ${unchangedSince(at)} and ${everOwned(query)} and ${conditions} order by a.id limit ${limit})
          union all
          (select ${columns} from allocation_history h cross join lateral jsonb_populate_record(null::allocation, h.state) a
            where ${stateAt(at)} and ${rangeOf(query, pools)} and ${conditions} order by a.id limit ${limit})
        ) x
        join ${tableAt('pool', at)} p on p.id = x.pool_id join ${tableAt('address_space', at)} s on s.no = x.space_no
        left join address_plan l on l.id = x.plan_id left join ${tableAt('network', at)} n on n.id = x.network_id
        order by x.id limit ${limit}`,
    );
    return rows.map(asAllocation);
  }

  /** The distinct ranges held in a pool at a moment; resting ones are held by nobody but their quarantine. */
  async held(db: Db, poolId: string, at: string, limit: number): Promise<readonly { readonly held: string; readonly resting: boolean }[]> {
    const then = sql`status_at(a.status, a.expires_at, a.available_at, ${at}::timestamptz) in ('RESERVED', 'ACTIVE', 'QUARANTINED')`;
    return rowsOf(
      db,
      sql<{ held: string; resting: boolean }>`select a.held, a.status = 'QUARANTINED' as resting from allocation a
          where a.pool_id = ${poolId} and ${unchangedSince(at)} and ${then}
        union
        select h.held, a.status = 'QUARANTINED' from allocation_history h cross join lateral jsonb_populate_record(null::allocation, h.state) a
          where h.pool_id = ${poolId} and ${stateAt(at)} and ${then} limit ${limit}`,
    );
  }
}

function unchangedSince(at: string): RawBuilder<unknown> {
  return sql`a.id <= ${lastIdAt(at)}::uuid and a.created_at <= ${at}::timestamptz and a.updated_at <= ${at}::timestamptz`;
}

function stateAt(at: string): RawBuilder<unknown> {
  return sql`h.valid_from <= ${at}::timestamptz and h.valid_to > ${at}::timestamptz
    and not exists (select from allocation c where c.id = h.allocation_id and c.updated_at <= ${at}::timestamptz)`;
}

/** The conditions an index of the history itself can serve. */
function rangeOf({ contains, within, overlaps }: AllocationQuery, pools: ListedPools): RawBuilder<unknown> {
  return sql.join(
    [
      ...(contains === undefined ? [] : [sql`h.held >>= ${contains}::inet`]),
      ...(within === undefined ? [] : [sql`h.held <<= ${within}::inet`]),
      ...(overlaps === undefined ? [] : [sql`h.held && ${overlaps}::inet`]),
      ...(pools === undefined ? [] : [sql`h.pool_id = any(${[...pools]}::uuid[])`]),
      sql`true`,
    ],
    sql` and `,
  );
}
