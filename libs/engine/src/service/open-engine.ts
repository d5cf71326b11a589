import { azureCredential, connectArm, staticCredential, type Arm, type RateHeaders } from '@podspan/azure';
import type { Config, Logger } from '@podspan/platform';
import type { EngineTransaction, JobHandler, RunListener } from '../contracts.js';
import { createEngine, type DurableEngine } from '../durable-engine.js';
import type { EngineRef } from '../engine-ref.js';
import type { EngineMeter } from '../meter.js';
import type { AnyProgram, EngineRole, QueueOptions } from '../options.js';

/** What the engine takes of the parts of a feature. */
export interface EngineParts {
  readonly programs: readonly AnyProgram[];
  readonly listeners: readonly RunListener[];
  readonly jobs?: readonly JobHandler[];
  readonly engines: EngineRef;
}

export interface OpenEngineOptions {
  /** Of the service: its schema, and what it calls itself to the emulator. */
  readonly name: string;
  readonly config: Config;
  readonly db: EngineTransaction;
  readonly databaseUrl: string;
  readonly role: EngineRole;
  readonly logger: Logger;
  readonly meter?: EngineMeter;
}

/** Azure as the configuration says, and an engine for the parts that `partsOf` makes of it. It does not work yet. */
export function openEngine<Parts extends EngineParts>(
  { name, config, db, databaseUrl, role, logger, meter }: OpenEngineOptions,
  partsOf: (azure: { readonly arm: Arm; readonly speed: number }) => Parts,
): { readonly parts: Parts; readonly engine: DurableEngine } {
  const { AZURE_ENDPOINT: endpoint } = config;
  // Only the emulator speaks plain http, and only on this machine.
  const emulated = endpoint?.startsWith('http:') === true;
  const speed = emulated ? config.AZURE_EMULATOR_SPEED : 1;
  let observe: (answer: RateHeaders) => void = () => undefined;
  const arm = connectArm({
    ...(endpoint === undefined ? {} : { endpoint }),
    credential: emulated ? staticCredential(name) : azureCredential(),
    onResponse: (answer) => observe(answer),
  });
  const parts = partsOf({ arm, speed });
  const engine = createEngine({
    db,
    schema: name,
    arm,
    queue: queueOptionsOf(config, databaseUrl),
    programs: parts.programs,
    listeners: parts.listeners,
    jobs: parts.jobs ?? [],
    log: logger,
    ...(meter ? { meter } : {}),
    options: { role, speed },
  });
  observe = engine.observe;
  parts.engines.use(engine);
  return { parts, engine };
}

export function queueOptionsOf({ REDIS_URL: redisUrl }: Config, databaseUrl: string): QueueOptions {
  return { databaseUrl, ...(redisUrl === undefined ? {} : { redisUrl }) };
}
