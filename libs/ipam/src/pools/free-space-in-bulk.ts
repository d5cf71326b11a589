import { Injectable } from '@nestjs/common';
import { Cidr, CidrSet } from '@podspan/cidr';
import { sql } from 'kysely';
import { type Db, rowsOf } from '../postgres/db.js';
import type { Pool } from './pools.repository.js';
import { SearchStarts } from './search-starts.js';

const PAGE = 20_000;

interface FreeRow {
  readonly cidr: string;
  readonly position: number;
}

/**
 * Changes of the free list by the thousand: the list is read once, computed as sets and written back by its difference, where
 * one call per block would walk over everything it has split and joined itself. Callers hold the pool's row lock.
 */
@Injectable()
export class FreeSpaceInBulk {
  constructor(private readonly starts: SearchStarts) {}

  /** Takes these ranges, free or not. */
  async carve(db: Db, pool: Pool, cidrs: readonly Cidr[]): Promise<void> {
    const taken = CidrSet.of(cidrs);
    await this.#rewrite(db, pool, (free) => free.subtract(taken));
  }

  /** Computes the free list anew inside the regions, from what occupies them now. */
  async refresh(db: Db, pool: Pool, regions: readonly Cidr[]): Promise<void> {
    const inside = CidrSet.of(regions).intersect(CidrSet.of(pool.cidrs));
    if (inside.isEmpty) return;
    const open = inside.subtract(CidrSet.of(await this.#occupants(db, pool, inside)));
    await this.#rewrite(db, pool, (free) => free.subtract(inside).union(open));
  }

  async #rewrite(db: Db, pool: Pool, change: (free: CidrSet) => CidrSet): Promise<void> {
    const rows = await rowsOf(db, sql<FreeRow>`select cidr::text, position from free_block where pool_id = ${pool.id}`);
    const before = new Map<string, FreeRow>(rows.map(({ cidr, position }) => [`${position} ${cidr}`, { cidr, position }]));
    const free = change(CidrSet.of(rows.map(({ cidr }) => Cidr.parse(cidr))));
    // Ranges of a pool may be neighbours and are never joined.
    const after = new Map<string, FreeRow>(
      pool.cidrs.flatMap((range, position) =>
        free.intersect(CidrSet.of([range])).blocks.map((block) => [`${position} ${block}`, { cidr: String(block), position }] as const),
      ),
    );
    const gone = [...before].filter(([key]) => !after.has(key)).map(([, { cidr }]) => cidr);
    const come = [...after].filter(([key]) => !before.has(key)).map(([, row]) => row);
    if (come.length > 0) this.starts.gaveBack(pool.id);
    if (gone.length > 0) await sql`delete from free_block where pool_id = ${pool.id} and cidr = any(${gone}::cidr[])`.execute(db);
    if (come.length > 0) {
      await sql`insert into free_block (pool_id, position, cidr, family, length)
        select ${pool.id}, position, cidr, family(cidr), masklen(cidr) from unnest(${come.map(({ position }) => position)}::smallint[], ${come.map(({ cidr }) => cidr)}::cidr[]) as b(position, cidr)`.execute(
        db,
      );
    }
  }

  /** What {@link FreeSpaceRepository.occupants} finds region by region. */
  async #occupants(db: Db, pool: Pool, inside: CidrSet): Promise<readonly Cidr[]> {
    const exclusive = pool.reuse === 'EXCLUSIVE';
    const others = await rowsOf(
      db,
      sql<{ cidr: string }>`
        select c.cidr::text from pool p join pool_cidr c on c.pool_id = p.id where p.parent_id = ${pool.id}
        union all
        select o.cidr::text from occupying_range o where o.space_id = ${pool.space.id}
          and not (o.kind = 'VIRTUAL_NETWORK' and o.network_id is not distinct from ${pool.network?.id ?? null}::uuid and o.network_id is not null)
          and (${exclusive} or (o.kind in ('VIRTUAL_NETWORK', 'SUBNET', 'OTHER') and o.unplaced))
        union all
        select x.cidr::text from network_prefix x join network n on n.id = x.network_id
        where ${exclusive} and n.space_id = ${pool.space.id} and n.kind <> 'VIRTUAL_NETWORK' and n.id is distinct from ${pool.network?.id ?? null}::uuid`,
    );
    const found = others.map(({ cidr }) => Cidr.parse(cidr)).filter((cidr) => inside.overlaps(cidr));
    for await (const held of this.#held(db, pool, exclusive)) if (inside.overlaps(held)) found.push(held);
    return found;
  }

  async *#held(db: Db, pool: Pool, exclusive: boolean): AsyncGenerator<Cidr> {
    for (let after: string | null = null; ;) {
      const rows: readonly { readonly held: string }[] = await rowsOf(
        db,
        sql<{
          held: string;
        }>`select distinct held::text, held as place from allocation where pool_id = ${pool.id} and holding and (exclusive or ${exclusive})
          and (${after}::cidr is null or held > ${after}::cidr) order by place limit ${PAGE}`,
      );
      for (const { held } of rows) yield Cidr.parse(held);
      const last = rows.at(-1);
      if (rows.length < PAGE || !last) return;
      after = last.held;
    }
  }
}
