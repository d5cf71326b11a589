// What the parts of the ipam benchmark stand on: one PostgreSQL with durable commits, databases on it, services over them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ipamMigrations, ipamSchema } from '@podspan/ipam';
import { createDatabase, migrate, startEmbeddedPostgres } from '@podspan/platform';
import pg from 'pg';
import { freePort, untilReady } from './standalone-process.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** A service runs here as in the image. */
const nodeOptions = /^ENV NODE_OPTIONS=(.*)$/m.exec(readFileSync(join(root, 'docker/Dockerfile'), 'utf8'))?.[1] ?? '';

/** Room for 256 connections and no checkpoint in the middle of a round; commits are as durable as they come. */
const settings = { max_connections: '320', shared_buffers: '512MB', max_wal_size: '8GB', checkpoint_timeout: '1h' };

/** DATABASE_URL names another server, whose user may create databases; without it the embedded one is started. */
export async function openGround() {
  const given = process.env.DATABASE_URL;
  const home = mkdtempSync(join(tmpdir(), 'podspan-bench-'));
  chmodSync(home, 0o755);
  const watch = spawn(process.execPath, [fileURLToPath(new URL('after-death.mjs', import.meta.url)), home], {
    stdio: ['pipe', 'ignore', 'inherit'],
    detached: true,
  });
  const own = given ? undefined : await startEmbeddedPostgres({ home, settings });
  const ground = new Ground(given ?? own.url, home, (pid) => watch.stdin.write(`${pid}\n`));
  return {
    url: ground.url,
    database: () => ground.database(),
    service: (databaseUrl, more, flags) => ground.service(databaseUrl, more, flags),
    gateway: (ipam, more) => ground.gateway(ipam, more),
    start: (script, env) => ground.start(script, env),
    close: async () => {
      await ground.close();
      await own?.stop();
      rmSync(home, { recursive: true, force: true });
      watch.stdin.end('done\n');
    },
  };
}

class Ground {
  #closers = [];
  #count = 0;

  /** `started` is told the id of each process. */
  constructor(url, home, started) {
    this.url = url;
    this.home = home;
    this.started = started;
  }

  /** A migrated database of the part's own. `query` is one connection with the service's search path. */
  async database() {
    const name = `podspan_bench_${process.pid}_${(this.#count += 1)}`;
    await this.#onServer(`create database ${name}`);
    const url = Object.assign(new URL(this.url), { pathname: `/${name}` }).toString();
    const db = createDatabase({ url, schema: ipamSchema, maxConnections: 1 });
    await migrate(db, ipamSchema, ipamMigrations);
    await db.destroy();
    const client = new pg.Client({
      connectionString: url,
      options: `-c search_path=${ipamSchema},public -c timezone=UTC -c podspan.checked=on`,
    });
    await client.connect();
    const drop = this.#later(async () => {
      await client.end();
      await this.#onServer(`drop database if exists ${name} with (force)`);
    });
    return { url, schema: ipamSchema, query: async (text, values) => (await client.query(text, values)).rows, drop };
  }

  /** apps/ipam as in production, a process of its own: `{ url, token, pid, stop }`. `flags` of Node, such as the image's. */
  async service(databaseUrl, more = {}, flags = []) {
    const { child, url, stop } = await this.start('apps/ipam/dist/main.js', { DATABASE_URL: databaseUrl, ...more }, undefined, flags);
    return { url, token: readFileSync(join(this.home, 'token'), 'utf8').trim(), pid: child.pid, stop };
  }

  /** apps/gateway before one service, with no limit of rate. */
  async gateway(ipam, more = {}) {
    const { child, url, stop } = await this.start(
      'apps/gateway/dist/main.js',
      { IPAM_URL: ipam.url, RATE_LIMIT_PER_MINUTE: '0', ...more },
      // Not /readyz: the other services are not there.
      '/healthz',
    );
    return { url, token: ipam.token, pid: child.pid, stop };
  }

  async start(script, env, path, flags = []) {
    const port = await freePort();
    const child = spawn(process.execPath, [...flags, join(root, script)], {
      cwd: root,
      env: {
        ...process.env,
        HOST: '127.0.0.1',
        PORT: String(port),
        PODSPAN_HOME: this.home,
        LOG_LEVEL: 'warn',
        NODE_OPTIONS: nodeOptions,
        ...env,
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    this.started(child.pid);
    const ended = once(child, 'exit');
    const stop = this.#later(async () => {
      child.kill('SIGTERM');
      await ended;
    });
    await untilReady(port, performance.now(), child, path);
    return { child, url: `http://127.0.0.1:${port}`, stop };
  }

  async close() {
    for (const closer of [...this.#closers].reverse()) await closer();
  }

  /** Done when the part asks for it, else at the end; once. */
  #later(work) {
    let done;
    const closer = () => (done ??= work());
    this.#closers.push(closer);
    return closer;
  }

  async #onServer(text) {
    const client = new pg.Client({ connectionString: this.url });
    await client.connect();
    try {
      await client.query(text);
    } finally {
      await client.end();
    }
  }
}
