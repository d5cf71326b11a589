import { createPostgresBackend, type Job, type PgPool, Queue, runMigrations, Worker } from 'bullmq';
import pg from 'pg';
import type { EngineLog, QueueOptions } from '../options.js';
import type { JobKind, OutboxRow } from '../store/outbox.js';

/** What is in a job: never a secret, never anything the database does not know better. */
export interface AlarmPayload {
  /** A worker of another release puts off what it does not know, so that a rollback works. */
  readonly v: 1;
  readonly kind: JobKind;
  readonly subject: string;
}

export type AlarmHandler = (payload: AlarmPayload, job: Job<AlarmPayload>, token: string | undefined) => Promise<void>;

/** BullMQ as an alarm clock, on Redis or on PostgreSQL. Whatever it loses, the sweeper rings again. */
export interface AlarmQueue {
  readonly name: string;
  add(rows: readonly OutboxRow[]): Promise<void>;
  has(jobId: string): Promise<boolean>;
  /** A job that is kept, done, by which a sweep sees that the queue has not lost its jobs. */
  placeMarker(jobId: string): Promise<void>;
  work(handler: AlarmHandler, concurrency: number): void;
  /** Stops fetching and waits for the handlers; by force it does not wait. */
  close(force: boolean): Promise<void>;
}

const BULLMQ_SCHEMA = 'bullmq';
/**
 * A stalled job must run again and find the truth in the database; it is never given up. Looking once a second makes up
 * for a wake-up that went to a process which was frozen.
 */
const WORKER = {
  maxStalledCount: 10,
  drainDelay: 1,
  lockDuration: 30_000,
  stalledInterval: 15_000,
  removeOnComplete: { count: 0 },
  removeOnFail: { count: 0 },
};
const JOB = { removeOnComplete: true, removeOnFail: true, attempts: 3, backoff: { type: 'exponential', delay: 1000 } } as const;

interface Backend {
  queue(name: string): Queue<AlarmPayload>;
  worker(name: string, handler: (job: Job<AlarmPayload>, token?: string) => Promise<void>, concurrency: number): Worker<AlarmPayload>;
  close(): Promise<void>;
}

export async function openAlarmQueue(options: QueueOptions, schema: string, log: EngineLog): Promise<AlarmQueue> {
  return new BullAlarmQueue(nameOf(schema), await openBackend(options), log);
}

/** The queue as BullMQ has it, to look at. */
export interface OpenQueue {
  readonly queue: Queue<AlarmPayload>;
  close(): Promise<void>;
}

export async function openQueue(options: QueueOptions, schema: string): Promise<OpenQueue> {
  const backend = await openBackend(options);
  const queue = backend.queue(nameOf(schema));
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

  constructor(name: string, backend: Backend, log: EngineLog) {
    this.name = name;
    this.#backend = backend;
    this.#log = log;
    this.#queue = backend.queue(name);
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

  work(handler: AlarmHandler, concurrency: number): void {
    this.#worker = this.#backend.worker(this.name, (job, token) => handler(job.data, job, token), concurrency);
    this.#worker.on('error', (error) => this.#complain(error));
  }

  async close(force: boolean): Promise<void> {
    await this.#worker?.close(force);
    await this.#queue.close();
    await this.#backend.close();
  }

  #complain(error: Error): void {
    this.#log.warn({ err: error, queue: this.name }, 'the queue is in trouble');
  }
}

/** Unique while the job exists, so that an alarm set twice rings once. BullMQ forbids a colon and an all-digit id. */
export function jobIdOf(kind: JobKind, subject: string, fence: string): string {
  return `${encodeURIComponent(subject)}-${fence}-${kind}`;
}

function redisBackend(url: string, prefix: string): Backend {
  return {
    queue: (name) => new Queue(name, { prefix, connection: { url, maxRetriesPerRequest: 1 } }),
    worker: (name, handler, concurrency) =>
      new Worker(name, handler, { ...WORKER, prefix, concurrency, connection: { url, maxRetriesPerRequest: null } }),
    close: () => Promise.resolve(),
  };
}

async function postgresBackend(databaseUrl: string): Promise<Backend> {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: 6,
    keepAlive: true,
    options: `-c search_path=${BULLMQ_SCHEMA} -c timezone=UTC`,
    application_name: 'podspan-queue',
  });
  pool.on('error', () => undefined);
  // A connection that breaks while it is in use tells its query; the event beside that must not end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const client = await pool.connect();
  try {
    await runMigrations(client, BULLMQ_SCHEMA);
  } finally {
    client.release();
  }
  // BullMQ describes the few members it uses of a pool in its own words.
  const connection = pool as unknown as PgPool;
  return {
    queue: (name) => new Queue(name, { connection }, createPostgresBackend) as unknown as Queue<AlarmPayload>,
    worker: (name, handler, concurrency) =>
      new Worker(name, handler, { ...WORKER, concurrency, connection }, createPostgresBackend) as unknown as Worker<AlarmPayload>,
    close: () => pool.end(),
  };
}
