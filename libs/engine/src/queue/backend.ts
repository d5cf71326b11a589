import type { Job, Queue, Worker } from 'bullmq';
import type { JobKind } from '../store/outbox.js';

/** What is in a job: never a secret, never anything the database does not know better. */
export interface AlarmPayload {
  /** A worker of another release puts off what it does not know, so that a rollback works. */
  readonly v: 1;
  readonly kind: JobKind;
  readonly subject: string;
}

export type JobProcessor = (job: Job<AlarmPayload>, token?: string) => Promise<void>;

/** Where BullMQ keeps its jobs. */
export interface Backend {
  queue(name: string): Promise<Queue<AlarmPayload>>;
  /** A worker that does not fetch before `run`. */
  worker(name: string, processor: JobProcessor, concurrency: number): Promise<Worker<AlarmPayload>>;
  close(): Promise<void>;
}

/**
 * A stalled job must run again and find the truth in the database; it is never given up. Looking once a second makes up
 * for a wake-up that went to a process which was frozen, and a connection that broke is tried again as soon.
 */
export const WORKER = {
  autorun: false,
  maxStalledCount: 10,
  drainDelay: 1,
  runRetryDelay: 1000,
  lockDuration: 30_000,
  stalledInterval: 15_000,
  removeOnComplete: { count: 0 },
  removeOnFail: { count: 0 },
};
