import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Conflict } from '@podspan/errors';

/** Who holds a data folder: the process, and when it started, so that a reused process id is not mistaken for it. */
interface Holder {
  readonly pid: number;
  readonly startedAt: string;
}

/** Two processes on one data folder would destroy it. Held until `release` or the death of the process. */
export interface DataFolderLock {
  release(): void;
}

/**
 * Takes the folder for this process. A lock left by a dead process is taken over.
 * @throws Conflict `data_folder_in_use` when a living process holds it; `facts.pid` names that process.
 */
export function lockDataFolder(folder: string): DataFolderLock {
  const path = join(folder, 'lock');
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const mine: Holder = { pid: process.pid, startedAt: startOf(process.pid) ?? 'unknown' };
  for (let attempt = 0; attempt < 10; attempt++) {
    if (create(path, mine)) return { release: () => releaseIfMine(path, mine) };
    const holder = read(path);
    if (holder && isAlive(holder)) {
      throw new Conflict(
        'data_folder_in_use',
        `${folder} is in use by process ${holder.pid}; stop it, or set PODSPAN_HOME to another folder`,
        {
          facts: { folder, pid: holder.pid },
        },
      );
    }
    setAside(path);
  }
  throw new Conflict('data_folder_in_use', `${folder} is being taken by other processes at the same time`, { facts: { folder } });
}

function create(path: string, holder: Holder): boolean {
  try {
    writeFileSync(path, JSON.stringify(holder), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

function read(path: string): Holder | undefined {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof parsed === 'object' && parsed !== null && 'pid' in parsed && 'startedAt' in parsed) {
      return { pid: Number(parsed.pid), startedAt: String(parsed.startedAt) };
    }
  } catch {
    // Half written by a process that died, or just removed: either way nobody holds it.
  }
  return undefined;
}

function isAlive({ pid, startedAt }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return isErrno(error, 'EPERM');
  }
  const now = startOf(pid);
  return now === undefined || startedAt === 'unknown' || now === startedAt;
}

/** The kernel's start time of a process in ticks since boot; undefined where there is no /proc. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/** Renaming first means that of two processes only one removes the stale lock, and neither removes a fresh one. */
function setAside(path: string): void {
  const aside = `${path}.stale-${process.pid}`;
  try {
    renameSync(path, aside);
    rmSync(aside, { force: true });
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
  }
}

function releaseIfMine(path: string, mine: Holder): void {
  const holder = read(path);
  if (holder?.pid === mine.pid && holder.startedAt === mine.startedAt) rmSync(path, { force: true });
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
