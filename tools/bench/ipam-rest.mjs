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
  const gateway = await ground.gateway(service);
  const direct = caller(service.url, service.token);
  const through = caller(gateway.url, gateway.token);
  const empty = await emptyNest();
  const floor = caller(empty.url, 'none');
  const shares = { direct: [], through: [] };
  for (let round = 0; round < rounds; round++) {
    const nothing = await drive(CLIENTS, SECONDS, () => floor.post('/', wish(29)));
    const rates = {};
    for (const [name, { post }] of Object.entries({ direct, through })) {
      rates[name] = (await drive(CLIENTS, SECONDS, () => post(`/v1/pools/${pool.name}/allocations`, wish(29)))).perSecond;
      shares[name].push(rates[name] / nothing.perSecond);
    }
    log(
      `round ${round + 1} of ${rounds}: empty ${nothing.perSecond.toFixed(0)}/s, allocations ${rates.direct.toFixed(0)}/s, through the gateway ${rates.through.toFixed(0)}/s`,
    );
  }
  await checkTiling(db, pool);
  await Promise.all([floor, direct, through].map((each) => each.close()));
  empty.child.kill('SIGTERM');
  await gateway.stop();
  await service.stop();
  const figure = (way, values, limit) => ({
    name: `allocations ${way}, share of an empty Nest POST, ${CLIENTS} connections`,
    unit: 'x',
    values,
    limit,
    atMost: false,
  });
  return [figure('over REST', shares.direct, 0.3), figure('through the gateway', shares.through, 0.2)];
}

async function emptyNest() {
  const child = fork(fileURLToPath(new URL('./empty-nest.mjs', import.meta.url)));
  const [url] = await once(child, 'message');
  return { child, url };
}
