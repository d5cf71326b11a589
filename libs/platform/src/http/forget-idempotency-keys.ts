import { type Kysely, sql } from 'kysely';

/** Small enough that nobody waits for it. */
const BATCH = 2_000;
const EVERY_MS = 3_600_000;

/** Records that are no longer honoured: {@link runWrite} looks back 24 hours. Returns how many there were. */
export async function forgetIdempotencyKeys<Database>(db: Kysely<Database>): Promise<number> {
  for (let total = 0; ;) {
    const { numAffectedRows = 0n } = await sql`
      delete from idempotency_key where (caller, key) in (
        select caller, key from idempotency_key where created_at < now() - interval '24 hours' order by created_at limit ${BATCH}
        for update skip locked
      )`.execute(db);
    total += Number(numAffectedRows);
    if (numAffectedRows < BATCH) return total;
  }
}

/** Forgets now and once an hour. Any number of processes may do so at once. */
export function keepForgetting<Database>(db: Kysely<Database>, onError: (error: unknown) => void): { stop(): Promise<void> } {
  let running: Promise<unknown> = Promise.resolve();
  const forget = (): void => {
    running = running.then(() => forgetIdempotencyKeys(db)).catch(onError);
  };
  forget();
  const timer = setInterval(forget, EVERY_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
