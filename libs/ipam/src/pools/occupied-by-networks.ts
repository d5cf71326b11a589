import { Injectable } from '@nestjs/common';
import { type Cidr, CidrSet } from '@podspan/cidr';
import type { Db } from '../postgres/db.js';
import { FreeSpaceRepository } from './free-space.repository.js';
import { PoolsRepository } from './pools.repository.js';

/**
 * On-premises, external and discovered ranges of a space are in use by somebody else, so pools do not give them out.
 * Run after such ranges came or went.
 */
@Injectable()
export class OccupiedByNetworks {
  constructor(
    private readonly pools: PoolsRepository,
    private readonly freeSpace: FreeSpaceRepository,
  ) {}

  async refresh(db: Db, spaceId: string, changed: readonly Cidr[]): Promise<void> {
    const ranges = CidrSet.of(changed);
    const pools = (await this.pools.inSpace(db, spaceId)).filter((pool) => pool.cidrs.some((cidr) => ranges.overlaps(cidr)));
    if (pools.length === 0) return;
    await this.pools.lock(
      db,
      pools.map(({ id }) => id),
    );
    for (const pool of pools) await this.freeSpace.refresh(db, pool, changed);
  }
}
