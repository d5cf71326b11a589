// Rollouts of many clusters by the real engine on simulated time: makespan, throttling, overhead, memory, throughput.
import { sql } from 'kysely';
import { lowerBound, losses } from './rollout-bound.mjs';
import { fleetOf, RolloutWorld, startDatabaseServer } from './rollout-world.mjs';

export const title = 'Rollouts';

const LAG_SECONDS = 10;
const SUBSCRIPTIONS = 10;
const CLUSTERS = 1000;
const PER_SUBSCRIPTION = 10;
/** Simulated seconds per second: what the machine does in real time must stay small beside the operations. */
const SPEED = 12;
const TIMED = [
  'microsoft.containerservice/managedclusters',
  'microsoft.network/virtualnetworks',
  'microsoft.network/virtualnetworks/subnets',
];

const parts = { makespan, foreign, crowd, overhead };

/** `only`: names of parts; by default all. Sizes can be changed for a try: BENCH_CLUSTERS, BENCH_SPEED. */
export async function run({ only = [] }) {
  const server = await startDatabaseServer();
  const figures = [];
  try {
    for (const [name, part] of Object.entries(parts)) {
      if (only.length === 0 || only.includes(name)) figures.push(...(await part(Number(process.env.BENCH_CLUSTERS ?? CLUSTERS))));
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
const figure = (name, unit, value, limit, atMost = true) => ({
  name,
  unit,
  values: [value],
  ...(limit === undefined ? {} : { limit, atMost }),
});

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

/** Everything at once: how much memory a worker needs, and what it asks Azure. */
async function crowd(count) {
  const speed = 2;
  const azure = {
    replicationLagSeconds: 0,
    throttling: false,
    seconds: { ...instant(), 'microsoft.containerservice/managedclusters/create': [240, 240] },
  };
  return inWorld({ speed, azure }, async (world) => {
    let most = 0;
    const watch = async ({ counts }) => (most = Math.max(most, counts.running));
    const result = await world.run(fleetOf(count, { subscriptions: SUBSCRIPTIONS, strategy: { maxConcurrency: count } }), watch);
    const counts = await world.azure.ask('counts');
    expectAll(result.view, count);
    console.log(`crowd: ${most} running at once; ${counts.lists} lists, ${counts.statusReads} status reads`);
    return [
      figure(`memory of the worker with ${most} running operations`, 'MB', result.peakMb, 250),
      figure('status reads per cluster while lists watch over them', '', counts.statusReads / count),
    ];
  });
}

/** Operations that take no time: what the engine itself costs, and what a second process adds. */
async function overhead(count) {
  const some = Math.ceil(count / 2);
  const rates = [];
  const figures = [];
  for (const workers of [1, 2]) {
    const azure = { throttling: false, replicationLagSeconds: 0, seconds: instant() };
    await inWorld({ workers, speed: 1000, azure }, async (world) => {
      const result = await world.run(fleetOf(some, { subscriptions: SUBSCRIPTIONS, strategy: { maxConcurrency: 60 } }));
      const counts = await world.azure.ask('counts');
      expectAll(result.view, some);
      rates.push(counts.writes / result.realSeconds);
      if (workers > 1) return;
      figures.push(
        figure('CPU of the engine per operation that takes no time', 'ms', result.cpuMs / counts.writes, 15),
        figure('statements per operation that takes no time', '', result.statements / counts.writes, 40),
        figure('operations per second, one worker process', '/s', rates[0]),
      );
    });
  }
  return [...figures, figure('throughput of two worker processes beside one', 'x', rates[1] / rates[0], 1.7, false)];
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
