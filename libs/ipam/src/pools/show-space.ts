import { Inject, Injectable } from '@nestjs/common';
import { Cidr, countAvailable } from '@podspan/cidr';
import { InvalidRequest } from '@podspan/errors';
import { type Actor, decodeCursor, type Page, type PageQuery, pageFrom } from '@podspan/platform';
import { Kysely } from 'kysely';
import { PoolShortage } from '../allocations/pool-shortage.js';
import { EndDue } from '../allocations/end-due.js';
import type { FreeCount } from '../domain/utilization.js';
import { wantedBlock } from '../domain/wanted-block.js';
import type { Db, Trx } from '../postgres/db.js';
import { checkReach } from '../topology/spaces.repository.js';
import { FreeSpaceRepository } from './free-space.repository.js';
import type { AvailableQuery, AvailableView, UtilizationView } from './pool-schemas.js';
import { type Pool, PoolsRepository } from './pools.repository.js';

const MOST_CANDIDATES = 1000;

/** Figures and free space of one pool. Reservations that have run out are ended first, so that the answer is true now. */
@Injectable()
export class ShowSpace {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly pools: PoolsRepository,
    private readonly freeSpace: FreeSpaceRepository,
    private readonly shortage: PoolShortage,
    private readonly endDue: EndDue,
  ) {}

  utilization(actor: Actor, key: string): Promise<UtilizationView> {
    return this.#settled(actor, key, async (trx, pool) => {
      const { freeByPrefixLength, ...rest } = await this.shortage.utilization(trx, pool);
      return { ...rest, freeByPrefixLength: { ...freeByPrefixLength } };
    });
  }

  /** What is free of each length, and the pool it is free in. */
  counts(actor: Actor, key: string): Promise<{ readonly pool: Pool; readonly counts: readonly FreeCount[] }> {
    return this.#settled(actor, key, async (trx, pool) => ({ pool, counts: await this.shortage.counts(trx, pool) }));
  }

  /** What first fit would give next, and how many there are; nothing is held by asking. */
  available(actor: Actor, key: string, query: AvailableQuery): Promise<AvailableView> {
    if (query.count < 0 || query.count > MOST_CANDIDATES) {
      throw new InvalidRequest([
        {
          path: 'count',
          code: 'count_too_large',
          message: `count is 0 to ${MOST_CANDIDATES}`,
          value: query.count,
          suggestion: String(MOST_CANDIDATES),
        },
      ]);
    }
    return this.#settled(actor, key, async (trx, pool) => {
      const family = query.family === 4 || query.family === 6 ? query.family : undefined;
      const wanted = wantedBlock(pool, { prefixLength: query.prefixLength, family });
      if (wanted.kind !== 'ANY') throw new Error('no cidr was asked for');
      const counts = pool.reuse === 'EXCLUSIVE' ? await this.freeSpace.counts(trx, pool.id) : undefined;
      const unheld = counts ? [] : (await this.shortage.unheld(trx, pool)).filter((block) => block.family === wanted.family);
      const count = counts
        ? counts
            .filter((line) => line.family === wanted.family && line.length <= wanted.length)
            .reduce((sum, line) => sum + BigInt(line.count) * (1n << BigInt(wanted.length - line.length)), 0n)
        : countAvailable(unheld, wanted.length);
      const blocks = counts ? this.freeSpace.candidates(trx, pool.id, wanted.family, wanted.length, 'FIRST_FIT') : unheld;
      const items = (await firstSubnets(blocks, wanted.length, query.count)).map(blockView);
      return { prefixLength: wanted.length, items, count: String(count), nextCursor: null };
    });
  }

  /** The largest free blocks in the pool's order. */
  free(actor: Actor, key: string, query: PageQuery): Promise<Page<{ cidr: string; addresses: string }>> {
    return this.#settled(actor, key, async (trx, pool) => {
      const after = decodeCursor(query.cursor, ['place', 'range']);
      const rows =
        pool.reuse === 'REUSABLE'
          ? placesBehind(pool, await this.shortage.unheld(trx, pool), after)
          : await this.freeSpace.page(trx, pool.id, after, query.limit + 1);
      return pageFrom(
        rows,
        query.limit,
        ({ position, cidr }) => [position, cidr],
        ({ cidr }) => ({ cidr, addresses: addressesOf(cidr) }),
      );
    });
  }

  /**
   * From one snapshot, without the pool's lock: nobody who reads waits for those who allocate. Only where something has
   * run out and was not ended yet is it ended first, under the lock.
   */
  async #settled<T>(actor: Actor, key: string, read: (trx: Trx, pool: Pool) => Promise<T>): Promise<T> {
    const found = await this.pools.get(this.db, key);
    checkReach(actor, found.space);
    if (await this.endDue.isDue(this.db, found)) await this.endDue.settle([found.id]);
    return this.db
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute(async (trx) => read(trx, await this.pools.get(trx, found.id)));
  }
}

interface Place {
  readonly position: number;
  readonly cidr: string;
}

/** Blocks in the order of the pool's ranges, and in a range by address; those behind the cursor. */
function placesBehind(pool: Pool, blocks: readonly Cidr[], after: readonly [number, string] | undefined): readonly Place[] {
  const last = after === undefined ? undefined : ([after[0], Cidr.parse(after[1])] as const);
  return blocks
    .map((block) => [pool.cidrs.findIndex((range) => range.contains(block)), block] as const)
    .filter((place) => last === undefined || byPlace(place, last) > 0)
    .toSorted(byPlace)
    .map(([position, block]) => ({ position, cidr: String(block) }));
}

function byPlace([a, block]: readonly [number, Cidr], [b, other]: readonly [number, Cidr]): number {
  return a === b ? block.compare(other) : a - b;
}

async function firstSubnets(blocks: AsyncIterable<Cidr> | Iterable<Cidr>, length: number, count: number): Promise<readonly Cidr[]> {
  const found: Cidr[] = [];
  if (count === 0) return found;
  for await (const block of blocks) {
    if (block.length > length) continue;
    for (const subnet of block.subnets(length)) {
      found.push(subnet);
      if (found.length === count) return found;
    }
  }
  return found;
}

function blockView(cidr: Cidr): { cidr: string; addresses: string } {
  return { cidr: String(cidr), addresses: String(cidr.size) };
}

function addressesOf(cidr: string): string {
  const bits = cidr.includes(':') ? 128 : 32;
  return String(1n << BigInt(bits - Number(cidr.split('/')[1])));
}
