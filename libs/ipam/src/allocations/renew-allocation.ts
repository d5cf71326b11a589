import { Inject, Injectable } from '@nestjs/common';
import { Conflict } from '@podspan/errors';
import { audit, type CallContext, runWrite, WriteResult } from '@podspan/platform';
import { Kysely } from 'kysely';
import { endedAlready } from '../domain/expiry.js';
import type { Db } from '../postgres/db.js';
import { checkMatch } from '../pools/change-pools.js';
import { etagOf, PoolsRepository } from '../pools/pools.repository.js';
import { checkReach } from '../topology/spaces.repository.js';
import type { AllocationView, RenewBody } from './allocation-schemas.js';
import { AllocationsRepository, allocationView } from './allocations.repository.js';
import { EndDue } from './end-due.js';

@Injectable()
export class RenewAllocation {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly pools: PoolsRepository,
    private readonly allocations: AllocationsRepository,
    private readonly endDue: EndDue,
  ) {}

  /** @throws Conflict `allocation_ended` when it ran out, was released or rests in quarantine; InvalidRequest `expires_in_the_past` */
  execute(call: CallContext, id: string, { expiresAt }: RenewBody): Promise<WriteResult<AllocationView>> {
    return runWrite(this.db, call, async (trx) => {
      const found = await this.allocations.get(trx, id);
      checkReach(call.actor, found.space);
      await this.pools.lock(trx, [found.poolId]);
      await this.endDue.execute(trx, [await this.pools.get(trx, found.poolId)]);
      const before = await this.allocations.get(trx, id);
      checkMatch(call, before);
      if (before.status !== 'ACTIVE' && before.status !== 'RESERVED') {
        throw new Conflict('allocation_ended', `${before.cidr} is ${before.status}; ask for it again`, {
          facts: { allocationStatus: before.status },
        });
      }
      const ended = endedAlready(expiresAt, new Date());
      if (ended) throw ended;
      await this.allocations.renew(trx, before.id, expiresAt);
      const after = await this.allocations.get(trx, before.id);
      await audit(trx, call, {
        action: 'allocation.renewed',
        kind: 'allocation',
        id: after.id,
        before: allocationView(before),
        after: allocationView(after),
      });
      return WriteResult.ok(allocationView(after), { etag: etagOf(after) });
    });
  }
}
