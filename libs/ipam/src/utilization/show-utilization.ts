import { Inject, Injectable } from '@nestjs/common';
import { Cidr, CidrSet, freeBlocks } from '@podspan/cidr';
import { Conflict } from '@podspan/errors';
import type { Actor } from '@podspan/platform';
import { Kysely, sql } from 'kysely';
import { type FreeCount, freeByLength, freeCounts, utilizationOf } from '../domain/utilization.js';
import { AllocationHistory } from '../history/allocation-history.js';
import { checkAsOf, tableAt } from '../history/as-of.js';
import { type Pool, PoolsRepository } from '../pools/pools.repository.js';
import { ShowSpace } from '../pools/show-space.js';
import { type Db, rowsOf } from '../postgres/db.js';
import { checkReach } from '../topology/spaces.repository.js';
import type { BreakdownView, PoolUtilizationView, UtilizationQuery } from './utilization-schemas.js';

/** How many distinct ranges are put together in memory for one answer. */
const MOST_RANGES = 200_000;

/** How full a pool is or was. Exact at any size; a range held by many counts once. */
@Injectable()
export class ShowUtilization {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly pools: PoolsRepository,
    private readonly showSpace: ShowSpace,
    private readonly history: AllocationHistory,
  ) {}

  /** @throws Conflict `too_many_ranges` where the past of a very large pool cannot be put together */
  async execute(actor: Actor, key: string, query: UtilizationQuery): Promise<PoolUtilizationView> {
    checkAsOf(query.asOf);
    if (query.asOf !== undefined) return this.#then(actor, key, query.asOf, query.breakdown);
    const { pool, counts } = await this.showSpace.counts(actor, key);
    const view = viewOf(pool, counts);
    return query.breakdown ? { ...view, breakdown: await this.#breakdown(pool, BigInt(view.usedAddresses)) } : view;
  }

  async #then(actor: Actor, key: string, at: string, wantsBreakdown: boolean): Promise<PoolUtilizationView> {
    const pool = await this.pools.getAt(this.db, key, at);
    checkReach(actor, pool.space);
    const rows = await this.history.held(this.db, pool.id, at, MOST_RANGES + 1);
    if (rows.length > MOST_RANGES) throw tooMany(pool);
    const held = rows.map((row) => Cidr.parse(row.held));
    const children = (await this.pools.children(this.db, pool.id, at)).flatMap(({ cidrs }) => cidrs);
    const others = pool.reuse === 'EXCLUSIVE' ? await this.#others(pool, at) : [];
    const counts = freeCounts(freeBlocks(pool.cidrs, [...held, ...children, ...others]));
    const view = viewOf(pool, counts);
    if (!wantsBreakdown) return view;
    const inside = (blocks: readonly Cidr[]): CidrSet => CidrSet.of(pool.cidrs).intersect(CidrSet.of(blocks));
    const resting = CidrSet.of(rows.filter((row) => row.resting).map((row) => Cidr.parse(row.held)));
    const live = CidrSet.of(rows.filter((row) => !row.resting).map((row) => Cidr.parse(row.held)));
    return {
      ...view,
      breakdown: {
        heldAddresses: String(live.size),
        quarantinedAddresses: String(resting.subtract(live).size),
        childPoolAddresses: String(inside(children).subtract(CidrSet.of(held)).size),
        otherAddresses: String(inside(others).subtract(CidrSet.of([...held, ...children])).size),
      },
    };
  }

  /** Sums in SQL for blocks that cannot overlap; sets for those that may. */
  async #breakdown(pool: Pool, used: bigint): Promise<BreakdownView> {
    const rows = await rowsOf(
      this.db,
      sql<{
        held: string;
        resting: boolean;
        count: number;
      }>`select ${pool.reuse === 'EXCLUSIVE' ? sql`set_masklen(case family(held) when 4 then '0.0.0.0'::cidr else '::'::cidr end, masklen(held))` : sql`held`} as held,
          status = 'QUARANTINED' as resting, count(*)::int as count
        from allocation where pool_id = ${pool.id} and holding group by 1, 2`,
    );
    const children = CidrSet.of((await this.pools.children(this.db, pool.id)).flatMap(({ cidrs }) => cidrs)).size;
    const [held, quarantined] = pool.reuse === 'EXCLUSIVE' ? sums(rows) : unions(rows);
    return {
      heldAddresses: String(held),
      quarantinedAddresses: String(quarantined),
      childPoolAddresses: String(children),
      otherAddresses: String(used - held - quarantined - children),
    };
  }

  /** What was known to be in use elsewhere; of the ranges seen, those seen by then. */
  async #others(pool: Pool, at: string): Promise<readonly Cidr[]> {
    const rows = await rowsOf(
      this.db,
      sql<{
        cidr: string;
      }>`select o.cidr from occupying_range o where o.space_id = ${pool.space.id} and o.first_seen_at <= ${at}::timestamptz
          and (o.network_id is null or o.network_id is distinct from ${pool.network?.id ?? null}::uuid)
        union select x.cidr from ${tableAt('network_prefix', at)} x join ${tableAt('network', at)} n on n.id = x.network_id
        where n.space_id = ${pool.space.id} and n.kind <> 'VIRTUAL_NETWORK' and n.id is distinct from ${pool.network?.id ?? null}::uuid`,
    );
    return rows.map(({ cidr }) => Cidr.parse(cidr));
  }
}

interface HeldRow {
  readonly held: string;
  readonly resting: boolean;
  readonly count: number;
}

function sums(rows: readonly HeldRow[]): readonly [bigint, bigint] {
  const of = (resting: boolean): bigint =>
    rows.filter((row) => row.resting === resting).reduce((sum, { held, count }) => sum + Cidr.parse(held).size * BigInt(count), 0n);
  return [of(false), of(true)];
}

function unions(rows: readonly HeldRow[]): readonly [bigint, bigint] {
  const of = (resting: boolean): CidrSet => CidrSet.of(rows.filter((row) => row.resting === resting).map(({ held }) => Cidr.parse(held)));
  return [of(false).size, of(true).subtract(of(false)).size];
}

function viewOf(pool: Pool, counts: readonly FreeCount[]): PoolUtilizationView {
  const { freeByPrefixLength, ...rest } = utilizationOf(pool.cidrs, counts);
  return {
    ...rest,
    freeByPrefixLength: { ...freeByPrefixLength },
    freeByLength: [...freeByLength(counts, pool.maxPrefixLength)],
    breakdown: null,
  };
}

function tooMany({ name }: Pool): Conflict {
  return new Conflict('too_many_ranges', `pool ${name} held more than ${MOST_RANGES} ranges then; export its allocations of that moment`, {
    facts: { pool: name, most: MOST_RANGES },
  });
}
