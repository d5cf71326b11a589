import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Strategy } from '../domain/pool.js';
import { type Db, rowOf } from '../postgres/db.js';
import type { Place } from '../pools/search-starts.js';
import type { AllocationView } from './allocation-schemas.js';

/** What a request of `allocate_blocks` came to; everything but OK was not done. */
export type PlainOutcome = 'OK' | 'STALE' | 'DUE' | 'BUSY' | 'REPLAY' | 'HELD' | 'QUOTA' | 'NONE';

export interface PlainPool {
  readonly id: string;
  readonly no: string;
  readonly spaceNo: number;
  readonly version: number;
  readonly networkId: string | null;
  /** Owners' quotas are checked, so nobody else may take from the pool meanwhile. */
  readonly alone: boolean;
}

export interface PlainGroup {
  /** Index into the pools. */
  readonly pool: number;
  readonly family: 4 | 6;
  readonly shortest: number;
  readonly length: number;
  readonly strategy: Strategy;
  readonly from: Place | undefined;
}

export interface PlainRequest {
  /** Index into the groups. */
  readonly group: number;
  /** The answer as far as it is known: without cidr, createdAt and updatedAt. */
  readonly view: Omit<AllocationView, 'cidr' | 'createdAt' | 'updatedAt'>;
  readonly quota: { readonly maxAddresses: string | null; readonly maxAllocations: number | null } | undefined;
  readonly idempotency: { readonly key: string; readonly route: string; readonly bodyHash: string } | undefined;
  readonly requestId: string;
}

export interface PlainResult {
  readonly outcome: PlainOutcome;
  readonly block: string | null;
  readonly position: number | null;
  /** When, of what was done. */
  readonly at: Date | null;
}

/** The answers to many requests, each list with commas and in the order of the requests; `outcomes` is null when all are OK. */
interface JoinedResults {
  readonly at: Date;
  readonly outcomes: string | null;
  readonly blocks: string;
  readonly positions: string;
}

function apart({ at, outcomes, blocks, positions }: JoinedResults): readonly PlainResult[] {
  const codes = outcomes?.split(',');
  const places = positions.split(',');
  return blocks.split(',').map((block, index) => ({
    outcome: (codes?.[index] ?? 'OK') as PlainOutcome,
    block: block === '' ? null : block,
    position: block === '' ? null : Number(places[index]),
    at,
  }));
}

/** `OK 10.0.0.0/29 0 2026-11-23T10:00:00.000Z`, or what it came to instead. */
function only(answer: string): PlainResult {
  const [outcome, block = null, position, at] = answer.split(' ');
  return {
    outcome: outcome as PlainOutcome,
    block,
    position: position === undefined ? null : Number(position),
    at: at === undefined ? null : new Date(at),
  };
}

/** Nothing at all says the same as a list of nulls, and nobody has to write or read it. */
function unlessEmpty<V>(values: readonly (V | null)[]): readonly (V | null)[] | null {
  return values.every((value) => value === null) ? null : values;
}

/** One call that does everything for many requests; a transaction of its own. */
@Injectable()
export class PlainBlocksRepository {
  async allocate(
    db: Db,
    pools: readonly PlainPool[],
    groups: readonly PlainGroup[],
    requests: readonly PlainRequest[],
  ): Promise<readonly PlainResult[]> {
    const [pool] = pools;
    const [group] = groups;
    const [request] = requests;
    if (pool && group && request && requests.length === 1 && !pool.alone) return this.#allocateOne(db, pool, group, request);
    const of = <T, V>(list: readonly T[], value: (item: T) => V): V[] => list.map(value);
    const rare = <V>(value: (request: PlainRequest) => V | null): readonly (V | null)[] | null => unlessEmpty(requests.map(value));
    const answer = await rowOf(
      db,
      sql<JoinedResults>`/* keep:allocate_blocks */ select at, outcomes, blocks, positions from allocate_blocks(
        ${of(pools, ({ id }) => id)}, ${of(pools, ({ no }) => no)}, ${of(pools, ({ spaceNo }) => spaceNo)},
        ${of(pools, ({ version }) => version)}, ${of(pools, ({ alone }) => alone)},
        ${of(groups, ({ pool }) => pool + 1)}, ${of(groups, ({ family }) => family)}, ${of(groups, ({ shortest }) => shortest)},
        ${of(groups, ({ length }) => length)}, ${of(groups, ({ strategy }) => strategy)},
        ${of(groups, ({ from }) => from?.position ?? 0)}, ${of(groups, ({ from }) => from?.cidr ?? '0.0.0.0/0')},
        ${of(requests, ({ group }) => group + 1)}, ${of(requests, ({ view }) => view.id)},
        ${of(requests, ({ view }) => view.owner.kind)}, ${of(requests, ({ view }) => view.owner.id)}, ${of(requests, ({ view }) => view.purpose)},
        ${rare(({ view }) => view.expiresAt)}, ${rare(({ group }) => pools[groups[group]?.pool ?? 0]?.networkId ?? null)},
        ${of(requests, ({ view }) => JSON.stringify(view.labels))},
        ${rare(({ quota }) => quota?.maxAddresses ?? null)}, ${rare(({ quota }) => quota?.maxAllocations ?? null)},
        ${rare(({ idempotency }) => idempotency?.key ?? null)}, ${rare(({ idempotency }) => idempotency?.route ?? null)},
        ${rare(({ idempotency }) => idempotency?.bodyHash ?? null)}, ${of(requests, ({ view }) => view.createdBy)},
        ${of(requests, ({ requestId }) => requestId)}, ${requests.map(({ view }) => JSON.stringify(view).slice(0, -1)).join('\u0001')})`,
    );
    return answer ? apart(answer) : [];
  }

  async #allocateOne(
    db: Db,
    pool: PlainPool,
    group: PlainGroup,
    { view, idempotency, requestId }: PlainRequest,
  ): Promise<readonly PlainResult[]> {
    const row = await rowOf(
      db,
      sql<{ answer: string }>`/* keep:allocate_block */ select allocate_block(
        ${pool.id}, ${pool.no}, ${pool.spaceNo}, ${pool.version}, ${group.family}, ${group.shortest}, ${group.length}, ${group.strategy},
        ${group.from?.position ?? 0}, ${group.from?.cidr ?? '0.0.0.0/0'}, ${view.id}, ${view.owner.kind}, ${view.owner.id}, ${view.purpose},
        ${view.expiresAt}, ${pool.networkId}, ${JSON.stringify(view.labels)}, ${idempotency?.key ?? null}, ${idempotency?.route ?? null},
        ${idempotency?.bodyHash ?? null}, ${view.createdBy}, ${requestId}, ${JSON.stringify(view).slice(0, -1)}) as answer`,
    );
    return row ? [only(row.answer)] : [];
  }
}
