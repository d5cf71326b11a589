import { Injectable } from '@nestjs/common';
import { Cidr } from '@podspan/cidr';
import { Conflict, DomainError, InvalidRequest, NotFound, type Problem } from '@podspan/errors';
import type { CallContext } from '@podspan/platform';
import { endedAlready } from '../domain/expiry.js';
import { groupBy } from '../domain/group-by.js';
import { ProblemList, unknownReference } from '../domain/problems.js';
import { Refusals } from '../domain/refusals.js';
import { type WantedBlock, wantedBlock } from '../domain/wanted-block.js';
import type { Db } from '../postgres/db.js';
import { type Pool, PoolsRepository } from '../pools/pools.repository.js';
import { EstateRepository } from '../topology/estate.repository.js';
import { checkReach } from '../topology/spaces.repository.js';
import { AllocationsRepository, type NewAllocation } from './allocations.repository.js';
import { EndDue } from './end-due.js';
import { type Allocated, HeldBlocks, requestKey } from './held-blocks.js';
import { type AllocationItem, type BlockWish, TakeBlocks } from './take-blocks.js';

/** All of the requests, or none of them. The same owner asking for the same purpose gets the same block. */
@Injectable()
export class AllocatePrefixes {
  constructor(
    private readonly pools: PoolsRepository,
    private readonly heldBlocks: HeldBlocks,
    private readonly allocations: AllocationsRepository,
    private readonly endDue: EndDue,
    private readonly takeBlocks: TakeBlocks,
    private readonly estate: EstateRepository,
  ) {}

  /**
   * @param root where the items are in the request, for the paths of problems: `''` or `items`
   * @throws Conflict `pool_exhausted`, `prefix_taken`, `already_allocated`; InvalidRequest with every problem of every item
   */
  async execute(db: Db, call: CallContext, items: readonly AllocationItem[], root = ''): Promise<readonly Allocated[]> {
    const { pools, unknown } = await this.#pools(db, call, items, root);
    if (unknown.length > 0) throw new InvalidRequest([...unknown, ...problemsOfItems(items, pools, root)]);
    // The topology before the pools, as everybody else does: two orders would wait for each other.
    if ([...pools.values()].some(({ reuse }) => reuse === 'REUSABLE')) await this.estate.lockForUse(db);
    await this.pools.lock(
      db,
      [...pools.values()].map(({ id }) => id),
    );
    const requests = readRequests(items, pools, root);
    await this.endDue.execute(db, [...new Map([...pools.values()].map((pool) => [pool.id, pool])).values()]);
    const answers = await this.heldBlocks.execute(db, call, requests);
    const sameOwner = groupBy(
      requests.filter(({ index }) => !answers.has(index)),
      requestKey,
    );
    const open = distinctOwners(sameOwner);
    const blocks = await this.takeBlocks.execute(db, call, open, root);
    const created = await this.allocations.insert(
      db,
      open.map((request) => newAllocation(request, blocks.get(request.index))),
      call.actor.subject,
    );
    open.forEach((request, position) => {
      const allocation = created[position];
      if (allocation) for (const same of sameOwner.get(requestKey(request)) ?? []) answers.set(same.index, { allocation, isNew: true });
    });
    return requests.flatMap(({ index }) => answers.get(index) ?? []);
  }

  /** The pools by what the items call them, and a problem for each item whose pool does not exist. */
  async #pools(
    db: Db,
    call: CallContext,
    items: readonly AllocationItem[],
    root: string,
  ): Promise<{ readonly pools: ReadonlyMap<string, Pool>; readonly unknown: readonly Problem[] }> {
    const problems = new ProblemList();
    const pools = await this.pools.findAll(
      db,
      items.map(({ pool }) => pool),
    );
    for (const [index, { pool }] of items.entries()) {
      if (pools.has(pool)) continue;
      if (root === '') throw new NotFound('pool', pool);
      problems.add(unknownReference(`${root}[${index}].pool`, 'pool', pool));
    }
    for (const { space } of pools.values()) checkReach(call.actor, space);
    return { pools, unknown: problems.all };
  }
}

/** What is wrong with items beside others whose pool is unknown. */
function problemsOfItems(items: readonly AllocationItem[], pools: ReadonlyMap<string, Pool>, root: string): readonly Problem[] {
  try {
    readRequests(items, pools, root);
    return [];
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return error.problems;
  }
}

function readRequests(items: readonly AllocationItem[], pools: ReadonlyMap<string, Pool>, root: string): readonly BlockWish[] {
  const refusals = new Refusals(root);
  const now = new Date();
  const requests = items.flatMap((item, index): BlockWish[] => {
    const pool = pools.get(item.pool);
    if (!pool) return [];
    const ended = endedAlready(item.expiresAt, now);
    if (ended) refusals.add(index, ended);
    try {
      return [readRequest(item, index, pool)];
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      refusals.add(index, error);
      return [];
    }
  });
  refusals.refuseIfAny();
  return requests;
}

function readRequest(item: AllocationItem, index: number, pool: Pool): BlockWish {
  const within = item.within === undefined ? undefined : [item.within].flat().map((text) => Cidr.parse(text));
  const exclude = [item.exclude ?? []].flat().map((text) => Cidr.parse(text));
  const cidr = item.cidr === undefined ? undefined : Cidr.parse(item.cidr);
  const addressCount = item.addressCount === undefined ? undefined : BigInt(item.addressCount);
  return {
    index,
    item,
    pool,
    wanted: wantedBlock(pool, { prefixLength: item.prefixLength, addressCount, cidr, family: item.family, within, exclude }),
    within,
    exclude,
  };
}

function newAllocation({ pool, item }: BlockWish, cidr: Cidr | undefined): NewAllocation {
  if (!cidr) throw new Error('every open request has a block here');
  return {
    poolId: pool.id,
    spaceNo: pool.space.no,
    cidr,
    exclusive: pool.reuse === 'EXCLUSIVE',
    owner: item.owner,
    purpose: item.purpose,
    networkId: pool.network?.id,
    expiresAt: item.expiresAt,
    labels: item.labels,
  };
}

/** Twice the same owner and purpose in one request is one block. @throws Conflict where the two want different ones */
function distinctOwners(byOwner: ReadonlyMap<string, readonly BlockWish[]>): readonly BlockWish[] {
  return [...byOwner.values()].flatMap(([first, ...others]) => {
    const other = first && others.find(({ wanted }) => !sameWish(first.wanted, wanted));
    if (first && other) throw askedTwice(first, other);
    return first ?? [];
  });
}

function sameWish(a: WantedBlock, b: WantedBlock): boolean {
  if (a.kind === 'EXACT' || b.kind === 'EXACT') return a.kind === 'EXACT' && b.kind === 'EXACT' && a.cidr.equals(b.cidr);
  return a.length === b.length && a.family === b.family;
}

function askedTwice(first: BlockWish, { item, index }: BlockWish): Conflict {
  const message = `${item.owner.kind} ${item.owner.id} asks for two different blocks for ${item.purpose}, as items ${first.index} and ${index}; an owner holds one for a purpose`;
  const problem = {
    path: `items[${index}].owner`,
    code: 'already_allocated',
    message,
    value: item.owner,
    conflictsWith: `items[${first.index}]`,
  };
  return new Conflict('already_allocated', message, { facts: { items: [first.index, index] }, problems: [problem] });
}
