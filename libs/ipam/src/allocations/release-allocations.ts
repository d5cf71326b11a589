import { Inject, Injectable } from '@nestjs/common';
import { type CallContext, runWrite, WriteResult } from '@podspan/platform';
import { Kysely } from 'kysely';
import { groupBy } from '../domain/group-by.js';
import type { Db, Trx } from '../postgres/db.js';
import { checkMatch } from '../pools/change-pools.js';
import { etagOf, type Pool, PoolsRepository } from '../pools/pools.repository.js';
import { checkReach } from '../topology/spaces.repository.js';
import { auditAll } from './audit-trail.js';
import type { AllocationView } from './allocation-schemas.js';
import { type Allocation, AllocationsRepository, allocationView, isHolding } from './allocations.repository.js';
import { EndDue } from './end-due.js';
import { ReleaseLane } from './release-lane.js';

@Injectable()
export class ReleaseAllocations {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly pools: PoolsRepository,
    private readonly allocations: AllocationsRepository,
    private readonly endDue: EndDue,
    private readonly lane: ReleaseLane,
  ) {}

  /** Releasing what is released already changes nothing and answers the same. */
  async one(call: CallContext, id: string): Promise<WriteResult<AllocationView>> {
    return (await this.lane.release(call, id)) ?? this.#general(call, id);
  }

  #general(call: CallContext, id: string): Promise<WriteResult<AllocationView>> {
    return runWrite(this.db, call, async (trx) => {
      const found = await this.allocations.get(trx, id);
      checkReach(call.actor, found.space);
      await this.pools.lock(trx, [found.poolId]);
      const locked = await this.allocations.get(trx, id);
      if (isHolding(locked)) {
        checkMatch(call, locked);
        await this.execute(trx, call, [locked]);
      }
      const allocation = await this.allocations.get(trx, id);
      return WriteResult.ok(allocationView(allocation), { etag: etagOf(allocation) });
    });
  }

  /** Everything these owners hold for a plan. @returns what it was */
  async ofPlan(trx: Trx, call: CallContext, planId: string, owners: readonly string[]): Promise<readonly Allocation[]> {
    const held = (await this.allocations.ofPlan(trx, planId)).filter(({ owner }) => owners.includes(owner.id));
    await this.pools.lock(
      trx,
      held.map(({ poolId }) => poolId),
    );
    await this.execute(trx, call, held);
    return held.filter(isReleasable);
  }

  /** Releases blocks whose pools the caller has locked. Pools with a cool-down keep them in quarantine first. */
  async execute(trx: Trx, call: CallContext, allocations: readonly Allocation[]): Promise<void> {
    const held = allocations.filter(isReleasable);
    for (const [poolId, ofPool] of groupBy(held, ({ poolId: id }) => id)) {
      const pool = await this.pools.get(trx, poolId);
      await this.#release(trx, pool, ofPool);
    }
    const after = await this.allocations.byIds(
      trx,
      held.map(({ id }) => id),
    );
    await auditAll(
      trx,
      call,
      held.map((allocation) => {
        const released = after.get(allocation.id);
        return {
          action: released?.status === 'QUARANTINED' ? 'allocation.quarantined' : 'allocation.released',
          kind: 'allocation',
          id: allocation.id,
          before: allocationView(allocation),
          ...(released ? { after: allocationView(released) } : {}),
        };
      }),
    );
  }

  async #release(trx: Trx, pool: Pool, allocations: readonly Allocation[]): Promise<void> {
    const ids = allocations.map(({ id }) => id);
    if (pool.cooldownSeconds > 0) return this.allocations.quarantine(trx, ids, pool.cooldownSeconds);
    await this.allocations.release(trx, ids);
    await this.endDue.giveBack(
      trx,
      pool,
      allocations.filter(({ exclusive }) => exclusive).map(({ held }) => held),
    );
  }
}

function isReleasable({ status }: Allocation): boolean {
  return status === 'ACTIVE' || status === 'RESERVED';
}
