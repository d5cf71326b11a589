import pg from 'pg';

const PAUSE_MS = 200;

type Connected = (error: Error | undefined, client: pg.PoolClient | undefined, done: (release?: unknown) => void) => void;

/**
 * A pool that takes a moment to say that it cannot connect. BullMQ asks again at once, and a server that refuses would be
 * asked hundreds of times a second by every worker, just while it tries to come back.
 */
export class PatientPool extends pg.Pool {
  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<pg.PoolClient> | void {
    if (!callback) return super.connect().catch(afterPause);
    super.connect((error, client, done) => {
      if (error) setTimeout(() => callback(error, client, done), PAUSE_MS);
      else callback(error, client, done);
    });
  }
}

async function afterPause(error: unknown): Promise<never> {
  await new Promise((wake) => setTimeout(wake, PAUSE_MS));
  throw error;
}
