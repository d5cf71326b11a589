// Rollouts of many clusters by the real engine on simulated time: makespan, throttling, overhead, memory, throughput.
import { availableParallelism } from 'node:os';
import { sql } from 'kysely';
import { lowerBound, losses } from './rollout-bound.mjs';
import { planSeconds } from './rollout-plan.mjs';
import { fleetOf, RolloutWorld, startDatabaseServer } from './rollout-world.mjs';

export const title = 'Rollouts';

const LAG_SECONDS = 10;
const SUBSCRIPTIONS = 10;
const CLUSTERS = 1000;
const PER_SUBSCRIPTION = 10;
/** Simulated seconds per second: what the machine does in real time must stay small beside the operations. */
const SPEED = 13;
const TIMED = [
  'microsoft.containerservice/managedclusters',
  'microsoft.network/virtualnetworks',
  'microsoft.network/virtualnetworks/subnets',
];

const parts = { plan, overhead, workers, memory, foreign, makespan };

/** `only`: names of parts; by default all. Sizes can be changed for a try: BENCH_CLUSTERS, BENCH_SPEED. */
export async function run({ rounds, only = [] }) {
  const server = await startDatabaseServer();
  const figures = [];
  try {
    for (const [name, part] of Object.entries(parts)) {
      if (only.length === 0 || only.includes(name)) figures.push(...(await part(Number(process.env.BENCH_CLUSTERS ?? CLUSTERS), rounds)));
    }
  } finally {
    await server.stop();
  }
  return figures;
}

async function inWorld(options, work) {
  const world = await RolloutWorld.open(options);
  try {
    return await work(world);
  } finally {
    await world.close();
  }
}

const speedOf = () => Number(process.env.BENCH_SPEED ?? SPEED);
const limits = { maxConcurrency: PER_SUBSCRIPTION * SUBSCRIPTIONS, maxConcurrencyPerSubscription: PER_SUBSCRIPTION };
const figure = (name, unit, value, limit) => ({ name, unit, values: [value], ...(limit === undefined ? {} : { limit, atMost: true }) });

/** The dry run of a rollout, and its start, with the real ipam: what a caller waits for. */
async function plan(count, rounds) {
  const { seconds, started } = await planSeconds(count, Math.min(rounds, 3), { kept: true });
  return [
    { name: `plan (dry run) of ${count} clusters on 500 networks`, unit: 's', values: seconds, ...(count <= CLUSTERS ? { limit: 5 } : {}) },
    figure(`start of a rollout of ${count} clusters`, 's', started),
  ];
}

/** 1,000 clusters against the clock of Azure, with the documented budgets to itself. */
async function makespan(count) {
  const speed = speedOf();
  return inWorld({ speed, azure: { replicationLagSeconds: LAG_SECONDS } }, async (world) => {
    const result = await world.run(fleetOf(count, { subscriptions: SUBSCRIPTIONS, strategy: limits }));
    const counts = await world.azure.ask('counts');
    const { ratio } = await told(world, result, speed);
    expectAll(result.view, count);
    return [
      figure(`makespan of ${count} clusters beside the lower bound`, 'x', ratio, 1.15),
      figure('answers 429 with a fresh budget', '', counts.throttled, 0),
      figure('busiest budget of status reads, used', '%', (100 * counts.busiestStatusReads) / (200 + 2 * result.simulated)),
      figure('CPU of the worker per operation, polls included', 'ms', result.cpuMs / counts.writes, 15),
      figure('statements per operation, polls included', '', result.statements / counts.writes, 40),
    ];
  });
}

/** Somebody else spends half of every budget. */
async function foreign(count) {
  const speed = speedOf();
  const some = Math.ceil(count / 5);
  return inWorld({ speed, azure: { replicationLagSeconds: LAG_SECONDS, foreignShare: 0.5 } }, async (world) => {
    const result = await world.run(fleetOf(some, { subscriptions: SUBSCRIPTIONS, strategy: limits }));
    const counts = await world.azure.ask('counts');
    expectAll(result.view, some);
    return [
      figure(`failed of ${some} items under a foreign load of half the budget`, '', result.view.counts.failed, 0),
      figure('answers 429 under that load', '', counts.throttled),
    ];
  });
}

/** A thousand operations under way: how much memory a worker needs. Ends when all of them run, long before Azure is through. */
async function memory(count) {
  const azure = {
    replicationLagSeconds: 0,
    throttling: false,
    seconds: { ...instant(), 'microsoft.containerservice/managedclusters/create': [36_000, 36_000] },
  };
  return inWorld({ speed: 2, azure }, async (world) => {
    const running = async () =>
      (await sql`select count(*)::int as count from operation where state = 'RUNNING'`.execute(world.fresh.db)).rows[0].count;
    await world.begin(fleetOf(count, { subscriptions: SUBSCRIPTIONS, strategy: { maxConcurrency: count } }));
    let most = 0;
    for (let calm = 0; calm < 20; calm += most === count ? 1 : 0) {
      most = Math.max(most, await running());
      await new Promise((wake) => setTimeout(wake, 1000));
    }
    const { peakMb } = await world.usage();
    const counts = await world.azure.ask('counts');
    console.log(`memory: ${most} running at once; ${counts.lists} lists, ${counts.statusReads} status reads`);
    return [
      figure(`memory of the worker with ${most} running operations`, 'MB', peakMb, 250),
      figure('status reads per cluster while lists watch over them', '', counts.statusReads / count),
    ];
  });
}

/** Operations that take no time: what the engine itself costs. */
async function overhead(count) {
  const { perOperation, rate } = await atOnce(Math.ceil(count / 2), { workers: 1 });
  return [
    figure('CPU of the engine per operation that takes no time', 'ms', perOperation.cpuMs, 15),
    figure('statements per operation that takes no time', '', perOperation.statements, 40),
    figure('operations per second, one worker process', '/s', rate),
  ];
}

/**
 * What a second process adds to operations that take no time. With few cores one process, the database and Azure's emulator keep
 * them all busy, and a second process could add nothing whatever it did. Then each process takes one run at a time and Azure is some
 * milliseconds away, so that what is compared is how the processes get out of each other's way.
 */
async function workers(count, rounds) {
  const few = availableParallelism() < 6;
  const some = Math.ceil(count / (few ? 8 : 2));
  const options = few ? { tuning: { concurrency: 1 }, delayMs: 5 } : {};
  const ratios = [];
  for (let round = 0; round < Math.min(rounds, 3); round++) {
    const one = await atOnce(some, { workers: 1, ...options });
    const two = await atOnce(some, { workers: 2, ...options });
    console.log(`workers: ${one.rate.toFixed(1)} operations a second with one process, ${two.rate.toFixed(1)} with two`);
    ratios.push(two.rate / one.rate);
  }
  const how = few ? ', one run at a time each' : '';
  return [{ name: `throughput of two worker processes beside one${how}`, unit: 'x', values: ratios, limit: 1.7, atMost: false }];
}

async function atOnce(count, { delayMs = 0, ...options }) {
  const azure = { delayMs, throttling: false, replicationLagSeconds: 0, seconds: instant() };
  return inWorld({ ...options, speed: 1000, azure }, async (world) => {
    const result = await world.run(fleetOf(count, { subscriptions: SUBSCRIPTIONS, strategy: { maxConcurrency: 60 } }));
    const { writes } = await world.azure.ask('counts');
    expectAll(result.view, count);
    for (const [text, times] of result.top) console.log(`${(times / writes).toFixed(2).padStart(6)} x ${text}`);
    return { rate: writes / result.realSeconds, perOperation: { cpuMs: result.cpuMs / writes, statements: result.statements / writes } };
  });
}

function instant() {
  return Object.fromEntries(TIMED.flatMap((type) => ['create', 'update'].map((kind) => [`${type}/${kind}`, [0, 0]])));
}

function expectAll({ outcome, counts }, count) {
  if (counts.succeeded + counts.failed !== count) throw new Error(`the rollout ended ${outcome}: ${JSON.stringify(counts)}`);
}

async function told(world, result, speed) {
  const { db } = world.fresh;
  const real = await sql`select extract(epoch from ended_at - started_at)::float8 as seconds from rollout`.execute(db);
  const items = await sql`select extract(epoch from ended_at - started_at)::float8 * ${speed} as seconds from item`.execute(db);
  const operations = await sql`
    select resource_id as "resourceId", extract(epoch from ended_at - sent_at)::float8 * ${speed} as seconds from operation where token is not null`.execute(
    db,
  );
  const writes = await world.azure.ask('writes');
  const simulated = real.rows[0].seconds * speed;
  const bound = lowerBound({ writes, slotsPerSubscription: PER_SUBSCRIPTION, lagSeconds: LAG_SECONDS });
  const slots = PER_SUBSCRIPTION * SUBSCRIPTIONS;
  const lost = losses({ writes, operations: operations.rows, items: items.rows, slots, makespan: simulated, lagSeconds: LAG_SECONDS });
  console.log(
    `makespan ${simulated.toFixed(0)} s of Azure's time (${real.rows[0].seconds.toFixed(0)} s real); lower bound ${bound.seconds.toFixed(0)} s, set by ${bound.by}`,
  );
  for (const [where, share] of Object.entries(lost)) console.log(`  ${(100 * share).toFixed(1).padStart(5)} % ${where}`);
  result.simulated = simulated;
  return { ratio: simulated / bound.seconds };
}
