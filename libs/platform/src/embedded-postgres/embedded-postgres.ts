import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { CannotStart } from '../config/cannot-start.js';
import { canReach, findBinaries, type PostgresBinaries, type ServerUser } from './binaries.js';
import { stopOrphan } from './orphan.js';

const run = promisify(execFile);
const DATABASE = 'podspan';
const START_ATTEMPTS = 5;

export interface EmbeddedPostgresOptions {
  /** The data folder of Podspan; the database lives in `<home>/postgres`, its log in `<home>/logs`. */
  readonly home: string;
  /** Extra settings for the server, such as `{ fsync: 'off' }` for throw-away databases in tests. */
  readonly settings?: Readonly<Record<string, string>>;
  /** To be found again after a restart; a free one by default. */
  readonly port?: number;
}

/** A PostgreSQL of our own: a child process on a free loopback port, stopped with `stop`. */
export interface EmbeddedPostgres {
  readonly url: string;
  readonly pid: number;
  /** Called when the server ends without `stop` having been called. */
  onExit(listener: (code: number | null) => void): void;
  stop(): Promise<void>;
}

/**
 * Starts the server, creating the cluster the first time. The caller holds the folder's lock.
 * A server that outlived a killed Podspan is stopped first; PostgreSQL itself then recovers from its log.
 */
export async function startEmbeddedPostgres({ home, settings = {}, port: asked }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const user = serverUser();
  const binaries = findBinaries(user);
  const data = await dataFolder(resolve(home), user);
  const password = passwordOf(home);
  await stopOrphan(data);
  if (!existsSync(join(data, 'PG_VERSION'))) await initialise(binaries, data, password, user);
  const { child, port } = await launch(binaries, { data, logs: join(resolve(home), 'logs'), settings, user, password, asked });
  await createDatabaseOnce(port, password);
  return handle(child, `postgresql://podspan:${password}@127.0.0.1:${port}/${DATABASE}`);
}

/** The server refuses root; `nobody` exists on every system and owns nothing else here. */
function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (!uid || !gid)
    throw new CannotStart('PostgreSQL does not run as root and this system has no user `nobody`; start Podspan as an ordinary user');
  return { uid: Number(uid), gid: Number(gid) };
}

/**
 * `<home>/postgres`. When root's home cannot be entered by the server's user, that is a link to a folder under /var/lib.
 */
async function dataFolder(home: string, user: ServerUser | undefined): Promise<string> {
  mkdirSync(home, { recursive: true });
  const data = join(home, 'postgres');
  if (existsSync(data)) return realpathSync(data);
  if (user && !canReach(home)) {
    const elsewhere = join('/var/lib/podspan', createHash('sha256').update(home).digest('hex').slice(0, 16));
    // What is there belonged to a data folder of this name that was deleted, its password with it.
    await stopOrphan(elsewhere);
    rmSync(elsewhere, { recursive: true, force: true });
    mkdirSync(elsewhere, { recursive: true });
    symlinkSync(elsewhere, data);
    own(elsewhere, user);
    return elsewhere;
  }
  mkdirSync(data, { mode: 0o700 });
  own(data, user);
  return data;
}

function own(path: string, user: ServerUser | undefined): void {
  if (user) chownSync(path, user.uid, user.gid);
  chmodSync(path, 0o700);
}

/** Loopback is shared by all users of the machine, so the server asks for a password; the file is the owner's alone. */
function passwordOf(home: string): string {
  const file = join(home, 'postgres-password');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const password = randomBytes(24).toString('hex');
  writeFileSync(file, password, { mode: 0o600 });
  return password;
}

async function initialise(binaries: PostgresBinaries, data: string, password: string, user: ServerUser | undefined): Promise<void> {
  // A first start that died half-way leaves files that initdb would refuse.
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { recursive: true, mode: 0o700 });
  own(data, user);
  const passwordFile = `${data}.pw-${process.pid}`;
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user) chownSync(passwordFile, user.uid, user.gid);
  try {
    await run(
      binaries.initdb,
      ['-D', data, '-U', 'podspan', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--locale=C', '--no-instructions'],
      {
        ...user,
        cwd: data,
        env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      },
    );
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

interface Launch {
  readonly data: string;
  readonly logs: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly user: ServerUser | undefined;
  readonly password: string;
  /** The port that was asked for. */
  readonly asked: number | undefined;
}

async function launch(
  binaries: PostgresBinaries,
  { data, logs, settings, user, password, asked }: Launch,
): Promise<{ child: ChildProcess; port: number }> {
  mkdirSync(logs, { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const port = asked ?? (await freePort());
    const log = openSync(join(logs, 'postgres.log'), 'a', 0o600);
    const child = spawn(binaries.postgres, ['-D', data, ...flags({ ...defaults(port), ...settings })], {
      ...user,
      cwd: data,
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', log, log],
      // A group of its own: Ctrl-C in the terminal must reach it through our orderly stop, not before.
      detached: true,
    });
    // A program that cannot be started has no process id, which the wait below sees.
    child.once('error', () => undefined);
    closeSync(log);
    if (await becomesReady(child, port, password)) return { child, port };
    // The port may have been taken between asking and binding.
    if (attempt === START_ATTEMPTS) throw new CannotStart(`The embedded PostgreSQL does not start; see ${join(logs, 'postgres.log')}`);
  }
}

function defaults(port: number): Record<string, string> {
  return {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: '64MB',
    log_min_messages: 'warning',
    log_timezone: 'UTC',
    timezone: 'UTC',
  };
}

function flags(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** True once a connection is served; false when the process ends first. */
async function becomesReady(child: ChildProcess, port: number, password: string): Promise<boolean> {
  const deadline = Date.now() + 60_000;
  while (isRunning(child) && Date.now() < deadline) {
    try {
      await query(port, password, 'postgres', 'select 1');
      return true;
    } catch (error) {
      if (isWrongPassword(error)) {
        await stop(child);
        throw new CannotStart(
          'The embedded PostgreSQL refuses the password in postgres-password: put the file back, or delete the data folder',
          {
            cause: error,
          },
        );
      }
      await new Promise((wake) => setTimeout(wake, 20));
    }
  }
  if (isRunning(child)) child.kill('SIGKILL');
  return false;
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

function isWrongPassword(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '28P01';
}

async function createDatabaseOnce(port: number, password: string): Promise<void> {
  const found = await query(port, password, 'postgres', `select 1 from pg_database where datname = '${DATABASE}'`);
  if (found === 0) await query(port, password, 'postgres', `create database ${DATABASE}`);
}

async function query(port: number, password: string, database: string, text: string): Promise<number> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'podspan', password, database, connectionTimeoutMillis: 5_000 });
  // Without a listener a connection that breaks while idle would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query(text)).rowCount ?? 0;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function handle(child: ChildProcess, url: string): EmbeddedPostgres {
  let stopping: Promise<void> | undefined;
  return {
    url,
    pid: child.pid ?? -1,
    onExit: (listener) => child.once('exit', (code) => void (stopping ?? listener(code))),
    stop: () => (stopping ??= stop(child)),
  };
}

/** Fast shutdown: open transactions are rolled back, everything acknowledged is on disk. */
async function stop(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return;
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  child.kill('SIGINT');
  const timer = setTimeout(() => child.kill('SIGQUIT'), 10_000);
  await exited;
  clearTimeout(timer);
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === 'object' ? found(address.port) : failed(new Error('no free port'))));
    });
  });
}
