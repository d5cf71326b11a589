// The floor: single-row inserts that pgbench commits. Where pgbench is missing, the same insert by as many connections of Node.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import pg from 'pg';
import { drive } from './ipam-load.mjs';

const INSERT = 'insert into bench_floor (at) values (now())';

function findPgbench() {
  const base = '/usr/lib/postgresql';
  const versions = existsSync(base) ? readdirSync(base).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...versions.map((version) => join(base, version, 'bin'))];
  return folders.map((folder) => join(folder, 'pgbench')).find((path) => existsSync(path));
}

/** `{ name, floor(clients, seconds), script(text, clients, seconds) }`: commits per second. `script` is undefined without pgbench. */
export async function commitFloor(db) {
  await db.query('create table if not exists bench_floor (id bigserial primary key, at timestamptz)');
  const binary = findPgbench();
  if (!binary)
    return { name: 'Node driver (pgbench is not installed)', floor: (clients, seconds) => byNode(db.url, db.schema, clients, seconds) };
  const script = (text, clients, seconds) => byPgbench(binary, db, text, clients, seconds);
  return { name: 'pgbench', floor: (clients, seconds) => script(INSERT, clients, seconds), script };
}

async function byPgbench(binary, db, text, clients, seconds) {
  const folder = mkdtempSync(join(tmpdir(), 'podspan-pgbench-'));
  const file = join(folder, 'script.sql');
  writeFileSync(file, `${text}\n`);
  const url = new URL(db.url);
  const env = {
    ...process.env,
    PGHOST: url.hostname,
    PGPORT: url.port || '5432',
    PGUSER: decodeURIComponent(url.username),
    PGPASSWORD: decodeURIComponent(url.password),
    PGDATABASE: url.pathname.slice(1),
    PGOPTIONS: `-c search_path=${db.schema},public`,
  };
  // Signing in takes its time from the run's; the rate pgbench prints leaves it out.
  const duration = seconds + Math.ceil(clients / 40);
  const flags = ['-n', '-M', 'prepared', '-c', String(clients), '-j', '2', '-T', String(duration), '-D', 'place=0.0.0.0/0', '-f', file];
  const child = spawn(binary, flags, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  const code = await new Promise((done) => child.once('exit', done));
  rmSync(folder, { recursive: true, force: true });
  const rate = /^tps = ([\d.]+)/m.exec(output)?.[1];
  if (code !== 0 || !rate) throw new Error(`pgbench ended with ${code}:\n${output}`);
  return Number(rate);
}

async function byNode(url, schema, clients, seconds) {
  const pool = new pg.Pool({ connectionString: url, max: clients, options: `-c search_path=${schema},public` });
  const { perSecond } = await drive(clients, seconds, () => pool.query({ name: 'floor', text: INSERT }));
  await pool.end();
  return perSecond;
}
