import { Queue, Worker } from 'bullmq';
import { type Backend, WORKER } from './backend.js';

/** Does not wait for Redis: while it is away work is taken on, and alarms wait in the outbox. */
export function redisBackend(url: string, prefix: string): Backend {
  return {
    queue: async (name) => new Queue(name, { prefix, connection: { url, maxRetriesPerRequest: 1 } }),
    worker: async (name, processor, concurrency) =>
      new Worker(name, processor, { ...WORKER, prefix, concurrency, connection: { url, maxRetriesPerRequest: null } }),
    close: () => Promise.resolve(),
  };
}
