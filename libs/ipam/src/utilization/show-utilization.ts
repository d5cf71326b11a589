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

  async #breakdown(pool: Pool, used: bigint): Promise<BreakdownView> {
    const children = CidrSet.of((await this.pools.children(this.db, pool.id)).flatMap(({ cidrs }) => cidrs));
    const [held, quarantined, other] =
      pool.reuse === 'EXCLUSIVE' ? await this.#exclusive(pool, used, children) : await this.#shared(pool, used - children.size);
    return {
      heldAddresses: String(held),
      quarantinedAddresses: String(quarantined),
      childPoolAddresses: String(children.size),
      otherAddresses: String(other),
    };
  }

  /** What is used is known; of it what rests, and what is in use elsewhere, are few. A million blocks held need not be read for that. */
  async #exclusive(pool: Pool, used: bigint, children: CidrSet): Promise<readonly [bigint, bigint, bigint]> {
    const resting = await this.#resting(pool);
    const quarantined = resting.reduce((sum, { held, count }) => sum + Cidr.parse(held).size * BigInt(count), 0n);
    const elsewhere = CidrSet.of(pool.cidrs).intersect(CidrSet.of(await this.#others(pool)));
    const other = elsewhere.isEmpty ? 0n : elsewhere.subtract(children.union(CidrSet.of(await this.#heldOver(pool, elsewhere)))).size;
    return [used - quarantined - children.size - other, quarantined, other];
  }

  /** A range that many hold is at rest only where every holder's is. */
  async #shared(pool: Pool, used: bigint): Promise<readonly [bigint, bigint, bigint]> {
    const all = await rowsOf(
      this.db,
      sql<HeldRow>`select held, count(*)::int as count from allocation where pool_id = ${pool.id} and holding group by held`,
    );
    const resting = await this.#resting(pool);
    const left = new Map(resting.map(({ held, count }) => [held, count]));
    const live = CidrSet.of(all.filter(({ held, count }) => count > (left.get(held) ?? 0)).map(({ held }) => Cidr.parse(held)));
    const rest = CidrSet.of(resting.map(({ held }) => Cidr.parse(held))).subtract(live);
    return [live.size, rest.size, used - live.size - rest.size];
  }

  /** By the small index of what runs out. */
  #resting(pool: Pool): Promise<readonly HeldRow[]> {
    return rowsOf(
      this.db,
      sql<HeldRow>`select held, count(*)::int as count from allocation
        where pool_id = ${pool.id} and due_at is not null and holding and status = 'QUARANTINED' group by held`,
    );
  }

  async #heldOver(pool: Pool, regions: CidrSet): Promise<readonly Cidr[]> {
    const rows = await rowsOf(
      this.db,
      sql<{ held: string }>`select distinct h.held from unnest(${regions.blocks.map(String)}::cidr[]) as r(cidr)
        cross join lateral (select a.held from allocation a where a.held && r.cidr and a.pool_id = ${pool.id} and a.holding offset 0) h`,
    );
    return rows.map(({ held }) => Cidr.parse(held));
  }

  /** What is in use elsewhere, or was known to be at a moment; the pool's own network is no stranger, what was seen inside it is. */
  async #others(pool: Pool, at?: string): Promise<readonly Cidr[]> {
    const network = pool.network?.id ?? null;
    const rows = await rowsOf(
      this.db,
      sql<{
        cidr: string;
      }>`select o.cidr from occupying_range o where o.space_id = ${pool.space.id} and (${at ?? null}::timestamptz is null or o.first_seen_at <= ${at ?? null})
          and not (o.kind = 'VIRTUAL_NETWORK' and o.network_id is not null and o.network_id is not distinct from ${network}::uuid)
        union select x.cidr from ${tableAt('network_prefix', at)} x join ${tableAt('network', at)} n on n.id = x.network_id
        where n.space_id = ${pool.space.id} and n.kind <> 'VIRTUAL_NETWORK' and n.id is distinct from ${network}::uuid`,
    );
    return rows.map(({ cidr }) => Cidr.parse(cidr));
  }
}

interface HeldRow {
  readonly held: string;
  readonly count: number;
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
