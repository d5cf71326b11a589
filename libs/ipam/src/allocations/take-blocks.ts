import { Injectable } from '@nestjs/common';
import type { Cidr } from '@podspan/cidr';
import type { Conflict } from '@podspan/errors';
import type { CallContext } from '@podspan/platform';
import { groupBy } from '../domain/group-by.js';
import { Refusals } from '../domain/refusals.js';
import type { WantedBlock } from '../domain/wanted-block.js';
import type { Db } from '../postgres/db.js';
import { FreeSpaceRepository } from '../pools/free-space.repository.js';
import type { Pool } from '../pools/pools.repository.js';
import type { AllocationBody } from './allocation-schemas.js';
import { OpenPools } from './open-pools.js';
import { poolExhausted, PoolShortage } from './pool-shortage.js';
import { UniqueRanges } from './unique-ranges.js';

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
    private readonly openPools: OpenPools,
    private readonly shortage: PoolShortage,
    private readonly uniqueRanges: UniqueRanges,
  ) {}

  /** Exact blocks first, then the largest: a later, looser request cannot take the place of a stricter one. */
  async execute(db: Db, call: CallContext, requests: readonly BlockWish[], root: string): Promise<ReadonlyMap<number, Cidr>> {
    await this.uniqueRanges.refuseShared(db, requests, root);
    const blocks = new Map<number, Cidr>();
    const ordered = [...requests].sort(strictestFirst);
    const conditioned = ordered.filter((request) => !isPlain(request));
    const plain = ordered.filter(isPlain);
    const pools = await this.openPools.open(db, conditioned);
    const refusals = new Refusals(root);
    for (const request of conditioned) {
      const block = await refusals.keep(request.index, () => pools.take(request, call.actor));
      if (block) blocks.set(request.index, block);
    }
    refusals.refuseIfAny();
    await pools.write();
    for (const [request, block] of await this.#plain(db, plain)) blocks.set(request.index, block);
    const missing = [...conditioned, ...plain].filter(({ index }) => !blocks.has(index));
    if (missing.length > 0) throw await this.#exhausted(db, missing, root);
    return blocks;
  }

  /** What the free list alone can serve, by one search for each length. */
  async #plain(db: Db, plain: readonly BlockWish[]): Promise<readonly (readonly [BlockWish, Cidr])[]> {
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
    return plain.flatMap((request, position) => {
      const block = taken[position];
      return block ? [[request, block] as const] : [];
    });
  }

  async #exhausted(db: Db, missing: readonly BlockWish[], root: string): Promise<Conflict> {
    const kinds = [...groupBy(missing, (request) => `${request.pool.id}/${lengthOf(request)}`).values()].flatMap((alike) => alike[0] ?? []);
    const shortfalls = [];
    for (const request of kinds)
      shortfalls.push({ ...(await this.shortage.shortfall(db, request.pool, lengthOf(request))), where: whereOf(request) });
    return poolExhausted(
      shortfalls,
      kinds.map(({ index }) => (root === '' ? 'prefixLength' : `${root}[${index}].prefixLength`)),
    );
  }
}

/** A request the free list alone can serve. */
function isPlain({ pool, wanted, within, exclude }: BlockWish): boolean {
  return pool.reuse === 'EXCLUSIVE' && wanted.kind === 'ANY' && within === undefined && exclude.length === 0;
}

/** The conditions that no figure of the pool knows. */
function whereOf({ pool, within, exclude }: BlockWish): string | undefined {
  const inside = within === undefined ? [] : [`within ${within.slice(0, 3).join(', ')}${within.length > 3 ? ' and others' : ''}`];
  const outside = exclude.length === 0 ? [] : ['outside what is excluded'];
  const beside = pool.reuse === 'REUSABLE' ? ['off what its holder must not touch'] : [];
  const all = [...inside, ...outside, ...beside];
  return all.length === 0 ? undefined : all.join(' ');
}

function strictestFirst(a: BlockWish, b: BlockWish): number {
  const exact = Number(b.wanted.kind === 'EXACT') - Number(a.wanted.kind === 'EXACT');
  return exact || lengthOf(a) - lengthOf(b) || a.index - b.index;
}

function lengthOf({ wanted }: BlockWish): number {
  return wanted.kind === 'EXACT' ? wanted.cidr.length : wanted.length;
}
