import { Cidr } from '@podspan/cidr';
import { sql } from 'kysely';
import { EndDue } from '../../allocations/end-due.js';
import { PoolsRepository } from '../../pools/pools.repository.js';
import { differs, meets, same } from './answers.js';
import type { ModelRun, Takers } from './model-run.js';
import { blockAt, blockIn, rangeOf, worlds } from './model-world.js';
import { type Ask, isLive, type NaivePool } from './naive-estate.js';
import type { StepOf } from './steps.js';

const TOMORROW = new Date(Date.now() + 86_400_000).toISOString();

type AskStep = Pick<StepOf<'allocate'>, 'bits' | 'isSix' | 'strategy' | 'within' | 'exclude'>;

function askOf(pool: NaivePool, { bits, isSix, strategy, within, exclude }: AskStep, owner: string, purpose: string): Ask {
  const range = pool.cidrs.find(({ family }) => (family === 6) === isSix) ?? pool.cidrs[0]!;
  return {
    owner,
    purpose,
    prefixLength: range.length + bits,
    ...(isSix ? { family: range.family } : {}),
    ...(strategy ? { strategy } : {}),
    ...(within ? { within: within.map((place) => blockAt(range, place)) } : {}),
    ...(exclude ? { exclude: exclude.map((place) => blockIn(range.family, place)) } : {}),
  };
}

function bodyOf({ owner, purpose, cidr, ...ask }: Ask, reserve: boolean): object {
  return { ...ask, ...(cidr ? { cidr } : {}), owner: { kind: 'TEAM', id: owner }, purpose, ...(reserve ? { expiresAt: TOMORROW } : {}) };
}

async function allocate(run: ModelRun, pool: NaivePool, ask: Ask, reserve: boolean): Promise<void> {
  const expected = pool.allocate(ask, reserve);
  const answer = await run.bench.post(`/v1/pools/${pool.name}/allocations`, bodyOf(ask, reserve));
  const step = `${JSON.stringify(ask)} of ${pool.name}`;
  if ('code' in expected) {
    meets(step, answer, expected.code);
    // Whether a refusal leaves what is due or has ended it depends on the way that the request took; from here on both agree.
    if (pool.held.some(({ due }) => due)) await endDue(run, pool);
    return;
  }
  same(step, answer, expected, answer.body);
  if (answer.status !== (expected.isNew ? 201 : 200)) throw differs(step, answer, expected);
}

/** Exact blocks first, then what has conditions, then the rest; each from the largest block on. All of them or none. */
function batched(asks: readonly { readonly pool: NaivePool; readonly ask: Ask }[]): string | undefined {
  for (const { pool, ask } of asks) {
    const problem = pool.problem(ask);
    if (problem !== undefined) return problem;
  }
  for (const { pool } of asks) pool.endDue();
  const rank = ({ ask }: { ask: Ask }): number => (ask.cidr ? 0 : ask.within || ask.exclude ? 1 : 2);
  const length = ({ ask }: { ask: Ask }): number => ask.cidr?.length ?? ask.prefixLength!;
  const missing: string[] = [];
  const over: string[] = [];
  for (const { pool, ask } of [...asks].sort((a, b) => rank(a) - rank(b) || length(a) - length(b))) {
    const cidr = pool.block(ask);
    if (cidr === 'prefix_taken') return cidr;
    if (typeof cidr === 'string') missing.push(cidr);
    else {
      if (pool.isOver(ask.owner, cidr)) over.push('quota_exceeded');
      pool.hold(ask, cidr, false);
    }
  }
  return missing[0] ?? over[0];
}

export const allocationSteps: Takers<'allocate' | 'allocateExact' | 'batch' | 'release' | 'renew' | 'expand' | 'expire' | 'endDue'> = {
  allocate: (run, step) => {
    const pool = run.pool(step.pool);
    return allocate(run, pool, askOf(pool, step, `o${step.owner}`, `p${step.purpose}`), step.reserve);
  },

  allocateExact: (run, { pool: which, place, owner, purpose, reserve }) => {
    const pool = run.pool(which);
    // Now and then beside the pool.
    const range = place.offset % 16 === 15 ? worlds[4] : rangeOf(pool, place);
    return allocate(run, pool, { owner: `o${owner}`, purpose: `p${purpose}`, cidr: blockAt(range, place) }, reserve);
  },

  async batch(run, { items }) {
    const asks = items.map((item) => {
      const pool = run.pool(item.pool);
      const owner = `n${(run.names += 1)}`;
      const ask = item.exact
        ? { owner, purpose: 'batch', cidr: blockAt(rangeOf(pool, item.exact), item.exact) }
        : askOf(pool, item, owner, 'batch');
      return { pool, ask };
    });
    const saved = run.estate.pools.map((pool) => [pool, pool.held, pool.held.map(({ status }) => status)] as const);
    const ever = run.estate.ever.length;
    const code = batched(asks);
    if (code !== undefined) {
      for (const [pool, held, statuses] of saved) {
        pool.held = held.slice(0, statuses.length);
        pool.held.forEach((one, index) => (one.status = statuses[index]!));
      }
      run.estate.ever.length = ever;
    }
    const answer = await run.bench.post('/v1/allocations/batch', {
      items: asks.map(({ pool, ask }) => ({ pool: pool.name, ...bodyOf(ask, false) })),
    });
    const step = `batch ${JSON.stringify(asks.map(({ pool, ask }) => ({ pool: pool.name, ...ask })))}`;
    meets(step, answer, code);
    if (code !== undefined) return;
    asks.forEach(({ pool, ask }, index) => {
      const held = pool.held.find(({ owner }) => owner === ask.owner)!;
      same(step, answer, { held, isNew: true }, answer.body.items[index]);
    });
  },

  async release(run, { which }) {
    const found = run.held(which);
    if (!found) return;
    const { pool, held } = found;
    const answer = await run.bench.post(`/v1/allocations/${held.id}/release`);
    meets(`release ${held.id}`, answer, undefined);
    if (!isLive(held)) return;
    held.due = false;
    held.status = pool.cooldown ? 'QUARANTINED' : 'ENDED';
    pool.held = pool.held.filter(({ status }) => status !== 'ENDED');
  },

  async renew(run, { which, reserve }) {
    const found = run.held(which);
    if (!found) return;
    const { pool, held } = found;
    const answer = await run.bench.post(`/v1/allocations/${held.id}/renew`, { expiresAt: reserve ? TOMORROW : null });
    const isOpen = isLive(held) && !held.due;
    meets(`renew ${held.id}`, answer, isOpen ? undefined : 'allocation_ended');
    if (!isOpen) return;
    pool.endDue();
    held.status = reserve ? 'RESERVED' : 'ACTIVE';
  },

  async expand(run, { which, by }) {
    const found = run.held(which);
    if (!found) return;
    const { pool, held } = found;
    const target = Cidr.around(held.cidr.firstAddress, held.cidr.length - by);
    const code = pool.expand(held, target);
    meets(
      `expand ${held.id} to ${target}`,
      await run.bench.post(`/v1/allocations/${held.id}/expand`, { prefixLength: target.length }),
      code,
    );
  },

  /** The clock moves past the end of one block. */
  async expire(run, { which }) {
    const running = run.estate.ever.filter(({ held }) => !held.due && (held.status === 'RESERVED' || held.status === 'QUARANTINED'));
    const found = running[which % Math.max(1, running.length)];
    if (!found) return;
    const column = found.held.status === 'RESERVED' ? 'expires_at' : 'available_at';
    await sql`update allocation set ${sql.ref(column)} = now() - interval '1 second' where id = ${found.held.id}`.execute(
      run.bench.fresh.db,
    );
    found.held.due = true;
  },

  endDue: (run, { pool }) => endDue(run, run.pool(pool)),
};

async function endDue(run: ModelRun, pool: NaivePool): Promise<void> {
  const { id } = await run.bench.resolve(PoolsRepository).get(run.bench.fresh.db, pool.name);
  await run.bench.resolve(EndDue).settle([id]);
  pool.endDue();
}
