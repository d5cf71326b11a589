// F30 in full: 500 items and 8 worker processes that are killed, frozen, cut off and throttled while they roll out.
import { testRedis } from '@podspan/platform/testing';
import { rollOutUnderChaos } from '../../libs/fleet/dist/testing/chaos.js';
import { FleetBench } from '../../libs/fleet/dist/testing/fleet-bench.js';
import { startDatabaseServer } from './rollout-world.mjs';

export const title = 'Chaos';

const limits = { maxConcurrency: 20, maxConcurrencyPerSubscription: 5 };

export async function run() {
  const items = Number(process.env.BENCH_CLUSTERS ?? 500);
  const server = await startDatabaseServer();
  try {
    const figures = [];
    for (const backend of ['postgres', 'redis']) figures.push(...(await onBackend(backend, items)));
    return figures;
  } finally {
    await server.stop();
  }
}

async function onBackend(backend, items) {
  const bench = await FleetBench.open();
  const redis = backend === 'redis' ? await testRedis() : undefined;
  try {
    const started = performance.now();
    const verdict = await rollOutUnderChaos(bench, {
      items,
      workers: 8,
      limits,
      seed: 30,
      everyMs: 1500,
      timeoutMs: 3_600_000,
      ...(redis ? { redis } : {}),
    });
    const { view, blows, overlapping, left } = verdict;
    console.log(`${backend}: ${view.outcome} ${JSON.stringify(view.counts)}; blows ${JSON.stringify(blows)}; left ${JSON.stringify(left)}`);
    const figure = (name, value, limit) => ({ name: `${backend}: ${name}`, unit: '', values: [value], limit });
    return [
      figure(`accepted creations beyond the ${items} clusters`, verdict.acceptedCreates - items, 0),
      figure('clusters missing', items - verdict.distinctClusters, 0),
      figure('items that did not succeed', items - view.counts.succeeded, 0),
      figure('most creations at once', overlapping.rollout, limits.maxConcurrency),
      figure('most creations at once in a subscription', overlapping.subscription, limits.maxConcurrencyPerSubscription),
      figure('most writers at once in a VNet', overlapping.network, 1),
      figure(
        'left in hand, gaps in the events, ranges held twice or by nobody',
        Object.values(left).reduce((sum, one) => sum + one, 0),
        0,
      ),
      {
        name: `${backend}: ${items} items under ${Object.values(blows).reduce((sum, one) => sum + one, 0)} blows`,
        unit: 's',
        values: [(performance.now() - started) / 1000],
      },
    ];
  } finally {
    await bench.destroy();
    await redis?.destroy();
  }
}
