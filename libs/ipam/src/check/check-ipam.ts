import { Inject, Injectable } from '@nestjs/common';
import { Conflict, Forbidden } from '@podspan/errors';
import type { Actor } from '@podspan/platform';
import { Kysely, sql } from 'kysely';
import { type Db, instant, rowOf, rowsOf, type Trx } from '../postgres/db.js';
import { EstateRepository } from '../topology/estate.repository.js';
import { blockLooks } from './block-looks.js';
import type { IpamCheckView } from './check-schemas.js';
import { conflictInvariants, discoveredConflicts, topologyConflictBreaches } from './conflict-looks.js';
import { freeListLooks } from './free-list-looks.js';
import { historyLooks } from './history-looks.js';
import { type CountedBreach, counted, type Look, MOST_EXAMPLES } from './invariant.js';
import { poolLooks } from './pool-looks.js';

const looks: readonly Look[] = [...blockLooks, ...freeListLooks, ...poolLooks, discoveredConflicts, ...historyLooks];
const invariants: Readonly<Record<string, string>> = Object.assign({}, ...looks.map((look) => look.invariants), conflictInvariants);

/**
 * Looks at a live database whether everything holds that the service promises, and names what does not. Reads one snapshot, takes no
 * lock that a writer waits for, and leaves the sorting to the database, so that a million allocations need no memory here.
 */
@Injectable()
export class CheckIpam {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly estate: EstateRepository,
  ) {}

  /** @throws Forbidden unless the actor reaches every space; Conflict `check_running` while another one runs */
  execute(actor: Actor): Promise<IpamCheckView> {
    if (actor.spaces !== '*') throw new Forbidden(`the check looks at every address space; ${actor.subject} reaches some`, {});
    return this.db
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute((trx) => this.look(trx));
  }

  /** The same inside a transaction of the caller, which should read one snapshot. */
  async look(trx: Trx): Promise<IpamCheckView> {
    const started = performance.now();
    await sql`select set_config('statement_timeout', '600000', true), set_config('work_mem', '65536', true)`.execute(trx);
    const free = await rowOf(trx, sql<{ taken: boolean }>`select pg_try_advisory_xact_lock(hashtext('podspan.ipam.check')) as taken`);
    if (!free?.taken) throw new Conflict('check_running', 'another check is running; its answer is as good');
    const [counts, now] = [await countsOf(trx), await rowOf(trx, sql<{ now: Date }>`select now()`)];
    const found: (readonly CountedBreach[])[] = [];
    for (const look of looks) found.push(await rowsOf(trx, counted(look.breaches)));
    found.push(await topologyConflictBreaches(trx, this.estate));
    return {
      clean: found.every((ofLook) => ofLook.length === 0),
      checkedAt: instant(now?.now ?? new Date()),
      tookMilliseconds: Math.round(performance.now() - started),
      counts,
      invariants: reportOf(found),
    };
  }
}

/** Two looks may tell of one invariant, each with its own total. */
function reportOf(found: readonly (readonly CountedBreach[])[]): IpamCheckView['invariants'] {
  return Object.entries(invariants).map(([name, rule]) => {
    const perLook = found.map((ofLook) => ofLook.filter(({ invariant }) => invariant === name));
    return {
      name,
      rule,
      broken: perLook.reduce((sum, [first]) => sum + Number(first?.total ?? 0), 0),
      examples: perLook
        .flat()
        .slice(0, MOST_EXAMPLES)
        .map(({ subject, message }) => ({ subject, message })),
    };
  });
}

async function countsOf(trx: Trx): Promise<IpamCheckView['counts']> {
  const row = await rowOf(
    trx,
    sql<IpamCheckView['counts']>`select
      (select count(*)::int from allocation) as allocations, (select count(*)::int from allocation where holding) as held,
      (select count(*)::int from pool) as pools, (select count(*)::int from free_block) as "freeBlocks",
      (select count(*)::int from network) as networks, (select count(*)::int from conflict where resolved_at is null) as "openConflicts"`,
  );
  if (!row) throw new Error('a count has one row');
  return row;
}
