// Part of the rollout benchmark: dry runs through the gateway, with the real ipam on 500 networks and 2,000 links.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { clusters, estateTopology, planPools } from './estate.mjs';
import { dataFolder, freePort, start, untilReady } from './standalone-process.mjs';

const SUBSCRIPTIONS = 60;

/** Seconds of each dry run; the first one also warms the process up and is not counted. With `start`, also of one that is kept. */
export async function planSeconds(count, rounds, { kept = false } = {}) {
  const home = dataFolder();
  const port = await freePort();
  const { child, ended } = start('main', home, port, { LOG_LEVEL: 'warn', AZURE_EMULATOR_SPEED: '1000' });
  try {
    await untilReady(port, performance.now(), child);
    const call = caller(port, readFileSync(join(home, 'token'), 'utf8').trim());
    await call('/v1/topologies', estateTopology);
    const body = rolloutOf(count);
    const seconds = [];
    for (let round = 0; round <= rounds; round++) {
      const plan = await timed(() => call('/v1/rollouts?dryRun=true', body));
      if (plan.answer.clusters.length !== count) throw new Error('the plan is not complete');
      if (round > 0) seconds.push(plan.seconds);
    }
    return { seconds, started: kept ? (await timed(() => call('/v1/rollouts', body))).seconds : undefined };
  } finally {
    child.kill('SIGTERM');
    await ended;
    rmSync(home, { recursive: true, force: true });
  }
}

/** Each VNet lies in one subscription, and each subscription has room for its clusters (QUO-02). */
function rolloutOf(count) {
  return {
    name: 'planned',
    action: 'CREATE',
    clusters: clusters(count, 'aks').map((cluster) => ({ ...cluster, subscriptionId: subscriptionOf(cluster.network) })),
    pools: planPools,
    // Nothing starts while the start is measured.
    strategy: { maxConcurrency: 100, maxFailures: '100%', startAt: '2099-01-01T00:00:00Z' },
  };
}

function subscriptionOf(network) {
  return `${String((Number(network.split('-')[1]) % SUBSCRIPTIONS) + 1).padStart(8, '0')}-1111-4111-8111-111111111111`;
}

function caller(port, token) {
  return async (path, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (answer.status >= 400) throw new Error(`${path}: ${answer.status} ${(await answer.text()).slice(0, 2000)}`);
    return answer.json();
  };
}

async function timed(work) {
  const from = performance.now();
  const answer = await work();
  return { answer, seconds: (performance.now() - from) / 1000 };
}
