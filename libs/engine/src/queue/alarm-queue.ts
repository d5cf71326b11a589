import type { Job, Queue, Worker } from 'bullmq';
import type { EngineLog, QueueOptions } from '../options.js';
import type { JobKind, OutboxRow } from '../store/outbox.js';
import type { AlarmPayload, Backend } from './backend.js';
import { postgresBackend } from './postgres-backend.js';
import { redisBackend } from './redis-backend.js';
import { within } from './within.js';

export type AlarmHandler = (payload: AlarmPayload, job: Job<AlarmPayload>, token: string | undefined) => Promise<void>;

/** BullMQ as an alarm clock, on Redis or on PostgreSQL. Whatever it loses, the sweeper rings again. */
export interface AlarmQueue {
  readonly name: string;
  add(rows: readonly OutboxRow[]): Promise<void>;
  has(jobId: string): Promise<boolean>;
  /** A job that is kept, done, by which a sweep sees that the queue has not lost its jobs. */
  placeMarker(jobId: string): Promise<void>;
  /** @throws Error when the queue does not answer; on Redis it waits for it in the background */
  work(handler: AlarmHandler, concurrency: number): Promise<void>;
  /** Stops fetching and waits for the handlers; by force it does not wait. */
  close(force: boolean): Promise<void>;
}

const FORCED_MS = 500;
const JOB = { removeOnComplete: true, removeOnFail: true, attempts: 3, backoff: { type: 'exponential', delay: 1000 } } as const;

export async function openAlarmQueue(options: QueueOptions, schema: string, log: EngineLog): Promise<AlarmQueue> {
  const { queue, backend } = await open(options, schema);
  return new BullAlarmQueue(nameOf(schema), queue, backend, log);
}

/** The queue as BullMQ has it, to look at. */
export interface OpenQueue {
  readonly queue: Queue<AlarmPayload>;
  close(): Promise<void>;
}

export async function openQueue(options: QueueOptions, schema: string): Promise<OpenQueue> {
  const { queue, backend } = await open(options, schema);
  // Whoever looks is told by the answer.
  queue.on('error', () => undefined);
  return {
    queue,
    close: async () => {
      await queue.close();
      await backend.close();
    },
  };
}

async function open(options: QueueOptions, schema: string): Promise<{ readonly queue: Queue<AlarmPayload>; readonly backend: Backend }> {
  const backend = await openBackend(options);
  try {
    return { queue: await backend.queue(nameOf(schema)), backend };
  } catch (error) {
    await backend.close();
    throw error;
  }
}

function nameOf(schema: string): string {
  return `podspan-${schema}`;
}

async function openBackend({ databaseUrl, redisUrl, prefix = 'podspan' }: QueueOptions): Promise<Backend> {
  return redisUrl === undefined ? postgresBackend(databaseUrl) : redisBackend(redisUrl, prefix);
}

class BullAlarmQueue implements AlarmQueue {
  readonly name: string;
  readonly #backend: Backend;
  readonly #queue: Queue<AlarmPayload>;
  readonly #log: EngineLog;
  #worker: Worker<AlarmPayload> | undefined;

  constructor(name: string, queue: Queue<AlarmPayload>, backend: Backend, log: EngineLog) {
    this.name = name;
    this.#backend = backend;
    this.#log = log;
    this.#queue = queue;
    this.#queue.on('error', (error) => this.#complain(error));
  }

  async add(rows: readonly OutboxRow[]): Promise<void> {
    await this.#queue.addBulk(
      rows.map(({ kind, subject, fence, delay_ms }) => ({
        name: kind,
        data: { v: 1, kind, subject },
        opts: { ...JOB, jobId: jobIdOf(kind, subject, fence), delay: Math.ceil(delay_ms) },
      })),
    );
  }

  async has(jobId: string): Promise<boolean> {
    return (await this.#queue.getJob(jobId)) !== undefined;
  }

  async placeMarker(jobId: string): Promise<void> {
    await this.#queue.add('marker', { v: 1, kind: 'sweep', subject: '' }, { jobId, removeOnComplete: false, removeOnFail: false });
  }

  async work(handler: AlarmHandler, concurrency: number): Promise<void> {
    const worker = await this.#backend.worker(this.name, (job, token) => handler(job.data, job, token), concurrency);
    worker.on('error', (error) => this.#complain(error));
    this.#worker = worker;
    worker.run().catch((error: Error) => this.#complain(error));
  }

  async close(force: boolean): Promise<void> {
    const parts = [() => this.#worker?.close(force), () => this.#queue.close(), () => this.#backend.close()];
    // By force each has its time: a worker that waits for a job of its own must not keep the connections of the others open.
    for (const part of parts) await (force ? within(FORCED_MS, 'closing', Promise.resolve(part())).catch(() => undefined) : part());
  }

  #complain(error: Error): void {
    this.#log.warn({ err: error, queue: this.name }, 'the queue is in trouble');
  }
}

/** Unique while the job exists, so that an alarm set twice rings once. BullMQ forbids a colon and an all-digit id. */
export function jobIdOf(kind: JobKind, subject: string, fence: string): string {
  return `${encodeURIComponent(subject)}-${fence}-${kind}`;
}
