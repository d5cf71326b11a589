import { Injectable } from '@nestjs/common';
import { type Cidr, CidrSet, fit } from '@podspan/cidr';
import type { Strategy } from '../domain/pool.js';
import type { Db } from '../postgres/db.js';
import { FreeSpaceRepository } from '../pools/free-space.repository.js';

export interface BlockSearch {
  readonly poolId: string;
  readonly family: 4 | 6;
  readonly length: number;
  readonly strategy: Strategy;
  readonly within?: readonly Cidr[] | undefined;
  /** Ranges the block must not touch, besides what the pool itself holds. */
  readonly avoid: readonly Cidr[];
}

/** Finds a free block under conditions the free list alone does not know. Takes nothing. */
@Injectable()
export class ChooseBlock {
  constructor(private readonly freeSpace: FreeSpaceRepository) {}

  async execute(db: Db, search: BlockSearch): Promise<Cidr | undefined> {
    const avoid = CidrSet.of(search.avoid);
    if (search.within) {
      const within = CidrSet.of(search.within);
      const free = (await this.freeSpace.within(db, search.poolId, within.blocks))
        .filter(({ family }) => family === search.family)
        .flatMap((block) => within.intersect(CidrSet.of([block])).subtract(avoid).blocks);
      return fit(free, search.length, search.strategy);
    }
    for await (const block of this.freeSpace.candidates(db, search.poolId, search.family, search.length, search.strategy)) {
      const found = fit(avoid.complementIn(block), search.length, search.strategy);
      if (found) return found;
    }
    return undefined;
  }
}
