import { Injectable } from '@nestjs/common';
import { type Cidr, CidrSet } from '@podspan/cidr';
import { InvalidRequest } from '@podspan/errors';
import { Grandfathered } from '../discovery/grandfathered.js';
import type { Pool } from '../pools/pools.repository.js';
import type { Trx } from '../postgres/db.js';
import { MeshesRepository } from '../topology/meshes.repository.js';
import type { Allocation } from './allocations.repository.js';
import { RangesToAvoid } from './ranges-to-avoid.js';
import { UniqueRanges } from './unique-ranges.js';

/** Whether a block may be as large as that, whatever is free. */
@Injectable()
export class GrowthRules {
  constructor(
    private readonly grandfathered: Grandfathered,
    private readonly rangesToAvoid: RangesToAvoid,
    private readonly uniqueRanges: UniqueRanges,
    private readonly meshes: MeshesRepository,
  ) {}

  /** @throws InvalidRequest with the rule that forbids it (OV-30 to OV-36, OV-52, OV-55, OV-74, NET-22) */
  async check(trx: Trx, pool: Pool, allocation: Allocation, target: Cidr): Promise<void> {
    await this.grandfathered.refuseGrowth(trx, allocation);
    if (!pool.cidrs.some((cidr) => cidr.contains(target))) throw outside(pool, target);
    if (pool.reuse === 'REUSABLE') {
      await this.rangesToAvoid.check(trx, pool, allocation.owner, target);
      await this.uniqueRanges.refuseOverlap(trx, pool, allocation.owner.id, target);
    }
    if (allocation.purpose === 'POD_CIDR' && allocation.owner.kind === 'CLUSTER')
      await this.#checkMesh(trx, allocation.owner.id, target, allocation.held);
  }

  /** Where a member was forced the constraint of the mesh is blind (NET-22). What overlaps already is an open conflict and no reason. */
  async #checkMesh(trx: Trx, cluster: string, target: Cidr, held: Cidr): Promise<void> {
    const more = CidrSet.of([target]).subtract(CidrSet.of([held])).blocks;
    for (const range of more) {
      const other = await this.meshes.unseenOverlap(trx, cluster, range);
      if (!other) continue;
      throw new InvalidRequest([
        {
          path: 'cidr',
          code: 'pod_cidr_not_unique_in_mesh',
          rule: 'NET-22',
          message: `${target} overlaps ${other.held} of ${other.name}, a member of the same mesh ${other.mesh}`,
          value: String(target),
          conflictsWith: other.held,
        },
      ]);
    }
  }
}

function outside(pool: Pool, target: Cidr): InvalidRequest {
  return new InvalidRequest([
    {
      path: 'cidr',
      code: 'outside_pool',
      message: `${target} is not inside pool ${pool.name}`,
      value: String(target),
      conflictsWith: pool.cidrs.map(String),
    },
  ]);
}
