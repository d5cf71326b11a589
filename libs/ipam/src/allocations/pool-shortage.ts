import { Injectable } from '@nestjs/common';
import { Cidr } from '@podspan/cidr';
import { Conflict } from '@podspan/errors';
import { type Actor, reaches } from '@podspan/platform';
import { type FreeCount, freeCounts, type Utilization, utilizationOf } from '../domain/utilization.js';
import { freeBlocks } from '@podspan/cidr';
import type { Db } from '../postgres/db.js';
import { FreeSpaceRepository, type Occupant } from '../pools/free-space.repository.js';
import type { Pool } from '../pools/pools.repository.js';

/** What a pool could not give, and what it still can. */
export interface Shortfall {
  /** Where the block was to be, in words. */
  readonly where?: string | undefined;
  readonly pool: string;
  readonly prefixLength: number;
  readonly largestFreePrefixLength: number | null;
  readonly utilization: Utilization;
}

/** Figures of a pool and the failures that carry them. */
@Injectable()
export class PoolShortage {
  constructor(private readonly freeSpace: FreeSpaceRepository) {}

  async utilization(db: Db, pool: Pool): Promise<Utilization> {
    return utilizationOf(pool.cidrs, await this.counts(db, pool));
  }

  /** How many largest free blocks there are of each length; of a reusable pool, what nobody holds at all. */
  async counts(db: Db, pool: Pool): Promise<readonly FreeCount[]> {
    return pool.reuse === 'EXCLUSIVE' ? this.freeSpace.counts(db, pool.id) : freeCounts(await this.unheld(db, pool));
  }

  /** Free blocks of a reusable pool that nobody holds at all; a block held by many counts once. */
  async unheld(db: Db, pool: Pool): Promise<readonly Cidr[]> {
    const open = await this.freeSpace.within(db, pool.id, pool.cidrs);
    return freeBlocks(open, await this.freeSpace.distinctHeld(db, pool.id));
  }

  async shortfall(db: Db, pool: Pool, prefixLength: number): Promise<Shortfall> {
    const utilization = await this.utilization(db, pool);
    return { pool: pool.name, prefixLength, largestFreePrefixLength: utilization.largestFreePrefixLength, utilization };
  }

  async taken(db: Db, actor: Actor, pool: Pool, cidr: Cidr): Promise<Conflict> {
    return prefixTaken(actor, pool, cidr, await this.freeSpace.occupants(db, pool, cidr));
  }
}

/**
 * 409 `pool_exhausted`: the shortfalls of every pool, the first one's figures as facts of the answer. The figures are those of the whole
 * pool, so a request with conditions is told that these were in the way.
 */
export function poolExhausted(shortfalls: readonly Shortfall[], paths: readonly string[] = []): Conflict {
  const [first] = shortfalls;
  const largest = (shortfall: Shortfall): string =>
    shortfall.largestFreePrefixLength === null ? 'nothing is free' : `the largest free block is a /${shortfall.largestFreePrefixLength}`;
  const sentence = (shortfall: Shortfall): string =>
    `pool ${shortfall.pool} has no free /${shortfall.prefixLength}${shortfall.where ? ` ${shortfall.where}; in all of it` : ':'} ${largest(shortfall)}`;
  return new Conflict('pool_exhausted', shortfalls.map(sentence).slice(0, 3).join('; '), {
    facts: { ...(first && figuresOf(first)), ...(shortfalls.length > 1 ? { shortfalls: shortfalls.map(figuresOf) } : {}) },
    problems: shortfalls.map((shortfall, index) => ({
      path: paths[index] ?? '',
      code: 'pool_exhausted',
      message: sentence(shortfall),
      value: shortfall.prefixLength,
    })),
  });
}

function figuresOf({ pool, prefixLength, largestFreePrefixLength, utilization }: Shortfall): Omit<Shortfall, 'where'> {
  return { pool, prefixLength, largestFreePrefixLength, utilization };
}

/** 409 `prefix_taken`: by whom to those who may see it, by how many to everybody. */
export function prefixTaken(actor: Actor, pool: Pool, cidr: Cidr, occupants: readonly Occupant[], path = 'cidr'): Conflict {
  const mayName = reaches(actor, pool.space.id, pool.space.name);
  const blockers = mayName ? occupants.slice(0, 100) : [];
  const message = `${cidr} of pool ${pool.name} is taken by ${occupants.length === 1 ? 'one other range' : `${occupants.length} other ranges`}`;
  return new Conflict('prefix_taken', message, {
    facts: { pool: pool.name, cidr: String(cidr), blockers, hiddenBlockers: occupants.length - blockers.length },
    problems: [{ path, code: 'prefix_taken', message, value: String(cidr) }],
  });
}
