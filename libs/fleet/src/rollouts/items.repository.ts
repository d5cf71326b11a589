import { NotFound } from '@podspan/errors';
import { decodeCursor, isId, type PageQuery } from '@podspan/platform';
import { sql } from 'kysely';
import type { Db, ItemRow } from '../database.js';
import type { ItemState } from '../domain/states.js';

export type ListedItem = ItemRow & { readonly wave_name: string; readonly wave_opened: boolean };

export interface ItemFilter extends PageQuery {
  readonly state?: ItemState | undefined;
  readonly wave?: string | undefined;
}

export class ItemsRepository {
  constructor(private readonly db: Db) {}

  /** In the order of the request. */
  async list(rolloutId: string, { limit, cursor, state, wave }: ItemFilter): Promise<readonly ListedItem[]> {
    const after = decodeCursor(cursor, ['place'])?.[0];
    const { rows } = await sql<ListedItem>`
      select i.*, w.name as wave_name, w.opened_at is not null as wave_opened from item i join wave w on w.rollout_id = i.rollout_id and w.index = i.wave
      where i.rollout_id = ${rolloutId} and i.position > ${after ?? -1}
        and ${state === undefined ? sql`true` : sql`i.state = ${state}`}
        and ${wave === undefined ? sql`true` : sql`w.name = ${wave}`}
      order by i.position limit ${limit + 1}
    `.execute(this.db);
    return rows;
  }

  /** By id or by the cluster's name. @throws NotFound */
  async find(rolloutId: string, key: string): Promise<ListedItem> {
    const { rows } = await sql<ListedItem>`
      select i.*, w.name as wave_name, w.opened_at is not null as wave_opened from item i join wave w on w.rollout_id = i.rollout_id and w.index = i.wave
      where i.rollout_id = ${rolloutId} and ${isId(key) ? sql`i.id = ${key}` : sql`i.cluster = ${key}`}
    `.execute(this.db);
    const [row] = rows;
    if (!row) throw new NotFound('item', key);
    return row;
  }
}
