import { type Arm, connectArm, staticCredential } from '@podspan/azure';
import { type Emulator, type JournalEntry, startEmulator } from '@podspan/azure-emulator';
import { ServiceRest } from '@podspan/client';
import { createEngine, type DurableEngine, engineMigrations, type EngineTuning } from '@podspan/engine';
import { bootTestService, freshDatabase, type FreshDatabase, testTokens } from '@podspan/platform/testing';
import request from 'supertest';
import { aCluster } from '../domain/builders.js';
import type { ClusterSpec } from '../domain/cluster-spec.js';
import { FleetModule } from '../fleet.module.js';
import { type FleetParts, fleetParts } from '../fleet-parts.js';
import { fleetSdl } from '../fleet.sdl.js';
import { fleetMigrations } from '../migrations.js';
import { RestIpam } from '../ports/rest-ipam.js';
import type { ItemView, RolloutView } from '../rollouts/views.js';
import { FakeGateways } from './fake-gateways.js';
import { FakeIpam } from './fake-ipam.js';
import { until } from './until.js';

const speed = 200;
export const clusterType = 'Microsoft.ContainerService/managedClusters';
export const subscriptions = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'] as const;
/** Virtual seconds; a cluster takes a fifth of a real second. */
const seconds = {
  'microsoft.containerservice/managedclusters/create': [40, 40],
  'microsoft.containerservice/managedclusters/update': [40, 40],
  'microsoft.containerservice/managedclusters/delete': [40, 40],
  'microsoft.containerservice/managedclusters/agentpools/action': [40, 40],
} as const;

/** The service on a real database, a real queue and ARM over HTTP, with an ipam over HTTP that keeps the contract. */
export class FleetBench {
  readonly gateways = new FakeGateways();
  readonly speed = speed;
  readonly #engines = new Set<DurableEngine>();
  #close: (() => Promise<void>) | undefined;
  url = '';

  private constructor(
    readonly fresh: FreshDatabase<unknown>,
    readonly azure: Emulator,
    readonly ipam: FakeIpam,
  ) {}

  /** @param azure of the emulator, beside what every bench has */
  static async open(azure: { readonly coreQuota?: number } = {}): Promise<FleetBench> {
    const fresh = await freshDatabase<unknown>({ ...engineMigrations, ...fleetMigrations }, 'provisioning');
    const bench = new FleetBench(
      fresh,
      await startEmulator({ speed, seconds, replicationLagSeconds: 5, ...azure }),
      await FakeIpam.start(),
    );
    const parts = bench.parts();
    parts.engines.use(bench.#idle(parts));
    const { url, close } = await bootTestService({ name: 'provisioning', module: FleetModule.of(parts), sdl: fleetSdl });
    bench.url = url;
    bench.#close = close;
    return bench;
  }

  parts(): FleetParts {
    const ipam = new RestIpam(
      new ServiceRest({
        service: 'ipam',
        userAgent: 'podspan-test',
        baseUrl: this.ipam.url,
        serviceAuthorization: 'Bearer service',
        client: { wait: () => Promise.resolve() },
      }),
    );
    return fleetParts({
      db: this.fresh.db,
      arm: this.#arm(),
      ipamUrl: this.ipam.url,
      ingressUrl: this.ipam.url,
      authorization: 'Bearer service',
      speed,
      ipam,
      gateways: this.gateways,
    });
  }

  /** A worker process of its own. */
  async work(options: Partial<EngineTuning> = {}): Promise<DurableEngine> {
    const parts = this.parts();
    const engine = this.#idle(parts, options);
    parts.engines.use(engine);
    await engine.startWorkers();
    return engine;
  }

  #arm(): Arm {
    return connectArm({ endpoint: this.azure.url, credential: staticCredential('test') });
  }

  #idle(parts: FleetParts, options: Partial<EngineTuning> = {}): DurableEngine {
    const { db, url, schema } = this.fresh;
    const engine = createEngine({
      db,
      schema,
      arm: this.#arm(),
      queue: { databaseUrl: url },
      programs: parts.programs,
      listeners: parts.listeners,
      jobs: parts.jobs,
      options: { speed, leaseSeconds: 1, sweepSeconds: 0.25, concurrency: 16, ...options },
      ...(process.env['FLEET_TEST_LOG'] ? { log: { info: console.info, warn: console.warn, error: console.error } } : {}),
    });
    this.#engines.add(engine);
    return engine;
  }

  /** Stops all workers and forgets faults; rows and resources stay. */
  async quiet(): Promise<void> {
    await Promise.all([...this.#engines].map((engine) => engine.stop()));
    this.#engines.clear();
    this.azure.faults.clear();
    this.ipam.refuseWith = undefined;
  }

  async destroy(): Promise<void> {
    await this.quiet();
    await this.#close?.();
    await this.azure.close();
    await this.ipam.close();
    await this.fresh.destroy();
  }

  api(token: string = testTokens.operator) {
    const headers = { authorization: `Bearer ${token}` };
    return {
      get: (path: string) => request(this.url).get(path).set(headers),
      post: (path: string, body: object = {}, more: Record<string, string> = {}) =>
        request(this.url)
          .post(path)
          .set({ ...headers, ...more })
          .send(body),
      graphql: (query: string, variables: object = {}) => request(this.url).post('/graphql').set(headers).send({ query, variables }),
    };
  }

  async rollout(name: string): Promise<RolloutView> {
    return (await this.api().get(`/v1/rollouts/${name}`).expect(200)).body as RolloutView;
  }

  async items(name: string): Promise<readonly ItemView[]> {
    return (await this.api().get(`/v1/rollouts/${name}/items?limit=1000`).expect(200)).body.items as ItemView[];
  }

  when(name: string, what: string, holds: (view: RolloutView) => boolean, timeoutMs?: number): Promise<RolloutView> {
    return until(
      `rollout ${name} ${what}`,
      async () => {
        const view = await this.rollout(name);
        return holds(view) ? view : undefined;
      },
      timeoutMs,
    );
  }

  done(name: string, timeoutMs?: number): Promise<RolloutView> {
    return this.when(name, 'is done', ({ lifecycle }) => lifecycle === 'DONE', timeoutMs);
  }

  /** Accepted creations of clusters. */
  created(pattern = ''): JournalEntry[] {
    return this.azure.journal({ accepted: true, method: 'PUT', type: clusterType, idPattern: pattern });
  }
}

/** One of thousands: at most 80 to a place, so that no quota is in the way, and every 80 in a network of their own. */
export function oneOfMany(index: number): ClusterSpec {
  const place = Math.floor(index / 80);
  const name = `aks-${String(index).padStart(4, '0')}`;
  const subscriptionId = `${String(place).padStart(8, '0')}-0000-4000-8000-000000000000`;
  return aCluster({ name, resourceGroup: `rg-${name}`, subscriptionId, network: `spoke-${place % 250}` });
}

let serial = 0;

/** A rollout of clusters that no other test has. */
export function aRollout(
  count: number,
  change: Record<string, unknown> = {},
  eachCluster: (index: number) => Partial<ClusterSpec> = () => ({}),
) {
  serial += 1;
  const prefix = `r${serial}`;
  const clusters = Array.from({ length: count }, (_, index) => {
    const name = `${prefix}-aks-${index}`;
    return aCluster({ name, resourceGroup: `rg-${name}`, network: `spoke-${(serial * 4 + (index % 3)) % 250}`, ...eachCluster(index) });
  });
  return { name: `rollout-${serial}`, action: 'CREATE', clusters, pools: { nodeSubnet: 'nodes', podCidr: 'pods' }, ...change };
}
