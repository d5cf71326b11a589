import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../embedded-postgres/embedded-postgres.js';

/** A real PostgreSQL server of the test's own, which it may stop at once and start again on the same port and data. */
export interface TestPostgres {
  readonly url: string;
  start(): Promise<void>;
  /** As `pg_ctl stop -m immediate`: every connection is cut, nothing is written any more, the next start recovers. */
  kill(): Promise<void>;
  destroy(): Promise<void>;
}

export async function testPostgres(): Promise<TestPostgres> {
  const home = mkdtempSync(join(tmpdir(), 'podspan-postgres-'));
  // As root the server runs as another user, who must be able to enter.
  chmodSync(home, 0o755);
  // What is acknowledged must survive the kill; a power cut is not tested.
  const settings = { fsync: 'off' };
  let server: EmbeddedPostgres | undefined = await startEmbeddedPostgres({ home, settings });
  const { url } = server;
  const port = Number(new URL(url).port);
  const postgres: TestPostgres = {
    url,
    start: async () => {
      server ??= await startEmbeddedPostgres({ home, settings, port });
    },
    kill: async () => {
      const ending = server;
      server = undefined;
      if (!ending) return;
      const gone = new Promise<void>((exited) => ending.onExit(() => exited()));
      process.kill(ending.pid, 'SIGQUIT');
      await gone;
    },
    destroy: async () => {
      await server?.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
  return postgres;
}
