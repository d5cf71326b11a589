import { Inject, Injectable } from '@nestjs/common';
import type { Actor } from '@podspan/platform';
import { Kysely, sql } from 'kysely';
import { type DayCount, forecastOf } from '../domain/forecast.js';
import { availableOf, type FreeCount } from '../domain/utilization.js';
import { idAt } from '../history/as-of.js';
import type { Pool } from '../pools/pools.repository.js';
import { ShowSpace } from '../pools/show-space.js';
import { type Db, rowsOf } from '../postgres/db.js';
import type { ForecastQuery, ForecastView } from './forecast-schemas.js';

const DAY = 86_400_000;

type FamilyDay = DayCount & { readonly family: 4 | 6 };

/** When a pool runs out at the rate of the last weeks, per length. */
@Injectable()
export class ForecastPool {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly showSpace: ShowSpace,
  ) {}

  async execute(actor: Actor, key: string, query: ForecastQuery, now: Date = new Date()): Promise<ForecastView> {
    const { pool, counts } = await this.showSpace.counts(actor, key);
    const from = new Date(now.getTime() - query.windowDays * DAY);
    const observedDays = Math.min(query.windowDays, (now.getTime() - pool.row.created_at.getTime()) / DAY);
    const days = await this.#days(pool, from, now);
    const families = [...new Set(pool.cidrs.map(({ family }) => family))];
    return {
      pool: pool.name,
      windowDays: query.windowDays,
      observedDays: Math.round(observedDays * 100) / 100,
      lengths: families.flatMap((family) => {
        const own = days.filter((day) => day.family === family);
        const left = lengthsOf(pool, family, own, query.prefixLength).map((prefixLength) => ({
          prefixLength,
          available: availableOf(ofFamily(counts, family), prefixLength),
        }));
        return forecastOf({ now, windowDays: query.windowDays, observedDays, days: own, left }).map((line) => ({ family, ...line }));
      }),
    };
  }

  /**
   * What was taken and given back, by day and length. In a reusable pool a range counts once: from its first holder to
   * the end of its last one.
   */
  async #days(pool: Pool, from: Date, now: Date): Promise<readonly FamilyDay[]> {
    return rowsOf(
      this.db,
      sql<FamilyDay>`select family(held)::int as family, masklen(held)::int as "prefixLength",
          floor(extract(epoch from ${now}::timestamptz - at) / 86400)::int as "daysAgo",
          count(*) filter (where change > 0)::int as taken, count(*) filter (where change < 0)::int as released
        from (${pool.reuse === 'EXCLUSIVE' ? exclusiveMoves(pool.id, from) : sharedMoves(pool.id, from)}) moves
        where at >= ${from} and at <= ${now} group by 1, 2, 3`,
    );
  }
}

function exclusiveMoves(poolId: string, from: Date): ReturnType<typeof sql> {
  return sql`
    select coalesce(first.held, a.held) as held, a.created_at as at, 1 as change
    from allocation a left join lateral (
      select h.held from allocation_history h where h.allocation_id = a.id order by h.valid_from limit 1
    ) first on a.version > 1
    where a.pool_id = ${poolId} and a.id >= ${idAt(from)}::uuid
    union all
    select held, ended_at, -1 from allocation where pool_id = ${poolId} and ended_at >= ${from}
    union all
    select move.held, h.valid_to, move.change from allocation_history h
    cross join lateral (values (h.held, -1), (h.held_after, 1)) as move(held, change)
    where h.pool_id = ${poolId} and h.held_after is not null and h.valid_to >= ${from}`;
}

function sharedMoves(poolId: string, from: Date): ReturnType<typeof sql> {
  return sql`
    select held, first as at, 1 as change from (
      select held, min(created_at) as first from allocation where pool_id = ${poolId} group by held having min(created_at) >= ${from}
    ) taken
    union all
    select held, last, -1 from (
      select held, max(ended_at) as last from allocation where pool_id = ${poolId} group by held having not bool_or(holding) and max(ended_at) >= ${from}
    ) ended`;
}

function ofFamily(counts: readonly FreeCount[], family: 4 | 6): readonly FreeCount[] {
  return counts.filter((line) => line.family === family);
}

function lengthsOf(pool: Pool, family: 4 | 6, days: readonly FamilyDay[], wanted: number | undefined): readonly number[] {
  const longest = family === 4 ? 32 : 128;
  if (wanted !== undefined) return wanted <= longest ? [wanted] : [];
  const used = [...days.map(({ prefixLength }) => prefixLength), ...(pool.defaultPrefixLength === null ? [] : [pool.defaultPrefixLength])];
  return [...new Set(used)].filter((length) => length <= longest).sort((a, b) => a - b);
}
