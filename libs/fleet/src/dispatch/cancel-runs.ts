import type { EngineRef } from '@podspan/engine';
import { sql } from 'kysely';
import type { Db, ItemRow, RolloutRow } from '../database.js';

/** The run got on before we had its lock, and FINISH lets it. */
class GoesOn extends Error {}

/**
 * Tells the runs in flight that their rollout is canceled. ABORT stops each of them; FINISH stops only those that have written
 * nothing of their own yet (F25) and lets the others come to their end. One transaction each, the run's lock first: a run that
 * reports a step holds its own lock while it waits for the rollout's, so the other order would deadlock.
 */
export async function cancelRuns(db: Db, engines: EngineRef, rollout: RolloutRow): Promise<void> {
  const mode = rollout.cancel_mode ?? 'FINISH';
  const { rows } = await sql<Pick<ItemRow, 'id'>>`
    select id from item where rollout_id = ${rollout.id} and state = 'RUNNING' and not cancel_sent and (not touched or ${mode === 'ABORT'})
  `.execute(db);
  for (const { id } of rows) {
    try {
      await db.transaction().execute((trx) => cancelRun(trx, engines, id, mode));
    } catch (error) {
      if (!(error instanceof GoesOn)) throw error;
    }
  }
}

async function cancelRun(trx: Db, engines: EngineRef, id: string, mode: 'ABORT' | 'FINISH'): Promise<void> {
  await engines.engine.cancel(trx, id, mode);
  const { rows } = await sql<{ touched: boolean }>`update item set cancel_sent = true where id = ${id} returning touched`.execute(trx);
  if (mode === 'FINISH' && rows[0]?.touched) throw new GoesOn();
}
