import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { lockDataFolder } from './data-folder-lock.js';
import { startEmbeddedPostgres } from './embedded-postgres.js';

const home = mkdtempSync(join(tmpdir(), 'podspan-embedded-'));

/** Another process that starts the server on `home`, prints its URL and waits. It runs the built package: `npm run build` first. */
function otherProcess(): ChildProcess {
  const dist = new URL('../../dist/index.js', import.meta.url).pathname;
  const script = `
    import { lockDataFolder, startEmbeddedPostgres } from ${JSON.stringify(dist)};
    try {
      lockDataFolder(${JSON.stringify(home)});
      const server = await startEmbeddedPostgres({ home: ${JSON.stringify(home)} });
      console.log('URL ' + server.url);
      setInterval(() => {}, 1000);
    } catch (error) {
      console.log('REFUSED ' + error.code + ' ' + error.message);
    }`;
  if (!existsSync(dist)) throw new Error('this test starts the built package: run `npm run build` first');
  return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function firstLine(child: ChildProcess): Promise<string> {
  const [data] = (await once(child.stdout!, 'data')) as [Buffer];
  return data.toString().trim();
}

async function rows(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows as unknown[];
  } finally {
    await client.end();
  }
}

describe('the embedded PostgreSQL', () => {
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it('keeps what was written over a restart, and its secrets to its owner', async () => {
    const first = await startEmbeddedPostgres({ home });
    await rows(first.url, 'create table kept as select 1 as n');
    await first.stop();
    const second = await startEmbeddedPostgres({ home });
    expect(await rows(second.url, 'select n from kept')).toEqual([{ n: 1 }]);
    await second.stop();
    expect(statSync(join(home, 'postgres-password')).mode & 0o077).toBe(0);
    expect(statSync(join(home, 'postgres')).mode & 0o077).toBe(0);
  });

  it('begins anew in a data folder that was deleted, wherever its database had to be kept', async () => {
    // Within a folder that only its owner may enter, as root's home is.
    const again = join(home, 'deleted');
    const first = await startEmbeddedPostgres({ home: again });
    await rows(first.url, 'create table gone as select 1 as n');
    await first.stop();
    rmSync(again, { recursive: true });
    const second = await startEmbeddedPostgres({ home: again });
    expect(await rows(second.url, "select to_regclass('gone') as gone")).toEqual([{ gone: null }]);
    await second.stop();
  });

  it('recovers after kill -9 of the process that started it, though the server outlived it', async () => {
    const child = otherProcess();
    const url = (await firstLine(child)).replace('URL ', '');
    await rows(url, 'create table acknowledged as select 2 as n');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const lock = lockDataFolder(home);
    const next = await startEmbeddedPostgres({ home });
    expect(await rows(next.url, 'select n from acknowledged')).toEqual([{ n: 2 }]);
    await next.stop();
    lock.release();
  });

  it('recovers after kill -9 of the server itself', async () => {
    const server = await startEmbeddedPostgres({ home });
    await rows(server.url, 'create table survived as select 3 as n');
    const ended = new Promise((done) => server.onExit(done));
    process.kill(server.pid, 'SIGKILL');
    await ended;
    const next = await startEmbeddedPostgres({ home });
    expect(await rows(next.url, 'select n from survived')).toEqual([{ n: 3 }]);
    await next.stop();
  });

  it('is not stopped by a pid file whose number now belongs to another program', async () => {
    const pidFile = join(home, 'postgres', 'postmaster.pid');
    const bystander = spawn('sleep', ['60']);
    writeFileSync(pidFile, `${bystander.pid}\n${join(home, 'postgres')}\n1\n0\n\n127.0.0.1\n\n`, { mode: 0o600 });
    const server = await startEmbeddedPostgres({ home });
    expect(await rows(server.url, 'select 1 as n')).toHaveLength(1);
    await server.stop();
    expect(bystander.exitCode).toBeNull();
    bystander.kill();
  });

  it('refuses a second process on the same folder, naming the first', async () => {
    const lock = lockDataFolder(home);
    const child = otherProcess();
    expect(await firstLine(child)).toMatch(new RegExp(`^REFUSED data_folder_in_use .* process ${process.pid};`));
    child.kill();
    lock.release();
  });

  it('takes over the lock of a dead process', () => {
    writeFileSync(join(home, 'lock'), JSON.stringify({ pid: 2 ** 22 - 1, startedAt: '1' }));
    const lock = lockDataFolder(home);
    expect(JSON.parse(readFileSync(join(home, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid });
    lock.release();
    expect(existsSync(join(home, 'lock'))).toBe(false);
  });

  it('does not mistake a reused process id for the holder', () => {
    writeFileSync(join(home, 'lock'), JSON.stringify({ pid: process.pid, startedAt: '1' }));
    lockDataFolder(home).release();
  });

  it('starts while every port it might remember is taken', async () => {
    const first = await startEmbeddedPostgres({ home });
    const port = Number(new URL(first.url).port);
    await first.stop();
    const squatter: Server = createServer().listen(port, '127.0.0.1');
    await once(squatter, 'listening');
    const second = await startEmbeddedPostgres({ home });
    expect(Number(new URL(second.url).port)).not.toBe(port);
    await second.stop();
    squatter.close();
  });
});
