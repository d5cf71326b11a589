import { Injectable } from '@nestjs/common';
import { type Cidr, CidrSet, fit } from '@podspan/cidr';
import { openBlocks } from '../domain/batch-space.js';
import type { FreeBlock } from '../domain/free-list.js';
import type { Strategy } from '../domain/pool.js';
import type { Db } from '../postgres/db.js';
import { FreeSpaceRepository } from '../pools/free-space.repository.js';
import type { Pool } from '../pools/pools.repository.js';

export interface BlockSearch {
  readonly pool: Pool;
  readonly family: 4 | 6;
  readonly length: number;
  readonly strategy: Strategy;
  readonly within?: readonly Cidr[] | undefined;
  /** Ranges the block must not touch, besides what the pool itself holds. */
  readonly avoid: readonly Cidr[];
}

/**
 * Finds a free block under conditions the free list alone does not know. Takes nothing. One definition for all of them: what is
 * free, inside `within`, without `avoid`, as the largest blocks there are; of these the strategy chooses as it does of free blocks.
 */
@Injectable()
export class ChooseBlock {
  constructor(private readonly freeSpace: FreeSpaceRepository) {}

  async execute(db: Db, search: BlockSearch): Promise<Cidr | undefined> {
    const avoid = CidrSet.of(search.avoid);
    if (search.within) return this.#inside(db, search, CidrSet.of(search.within), search.avoid);
    if (search.strategy === 'BEST_FIT') return this.#best(db, search, avoid);
    // First and last fit find what is left of the first block of their order before anything of the next one.
    for await (const block of this.freeSpace.candidates(db, search.pool.id, search.family, search.length, search.strategy)) {
      const found = fit(avoid.complementIn(block), search.length, search.strategy);
      if (found) return found;
    }
    return undefined;
  }

  async #inside(
    db: Db,
    { pool, family, length, strategy }: BlockSearch,
    within: CidrSet,
    avoid: readonly Cidr[],
  ): Promise<Cidr | undefined> {
    const free = (await this.freeSpace.within(db, pool.id, within.blocks)).filter((block) => block.family === family);
    return fit(openBlocks(free, within, avoid), length, strategy);
  }

  /** What is left of the blocks that `avoid` cuts, and the best of those it leaves whole: the closest fit may be either. */
  async #best(db: Db, { pool, family, length }: BlockSearch, avoid: CidrSet): Promise<Cidr | undefined> {
    const cut = await this.freeSpace.placedWithin(db, pool.id, avoid.intersect(CidrSet.of(pool.cidrs)).blocks);
    const left = cut.flatMap(({ cidr, position }): FreeBlock[] =>
      cidr.family === family ? avoid.complementIn(cidr).blocks.map((block) => ({ cidr: block, position })) : [],
    );
    for await (const whole of this.freeSpace.placedCandidates(db, pool.id, family, length, 'BEST_FIT')) {
      if (avoid.overlaps(whole.cidr)) continue;
      left.push(whole);
      break;
    }
    const inOrder = left.sort((a, b) => a.position - b.position || a.cidr.compare(b.cidr)).map(({ cidr }) => cidr);
    return fit(inOrder, length, 'BEST_FIT');
  }
}
