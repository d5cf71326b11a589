import { Inject, Injectable } from '@nestjs/common';
import { Conflict } from '@podspan/errors';
import { audit, type CallContext, runWrite, WriteResult } from '@podspan/platform';
import { Kysely } from 'kysely';
import type { Db } from '../postgres/db.js';
import { checkMatch } from '../pools/change-pools.js';
import { etagOf, PoolsRepository } from '../pools/pools.repository.js';
import { EstateRepository } from '../topology/estate.repository.js';
import { checkReach } from '../topology/spaces.repository.js';
import type { AllocationView, ExpandBody } from './allocation-schemas.js';
import { AllocationsRepository, allocationView } from './allocations.repository.js';
import { EndDue } from './end-due.js';
import { GrowBlock, isClusterPods } from './grow-block.js';

/** Growth in place: into the block held back for it, or into free space beside it (OV-100 to OV-102). */
@Injectable()
export class ExpandAllocation {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly pools: PoolsRepository,
    private readonly allocations: AllocationsRepository,
    private readonly endDue: EndDue,
    private readonly estate: EstateRepository,
    private readonly growBlock: GrowBlock,
  ) {}

  /** @throws InvalidRequest for a range that is no superset or breaks a rule; Conflict `prefix_taken` */
  execute(call: CallContext, id: string, body: ExpandBody): Promise<WriteResult<AllocationView>> {
    return runWrite(this.db, call, async (trx) => {
      const found = await this.allocations.get(trx, id);
      checkReach(call.actor, found.space);
      // A cluster's pods are part of the topology: what is open about them names their range.
      await (isClusterPods(found) ? this.estate.lockForChange(trx) : this.estate.lockForUse(trx));
      await this.pools.lock(trx, [found.poolId]);
      const pool = await this.pools.get(trx, found.poolId);
      await this.endDue.execute(trx, [pool]);
      const before = await this.allocations.get(trx, id);
      checkMatch(call, before);
      if (before.status !== 'ACTIVE' && before.status !== 'RESERVED') {
        throw new Conflict('allocation_ended', `${before.cidr} is ${before.status}; it cannot grow`, {
          facts: { allocationStatus: before.status },
        });
      }
      await this.growBlock.execute(trx, call, pool, before, body);
      const after = await this.allocations.get(trx, before.id);
      await audit(trx, call, {
        action: 'allocation.expanded',
        kind: 'allocation',
        id: after.id,
        before: allocationView(before),
        after: allocationView(after),
      });
      return WriteResult.ok(allocationView(after), { etag: etagOf(after) });
    });
  }
}
