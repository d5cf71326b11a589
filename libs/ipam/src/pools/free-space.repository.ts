import { Injectable } from '@nestjs/common';
import { Cidr, CidrSet, freeBlocks } from '@podspan/cidr';
import { type RawBuilder, sql } from 'kysely';
import { carved, type FreeBlock, type FreeListChange, refreshed } from '../domain/free-list.js';
import type { Strategy } from '../domain/pool.js';
import type { FreeCount } from '../domain/utilization.js';
import { type Db, rowOf, rowsOf } from '../postgres/db.js';
import type { Pool } from './pools.repository.js';
import { SearchStarts } from './search-starts.js';

/** One block of a length out of one pool. */
export interface Take {
  readonly poolId: string;
  readonly family: 4 | 6;
  /** The shortest prefix length among the pool's ranges that can serve: where the search begins. */
  readonly shortest: number;
  readonly length: number;
  readonly strategy: Strategy;
}

/** Something that makes a range unavailable. */
export interface Occupant {
  readonly kind: 'ALLOCATION' | 'POOL' | 'DISCOVERED' | 'NETWORK';
  readonly id: string;
  readonly name: string;
  readonly cidr: string;
}

const PAGE = 500;
/** Beyond this, regions are refreshed together. */
const FEW_REGIONS = 16;
/** Longer free lists are not read whole. */
const LONG_LIST = 20_000;

/** The free list of pools. Callers that change it hold the pool's row lock. */
@Injectable()
export class FreeSpaceRepository {
  constructor(private readonly starts: SearchStarts) {}

  /** Takes one block per request, as if in the order given; undefined where the pool has none left. */
  async take(db: Db, takes: readonly Take[]): Promise<readonly (Cidr | undefined)[]> {
    const blocks: (Cidr | undefined)[] = [];
    for (const run of runsOf(takes)) {
      const [{ take }] = run;
      const row = await rowOf(
        db,
        sql<{
          taken: readonly string[];
        }>`select taken::text[] from take_free(${take.poolId}, ${take.family}, ${take.shortest}, ${take.length},
          ${take.strategy}, ${run.length}, false, 0, '0.0.0.0/0')`,
      );
      row?.taken.forEach((text, position) => {
        const index = run[position]?.index;
        if (index !== undefined) blocks[index] = Cidr.parse(text);
      });
    }
    return takes.map((_, index) => blocks[index]);
  }

  /** The whole free list of a pool; undefined when it has more rows than that. */
  async list(db: Db, poolId: string, most: number): Promise<readonly FreeBlock[] | undefined> {
    const rows = await rowsOf(
      db,
      sql<{
        cidr: string;
        position: number;
      }>`select cidr::text, position from free_block where pool_id = ${poolId} order by position, cidr limit ${most + 1}`,
    );
    return rows.length > most ? undefined : rows.map(({ cidr, position }) => ({ cidr: Cidr.parse(cidr), position }));
  }

  /** Takes exactly these ranges; tells of each whether all of it was free. */
  async carve(db: Db, poolId: string, cidrs: readonly Cidr[]): Promise<readonly boolean[]> {
    const rows = await rowsOf(
      db,
      sql<{
        whole: boolean;
      }>`select carve_block(${poolId}, c.cidr) as whole from unnest(${cidrs.map(String)}::cidr[]) with ordinality as c(cidr, n) order by c.n`,
    );
    return rows.map(({ whole }) => whole);
  }

  /** Takes exactly these ranges in one statement; false, and nothing changed, when a part of one was not free. */
  async carveAll(db: Db, poolId: string, cidrs: readonly Cidr[]): Promise<boolean> {
    const change = carved(await this.placedWithin(db, poolId, cidrs), cidrs);
    if (change) await this.apply(db, poolId, change);
    return change !== undefined;
  }

  async give(db: Db, poolId: string, cidrs: readonly Cidr[]): Promise<void> {
    if (cidrs.length === 0) return;
    this.starts.gaveBack(poolId);
    await sql`select give_block(${poolId}, c.cidr) from unnest(${cidrs.map(String)}::cidr[]) as c(cidr)`.execute(db);
  }

  /** Computes the free list anew inside a region, from what occupies it now. The rest of the pool is not touched. */
  async refresh(db: Db, pool: Pool, regions: readonly Cidr[]): Promise<void> {
    const inside = CidrSet.of(regions).intersect(CidrSet.of(pool.cidrs));
    if (inside.blocks.length > FEW_REGIONS && (await this.#refreshTogether(db, pool, inside.blocks))) return;
    for (const cidr of pool.cidrs) {
      for (const region of inside.intersect(CidrSet.of([cidr]))) {
        const occupied = await this.occupants(db, pool, region);
        await this.carve(db, pool.id, [region]);
        await this.give(
          db,
          pool.id,
          freeBlocks(
            [region],
            occupied.map((occupant) => Cidr.parse(occupant.cidr)),
          ),
        );
      }
    }
  }

  /** Many regions with the whole list in memory; false when the list is too long for that. */
  async #refreshTogether(db: Db, pool: Pool, regions: readonly Cidr[]): Promise<boolean> {
    const rows = await rowsOf(
      db,
      sql<{ cidr: string; position: number }>`select cidr, position from free_block where pool_id = ${pool.id} limit ${LONG_LIST + 1}`,
    );
    if (rows.length > LONG_LIST) return false;
    const occupied = await rowsOf(
      db,
      sql<{ cidr: string }>`with region as materialized (select r.cidr from unnest(${regions.map(String)}::cidr[]) as r(cidr))
        select h.cidr from region r cross join lateral (${heldInside(pool, sql`r.cidr`)} offset 0) h
        union select h.cidr from (
          select distinct set_masklen(r.cidr, l.length) as cidr from region r
          cross join lateral generate_series(${Math.min(...pool.cidrs.map(({ length }) => length))}::int, masklen(r.cidr) - 1) as l(length)
        ) around cross join lateral (${heldAs(pool, sql`around.cidr`)} offset 0) h
        union select s.cidr from region r cross join lateral (${otherOccupants(pool, sql`r.cidr`)}) s`,
    );
    const free = rows.map(({ cidr, position }) => ({ cidr: Cidr.parse(cidr), position }));
    const held = occupied.map(({ cidr }) => Cidr.parse(cidr));
    await this.apply(db, pool.id, refreshed(pool.cidrs, free, regions, held));
    return true;
  }

  /** Writes a change that was computed from the list. Under the lock of the pool nobody else can have changed what is replaced here. */
  async apply(db: Db, poolId: string, { gone, made }: FreeListChange): Promise<void> {
    this.starts.gaveBack(poolId);
    if (gone.length + made.length === 0) return;
    const removed = await rowsOf(
      db,
      sql<{ cidr: string }>`delete from free_block where pool_id = ${poolId} and cidr = any(${gone.map(String)}::cidr[]) returning cidr`,
    );
    if (removed.length !== gone.length) throw new Error(`the free list of pool ${poolId} changed under its lock`);
    await sql`insert into free_block (pool_id, position, cidr, family, length)
      select ${poolId}, n.position, n.cidr, family(n.cidr), masklen(n.cidr)
      from unnest(${made.map(({ position }) => position)}::smallint[], ${made.map(({ cidr }) => String(cidr))}::cidr[]) as n(position, cidr)`.execute(
      db,
    );
  }

  /** What keeps parts of the region from being given out: blocks held, child pools, discovered and foreign ranges. */
  occupants(db: Db, pool: Pool, region: Cidr): Promise<readonly Occupant[]> {
    return rowsOf(db, occupantsOf(pool, sql`${String(region)}::cidr`, sql`${supernetsOf(region)}::cidr[]`));
  }

  /** All free blocks that touch one of the regions, in the pool's order. */
  async within(db: Db, poolId: string, regions: readonly Cidr[]): Promise<readonly Cidr[]> {
    return (await this.placedWithin(db, poolId, regions)).map(({ cidr }) => cidr);
  }

  /** As `within`, with the place of each block's range in the pool. */
  async placedWithin(db: Db, poolId: string, regions: readonly Cidr[]): Promise<readonly FreeBlock[]> {
    const rows = await rowsOf(
      db,
      sql<{ cidr: string; position: number }>`select cidr, position from (
          select distinct b.cidr, b.position from unnest(${regions.map(String)}::cidr[]) as r(cidr)
          cross join lateral (
            select f.cidr, f.position from free_block f
            where f.pool_id = ${poolId} and f.cidr >= r.cidr and f.cidr <= set_masklen(broadcast(r.cidr), case family(r.cidr) when 4 then 32 else 128 end)::cidr and f.cidr <<= r.cidr
            union all
            select f.cidr, f.position from generate_series(0, masklen(r.cidr)) as l(length)
            join free_block f on f.pool_id = ${poolId} and f.cidr = set_masklen(r.cidr, l.length)
          ) b
        ) found order by position, cidr`,
    );
    return rows.map(({ cidr, position }) => ({ cidr: Cidr.parse(cidr), position }));
  }

  /** One page of the free list in the pool's order. */
  async page(
    db: Db,
    poolId: string,
    after: readonly [number, string] | undefined,
    limit: number,
  ): Promise<readonly { readonly position: number; readonly cidr: string }[]> {
    return rowsOf(
      db,
      sql<{ position: number; cidr: string }>`select position, cidr from free_block where pool_id = ${poolId}
        and (${after === undefined} or (position, cidr) > (${after?.[0] ?? 0}::int, ${after?.[1] ?? '0.0.0.0/0'}::cidr))
        order by position, cidr limit ${limit}`,
    );
  }

  /** The free blocks that can hold a block of the length, in the order the strategy looks at them. */
  async *candidates(db: Db, poolId: string, family: 4 | 6, length: number, strategy: Strategy): AsyncGenerator<Cidr> {
    for await (const { cidr } of this.placedCandidates(db, poolId, family, length, strategy)) yield cidr;
  }

  /** As `candidates`, with the place of each block's range in the pool. */
  async *placedCandidates(db: Db, poolId: string, family: 4 | 6, length: number, strategy: Strategy): AsyncGenerator<FreeBlock> {
    const order =
      strategy === 'FIRST_FIT'
        ? sql`position, cidr`
        : strategy === 'LAST_FIT'
          ? sql`position desc, cidr desc`
          : sql`length desc, position, cidr`;
    for (let offset = 0; ; offset += PAGE) {
      const rows = await rowsOf(
        db,
        sql<{
          cidr: string;
          position: number;
        }>`select cidr, position from free_block where pool_id = ${poolId} and family = ${family} and length <= ${length}
          order by ${order} limit ${PAGE} offset ${offset}`,
      );
      for (const { cidr, position } of rows) yield { cidr: Cidr.parse(cidr), position };
      if (rows.length < PAGE) return;
    }
  }

  counts(db: Db, poolId: string): Promise<readonly FreeCount[]> {
    return rowsOf(
      db,
      sql<FreeCount>`select family::int as family, length::int as length, count(*)::int as count from free_block where pool_id = ${poolId} group by family, length`,
    );
  }

  /**
   * The distinct ranges held in a pool. One index probe per range and not one per holder: a reusable block may have
   * thousands of holders.
   */
  async distinctHeld(db: Db, poolId: string): Promise<readonly Cidr[]> {
    const rows = await rowsOf(
      db,
      sql<{ held: string }>`with recursive walk as (
          (select held from allocation where pool_id = ${poolId} and holding order by held limit 1)
          union all
          select (select a.held from allocation a where a.pool_id = ${poolId} and a.holding and a.held > walk.held order by a.held limit 1)
          from walk where walk.held is not null
        ) select held from walk where held is not null`,
    );
    return rows.map(({ held }) => Cidr.parse(held));
  }
}

type Run = readonly [{ readonly take: Take; readonly index: number }, ...{ readonly take: Take; readonly index: number }[]];

/** Requests of one pool that are alike and follow one another: pools do not see each other, and one search serves a run. */
function runsOf(takes: readonly Take[]): readonly Run[] {
  const runs: Run[] = [];
  const last = new Map<string, { readonly kind: string; readonly run: { readonly take: Take; readonly index: number }[] }>();
  takes.forEach((take, index) => {
    const kind = `${take.family}/${take.shortest}/${take.length}/${take.strategy}`;
    const open = last.get(take.poolId);
    if (open?.kind === kind) return open.run.push({ take, index });
    const run: [{ readonly take: Take; readonly index: number }] = [{ take, index }];
    last.set(take.poolId, { kind, run });
    return runs.push(run);
  });
  return runs;
}

function supernetsOf(cidr: Cidr): string[] {
  return Array.from({ length: cidr.length }, (_, length) => String(Cidr.around(cidr.firstAddress, length)));
}

/** One index probe each, whatever the planner thinks of the table; the caller's `offset 0` keeps it so. */
function heldInside(pool: Pool, region: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`select a.held as cidr from allocation a where a.pool_id = ${pool.id} and a.holding and (a.exclusive or ${pool.reuse === 'EXCLUSIVE'})
    and a.held >= ${region} and a.held <= set_masklen(broadcast(${region}), case family(${region}) when 4 then 32 else 128 end)::cidr`;
}

function heldAs(pool: Pool, block: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`select a.held as cidr from allocation a
    where a.pool_id = ${pool.id} and a.holding and (a.exclusive or ${pool.reuse === 'EXCLUSIVE'}) and a.held = ${block}`;
}

function occupantsOf(pool: Pool, region: RawBuilder<unknown>, supernets: RawBuilder<unknown>): RawBuilder<Occupant> {
  const exclusive = pool.reuse === 'EXCLUSIVE';
  return sql<Occupant>`
        select 'ALLOCATION' as kind, a.id::text as id, a.owner_kind || '/' || a.owner_id || ' ' || a.purpose as name, a.held as cidr from allocation a
        where a.pool_id = ${pool.id} and a.holding and (a.held <<= ${region} or a.held = any(${supernets})) and (a.exclusive or ${exclusive})
        union all ${otherOccupants(pool, region)}`;
}

function otherOccupants(pool: Pool, region: RawBuilder<unknown>): RawBuilder<unknown> {
  const exclusive = pool.reuse === 'EXCLUSIVE';
  return sql`
        select 'POOL' as kind, p.id::text as id, p.name, c.cidr from pool p join pool_cidr c on c.pool_id = p.id
        where p.parent_id = ${pool.id} and c.cidr && ${region}
        union all
        select 'DISCOVERED', o.id::text, o.name, o.cidr from occupying_range o
        where o.space_id = ${pool.space.id} and o.cidr && ${region}
          and not (o.kind = 'VIRTUAL_NETWORK' and o.network_id is not distinct from ${pool.network?.id ?? null}::uuid and o.network_id is not null)
          and (${exclusive} or (o.kind in ('VIRTUAL_NETWORK', 'SUBNET', 'OTHER') and o.unplaced))
        union all
        select 'NETWORK', n.id::text, n.name, x.cidr
        from (select x.network_id, x.cidr from network_prefix x where x.cidr && ${region} offset 0) x
        cross join lateral (
          select n.id, n.name from network n where n.id = x.network_id and n.space_id = ${pool.space.id} and n.kind <> 'VIRTUAL_NETWORK' offset 0
        ) n
        where ${exclusive} and n.id is distinct from ${pool.network?.id ?? null}::uuid`;
}
