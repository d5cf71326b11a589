import { sql } from 'kysely';
import type { Db, EventRow } from '../database.js';

export interface NewEvent {
  readonly type: string;
  readonly cluster?: string;
  readonly wave?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/**
 * Appends events with the next numbers of the rollout. The rollout's row stays locked until the transaction ends, so numbers
 * have no gap and are seen in their order. Take the run's lock first, if you take it at all.
 */
export async function appendEvents(trx: Db, rolloutId: string, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  const texts = JSON.stringify(
    events.map(({ type, cluster, wave, data }, index) => ({ n: index + 1, type, cluster, wave, data: data ?? {} })),
  );
  await sql`
    with numbered as (
      update rollout set last_sequence = last_sequence + ${events.length} where id = ${rolloutId}
      returning last_sequence - ${events.length} as base
    )
    insert into event (rollout_id, sequence, type, cluster, wave, data)
    select ${rolloutId}, numbered.base + e.n, e.type, e.cluster, e.wave, e.data
    from numbered, jsonb_to_recordset(${texts}::jsonb) as e (n int, type text, cluster text, wave text, data jsonb)
  `.execute(trx);
}

export class EventsRepository {
  constructor(private readonly db: Db) {}

  /** In order, after a sequence. */
  async after(rolloutId: string, sequence: number, limit: number): Promise<readonly EventRow[]> {
    const { rows } = await sql<EventRow>`
      select * from event where rollout_id = ${rolloutId} and sequence > ${sequence} order by sequence limit ${limit}
    `.execute(this.db);
    return rows;
  }

  /** Whether the rollout is over and how far its events go. Read before the events: what ends in between is seen next time. */
  async head(rolloutId: string): Promise<{ readonly done: boolean; readonly last: number } | undefined> {
    const { rows } = await sql<{ done: boolean; last: string }>`
      select lifecycle = 'DONE' as done, last_sequence as last from rollout where id = ${rolloutId}
    `.execute(this.db);
    return rows[0] && { done: rows[0].done, last: Number(rows[0].last) };
  }
}
