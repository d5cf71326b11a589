import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@podspan/platform';

/**
 * One real PostgreSQL for the whole run, each spec file makes a database of its own on it.
 * TEST_DATABASE_URL names another server instead. What the tests write need not survive a power cut.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env['TEST_DATABASE_URL']) return undefined;
  const home = mkdtempSync(join(tmpdir(), 'podspan-test-'));
  // As root the server runs as another user; where that one may not enter, its files would go elsewhere and outlive this folder.
  chmodSync(home, 0o755);
  const postgres = await startEmbeddedPostgres({
    home,
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' },
  });
  process.env['TEST_DATABASE_URL'] = postgres.url;
  return async () => {
    await postgres.stop();
    rmSync(home, { recursive: true, force: true });
  };
}
