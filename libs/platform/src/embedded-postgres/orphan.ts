import { existsSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const GRACE_MS = 15_000;

/**
 * Stops a server that still runs on `data` although the process that started it is gone.
 * The caller holds the lock of the folder, so a living server there belongs to nobody.
 * A pid file without such a server is removed: its number may belong to another program by now, and PostgreSQL would refuse to start.
 */
export async function stopOrphan(data: string): Promise<void> {
  const pid = pidOf(data);
  if (pid === undefined || !isServerOn(pid, data)) {
    rmSync(join(data, 'postmaster.pid'), { force: true });
    return;
  }
  kill(pid, 'SIGINT');
  const deadline = Date.now() + GRACE_MS;
  while (isServerOn(pid, data)) {
    if (Date.now() > deadline) kill(pid, 'SIGQUIT');
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

function pidOf(data: string): number | undefined {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  return Number.isInteger(pid) && pid > 1 ? pid : undefined;
}

/** The server's working directory is its data folder; where /proc is missing a living process is believed. */
function isServerOn(pid: number, data: string): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (!existsSync('/proc/self')) return true;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === data && readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'postgres';
  } catch {
    return false;
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone in the meantime.
  }
}
