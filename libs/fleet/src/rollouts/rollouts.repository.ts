import { currentReach, decodeCursor, isId, type PageQuery } from '@podspan/platform';
import { NotFound } from '@podspan/errors';
import { sql } from 'kysely';
import type { Db, RolloutRow, WaveCountRow } from '../database.js';

export interface RolloutFilter extends PageQuery {
  readonly lifecycle?: string | undefined;
  readonly cluster?: string | undefined;
}

/** Reads and locks rollouts. `key` is an id or a name everywhere. */
export class RolloutsRepository {
  constructor(private readonly db: Db) {}

  /** @throws NotFound */
  async find(key: string, db: Db = this.db): Promise<RolloutRow> {
    const { rows } = await sql<RolloutRow>`select * from rollout where ${byKey(key)} and ${rolloutsWithinReach()}`.execute(db);
    const [row] = rows;
    if (!row) throw new NotFound('rollout', key);
    return row;
  }

  /** Nobody else decides about this rollout until the transaction ends. @throws NotFound */
  async lock(trx: Db, key: string): Promise<RolloutRow> {
    const { rows } =
      await sql<RolloutRow>`select * from rollout where ${byKey(key)} and ${rolloutsWithinReach()} for no key update`.execute(trx);
    const [row] = rows;
    if (!row) throw new NotFound('rollout', key);
    return row;
  }

  async list({ limit, cursor, lifecycle, cluster }: RolloutFilter): Promise<readonly RolloutRow[]> {
    const after = decodeCursor(cursor, ['id'])?.[0];
    const { rows } = await sql<RolloutRow>`
      select * from rollout
      where ${after === undefined ? sql`true` : sql`id < ${after}::uuid`}
        and ${lifecycle === undefined ? sql`true` : sql`lifecycle = ${lifecycle}`}
        and ${cluster === undefined ? sql`true` : sql`exists (select 1 from item where item.rollout_id = rollout.id and item.cluster = ${cluster})`}
        and ${rolloutsWithinReach()}
      order by id desc limit ${limit + 1}
    `.execute(this.db);
    return rows;
  }

  /** Waves in order with their items counted, and the database's clock. */
  async waves(rolloutIds: readonly string[], db: Db = this.db): Promise<readonly WaveCountRow[]> {
    if (rolloutIds.length === 0) return [];
    const { rows } = await sql<WaveCountRow>`
      select w.*,
        count(i.id) filter (where i.state = 'PENDING' and not i.held)::int as pending,
        count(i.id) filter (where i.state = 'PENDING' and i.held)::int as held,
        count(i.id) filter (where i.state = 'RUNNING')::int as running,
        count(i.id) filter (where i.state = 'SUCCEEDED')::int as succeeded,
        count(i.id) filter (where i.state = 'FAILED')::int as failed,
        count(i.id) filter (where i.state = 'FAILED' and i.counted)::int as counted_failures,
        count(i.id) filter (where i.state = 'CANCELED')::int as canceled,
        count(i.id) filter (where i.state = 'SKIPPED')::int as skipped
      from wave w left join item i on i.rollout_id = w.rollout_id and i.wave = w.index
      where w.rollout_id = any(${rolloutIds}::uuid[])
      group by w.rollout_id, w.index order by w.rollout_id, w.index
    `.execute(db);
    return rows;
  }
}

/** Who may steer a rollout reaches every network of it. */
function rolloutsWithinReach(): ReturnType<typeof sql<boolean>> {
  const reach = currentReach();
  if (reach === undefined) return sql<boolean>`true`;
  return sql<boolean>`not exists (select 1 from item where item.rollout_id = rollout.id and item.network <> all(${[...reach]}::text[]))`;
}

export function byKey(key: string): ReturnType<typeof sql<boolean>> {
  return isId(key) ? sql<boolean>`id = ${key}` : sql<boolean>`name = ${key}`;
}
