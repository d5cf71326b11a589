import type { Arm } from '@podspan/azure';
import type { EngineMeter } from './meter.js';
import type { EngineTransaction, JobHandler, Json, Program, RunListener } from './contracts.js';

/** What pino's loggers have. */
export interface EngineLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** Where the alarm clock lives. Without `redisUrl` BullMQ keeps its jobs in the same PostgreSQL, schema `bullmq`. */
export interface QueueOptions {
  readonly databaseUrl: string;
  readonly redisUrl?: string;
  /** Keeps installations apart that share a Redis. Default `podspan`. */
  readonly prefix?: string;
}

/** `api` writes runs and never works on them, so it needs no queue. */
export type EngineRole = 'all' | 'worker' | 'api';

/** Points between a write and the next, where a process may die. Tests stop here; nothing else listens. */
export type Moment = 'lease-taken' | 'intent-stored' | 'write-accepted' | 'token-stored' | 'relay-added';

export interface EngineTuning {
  readonly role: EngineRole;
  /** Runs worked on at the same time in this process. Default 16. */
  readonly concurrency: number;
  /** Seconds of Azure's time per second: 1 against Azure, the emulator's speed against the emulator. Default 1. */
  readonly speed: number;
  /** Base of the poll interval, in seconds of Azure's time. Slow types are polled at 4 to 6 times that. Default 10. */
  readonly pollIntervalSeconds: number;
  /** Seconds without a sign of life until another process may take over. Default 10; the sign is given three times as often. */
  readonly leaseSeconds: number;
  /** How often each process looks for what nobody works on. Default 5: a killed worker's runs go on within 15 s. */
  readonly sweepSeconds: number;
  /** Total time a step may spend on refusals and lost answers, in seconds of Azure's time. Default 3600. */
  readonly troubleDeadlineSeconds: number;
  /** How long a resource that was just written may be absent, in seconds of Azure's time. Default 30. */
  readonly absenceToleranceSeconds: number;
  /** Between 0 and 1, for jitter. */
  readonly random: () => number;
  /** Called at moments of interest; a returned promise is waited for. */
  readonly at: (moment: Moment, runId: string) => Promise<void> | void;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- programs differ in their input type and are kept in one list
export type AnyProgram = Program<any>;

export interface EngineOptions {
  /** A pool whose search path is the service's schema. */
  readonly db: EngineTransaction;
  readonly schema: string;
  readonly arm: Arm;
  readonly queue: QueueOptions;
  /** Every version that may still have runs. */
  readonly programs: readonly AnyProgram[];
  readonly listeners?: readonly RunListener[];
  readonly jobs?: readonly JobHandler[];
  readonly log?: EngineLog;
  readonly meter?: EngineMeter;
  readonly options?: Partial<EngineTuning>;
}

export function tuningOf(given: Partial<EngineTuning> = {}): EngineTuning {
  return {
    role: 'all',
    concurrency: 16,
    speed: 1,
    pollIntervalSeconds: 10,
    leaseSeconds: 10,
    sweepSeconds: 5,
    troubleDeadlineSeconds: 3600,
    absenceToleranceSeconds: 30,
    random: Math.random,
    at: () => undefined,
    ...given,
  };
}

export const silentLog: EngineLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The steps a stored run was started with. */
export class Programs {
  readonly #byVersion: ReadonlyMap<string, AnyProgram>;
  readonly #newest = new Map<string, AnyProgram>();

  constructor(programs: readonly AnyProgram[]) {
    this.#byVersion = new Map(programs.map((program) => [`${program.name}@${program.version}`, program]));
    if (this.#byVersion.size !== programs.length) throw new Error('two programs have the same name and version');
    for (const program of programs) {
      if (program.version >= (this.#newest.get(program.name)?.version ?? 0)) this.#newest.set(program.name, program);
    }
  }

  /** @throws Error for a name that is not registered */
  newest(name: string): AnyProgram {
    const program = this.#newest.get(name);
    if (!program) throw new Error(`there is no program '${name}'`);
    return program;
  }

  /** Undefined for a version of a release that is not this one: leave the run to a process that has it. */
  find(name: string, version: number): AnyProgram | undefined {
    return this.#byVersion.get(`${name}@${version}`);
  }
}

/** A run's frozen input as the feature typed it. */
export type Input = Json;
