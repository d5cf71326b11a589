import { type Arm, connectArm, staticCredential } from '@podspan/azure';
import { type Emulator, type JournalEntry, startEmulator } from '@podspan/azure-emulator';
import { newId } from '@podspan/platform';
import { freshDatabase, type FreshDatabase, findRedis, testRedis, type TestRedis } from '@podspan/platform/testing';
import type { Json, NewRun, RunListener, RunView, StepChange } from '../contracts.js';
import { createEngine, type DurableEngine } from '../durable-engine.js';
import { engineMigrations } from '../migrations.js';
import type { EngineOptions, EngineTuning } from '../options.js';
import {
  clusterId,
  clusterProgram,
  CLUSTERS,
  createProgram,
  deleteProgram,
  groupEffect,
  SUBSCRIPTION,
  type Wanted,
} from './test-programs.js';
import { until } from './until.js';

export type BackendName = 'postgres' | 'redis';

/** The backends that can be tested on this machine; says so where one is missing. */
export function backends(): readonly BackendName[] {
  if (findRedis()) return ['postgres', 'redis'];
  process.stderr.write('engine: the suite did not run on Redis: redis-server is not installed on this machine\n');
  return ['postgres'];
}

export const SPEED = 100;
export const fast: Partial<EngineTuning> = { speed: SPEED, pollIntervalSeconds: 3, leaseSeconds: 1, sweepSeconds: 0.25, concurrency: 8 };
/** Durations in the emulator, in its own seconds: a cluster takes 0.4 s of ours. */
const seconds = {
  'microsoft.containerservice/managedclusters/create': [40, 40],
  'microsoft.containerservice/managedclusters/update': [40, 40],
  'microsoft.containerservice/managedclusters/delete': [40, 40],
} as const;

export type EngineSetup = Partial<Omit<EngineOptions, 'db' | 'schema' | 'queue'>>;

/** A real database, a real queue, ARM over HTTP, and engines on them that are stopped at the end. */
export class TestBench {
  readonly fresh: FreshDatabase<unknown>;
  readonly redis: TestRedis | undefined;
  readonly azure: Emulator;
  /** What listeners were told, over all engines of this process. */
  readonly told: StepChange[] = [];
  readonly queueRebuilt: number[] = [];
  readonly #engines = new Set<DurableEngine>();

  private constructor(fresh: FreshDatabase<unknown>, redis: TestRedis | undefined, azure: Emulator) {
    this.fresh = fresh;
    this.redis = redis;
    this.azure = azure;
  }

  static async open(
    backend: BackendName,
    durations: Readonly<Record<string, readonly [number, number]>> = {},
    serverUrl?: string,
  ): Promise<TestBench> {
    const fresh = await freshDatabase<unknown>(engineMigrations, 'provisioning', serverUrl);
    const redis = backend === 'redis' ? await testRedis() : undefined;
    return new TestBench(fresh, redis, await startEmulator({ speed: SPEED, seconds: { ...seconds, ...durations } }));
  }

  arm(): Arm {
    return connectArm({ endpoint: this.azure.url, credential: staticCredential('test') });
  }

  /** An engine that works, until `stop` or the end of the test. */
  async engine(setup: EngineSetup = {}): Promise<DurableEngine> {
    const engine = this.idleEngine(setup);
    await engine.startWorkers();
    return engine;
  }

  idleEngine({ options, ...setup }: EngineSetup = {}): DurableEngine {
    const engine = createEngine({
      db: this.fresh.db,
      schema: this.fresh.schema,
      queue: { databaseUrl: this.fresh.url, ...(this.redis ? { redisUrl: this.redis.url } : {}) },
      arm: this.arm(),
      programs: [createProgram, clusterProgram, deleteProgram],
      listeners: [this.listener('transactions')],
      options: { ...fast, ...options },
      ...(process.env['ENGINE_TEST_LOG'] ? { log: { info: console.info, warn: console.warn, error: console.error } } : {}),
      ...setup,
    });
    this.#engines.add(engine);
    return engine;
  }

  /** One that has each step told in a transaction, or lets the engine make its moves by single statements. */
  listener(moves: 'transactions' | 'single statements'): RunListener {
    const onStep = async (_: unknown, change: StepChange) => void this.told.push(change);
    const onQueueRebuilt = async (_: unknown, alarms: number) => void this.queueRebuilt.push(alarms);
    if (moves === 'transactions') return { onStep, onQueueRebuilt };
    const stepParts = (change: StepChange) => {
      this.told.push(change);
      return [];
    };
    return { onStep, onQueueRebuilt, stepParts, endsOnly: true };
  }

  /** Stops the engines and forgets Azure's resources and faults. */
  async quiet(): Promise<void> {
    const engines = [...this.#engines];
    // Forgotten first: one that cannot be stopped must fail one test, not every test after it.
    this.#engines.clear();
    await Promise.all(engines.map((engine) => engine.stop()));
    this.azure.reset();
    this.told.length = 0;
    this.queueRebuilt.length = 0;
  }

  async destroy(): Promise<void> {
    await this.quiet();
    await this.azure.close();
    await this.fresh.destroy();
    await this.redis?.destroy();
  }

  /** So that the first write of a run is that of its cluster. */
  async createGroup(): Promise<void> {
    const { resourceId, apiVersion, body } = groupEffect;
    await this.arm().begin({ method: 'PUT', resourceId, apiVersion, body, clientRequestId: newId() });
  }

  /** The writes of a cluster that were accepted. */
  accepted(name: string): JournalEntry[] {
    return this.azure
      .journal({ accepted: true, method: 'PUT', type: CLUSTERS })
      .filter(({ path }) => path.toLowerCase() === clusterId(name).toLowerCase());
  }

  /** All PUTs of a cluster, accepted or not. */
  sent(name: string): JournalEntry[] {
    return this.azure.journal({ method: 'PUT', type: CLUSTERS }).filter(({ path }) => path.toLowerCase() === clusterId(name).toLowerCase());
  }

  notes(runId: string): string[] {
    return this.told.flatMap(({ runId: of, note }) => (of === runId && note !== undefined ? [note] : []));
  }
}

let serial = 0;

/** A run for a cluster that no other test has. */
export function newRun(program: 'create' | 'cluster' | 'delete', fields: Partial<NewRun> = {}): NewRun & { readonly name: string } {
  serial += 1;
  const input: Wanted = { name: `aks-${serial}`, octet: serial };
  return {
    id: newId(),
    program,
    subject: input.name,
    input: input as unknown as Json,
    subscriptionId: SUBSCRIPTION,
    region: 'westeurope',
    name: input.name,
    ...fields,
  };
}

export function ended(engine: DurableEngine, runId: string, timeoutMs?: number): Promise<RunView> {
  return viewUntil(engine, runId, 'has ended', ({ state }) => ['SUCCEEDED', 'FAILED', 'CANCELED'].includes(state), timeoutMs);
}

export function viewUntil(
  engine: DurableEngine,
  runId: string,
  what: string,
  holds: (view: RunView) => boolean,
  timeoutMs?: number,
): Promise<RunView> {
  return until(
    `run ${runId} ${what}`,
    async () => {
      const [view] = await engine.view([runId]);
      return view && holds(view) ? view : undefined;
    },
    timeoutMs,
  );
}

export function stepOf(view: RunView, name: string): RunView['steps'][number] {
  const step = view.steps.find((candidate) => candidate.name === name);
  if (!step) throw new Error(`the run has no step ${name}`);
  return step;
}
