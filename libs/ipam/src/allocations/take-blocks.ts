import { Injectable } from '@nestjs/common';
import type { Cidr } from '@podspan/cidr';
import type { Conflict } from '@podspan/errors';
import type { CallContext } from '@podspan/platform';
import type { WantedBlock } from '../domain/wanted-block.js';
import type { Db } from '../postgres/db.js';
import { FreeSpaceRepository } from '../pools/free-space.repository.js';
import type { Pool } from '../pools/pools.repository.js';
import type { AllocationBody } from './allocation-schemas.js';
import { ChooseBlock } from './choose-block.js';
import { poolExhausted, PoolShortage } from './pool-shortage.js';
import { RangesToAvoid } from './ranges-to-avoid.js';

export type AllocationItem = AllocationBody & { readonly pool: string };

/** One item of a request, read against its pool. */
export interface BlockWish {
  readonly index: number;
  readonly item: AllocationItem;
  readonly pool: Pool;
  readonly wanted: WantedBlock;
  readonly within: readonly Cidr[] | undefined;
  readonly exclude: readonly Cidr[];
}

/** Finds and takes the blocks of many requests whose pools the caller has locked. All of them, or an error. */
@Injectable()
export class TakeBlocks {
  constructor(
    private readonly freeSpace: FreeSpaceRepository,
    private readonly chooseBlock: ChooseBlock,
    private readonly rangesToAvoid: RangesToAvoid,
    private readonly shortage: PoolShortage,
  ) {}

  /** Exact blocks first, then the largest: a later, looser request cannot take the place of a stricter one. */
  async execute(db: Db, call: CallContext, requests: readonly BlockWish[], root: string): Promise<ReadonlyMap<number, Cidr>> {
    const blocks = new Map<number, Cidr>();
    const missing: BlockWish[] = [];
    const ordered = [...requests].sort(strictestFirst);
    for (const request of ordered.filter((candidate) => !isPlain(candidate))) {
      const block =
        request.wanted.kind === 'EXACT' ? await this.#exact(db, call, request, request.wanted.cidr) : await this.#searched(db, request);
      if (block) blocks.set(request.index, block);
      else missing.push(request);
    }
    const plain = ordered.filter(isPlain);
    const taken = await this.freeSpace.take(
      db,
      plain.flatMap(({ pool, item, wanted }) =>
        wanted.kind === 'ANY'
          ? [
              {
                poolId: pool.id,
                family: wanted.family,
                shortest: wanted.shortest,
                length: wanted.length,
                strategy: item.strategy ?? pool.strategy,
              },
            ]
          : [],
      ),
    );
    plain.forEach((request, position) => {
      const block = taken[position];
      if (block) blocks.set(request.index, block);
      else missing.push(request);
    });
    if (missing.length > 0) throw await this.#exhausted(db, missing, root);
    return blocks;
  }

  async #exact(db: Db, call: CallContext, { pool, item }: BlockWish, cidr: Cidr): Promise<Cidr> {
    if (pool.reuse === 'EXCLUSIVE') {
      const [whole] = await this.freeSpace.carve(db, pool.id, [cidr]);
      if (!whole) throw await this.shortage.taken(db, call.actor, pool, cidr);
      return cidr;
    }
    const free = await this.freeSpace.within(db, pool.id, [cidr]);
    if (!free.some((block) => block.contains(cidr))) throw await this.shortage.taken(db, call.actor, pool, cidr);
    await this.rangesToAvoid.check(db, pool, item.owner, cidr);
    return cidr;
  }

  async #searched(db: Db, { pool, item, wanted, within, exclude }: BlockWish): Promise<Cidr | undefined> {
    if (wanted.kind !== 'ANY') return undefined;
    const avoid = pool.reuse === 'REUSABLE' ? [...exclude, ...(await this.rangesToAvoid.of(db, pool, item.owner))] : exclude;
    const search = {
      poolId: pool.id,
      family: wanted.family,
      length: wanted.length,
      strategy: item.strategy ?? pool.strategy,
      within,
      avoid,
    };
    const block = await this.chooseBlock.execute(db, search);
    if (block && pool.reuse === 'EXCLUSIVE') await this.freeSpace.carve(db, pool.id, [block]);
    return block;
  }

  async #exhausted(db: Db, missing: readonly BlockWish[], root: string): Promise<Conflict> {
    const first = new Map(missing.map((request) => [`${request.pool.id}/${lengthOf(request)}`, request]));
    const requests = [...first.values()];
    const shortfalls = [];
    for (const request of requests) shortfalls.push(await this.shortage.shortfall(db, request.pool, lengthOf(request)));
    return poolExhausted(
      shortfalls,
      requests.map(({ index }) => (root === '' ? 'prefixLength' : `${root}[${index}].prefixLength`)),
    );
  }
}

/** A request the free list alone can serve. */
function isPlain({ pool, wanted, within, exclude }: BlockWish): boolean {
  return pool.reuse === 'EXCLUSIVE' && wanted.kind === 'ANY' && within === undefined && exclude.length === 0;
}

function strictestFirst(a: BlockWish, b: BlockWish): number {
  const exact = Number(b.wanted.kind === 'EXACT') - Number(a.wanted.kind === 'EXACT');
  return exact || lengthOf(a) - lengthOf(b) || a.index - b.index;
}

function lengthOf({ wanted }: BlockWish): number {
  return wanted.kind === 'EXACT' ? wanted.cidr.length : wanted.length;
}
