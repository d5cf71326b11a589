import { Injectable } from '@nestjs/common';
import { Conflict, NotFound } from '@podspan/errors';
import { isId, newId } from '@podspan/platform';
import { type RawBuilder, sql } from 'kysely';
import type { ThresholdState } from '../domain/threshold.js';
import { brokenConstraint, type Db, instant, instantOrNull, rowOf, rowsOf } from '../postgres/db.js';
import type { ThresholdView } from './threshold-schemas.js';

export interface ThresholdRow {
  readonly id: string;
  readonly pool_id: string;
  readonly pool_name: string;
  readonly family: 4 | 6 | null;
  readonly prefix_length: number | null;
  readonly min_free: string | null;
  readonly recover_free: string | null;
  readonly max_percent: number | null;
  readonly recover_percent: number | null;
  readonly state: ThresholdState;
  readonly since: Date;
  readonly measured: string | null;
  readonly measured_at: Date | null;
  readonly created_by: string;
  readonly created_at: Date;
}

export type NewThreshold = Pick<
  ThresholdRow,
  'pool_id' | 'family' | 'prefix_length' | 'min_free' | 'recover_free' | 'max_percent' | 'recover_percent'
>;

export type ThresholdMarks = Pick<ThresholdRow, 'min_free' | 'recover_free' | 'max_percent' | 'recover_percent'>;

const selectThreshold = sql`select t.*, t.min_free::text as min_free, t.recover_free::text as recover_free, p.name as pool_name
  from pool_threshold t join pool p on p.id = t.pool_id`;

@Injectable()
export class ThresholdsRepository {
  async get(db: Db, poolId: string, id: string): Promise<ThresholdRow> {
    return this.#get(db, poolId, id, sql``);
  }

  /** As `get`; nobody measures or changes it until the transaction ends. */
  locked(db: Db, poolId: string, id: string): Promise<ThresholdRow> {
    return this.#get(db, poolId, id, sql`for update of t`);
  }

  async #get(db: Db, poolId: string, id: string, lock: RawBuilder<unknown>): Promise<ThresholdRow> {
    const row = isId(id)
      ? await rowOf(db, sql<ThresholdRow>`${selectThreshold} where t.pool_id = ${poolId} and t.id = ${id} ${lock}`)
      : undefined;
    if (!row) throw new NotFound('threshold', id);
    return row;
  }

  page(db: Db, poolId: string, after: string | undefined, limit: number): Promise<readonly ThresholdRow[]> {
    return rowsOf(
      db,
      sql<ThresholdRow>`${selectThreshold} where t.pool_id = ${poolId} and (${after ?? null}::uuid is null or t.id > ${after ?? null})
        order by t.id limit ${limit + 1}`,
    );
  }

  /** @throws Conflict `threshold_exists`: one per length, and one by per cent */
  async insert(db: Db, row: NewThreshold, by: string): Promise<ThresholdRow> {
    const id = newId();
    try {
      await sql`insert into pool_threshold (id, pool_id, family, prefix_length, min_free, recover_free, max_percent, recover_percent, created_by)
        values (${id}, ${row.pool_id}, ${row.family}, ${row.prefix_length}, ${row.min_free}::numeric, ${row.recover_free}::numeric,
          ${row.max_percent}, ${row.recover_percent}, ${by})`.execute(db);
    } catch (error) {
      if (!brokenConstraint(error)?.startsWith('pool_threshold_')) throw error;
      const what = row.prefix_length === null ? 'by per cent' : `for /${row.prefix_length}`;
      throw new Conflict('threshold_exists', `the pool has a threshold ${what} already`, { facts: { prefixLength: row.prefix_length } });
    }
    return this.get(db, row.pool_id, id);
  }

  /** Other marks; never measured by them, so that the next round does. */
  async update(db: Db, id: string, { min_free, recover_free, max_percent, recover_percent }: ThresholdMarks): Promise<void> {
    await sql`update pool_threshold set min_free = ${min_free}::numeric, recover_free = ${recover_free}::numeric, max_percent = ${max_percent},
      recover_percent = ${recover_percent}, measured = null, measured_at = null where id = ${id}`.execute(db);
  }

  async delete(db: Db, id: string): Promise<void> {
    await sql`delete from pool_threshold where id = ${id}`.execute(db);
  }

  /** Locks thresholds that nobody has measured lately; others that measure pass over them. */
  due(db: Db, seconds: number, limit: number): Promise<readonly ThresholdRow[]> {
    return rowsOf(
      db,
      sql<ThresholdRow>`${selectThreshold} where t.measured_at is null or t.measured_at <= now() - make_interval(secs => ${seconds})
        order by t.measured_at nulls first, t.id limit ${limit} for update of t skip locked`,
    );
  }

  async measured(db: Db, id: string, state: ThresholdState, measured: string): Promise<void> {
    await sql`update pool_threshold set since = case when state = ${state} then since else now() end, state = ${state}, measured = ${measured},
      measured_at = clock_timestamp() where id = ${id}`.execute(db);
  }
}

export function thresholdView(row: ThresholdRow): ThresholdView {
  return {
    id: row.id,
    pool: row.pool_name,
    prefixLength: row.prefix_length,
    family: row.family,
    minFree: row.min_free,
    recoverFree: row.recover_free,
    maxPercent: row.max_percent,
    recoverPercent: row.recover_percent,
    state: row.state,
    since: instant(row.since),
    measured: row.measured,
    measuredAt: instantOrNull(row.measured_at),
    createdAt: instant(row.created_at),
    createdBy: row.created_by,
  };
}
