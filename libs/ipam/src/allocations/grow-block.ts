import { Injectable } from '@nestjs/common';
import { Cidr, CidrSet } from '@podspan/cidr';
import { Conflict } from '@podspan/errors';
import type { CallContext } from '@podspan/platform';
import { expansionTarget } from '../domain/expansion.js';
import { PlannedClustersRepository } from '../plans/planned-clusters.repository.js';
import { FreeSpaceRepository } from '../pools/free-space.repository.js';
import type { Pool } from '../pools/pools.repository.js';
import { brokenConstraint, type Trx } from '../postgres/db.js';
import type { ExpandBody } from './allocation-schemas.js';
import { ChangeTopology } from '../topology/change-topology.js';
import { type Allocation, AllocationsRepository } from './allocations.repository.js';
import { GrowthRules } from './growth-rules.js';
import { PoolShortage } from './pool-shortage.js';

/** The range of a cluster's pods; of such a one the caller has locked the topology for a change. */
export function isClusterPods({ purpose, owner }: Allocation): boolean {
  return purpose === 'POD_CIDR' && owner.kind === 'CLUSTER';
}

/** Widens one block whose pool the caller has locked. */
@Injectable()
export class GrowBlock {
  constructor(
    private readonly allocations: AllocationsRepository,
    private readonly freeSpace: FreeSpaceRepository,
    private readonly shortage: PoolShortage,
    private readonly plannedClusters: PlannedClustersRepository,
    private readonly growthRules: GrowthRules,
    private readonly changeTopology: ChangeTopology,
  ) {}

  async execute(trx: Trx, call: CallContext, pool: Pool, allocation: Allocation, body: ExpandBody): Promise<void> {
    const wish = { prefixLength: body.prefixLength, cidr: body.cidr === undefined ? undefined : Cidr.parse(body.cidr) };
    const target = expansionTarget(allocation.cidr, allocation.purpose === 'POD_CIDR', wish);
    await this.growthRules.check(trx, pool, allocation, target);
    const held = allocation.held.contains(target) ? allocation.held : target;
    const more = CidrSet.of([allocation.held]).complementIn(held).blocks;
    if (allocation.exclusive && more.length > 0) await this.#take(trx, call, pool, allocation, target, more);
    await this.#write(trx, allocation, target, held);
    if (!isClusterPods(allocation)) return;
    await this.plannedClusters.grow(trx, allocation.owner.id, target, held.equals(target) ? null : held);
    await this.changeTopology.settle(trx, call);
  }

  async #take(trx: Trx, call: CallContext, pool: Pool, allocation: Allocation, target: Cidr, more: readonly Cidr[]): Promise<void> {
    const whole = await this.freeSpace.carve(trx, pool.id, more);
    if (whole.every(Boolean)) return;
    const taken = await this.shortage.taken(trx, call.actor, pool, target);
    const blockers = (taken.facts['blockers'] as readonly { id: string }[]).filter((blocker) => blocker.id !== allocation.id);
    throw new Conflict('prefix_taken', `${target} cannot be grown into: ${blockers.length} other ranges lie in it`, {
      facts: { ...taken.facts, blockers },
    });
  }

  async #write(trx: Trx, allocation: Allocation, target: Cidr, held: Cidr): Promise<void> {
    try {
      await this.allocations.grow(trx, allocation.id, target, held);
    } catch (error) {
      if (!brokenConstraint(error)?.startsWith('allocation_')) throw error;
      throw new Conflict('prefix_taken', `${target} overlaps a range that another member of the mesh or the address space holds`, {
        facts: { cidr: String(target), blockers: [], hiddenBlockers: 1 },
      });
    }
  }
}
