import { Inject, Injectable } from '@nestjs/common';
import { Cidr, CidrSet } from '@podspan/cidr';
import { Conflict, InvalidRequest } from '@podspan/errors';
import { audit, type CallContext, runWrite, WriteResult } from '@podspan/platform';
import { Kysely } from 'kysely';
import { expansionTarget } from '../domain/expansion.js';
import { brokenConstraint, type Db, type Trx } from '../postgres/db.js';
import { checkMatch } from '../pools/change-pools.js';
import { FreeSpaceRepository } from '../pools/free-space.repository.js';
import { etagOf, type Pool, PoolsRepository } from '../pools/pools.repository.js';
import { PlannedClustersRepository } from '../plans/planned-clusters.repository.js';
import { EstateRepository } from '../topology/estate.repository.js';
import { checkReach } from '../topology/spaces.repository.js';
import type { AllocationView, ExpandBody } from './allocation-schemas.js';
import { type Allocation, AllocationsRepository, allocationView } from './allocations.repository.js';
import { EndDue } from './end-due.js';
import { PoolShortage } from './pool-shortage.js';
import { RangesToAvoid } from './ranges-to-avoid.js';

/** Growth in place: into the block held back for it, or into free space beside it (OV-100 to OV-102). */
@Injectable()
export class ExpandAllocation {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly pools: PoolsRepository,
    private readonly allocations: AllocationsRepository,
    private readonly freeSpace: FreeSpaceRepository,
    private readonly endDue: EndDue,
    private readonly shortage: PoolShortage,
    private readonly rangesToAvoid: RangesToAvoid,
    private readonly plannedClusters: PlannedClustersRepository,
    private readonly estate: EstateRepository,
  ) {}

  /** @throws InvalidRequest for a range that is no superset or breaks a rule; Conflict `prefix_taken` */
  execute(call: CallContext, id: string, body: ExpandBody): Promise<WriteResult<AllocationView>> {
    return runWrite(this.db, call, async (trx) => {
      const found = await this.allocations.get(trx, id);
      checkReach(call.actor, found.space);
      await this.estate.lockForUse(trx);
      await this.pools.lock(trx, [found.poolId]);
      const pool = await this.pools.get(trx, found.poolId);
      await this.endDue.execute(trx, [pool]);
      const before = await this.allocations.get(trx, id);
      checkMatch(call, before);
      if (before.status !== 'ACTIVE' && before.status !== 'RESERVED') {
        throw new Conflict('allocation_ended', `${before.cidr} is ${before.status}; it cannot grow`, { facts: { status: before.status } });
      }
      await this.#grow(trx, call, pool, before, body);
      const after = await this.allocations.get(trx, before.id);
      await audit(trx, call, { action: 'allocation.expanded', kind: 'allocation', id: after.id, before: allocationView(before), after: allocationView(after) });
      return WriteResult.ok(allocationView(after), { etag: etagOf(after) });
    });
  }

  async #grow(trx: Trx, call: CallContext, pool: Pool, allocation: Allocation, body: ExpandBody): Promise<void> {
    const isPodRange = allocation.purpose === 'POD_CIDR';
    const wish = { prefixLength: body.prefixLength, cidr: body.cidr === undefined ? undefined : Cidr.parse(body.cidr) };
    const target = expansionTarget(allocation.cidr, isPodRange, wish);
    if (!pool.cidrs.some((cidr) => cidr.contains(target))) {
      throw new InvalidRequest([{ path: 'cidr', code: 'outside_pool', message: `${target} is not inside pool ${pool.name}`, value: String(target), conflictsWith: pool.cidrs.map(String) }]);
    }
    if (pool.reuse === 'REUSABLE') await this.rangesToAvoid.check(trx, pool, allocation.owner, target);
    const held = allocation.held.contains(target) ? allocation.held : target;
    const more = CidrSet.of([allocation.held]).complementIn(held).blocks;
    if (allocation.exclusive && more.length > 0) await this.#take(trx, call, pool, allocation, target, more);
    await this.#write(trx, allocation, target, held);
    if (isPodRange && allocation.owner.kind === 'CLUSTER') await this.plannedClusters.grow(trx, allocation.owner.id, target, held.equals(target) ? null : held);
  }

  async #take(trx: Trx, call: CallContext, pool: Pool, allocation: Allocation, target: Cidr, more: readonly Cidr[]): Promise<void> {
    const whole = await this.freeSpace.carve(trx, pool.id, more);
    if (whole.every(Boolean)) return;
    const taken = await this.shortage.taken(trx, call.actor, pool, target);
    const blockers = (taken.facts['blockers'] as readonly { id: string }[]).filter((blocker) => blocker.id !== allocation.id);
    throw new Conflict('prefix_taken', `${target} cannot be grown into: ${blockers.length} other ranges lie in it`, { facts: { ...taken.facts, blockers } });
  }

  async #write(trx: Trx, allocation: Allocation, target: Cidr, held: Cidr): Promise<void> {
    try {
      await this.allocations.grow(trx, allocation.id, target, held);
    } catch (error) {
      if (!brokenConstraint(error)?.startsWith('allocation_')) throw error;
      throw new Conflict('prefix_taken', `${target} overlaps a range that another member of the mesh or the address space holds`, { facts: { cidr: String(target), blockers: [], hiddenBlockers: 1 } });
    }
  }
}
