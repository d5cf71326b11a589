// Allocations over REST, and through the gateway, as a share of an empty POST of Nest at 32 connections; releases of one pool, alone
// and beside allocations.
import 'reflect-metadata';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { caller, drive, wish } from './ipam-load.mjs';
import { checkTiling, fill, makePool } from './ipam-pool.mjs';

const CLIENTS = 32;
const SECONDS = 3;
/** More than can be released in a round. */
const HELD = 40_000;

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
  const releases = await releaseRates(db, direct, rounds, log);
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
  return [figure('over REST', shares.direct, 0.3), figure('through the gateway', shares.through, 0.2), ...releases];
}

async function releaseRates(db, { post }, rounds, log) {
  const rates = { alone: [], together: [], beside: [] };
  for (let round = 0; round < rounds; round++) {
    const pool = await makePool(db, `release-${round}`);
    const ids = await heldIds(db, pool);
    const release = () => post(`/v1/allocations/${ids.pop()}/release`, undefined, 200);
    const alone = await drive(1, SECONDS, release);
    const together = await drive(CLIENTS, SECONDS, release);
    const allocate = () => post(`/v1/pools/${pool.name}/allocations`, wish(29));
    const [beside, allocations] = await Promise.all([drive(CLIENTS, SECONDS, release), drive(CLIENTS, SECONDS, allocate)]);
    Object.entries({ alone, together, beside }).forEach(([name, { perSecond }]) => rates[name].push(perSecond));
    const of = ({ perSecond }) => perSecond.toFixed(0);
    log(
      `round ${round + 1} of ${rounds}: releases ${of(together)}/s, of one caller ${of(alone)}/s, beside ${of(allocations)} allocations/s ${of(beside)}/s`,
    );
    await checkTiling(db, pool);
  }
  const figure = (name, values, limit) => ({ name: `releases of one pool over REST, ${name}`, unit: '/s', values, limit, atMost: false });
  return [
    figure('one caller', rates.alone),
    figure(`${CLIENTS} connections`, rates.together, 1000),
    figure(`${CLIENTS} connections beside ${CLIENTS} that allocate`, rates.beside),
  ];
}

async function heldIds(db, pool) {
  await fill(db, pool, HELD, 29);
  const held = await db.query('select id from allocation where pool_id = $1 order by random()', [pool.id]);
  return held.map(({ id }) => id);
}

async function emptyNest() {
  const child = fork(fileURLToPath(new URL('./empty-nest.mjs', import.meta.url)));
  const [url] = await once(child, 'message');
  return { child, url };
}
