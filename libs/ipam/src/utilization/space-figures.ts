import { Inject, Injectable } from '@nestjs/common';
import type { Actor } from '@podspan/platform';
import { Kysely, sql } from 'kysely';
import { PoolShortage } from '../allocations/pool-shortage.js';
import { groupBy } from '../domain/group-by.js';
import { savingsOfClusters } from '../domain/space-savings.js';
import { type FreeCount, utilizationOf } from '../domain/utilization.js';
import type { ClusterAddressesView } from '../plans/plan-schemas.js';
import { type Pool, PoolsRepository } from '../pools/pools.repository.js';
import { type Db, rowsOf } from '../postgres/db.js';
import { checkReach, SpacesRepository } from '../topology/spaces.repository.js';
import type { SpaceSavingsView, SpaceUtilizationView } from './utilization-schemas.js';

/** Figures of a whole address space. */
@Injectable()
export class SpaceFigures {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly spaces: SpacesRepository,
    private readonly pools: PoolsRepository,
    private readonly shortage: PoolShortage,
  ) {}

  /** Every pool, and the exclusive ones together without counting a range twice. */
  async utilization(actor: Actor, key: string): Promise<SpaceUtilizationView> {
    const space = await this.spaces.get(this.db, key);
    checkReach(actor, space);
    const pools = await this.pools.inSpace(this.db, space.id);
    const free = await this.#free(pools);
    const exclusive = pools.filter(({ reuse }) => reuse === 'EXCLUSIVE');
    return {
      addressSpace: space.name,
      families: ([4, 6] as const).flatMap((family) => familyFill(family, exclusive, free)),
      pools: pools.map((pool) => {
        const { usedAddresses, totalAddresses, percent, largestFreePrefixLength } = utilizationOf(pool.cidrs, free.get(pool.id) ?? []);
        const { name, reuse } = pool;
        return {
          pool: name,
          parentPool: pool.parent?.name ?? null,
          reuse,
          usedAddresses,
          totalAddresses,
          percent,
          largestFreePrefixLength,
        };
      }),
    };
  }

  /** What overlay mode takes from the networks of the space against flat mode, by the rules' arithmetic (SN-10, SN-11). */
  async savings(actor: Actor, key: string): Promise<SpaceSavingsView> {
    const space = await this.spaces.get(this.db, key);
    checkReach(actor, space);
    const clusters = await rowsOf(
      this.db,
      sql<{ answer: ClusterAddressesView; pods: string }>`select answer, pod_cidr as pods from planned_cluster
        where space_id = ${space.id} and status = 'ACTIVE' order by name`,
    );
    return { addressSpace: space.name, ...savingsOfClusters(clusters.map(({ answer, pods }) => ({ ...answer, podCidr: pods }))) };
  }

  async #free(pools: readonly Pool[]): Promise<ReadonlyMap<string, readonly FreeCount[]>> {
    const exclusive = pools.filter(({ reuse }) => reuse === 'EXCLUSIVE').map(({ id }) => id);
    const rows = await rowsOf(
      this.db,
      sql<FreeCount & { pool: string }>`select pool_id as pool, family::int as family, length::int as length, count(*)::int as count
        from free_block where pool_id = any(${exclusive}::uuid[]) group by pool_id, family, length`,
    );
    const free = new Map<string, readonly FreeCount[]>(groupBy(rows, ({ pool }) => pool));
    for (const pool of pools.filter(({ reuse }) => reuse === 'REUSABLE')) free.set(pool.id, await this.shortage.counts(this.db, pool));
    return free;
  }
}

/** Roots are the whole; what no pool of any depth has free is used. */
function familyFill(
  family: 4 | 6,
  pools: readonly Pool[],
  free: ReadonlyMap<string, readonly FreeCount[]>,
): SpaceUtilizationView['families'] {
  const roots = pools.filter(({ parent }) => !parent).flatMap(({ cidrs }) => cidrs.filter((cidr) => cidr.family === family));
  if (roots.length === 0) return [];
  const left = pools.flatMap(({ id }) => (free.get(id) ?? []).filter((line) => line.family === family));
  const { usedAddresses, totalAddresses, percent } = utilizationOf(roots, left);
  return [{ family, usedAddresses, totalAddresses, percent }];
}
