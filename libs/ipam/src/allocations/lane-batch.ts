import type { WriteResult } from '@podspan/platform';
import type { Pool } from '../pools/pools.repository.js';
import type { Place } from '../pools/search-starts.js';
import type { AllocationView } from './allocation-schemas.js';
import type { Waiting } from './shared-calls.js';
import type { PlainGroup, PlainPool, PlainRequest } from './plain-blocks.repository.js';

/** One caller waiting in the lane. */
export interface LaneTicket extends Waiting<WriteResult<AllocationView>> {
  readonly key: string;
  readonly pool: Pool;
  readonly group: Pick<PlainGroup, 'family' | 'shortest' | 'length' | 'strategy'>;
  readonly request: Omit<PlainRequest, 'group'>;
  tries: number;
}

const MOST_POOLS = 32;

/**
 * The first of those that wait, in their order. Two requests of one owner for one purpose, or with one idempotency key,
 * never share a call: the second is to find what the first did. One that was sent back because its pool was busy goes
 * with others of its pool only, so that nobody else waits for that pool's lock.
 */
export function batchOf(waiting: readonly LaneTicket[], most: number): { tickets: readonly LaneTicket[]; rest: LaneTicket[] } {
  const [first] = waiting;
  if (!first) return { tickets: [], rest: [] };
  const tickets: LaneTicket[] = [];
  const rest: LaneTicket[] = [];
  const taken = new Set<string>();
  const pools = new Set<string>();
  for (const ticket of waiting) {
    const names = namesOf(ticket);
    const alone = first.tries > 0 || ticket.tries > 0;
    const fits =
      tickets.length < most &&
      (alone ? ticket.pool.id === first.pool.id : pools.has(ticket.pool.id) || pools.size < MOST_POOLS) &&
      !names.some((name) => taken.has(name));
    if (!fits) {
      rest.push(ticket);
      continue;
    }
    for (const name of names) taken.add(name);
    pools.add(ticket.pool.id);
    tickets.push(ticket);
  }
  return { tickets, rest };
}

function namesOf({ pool, request: { view, idempotency } }: LaneTicket): readonly string[] {
  const owner = JSON.stringify([pool.id, view.owner.kind, view.owner.id, view.purpose]);
  return idempotency === undefined ? [owner] : [owner, `${view.createdBy} ${idempotency.key}`];
}

export interface LanePlan {
  /** In the order of their numbers, as everybody locks them. */
  readonly pools: readonly PlainPool[];
  readonly groups: readonly PlainGroup[];
  readonly requests: readonly PlainRequest[];
}

/** The tickets as one call. */
export function planOf(tickets: readonly LaneTicket[], startOf: (pool: Pool, group: LaneTicket['group']) => Place | undefined): LanePlan {
  const pools = [...new Map(tickets.map(({ pool }) => [pool.id, pool])).values()].sort((a, b) => (BigInt(a.no) < BigInt(b.no) ? -1 : 1));
  const indexes = new Map(pools.map(({ id }, index) => [id, index]));
  const groups: PlainGroup[] = [];
  const known = new Map<string, number>();
  const requests = tickets.map(({ pool, group, request }): PlainRequest => {
    const key = `${pool.id} ${group.family} ${group.length} ${group.strategy}`;
    const index = known.get(key) ?? groups.push({ ...group, pool: indexes.get(pool.id) ?? 0, from: startOf(pool, group) }) - 1;
    known.set(key, index);
    return { ...request, group: index };
  });
  return { pools: pools.map(plainPool), groups, requests };
}

function plainPool(pool: Pool): PlainPool {
  return {
    id: pool.id,
    no: pool.no,
    spaceNo: pool.space.no,
    version: pool.version,
    networkId: pool.network?.id ?? null,
    alone: pool.quotas.length > 0,
  };
}
