import { type RawBuilder, sql } from 'kysely';
import type { EngineTransaction } from '../contracts.js';
import { announce } from './outbox.js';

/** The engine's own bell: it looks after all running clusters of a subscription at once. */
export const watchJob = 'engine.watch';

export interface WatchedOperation {
  readonly runId: string;
  /** Lower case. */
  readonly resourceId: string;
}

/** Running operations on clusters of a subscription, as a number. Agent pools are not in the list of clusters. */
export function runningClusters(subscriptionId: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(
    select count(*) from operation o where o.state = 'RUNNING' and o.subscription_id = ${subscriptionId}
      and o.provider = 'microsoft.containerservice' and o.resource_id not ilike '%/agentpools/%')`;
}

/** What is under way and in nobody's hands. */
export async function watchedOperations(db: EngineTransaction, subscriptionId: string): Promise<readonly WatchedOperation[]> {
  const { rows } = await sql<WatchedOperation>`
    select o.run_id as "runId", lower(o.resource_id) as "resourceId" from operation o join run r on r.id = o.run_id
    where o.state = 'RUNNING' and o.subscription_id = ${subscriptionId} and o.provider = 'microsoft.containerservice'
      and o.resource_id not ilike '%/agentpools/%' and r.lease_owner is null and r.state in ('PENDING', 'RUNNING')`.execute(db);
  return rows;
}

/** Rings runs before their alarm, at most `withinSeconds` from now and spread over that time. Their alarms' job ids are void. */
export async function ringEarly(db: EngineTransaction, channel: string, runIds: readonly string[], withinSeconds: number): Promise<void> {
  if (runIds.length === 0) return;
  await sql`
    with free as (
      select run.id, w.place from run join unnest(${[...runIds]}::uuid[]) with ordinality as w (id, place) on run.id = w.id
      where run.lease_owner is null and run.state in ('PENDING', 'RUNNING') for update of run skip locked
    ), due as (
      update run set fence = fence + 1,
        due_at = least(due_at, clock_timestamp() + make_interval(secs => ${withinSeconds}::float8 * free.place / ${runIds.length}::float8))
      from free where run.id = free.id
      returning run.id, run.fence, run.due_at
    ), added as (
      insert into outbox (kind, subject, fence, due_at) select 'poll', id::text, fence, due_at from due returning id
    )
    ${announce(channel, 0, 'added')}`.execute(db);
}
