import { Inject, Injectable } from '@nestjs/common';
import { Cidr } from '@podspan/cidr';
import { Kysely } from 'kysely';
import type { Db } from '../postgres/db.js';
import { FreeSpaceRepository } from '../pools/free-space.repository.js';
import { type Pool, PoolsRepository } from '../pools/pools.repository.js';
import { AllocationsRepository, allocationView } from './allocations.repository.js';
import { auditAll, byTheClock } from './audit-trail.js';

/**
 * Ends reservations that have run out and quarantines that are over. Done whenever a pool is used, by whoever holds its
 * lock, so that no background job decides when a range is free.
 */
@Injectable()
export class EndDue {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly pools: PoolsRepository,
    private readonly allocations: AllocationsRepository,
    private readonly freeSpace: FreeSpaceRepository,
  ) {}

  /** Whether `execute` would end something now; asked without the lock. */
  isDue(db: Db, pool: Pool): Promise<boolean> {
    return this.allocations.isDue(db, pool.id);
  }

  /** In a transaction of its own, under the locks of the pools. */
  async settle(poolIds: readonly string[]): Promise<void> {
    await this.db.transaction().execute(async (trx) => {
      await this.pools.lock(trx, poolIds);
      for (const id of poolIds) {
        const pool = await this.pools.find(trx, id);
        if (pool) await this.execute(trx, [pool]);
      }
    });
  }

  async execute(db: Db, pools: readonly Pool[]): Promise<void> {
    for (const pool of pools) {
      const ended = await this.allocations.endDue(db, pool.id);
      if (ended.length > 0)
        await this.#audit(
          db,
          ended.map(({ id }) => id),
        );
      await this.giveBack(
        db,
        pool,
        ended.filter(({ exclusive }) => exclusive).map(({ held }) => Cidr.parse(held)),
      );
    }
  }

  async #audit(db: Db, ids: readonly string[]): Promise<void> {
    const ended = [...(await this.allocations.byIds(db, ids)).values()].map(allocationView);
    await auditAll(
      db,
      byTheClock,
      ended.map((after) => ({
        action: after.status === 'EXPIRED' ? 'allocation.expired' : 'allocation.released',
        kind: 'allocation',
        id: after.id,
        before: { ...after, status: after.status === 'EXPIRED' ? 'RESERVED' : 'QUARANTINED' },
        after,
      })),
    );
  }

  /** Ranges nobody holds any more become free, except where something else still lies over them. */
  async giveBack(db: Db, pool: Pool, ranges: readonly Cidr[]): Promise<void> {
    if (ranges.length > 0) await this.freeSpace.refresh(db, pool, ranges);
  }
}
