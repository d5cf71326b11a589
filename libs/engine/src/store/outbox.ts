import { sql, type RawBuilder } from 'kysely';
import type { EngineTransaction } from '../contracts.js';

/** What a job is about: `act`, `poll`, `task` and `sweep` ring a run, `bell` a job of the feature. */
export type JobKind = 'act' | 'poll' | 'task' | 'sweep' | 'bell';

/** Later alarms wait for the relay's next tick: waking it for each would undo its batching. */
const SOON_SECONDS = 1;

/** A statement that announces new outbox rows when its transaction commits. `from` names rows that exist only then. */
export function announce(channel: string, delaySeconds: number, from: string): RawBuilder<unknown> {
  return delaySeconds < SOON_SECONDS
    ? sql`select id, pg_notify(${channel}, '') from ${sql.ref(from)}`
    : sql`select id from ${sql.ref(from)}`;
}

export async function ringRun(trx: EngineTransaction, channel: string, runId: string, fence: string, kind: JobKind): Promise<void> {
  await sql`
    with added as (insert into outbox (kind, subject, fence, due_at) values (${kind}, ${runId}, ${fence}, clock_timestamp()) returning id)
    ${announce(channel, 0, 'added')}`.execute(trx);
}

/** Hands the alarms of runs that nobody holds to the queue, each for the time it is due. */
export async function ringAll(db: EngineTransaction, channel: string, runIds: readonly string[]): Promise<void> {
  if (runIds.length === 0) return;
  await sql`
    with added as (
      insert into outbox (kind, subject, fence, due_at)
      select 'act', id::text, fence, due_at from run
      where id = any(${[...runIds]}::uuid[]) and lease_owner is null and state in ('PENDING', 'RUNNING') returning id
    )
    ${announce(channel, 0, 'added')}`.execute(db);
}

export interface OutboxRow {
  readonly id: string;
  readonly kind: JobKind;
  readonly subject: string;
  readonly fence: string;
  readonly delay_ms: number;
}

export async function hasOutbox(db: EngineTransaction): Promise<boolean> {
  const { rows } = await sql`select 1 from outbox limit 1`.execute(db);
  return rows.length > 0;
}

/** Takes up to `limit` rows out of the outbox; they are gone only if the transaction commits. */
export async function takeOutbox(trx: EngineTransaction, limit: number): Promise<readonly OutboxRow[]> {
  const { rows } = await sql<OutboxRow>`
    delete from outbox where id in (select id from outbox order by id limit ${limit} for update skip locked)
    returning id, kind, subject, fence, greatest(0, extract(epoch from due_at - clock_timestamp()) * 1000)::float8 as delay_ms`.execute(
    trx,
  );
  return rows;
}
