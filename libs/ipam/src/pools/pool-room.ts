import { Injectable } from '@nestjs/common';
import type { Cidr } from '@podspan/cidr';
import type { CallContext } from '@podspan/platform';
import { EndDue } from '../allocations/end-due.js';
import { prefixTaken } from '../allocations/pool-shortage.js';
import type { Trx } from '../postgres/db.js';
import { FreeSpaceRepository } from './free-space.repository.js';
import { type Pool, PoolsRepository } from './pools.repository.js';

/** The room that a new pool takes: out of its parent, and then its own free list. */
@Injectable()
export class PoolRoom {
  constructor(
    private readonly pools: PoolsRepository,
    private readonly freeSpace: FreeSpaceRepository,
    private readonly endDue: EndDue,
  ) {}

  /** What the child takes from its parent must not be held by anybody; what ran out there is not. @throws Conflict `prefix_taken` */
  async check(trx: Trx, call: CallContext, parent: Pool, cidrs: readonly Cidr[]): Promise<void> {
    await this.pools.lock(trx, [parent.id]);
    await this.endDue.execute(trx, [parent]);
    const held = parent.reuse === 'REUSABLE' ? await this.freeSpace.distinctHeld(trx, parent.id) : [];
    for (const [index, cidr] of cidrs.entries()) {
      const occupants = (await this.freeSpace.occupants(trx, parent, cidr)).filter(({ kind }) => kind === 'ALLOCATION');
      const shared = held
        .filter((range) => range.overlaps(cidr))
        .map((range) => ({ kind: 'ALLOCATION' as const, id: '', name: 'a reused block', cidr: String(range) }));
      if (occupants.length + shared.length > 0) throw prefixTaken(call.actor, parent, cidr, [...occupants, ...shared], `cidrs[${index}]`);
    }
  }

  async take(trx: Trx, parent: Pool | undefined, pool: Pool): Promise<void> {
    if (parent) await this.freeSpace.refresh(trx, parent, pool.cidrs);
    await this.freeSpace.refresh(trx, pool, pool.cidrs);
  }
}
