import { Injectable } from '@nestjs/common';
import { type Cidr, CidrSet } from '@podspan/cidr';
import type { Db } from '../postgres/db.js';
import { FreeSpaceInBulk } from './free-space-in-bulk.js';
import { FreeSpaceRepository } from './free-space.repository.js';
import { PoolsRepository } from './pools.repository.js';

/** From here on one computation over the whole list costs less than one per range. */
const MANY = 100;

/**
 * On-premises, external and discovered ranges of a space are in use by somebody else, so pools do not give them out.
 * Run after such ranges came or went.
 */
@Injectable()
export class OccupiedByNetworks {
  constructor(
    private readonly pools: PoolsRepository,
    private readonly freeSpace: FreeSpaceRepository,
    private readonly inBulk: FreeSpaceInBulk,
  ) {}

  async refresh(db: Db, spaceId: string, changed: readonly Cidr[]): Promise<void> {
    const ranges = CidrSet.of(changed);
    const pools = (await this.pools.inSpace(db, spaceId)).filter((pool) => pool.cidrs.some((cidr) => ranges.overlaps(cidr)));
    if (pools.length === 0) return;
    await this.pools.lock(
      db,
      pools.map(({ id }) => id),
    );
    for (const pool of pools) await (changed.length > MANY ? this.inBulk : this.freeSpace).refresh(db, pool, changed);
  }
}
