// One rollout on a real database, a real queue, worker processes and Azure's emulator.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectArm, staticCredential } from '@podspan/azure';
import { createEngine, engineMigrations } from '@podspan/engine';
import { FleetModule, fleetMigrations, fleetParts, fleetSdl } from '@podspan/fleet';
import { startEmbeddedPostgres } from '@podspan/platform';
import { bootTestService, freshDatabase, testRedis, testTokens } from '@podspan/platform/testing';
import { FakeIpam } from '../../libs/fleet/dist/testing/fake-ipam.js';

const here = fileURLToPath(new URL('.', import.meta.url));

/** NODE_OPTIONS of docker/Dockerfile. */
const AS_IN_THE_IMAGE = (process.env.BENCH_FLAGS ?? '--max-semi-space-size=8').split(' ').filter(Boolean);

/** A child of ours that answers one question at a time. */
function child(file, orders) {
  const worker = file.includes('worker');
  const process_ = fork(join(here, file), [JSON.stringify(orders)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [
      ...(worker ? AS_IN_THE_IMAGE : []),
      ...(worker && process.env.BENCH_PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${process.env.BENCH_PROFILE}`] : []),
    ],
  });
  const heard = async () => {
    const [answer] = await once(process_, 'message');
    return answer;
  };
  const asked = (ask) => {
    const answer = heard();
    process_.send({ ask });
    return answer;
  };
  return { process: process_, heard, ask: asked };
}

export async function startDatabaseServer() {
  if (process.env.TEST_DATABASE_URL) return { stop: async () => undefined };
  const home = mkdtempSync(join(tmpdir(), 'podspan-bench-'));
  chmodSync(home, 0o755);
  const postgres = await startEmbeddedPostgres({ home, settings: { max_connections: '200', synchronous_commit: 'off' } });
  process.env.TEST_DATABASE_URL = postgres.url;
  return {
    stop: async () => {
      await postgres.stop();
      delete process.env.TEST_DATABASE_URL;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export class RolloutWorld {
  static async open({ workers = 1, speed = 1, backend = 'postgres', azure = {}, tuning = {} }) {
    const world = new RolloutWorld();
    world.speed = speed;
    world.fresh = await freshDatabase({ ...engineMigrations, ...fleetMigrations }, 'provisioning');
    world.redis = backend === 'redis' ? await testRedis() : undefined;
    world.ipam = await FakeIpam.start();
    world.azure = child('rollout-azure.mjs', { speed, ...azure });
    world.azureUrl = (await world.azure.heard()).url;
    const orders = {
      databaseUrl: world.fresh.url,
      redisUrl: world.redis?.url,
      azureUrl: world.azureUrl,
      ipamUrl: world.ipam.url,
      speed,
      tuning,
    };
    world.orders = orders;
    world.workers = await Promise.all(Array.from({ length: workers }, () => world.worker()));
    await world.#api(orders);
    return world;
  }

  async worker() {
    const one = child('rollout-worker.mjs', this.orders);
    await one.heard();
    return one;
  }

  /** The service without workers: it takes the rollout and shows it. */
  async #api({ azureUrl, ipamUrl, databaseUrl, speed }) {
    const arm = connectArm({ endpoint: azureUrl, credential: staticCredential('bench') });
    const { db, schema } = this.fresh;
    const parts = fleetParts({ db, arm, ipamUrl, ingressUrl: ipamUrl, authorization: 'Bearer service', speed });
    const { programs, listeners, jobs } = parts;
    parts.engines.use(
      createEngine({ db, schema, arm, queue: { databaseUrl }, programs, listeners, jobs, options: { role: 'api', speed } }),
    );
    const service = await bootTestService({ name: 'provisioning', module: FleetModule.of(parts), sdl: fleetSdl });
    this.url = service.url;
    this.closeApi = () => service.close();
  }

  async call(method, path, body) {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${testTokens.operator}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const json = await answer.json();
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(json).slice(0, 2000)}`);
    return json;
  }

  /** Starts the workers on a rollout that is already accepted. */
  async begin(rollout) {
    await this.call('POST', '/v1/rollouts', rollout);
    const before = await this.usage();
    const from = performance.now();
    await Promise.all(this.workers.map((worker) => worker.ask('start')));
    return { before, from };
  }

  /** A rollout from its start to its end. */
  async run(rollout) {
    const { before, from } = await this.begin(rollout);
    const view = await this.untilDone(rollout.name);
    const realSeconds = (performance.now() - from) / 1000;
    const after = await this.usage();
    const cpuMs = after.cpuMs - before.cpuMs;
    return { view, realSeconds, ...after, cpuMs };
  }

  async untilDone(name) {
    for (;;) {
      const view = await this.call('GET', `/v1/rollouts/${name}`);
      if (view.lifecycle === 'DONE') return view;
      await new Promise((wake) => setTimeout(wake, 250));
    }
  }

  async usage() {
    const all = await Promise.all(this.workers.map((worker) => worker.ask('usage')));
    const sum = (key) => all.reduce((total, one) => total + one[key], 0);
    return {
      cpuMs: sum('cpuMs'),
      statements: sum('statements'),
      peakMb: Math.max(...all.map(({ peakMb }) => peakMb)),
      heap: all[0].heap,
      top: all[0].top,
    };
  }

  async close() {
    await Promise.all(this.workers.map((worker) => worker.ask('stop')));
    await this.closeApi();
    this.azure.process.disconnect();
    await this.ipam.close();
    await this.redis?.destroy();
    await this.fresh.destroy();
  }
}

const regions = ['westeurope', 'northeurope', 'eastus', 'southeastasia'];

/** Clusters spread over subscriptions and regions, with one VNet in each pair. */
export function fleetOf(count, { subscriptions = 10, name = 'bench', strategy = {} } = {}) {
  const clusters = Array.from({ length: count }, (_, index) => {
    const subscription = index % subscriptions;
    const region = Math.floor(index / subscriptions) % regions.length;
    const id = `aks-${String(index).padStart(4, '0')}`;
    return {
      name: id,
      subscriptionId: `${String(subscription + 1).padStart(8, '0')}-1111-4111-8111-111111111111`,
      resourceGroup: `rg-${id}`,
      region: regions[region],
      network: `spoke-${subscription * regions.length + region}`,
      nodePools: [{ name: 'system', mode: 'SYSTEM', vmSize: 'Standard_D4s_v5', count: 3 }],
      podCidrScope: 'REUSABLE',
      dataplane: 'AZURE',
    };
  });
  return {
    name,
    action: 'CREATE',
    clusters,
    pools: { nodeSubnet: 'nodes', podCidr: 'pods' },
    strategy: { maxFailures: '100%', failureMode: 'FAST', ...strategy },
  };
}
