import { Injectable } from '@nestjs/common';
import { Conflict } from '@podspan/errors';
import { sql } from 'kysely';
import { type Quota, quotaOf } from '../domain/quotas.js';
import { type Db, rowsOf } from '../postgres/db.js';

interface Holding {
  readonly pool: string;
  readonly quotas: readonly Quota[];
  readonly owner_kind: string;
  readonly owner_id: string;
  readonly addresses: string;
  readonly allocations: number;
}

/**
 * Refuses what makes an owner hold more than its quota of a pool. Run after the rows were written, by whoever holds the
 * pools' locks, so that whoever writes allocations cannot forget to ask first and nothing is counted twice.
 */
@Injectable()
export class CheckQuotas {
  /**
   * @param ids allocations just written, grown or given back to their owner
   * @throws Conflict `quota_exceeded` with what the owner would hold
   */
  async execute(db: Db, ids: readonly string[]): Promise<void> {
    const holdings = await rowsOf(
      db,
      sql<Holding>`select p.name as pool, p.quotas, o.owner_kind, o.owner_id, h.addresses::text as addresses, h.allocations
        from (select distinct a.pool_id, a.owner_kind, a.owner_id from allocation a where a.id = any(${[...ids]}::uuid[])) o
        join pool p on p.id = o.pool_id and p.quotas <> '[]'
        cross join lateral (
          select coalesce(sum(2::numeric ^ (case family(a.held) when 4 then 32 else 128 end - masklen(a.held))), 0)::numeric(40, 0) as addresses, count(*)::int as allocations
          from allocation a where a.owner_id = o.owner_id and a.owner_kind = o.owner_kind and a.pool_id = p.id and a.holding and a.live
        ) h order by p.name, o.owner_kind, o.owner_id`,
    );
    for (const holding of holdings) refuseIfOver(holding);
  }
}

function refuseIfOver({ pool, quotas, owner_kind: kind, owner_id: id, addresses, allocations }: Holding): void {
  const limit = quotaOf(quotas, { kind, id });
  if (!limit) return;
  const over = [
    ...(limit.maxAddresses !== null && BigInt(addresses) > BigInt(limit.maxAddresses)
      ? [`${addresses} of ${limit.maxAddresses} addresses`]
      : []),
    ...(limit.maxAllocations !== null && allocations > limit.maxAllocations
      ? [`${allocations} of ${limit.maxAllocations} allocations`]
      : []),
  ];
  if (over.length === 0) return;
  throw new Conflict('quota_exceeded', `${kind} ${id} would hold ${over.join(' and ')} in pool ${pool}`, {
    facts: {
      pool,
      owner: { kind, id },
      quota: limit,
      wouldHold: { addresses, allocations },
    },
  });
}
