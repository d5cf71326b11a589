// Cost does not grow: p50 of one allocation over REST with 10,000 to 1,000,000 held, fragmented and nearly full against
// 1,000 held; and the rate beside a transaction that holds a snapshot. With `write` the plot of docs/benchmarks.md.
import { readFileSync, writeFileSync } from 'node:fs';
import pg from 'pg';
import { caller, drive, percentile, wish } from './ipam-load.mjs';
import { latencyPlot } from './latency-plot.mjs';
import { checkTiling, fill, fillEveryOther, fillNearly, makePool } from './ipam-pool.mjs';
import { watchMemory } from './processes.mjs';
import { median } from './report.mjs';

const LENGTH = 29;
const CALLS = 300;
const GROWTH = 1.25;
const HELD = { few: 1000, tenThousand: 10_000, hundredThousand: 100_000, many: 1_000_000 };

export async function run(ground, { rounds, log, write }) {
  const places = {
    ...(await prepareHeld(ground, log)),
    fragmented: await prepare(ground, (db, pool) => fillEveryOther(db, pool, 50_000, LENGTH)),
    nearlyFull: await prepare(ground, (db, pool) => fillNearly(db, pool, 10_000, LENGTH)),
  };
  const p50 = Object.fromEntries(Object.keys(places).map((name) => [name, []]));
  const memory = watchMemory(places.many.service.pid);
  for (let round = 0; round < rounds; round++) {
    for (const [name, place] of Object.entries(places)) p50[name].push(await onePass(place));
    log(
      `round ${round + 1} of ${rounds}: p50 ${Object.entries(p50)
        .map(([name, list]) => `${name} ${list.at(-1).toFixed(2)} ms`)
        .join(', ')}`,
    );
  }
  const kept = await besideSnapshot(places.fragmented, log);
  const peak = memory.stop();
  for (const place of Object.values(places)) {
    await checkTiling(place.db, place.pool);
    await place.caller.close();
    await place.service.stop();
    await place.db.drop();
  }
  if (write) writePlot(p50);
  const against = (name) => p50[name].map((value, index) => value / p50.few[index]);
  return [
    ...Object.entries(HELD).map(([name, held]) => ({
      name: `one allocation over REST, p50 with ${held.toLocaleString('en')} held`,
      unit: 'ms',
      values: p50[name],
    })),
    { name: 'p50 with 1,000,000 held against 1,000', unit: 'x', values: against('many'), limit: GROWTH },
    { name: 'p50 with 50,000 fragments against dense', unit: 'x', values: against('fragmented'), limit: 1.5 },
    { name: 'p50 with less than a hundredth free against dense', unit: 'x', values: against('nearlyFull'), limit: 1.5 },
    { name: 'rate after 16 s beside a held snapshot against the start, 8 clients', unit: 'x', values: [kept], limit: 0.8, atMost: false },
    { name: 'peak memory of the service', unit: 'MB', values: [peak], limit: 300 },
  ];
}

async function prepareHeld(ground, log) {
  const places = {};
  for (const [name, held] of Object.entries(HELD)) places[name] = await prepare(ground, (db, pool) => fill(db, pool, held, LENGTH, log));
  return places;
}

function writePlot(p50) {
  const peers = JSON.parse(readFileSync(new URL('./peers.json', import.meta.url), 'utf8'));
  const points = Object.entries(HELD).map(([name, held]) => [held, median(p50[name])]);
  const limit = points[0][1] * GROWTH;
  const svg = latencyPlot({
    title: 'One allocation: latency against allocations held in the pool',
    series: [{ name: 'Podspan over REST, durable', points, strong: true }, ...peers.latency],
    limit: { value: limit, name: `limit: ${GROWTH} x of 1,000 held, ${limit.toFixed(1)} ms` },
  });
  writeFileSync(new URL('../../docs/benchmarks-ipam.svg', import.meta.url), svg);
}

async function prepare(ground, setUp) {
  const db = await ground.database();
  const pool = await makePool(db, 'flat');
  await setUp(db, pool);
  const service = await ground.service(db.url);
  return { db, pool, service, caller: caller(service.url, service.token) };
}

async function onePass({ pool, caller: { post } }) {
  const path = `/v1/pools/${pool.name}/allocations`;
  for (let warm = 0; warm < 20; warm++) await post(path, wish(LENGTH));
  const latencies = [];
  for (let call = 0; call < CALLS; call++) {
    const started = performance.now();
    await post(path, wish(LENGTH));
    latencies.push(performance.now() - started);
  }
  return percentile(latencies, 0.5);
}

/** Eight clients that allocate and release, while nothing dead can be vacuumed. */
async function besideSnapshot({ db, pool, caller: { post } }, log) {
  const client = new pg.Client({ connectionString: db.url });
  await client.connect();
  await client.query('begin isolation level repeatable read');
  await client.query('select 1 from pg_class limit 1');
  const turn = async () => {
    const { id } = JSON.parse(await post(`/v1/pools/${pool.name}/allocations`, wish(LENGTH)));
    await post(`/v1/allocations/${id}/release`, {}, 200);
  };
  const begin = await drive(8, 3, turn);
  await drive(8, 11, turn);
  const end = await drive(8, 3, turn);
  await client.query('rollback');
  await client.end();
  log(`beside a held snapshot: ${begin.perSecond.toFixed(0)}/s at the start, ${end.perSecond.toFixed(0)}/s after 16 s`);
  return end.perSecond / begin.perSecond;
}
