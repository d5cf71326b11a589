import { Injectable } from '@nestjs/common';
import type { Cidr } from '@podspan/cidr';
import { Conflict } from '@podspan/errors';
import type { Actor } from '@podspan/platform';
import { BatchSpace } from '../domain/batch-space.js';
import { groupBy } from '../domain/group-by.js';
import type { Db } from '../postgres/db.js';
import { FreeSpaceRepository } from '../pools/free-space.repository.js';
import type { Pool } from '../pools/pools.repository.js';
import { ChooseBlock } from './choose-block.js';
import { PoolShortage } from './pool-shortage.js';
import { RangesToAvoid, type Surroundings } from './ranges-to-avoid.js';
import type { BlockWish } from './take-blocks.js';

/** From so many on a pool's list is read once and changed in memory: each statement would walk over what those before it deleted. */
const MANY = 16;
/** Longer lists are not read whole. */
const LONG_LIST = 100_000;

const nothing: readonly Cidr[] = [];

/** What requests with conditions take from pools that the caller has locked: exact blocks, within, without, and of reusable pools. */
@Injectable()
export class OpenPools {
  constructor(
    private readonly freeSpace: FreeSpaceRepository,
    private readonly chooseBlock: ChooseBlock,
    private readonly rangesToAvoid: RangesToAvoid,
    private readonly shortage: PoolShortage,
  ) {}

  async open(db: Db, requests: readonly BlockWish[]): Promise<PoolsTaken> {
    const shared = requests
      .filter(({ pool }) => pool.reuse === 'REUSABLE')
      .map(({ pool, item }) => ({ pool, owner: item.owner, purpose: item.purpose }));
    const spaces = new Map<string, BatchSpace>();
    for (const [poolId, wishes] of groupBy(requests, ({ pool }) => pool.id)) {
      const pool = wishes[0]?.pool;
      const list = pool && wishes.length >= MANY ? await this.freeSpace.list(db, poolId, LONG_LIST) : undefined;
      if (pool && list) spaces.set(poolId, new BatchSpace(pool.cidrs, list));
    }
    const around = shared.length > 0 ? await this.rangesToAvoid.around(db, shared) : undefined;
    return new PoolsTaken(db, spaces, around, this.freeSpace, this.chooseBlock, this.shortage);
  }
}

/** The pools of one call. What was taken in memory is written by `write`. */
export class PoolsTaken {
  readonly #changed = new Set<string>();
  readonly #taken: { readonly request: BlockWish; readonly block: Cidr }[] = [];
  /** What a search in a reusable pool found, by what is to be avoided there: nothing that others take changes it. */
  readonly #found = new Map<readonly Cidr[], Map<string, Cidr | undefined>>();

  constructor(
    private readonly db: Db,
    private readonly spaces: ReadonlyMap<string, BatchSpace>,
    private readonly around: Surroundings | undefined,
    private readonly freeSpace: FreeSpaceRepository,
    private readonly chooseBlock: ChooseBlock,
    private readonly shortage: PoolShortage,
  ) {}

  /** @returns undefined when there is none @throws Conflict `prefix_taken`; InvalidRequest for an exact block that a rule forbids */
  async take(request: BlockWish, actor: Actor): Promise<Cidr | undefined> {
    const block = await this.#block(request, actor);
    if (block && request.pool.reuse === 'EXCLUSIVE') this.#taken.push({ request, block });
    if (block) this.around?.took(request.item.owner, request.item.purpose, block);
    return block;
  }

  #block(request: BlockWish, actor: Actor): Promise<Cidr | undefined> {
    const { pool, wanted } = request;
    if (wanted.kind === 'EXACT') return this.#exact(request, wanted.cidr, actor);
    return pool.reuse === 'EXCLUSIVE' ? this.#search(request, request.exclude) : this.#shared(request);
  }

  async write(): Promise<void> {
    for (const poolId of this.#changed) {
      const space = this.spaces.get(poolId);
      if (space) await this.freeSpace.apply(this.db, poolId, space.change);
    }
  }

  async #exact({ pool, item, index }: BlockWish, cidr: Cidr, actor: Actor): Promise<Cidr> {
    const isFree = pool.reuse === 'EXCLUSIVE' ? await this.#carve(pool, cidr) : await this.#isOpen(pool, cidr);
    if (!isFree) throw this.#askedTwice(pool, cidr, index) ?? (await this.shortage.taken(this.db, actor, pool, cidr));
    if (pool.reuse === 'REUSABLE') this.around?.check(pool, item.owner, cidr, item.purpose);
    return cidr;
  }

  /** Another item of the same request has it. */
  #askedTwice(pool: Pool, cidr: Cidr, index: number): Conflict | undefined {
    const other = this.#taken.find(({ request, block }) => request.pool.id === pool.id && block.overlaps(cidr));
    if (!other) return undefined;
    const items = [other.request.index, index];
    const message = `item ${index} asks for ${cidr} of pool ${pool.name}, which overlaps ${other.block} of item ${items[0]}`;
    return new Conflict('prefix_taken', message, {
      facts: { pool: pool.name, cidr: String(cidr), blockers: [], hiddenBlockers: 0, items },
      problems: [{ path: 'cidr', code: 'prefix_taken', message, value: String(cidr), conflictsWith: `items[${items[0]}]` }],
    });
  }

  async #carve(pool: Pool, cidr: Cidr): Promise<boolean> {
    const space = this.spaces.get(pool.id);
    if (!space) return (await this.freeSpace.carve(this.db, pool.id, [cidr]))[0] ?? false;
    this.#changed.add(pool.id);
    return space.takeExactly(cidr);
  }

  async #isOpen(pool: Pool, cidr: Cidr): Promise<boolean> {
    const space = this.spaces.get(pool.id);
    if (space) return space.isFree(cidr);
    return (await this.freeSpace.within(this.db, pool.id, [cidr])).some((block) => block.contains(cidr));
  }

  async #shared(request: BlockWish): Promise<Cidr | undefined> {
    const { pool, item, wanted, within, exclude } = request;
    if (wanted.kind !== 'ANY') return undefined;
    const avoid = this.around?.of(pool, item.owner, item.purpose) ?? nothing;
    const found = this.#found.get(avoid) ?? new Map<string, Cidr | undefined>();
    this.#found.set(avoid, found);
    const key = [pool.id, wanted.family, wanted.length, item.strategy, within, '/', exclude].join();
    if (!found.has(key)) found.set(key, await this.#chosen(request, [...exclude, ...avoid]));
    return found.get(key);
  }

  async #search(request: BlockWish, avoid: readonly Cidr[]): Promise<Cidr | undefined> {
    const { pool, item, wanted, within } = request;
    const space = this.spaces.get(pool.id);
    if (wanted.kind !== 'ANY') return undefined;
    if (space) {
      this.#changed.add(pool.id);
      return space.take(wanted.length, item.strategy ?? pool.strategy, { family: wanted.family, within, avoid });
    }
    const block = await this.#chosen(request, avoid);
    if (block) await this.freeSpace.carve(this.db, pool.id, [block]);
    return block;
  }

  async #chosen({ pool, item, wanted, within }: BlockWish, avoid: readonly Cidr[]): Promise<Cidr | undefined> {
    if (wanted.kind !== 'ANY') return undefined;
    const { family, length } = wanted;
    return this.chooseBlock.execute(this.db, { pool, family, length, strategy: item.strategy ?? pool.strategy, within, avoid });
  }
}
