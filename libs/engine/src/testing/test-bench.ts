import type { Arm } from '@podspan/azure';
import { newId } from '@podspan/platform';
import { freshDatabase, type FreshDatabase, findRedis, testRedis, type TestRedis } from '@podspan/platform/testing';
import type { JobHandler, NewRun, RunListener, RunView } from '../contracts.js';
import { createEngine, type DurableEngine } from '../durable-engine.js';
import { engineMigrations } from '../migrations.js';
import type { AnyProgram, EngineTuning } from '../options.js';
import { until } from './until.js';

export type BackendName = 'postgres' | 'redis';

/** The backends that can be tested on this machine; says so where one is missing. */
export function backends(): readonly BackendName[] {
  if (findRedis()) return ['postgres', 'redis'];
  process.stderr.write('engine: the suite did not run on Redis: redis-server is not installed on this machine\n');
  return ['postgres'];
}

export interface TestBench {
  readonly fresh: FreshDatabase<unknown>;
  readonly redis: TestRedis | undefined;
  engine(setup: EngineSetup): DurableEngine;
  destroy(): Promise<void>;
}

export interface EngineSetup {
  readonly arm: Arm;
  readonly programs: readonly AnyProgram[];
  readonly listeners?: readonly RunListener[];
  readonly jobs?: readonly JobHandler[];
  readonly options?: Partial<EngineTuning>;
}

/** A real database, a real queue, and engines on them that are stopped at the end. Time runs 100 times as fast. */
export async function testBench(backend: BackendName): Promise<TestBench> {
  const fresh = await freshDatabase<unknown>(engineMigrations, 'provisioning');
  const redis = backend === 'redis' ? await testRedis() : undefined;
  const engines: DurableEngine[] = [];
  return {
    fresh,
    redis,
    engine: ({ options, ...setup }) => {
      const engine = createEngine({
        db: fresh.db,
        schema: fresh.schema,
        queue: { databaseUrl: fresh.url, ...(redis ? { redisUrl: redis.url } : {}) },
        options: { ...fast, ...options },
        ...(process.env['ENGINE_TEST_LOG'] ? { log: { info: console.info, warn: console.warn, error: console.error } } : {}),
        ...setup,
      });
      engines.push(engine);
      return engine;
    },
    destroy: async () => {
      await Promise.all(engines.map((engine) => engine.stop()));
      await fresh.destroy();
      await redis?.destroy();
    },
  };
}

export const fast: Partial<EngineTuning> = { speed: 100, leaseSeconds: 1, sweepSeconds: 0.25, concurrency: 8 };

export function newRun(program: string, fields: Partial<NewRun> = {}): NewRun {
  return { id: newId(), program, subject: 'aks-1', input: {}, subscriptionId: '00000000-0000-0000-0000-000000000001', region: 'westeurope', ...fields };
}

export function ended(engine: DurableEngine, runId: string, timeoutMs?: number): Promise<RunView> {
  return until(
    `run ${runId} ends`,
    async () => {
      const [view] = await engine.view([runId]);
      return view && ['SUCCEEDED', 'FAILED', 'CANCELED'].includes(view.state) ? view : undefined;
    },
    timeoutMs,
  );
}
