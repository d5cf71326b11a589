// Allocations over REST, and through the gateway, as a share of an empty POST of Nest at 32 connections.
import 'reflect-metadata';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { caller, drive, wish } from './ipam-load.mjs';
import { checkTiling, fill, makePool } from './ipam-pool.mjs';

const CLIENTS = 32;
const SECONDS = 3;

export async function run(ground, { rounds, log }) {
  const db = await ground.database();
  const pool = await makePool(db, 'rest');
  await fill(db, pool, 1000, 29);
  const service = await ground.service(db.url);
  const direct = caller(service.url, service.token);
  const empty = await emptyNest();
  const floor = caller(empty.url, 'none');
  const shares = [];
  for (let round = 0; round < rounds; round++) {
    const nothing = await drive(CLIENTS, SECONDS, () => floor.post('/', wish(29)));
    const allocations = await drive(CLIENTS, SECONDS, () => direct.post(`/v1/pools/${pool.name}/allocations`, wish(29)));
    shares.push(allocations.perSecond / nothing.perSecond);
    log(`round ${round + 1} of ${rounds}: empty ${nothing.perSecond.toFixed(0)}/s, allocations ${allocations.perSecond.toFixed(0)}/s`);
  }
  await checkTiling(db, pool);
  await Promise.all([floor.close(), direct.close()]);
  empty.child.kill('SIGTERM');
  return [
    { name: 'allocations over REST, share of an empty Nest POST, 32 connections', unit: 'x', values: shares, limit: 0.3, atMost: false },
  ];
}

async function emptyNest() {
  const child = fork(fileURLToPath(new URL('./empty-nest.mjs', import.meta.url)));
  const [url] = await once(child, 'message');
  return { child, url };
}
