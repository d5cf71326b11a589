import type { RateHeaders } from '@podspan/azure';
import { newId } from '@podspan/platform';
import type { Engine, EngineTransaction, JobHandler, NewRun, RunView } from './contracts.js';
import { type EngineLog, type EngineOptions, Programs, silentLog, tuningOf } from './options.js';
import type { Parts } from './parts.js';
import { silentMeter } from './meter.js';
import { Experience } from './policy/experience.js';
import { type AlarmHandler, type AlarmQueue, openAlarmQueue } from './queue/alarm-queue.js';
import { answerAlarm } from './queue/answer-alarm.js';
import { Relay } from './queue/relay.js';
import { Sweeper } from './queue/sweeper.js';
import { within } from './queue/within.js';
import { ringBell } from './store/bells.js';
import { Buckets } from './store/buckets.js';
import { abandonLeases, type Lease, renewLeases } from './store/leases.js';
import { ringAll } from './store/outbox.js';
import { cancelRun, retryRun, startRun } from './store/runs.js';
import { viewRuns } from './store/run-view.js';
import { WatchClusters } from './work/watch-clusters.js';
import { Visits } from './work/visits.js';
import { workOnRun } from './work/work-on-run.js';

/** Jobs are short; what has not ended by then is left to another process and to the fence. */
const CLOSE_MS = 12_000;
/** Statements that stand beside the jobs; only a database that is gone takes longer. */
const HALT_MS = 3000;
const FORCE_MS = 2000;

interface Working {
  readonly queue: AlarmQueue;
  readonly relay: Relay;
  readonly sweeper: Sweeper;
  readonly renewals: NodeJS.Timeout;
}

/** Carries out fixed lists of ARM writes, once each, through any crash. PostgreSQL is the truth, the queue an alarm clock. */
export class DurableEngine implements Engine {
  readonly #options: EngineOptions;
  readonly #parts: Parts;
  readonly #handlers: ReadonlyMap<string, JobHandler>;
  readonly #held = new Set<Lease>();
  readonly #visits: Visits;
  #working: Working | undefined;
  #stopping = false;

  constructor(options: EngineOptions) {
    const tuning = tuningOf(options.options);
    const channel = `${options.schema}_outbox`;
    this.#options = options;
    this.#parts = {
      db: options.db,
      channel,
      arm: options.arm,
      programs: new Programs(options.programs),
      listeners: options.listeners ?? [],
      log: options.log ?? silentLog,
      meter: options.meter ?? silentMeter,
      tuning,
      buckets: new Buckets(options.db, tuning.speed, channel),
      experience: new Experience(),
      owner: newId(),
      visit: (runId, milliseconds) => this.#visits.set(runId, milliseconds),
      isStopping: () => this.#stopping,
    };
    this.#visits = new Visits(tuning.concurrency, (runId) => this.#visit(runId));
    const jobs = [...(options.jobs ?? []), new WatchClusters(this.#parts)];
    this.#handlers = new Map(jobs.map((handler) => [handler.name, handler]));
  }

  /** Workers, relay and sweeper; nothing of that in role `api`. The schema must have the engine's tables. */
  async startWorkers(): Promise<void> {
    if (this.#parts.tuning.role === 'api' || this.#working) return;
    const { queue: queueOptions, schema } = this.#options;
    const queue = await openAlarmQueue(queueOptions, schema, this.#parts.log);
    const relay = new Relay(this.#parts, queue, queueOptions.databaseUrl);
    const sweeper = new Sweeper(this.#parts, queue);
    await begin(queue, this.#parts.tuning.concurrency, (payload, job, token) =>
      answerAlarm(
        this.#parts,
        (runId) => this.#visits.inTurn(() => workOnRun(this.#parts, this.#held, runId)),
        this.#handlers,
        payload,
        job,
        token,
      ),
    );
    relay.start();
    sweeper.start();
    this.#working = { queue, relay, sweeper, renewals: this.#renew() };
  }

  /** Begins nothing new, lets the jobs in hand end, and gives everything back. Takes less than 20 s. */
  async stop(): Promise<void> {
    const working = this.#working;
    if (!working) return;
    this.#working = undefined;
    this.#stopping = true;
    const { log } = this.#parts;
    await within(HALT_MS, 'relay and sweeper', Promise.all([working.relay.stop(), working.sweeper.stop()])).catch((error: unknown) =>
      log.warn({ err: error }, 'alarms in hand are left to another process'),
    );
    await closeInTime(working.queue, this.#visits, log);
    clearInterval(working.renewals);
    await within(HALT_MS, 'giving the runs back', this.#giveBack()).catch((error: unknown) =>
      log.warn({ err: error }, 'runs were left to the sweep of another process'),
    );
  }

  start(trx: EngineTransaction, run: NewRun): Promise<void> {
    return startRun(trx, this.#parts, this.#parts.programs.newest(run.program), run);
  }

  cancel(trx: EngineTransaction, runId: string, mode: 'ABORT' | 'FINISH'): Promise<void> {
    return cancelRun(trx, this.#parts, runId, mode);
  }

  retry(trx: EngineTransaction, runId: string): Promise<void> {
    return retryRun(trx, this.#parts, runId);
  }

  view(runIds: readonly string[]): Promise<readonly RunView[]> {
    return viewRuns(this.#parts.db, runIds);
  }

  ring(trx: EngineTransaction, job: string, subjectId: string, delayMs = 0): Promise<void> {
    return ringBell(trx, this.#parts.channel, job, subjectId, delayMs / 1000);
  }

  /** Give it to the Arm as `onResponse`: what Azure says is left lowers the buckets. */
  readonly observe = (answer: RateHeaders): void => this.#parts.buckets.observe(answer);

  /** For health: false while alarms wait in the outbox because the queue does not take them. Nothing is lost by it. */
  get queueReachable(): boolean {
    return this.#working?.relay.queueReachable ?? true;
  }

  async #visit(runId: string): Promise<void> {
    try {
      const againMs = await workOnRun(this.#parts, this.#held, runId);
      if (againMs !== undefined) this.#visits.set(runId, againMs);
    } catch (error) {
      this.#parts.log.warn({ err: error, runId }, 'a visit failed; a sweep will ring again');
    }
  }

  /** Other processes take over at once: the leases, and the runs that this one would have visited. */
  async #giveBack(): Promise<void> {
    const abandoned = await abandonLeases(this.#parts);
    await ringAll(this.#parts.db, this.#parts.channel, [...abandoned, ...this.#visits.left()]);
  }

  #renew(): NodeJS.Timeout {
    const everyMs = (this.#parts.tuning.leaseSeconds * 1000) / 3;
    return setInterval(() => {
      renewLeases(this.#parts, [...this.#held]).catch((error: unknown) =>
        this.#parts.log.warn({ err: error }, 'leases could not be prolonged'),
      );
    }, everyMs);
  }
}

export function createEngine(options: EngineOptions): DurableEngine {
  return new DurableEngine(options);
}

/** A queue that cannot be worked on is closed again, so that whoever starts the process may try anew. */
async function begin(queue: AlarmQueue, concurrency: number, handler: AlarmHandler): Promise<void> {
  try {
    await queue.work(handler, concurrency);
  } catch (error) {
    await queue.close(true).catch(() => undefined);
    throw error;
  }
}

async function closeInTime(queue: AlarmQueue, visits: Visits, log: EngineLog): Promise<void> {
  try {
    await within(CLOSE_MS, 'the visits in hand', Promise.all([visits.stop(), queue.close(false)]));
  } catch (error) {
    log.warn({ err: error }, 'jobs in hand are left to another process');
    await within(FORCE_MS, 'closing the queue', queue.close(true)).catch(() => undefined);
  }
}
