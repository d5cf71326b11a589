import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '@podspan/errors';
import { type CallContext, newId, reaches, WriteResult } from '@podspan/platform';
import { Kysely } from 'kysely';
import { endedAlready } from '../domain/expiry.js';
import { type WantedBlock, wantedBlock } from '../domain/wanted-block.js';
import { quotaOf } from '../domain/quotas.js';
import { type Db, instant } from '../postgres/db.js';
import { etagOf, type Pool, PoolsRepository } from '../pools/pools.repository.js';
import { SearchStarts } from '../pools/search-starts.js';
import type { AllocationBody, AllocationView } from './allocation-schemas.js';
import { EndDue } from './end-due.js';
import { batchOf, type LaneTicket, planOf } from './lane-batch.js';
import { PlainBlocksRepository, type PlainRequest, type PlainResult } from './plain-blocks.repository.js';
import { SharedCalls } from './shared-calls.js';

const MOST_KNOWN_POOLS = 1000;
const TRIES = 3;

/**
 * The way of most requests: any free block of a length from an exclusive pool. Those that wait share one call to the
 * database, so a busy pool costs one commit for many. Each keeps its own answer; what is not plain, or turns out not
 * to be, is answered undefined, untouched, and takes the general way.
 */
@Injectable()
export class AllocationLane {
  readonly #pools = new Map<string, Pool>();
  readonly #settling = new Map<string, Promise<void>>();
  readonly #calls = new SharedCalls<LaneTicket, PlainResult>({
    of: 'allocations',
    pick: batchOf,
    run: (tickets) => this.#allocate(tickets),
    settle: (ticket, result) => this.#settle(ticket, result),
  });

  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly pools: PoolsRepository,
    private readonly endDue: EndDue,
    private readonly blocks: PlainBlocksRepository,
    private readonly starts: SearchStarts,
  ) {}

  /** @throws DomainError 429 `too_many_requests` when too many wait already */
  async take(call: CallContext, key: string, body: AllocationBody): Promise<WriteResult<AllocationView> | undefined> {
    if (call.dryRun || body.cidr !== undefined || body.within !== undefined || body.exclude !== undefined) return undefined;
    if (endedAlready(body.expiresAt, new Date())) return undefined;
    // A mesh may have a say in those.
    if (body.purpose === 'POD_CIDR' && body.owner.kind === 'CLUSTER') return undefined;
    const pool = this.#pools.get(key) ?? (await this.#read(key));
    if (!pool || pool.reuse !== 'EXCLUSIVE' || !reaches(call.actor, pool.space.id, pool.space.name)) return undefined;
    const wanted = wantedOf(pool, body);
    if (wanted?.kind !== 'ANY') return undefined;
    this.#calls.refuseIfFull();
    return new Promise((resolve, reject) => {
      this.#calls.add({ key, pool, group: groupOf(wanted, pool, body), request: requestOf(call, pool, body), tries: 0, resolve, reject });
    });
  }

  /** The row may change at any time; the database compares its version. */
  async #read(key: string): Promise<Pool | undefined> {
    const pool = await this.pools.find(this.db, key);
    if (this.#pools.size >= MOST_KNOWN_POOLS) this.#pools.clear();
    if (pool) this.#pools.set(key, pool);
    return pool;
  }

  async #allocate(tickets: readonly LaneTicket[]): Promise<readonly PlainResult[]> {
    const contended = tickets.length > 1 || this.#calls.areOthers;
    const began = performance.now();
    const { pools, groups, requests } = planOf(tickets, (pool, { family, length }) => this.starts.of(pool.id, family, length, contended));
    const results = await this.blocks.allocate(this.db, pools, groups, requests);
    const elapsed = performance.now() - began;
    requests.forEach(({ group }, index) => {
      const result = results[index];
      const of = groups[group];
      const pool = of && pools[of.pool];
      if (!result?.block || result.position === null || !pool || of.strategy !== 'FIRST_FIT') return;
      this.starts.learn(pool.id, of.family, of.length, { position: result.position, cidr: result.block }, of.from ? undefined : elapsed);
    });
    return results;
  }

  #settle(ticket: LaneTicket, result: PlainResult | undefined): void {
    if (result?.outcome === 'OK' && result.block !== null && result.at !== null)
      return ticket.resolve(created(ticket, result.block, result.at));
    ticket.tries += 1;
    if (result?.outcome === 'STALE') this.#pools.delete(ticket.key);
    const again = (result?.outcome === 'DUE' || result?.outcome === 'BUSY') && ticket.tries < TRIES;
    if (!again) return ticket.resolve(undefined);
    if (result?.outcome === 'BUSY') return this.#calls.add(ticket);
    this.#endDue(ticket.pool).then(
      () => this.#calls.add(ticket),
      (error: unknown) => ticket.reject(error),
    );
  }

  /** Once for all who found that something in the pool has ended. */
  #endDue(pool: Pool): Promise<void> {
    const under = this.#settling.get(pool.id);
    if (under) return under;
    const work = this.endDue.settle([pool.id]).finally(() => this.#settling.delete(pool.id));
    this.#settling.set(pool.id, work);
    return work;
  }
}

/** undefined for what the pool refuses: the general way says why, from the row as it is now. */
function wantedOf(pool: Pool, { prefixLength, addressCount, family }: AllocationBody): WantedBlock | undefined {
  try {
    return wantedBlock(pool, { prefixLength, addressCount: addressCount === undefined ? undefined : BigInt(addressCount), family });
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}

function groupOf(wanted: Extract<WantedBlock, { kind: 'ANY' }>, pool: Pool, body: AllocationBody): LaneTicket['group'] {
  return { family: wanted.family, shortest: wanted.shortest, length: wanted.length, strategy: body.strategy ?? pool.strategy };
}

function requestOf(call: CallContext, pool: Pool, body: AllocationBody): LaneTicket['request'] {
  const { idempotencyKey: key, route, requestId } = call;
  return {
    view: newView(pool, body, call.actor.subject),
    quota: quotaOf(pool.quotas, body.owner),
    // The hash is made when it is read.
    idempotency: key === undefined ? undefined : { key, route, bodyHash: call.bodyHash },
    requestId,
  };
}

function newView(pool: Pool, body: AllocationBody, createdBy: string): PlainRequest['view'] {
  return {
    id: newId(),
    pool: pool.name,
    addressSpace: pool.space.name,
    growthBlock: null,
    status: body.expiresAt === undefined ? 'ACTIVE' : 'RESERVED',
    owner: body.owner,
    purpose: body.purpose,
    network: pool.network?.name ?? null,
    addressPlan: null,
    labels: body.labels ?? {},
    expiresAt: body.expiresAt === undefined ? null : instant(new Date(body.expiresAt)),
    availableAt: null,
    createdBy,
  };
}

function created({ request: { view } }: LaneTicket, cidr: string, at: Date): WriteResult<AllocationView> {
  const when = instant(at);
  const full = { ...view, cidr, createdAt: when, updatedAt: when };
  return WriteResult.created(full, { etag: etagOf({ version: 1 }), location: `/v1/allocations/${view.id}` });
}
