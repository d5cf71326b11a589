import { Degraded } from '@podspan/platform';
import { sql } from 'kysely';
import type { EngineTransaction } from '../contracts.js';
import type { DurableEngine } from '../durable-engine.js';

/** The relay looks every second. */
const STALE_SECONDS = 10;

/**
 * Without its queue a service answers and takes work on, which waits. A process that has no relay sees it by the alarms that nobody
 * has handed over.
 * @throws Degraded while alarms do not reach the queue
 */
export async function checkQueue(db: EngineTransaction, engine: Pick<DurableEngine, 'queueReachable'>): Promise<void> {
  if (!engine.queueReachable) throw new Degraded('alarms are not handed over to the queue');
  const { rows } = await sql`
    select 1 from outbox where due_at < clock_timestamp() - make_interval(secs => ${STALE_SECONDS}) limit 1`.execute(db);
  if (rows.length > 0) throw new Degraded(`alarms have waited for more than ${STALE_SECONDS} s`);
}
