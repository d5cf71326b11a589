import { Injectable } from '@nestjs/common';
import type { Cidr } from '@podspan/cidr';
import type { Db } from '../postgres/db.js';
import { FreeSpaceRepository } from './free-space.repository.js';
import { PoolsRepository } from './pools.repository.js';

/**
 * On-premises and external ranges of a space are in use by somebody else, so exclusive pools do not give them out.
 * Run after such ranges came or went.
 */
@Injectable()
export class OccupiedByNetworks {
  constructor(
    private readonly pools: PoolsRepository,
    private readonly freeSpace: FreeSpaceRepository,
  ) {}

  async refresh(db: Db, spaceId: string, changed: readonly Cidr[]): Promise<void> {
    const pools = (await this.pools.inSpace(db, spaceId)).filter(
      (pool) => pool.reuse === 'EXCLUSIVE' && pool.cidrs.some((cidr) => changed.some((range) => range.overlaps(cidr))),
    );
    if (pools.length === 0) return;
    await this.pools.lock(
      db,
      pools.map(({ id }) => id),
    );
    for (const pool of pools) await this.freeSpace.refresh(db, pool, changed);
  }
}
