import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';

/** Ends the PostgreSQL that a killed Podspan left behind on its data folder, if there is one, and waits until it is gone. */
export async function endDatabaseOf(home: string): Promise<void> {
  const file = join(home, 'postgres', 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  if (!sent(pid, 'SIGQUIT')) return;
  await vi.waitFor(() => {
    if (sent(pid, 0)) throw new Error(`PostgreSQL ${pid} still runs`);
  }, 10_000);
}

function sent(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
