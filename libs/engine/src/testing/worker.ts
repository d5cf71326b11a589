import { connectArm, staticCredential } from '@podspan/azure';
import { createDatabase } from '@podspan/platform';
import { z } from 'zod';
import { createEngine } from '../durable-engine.js';
import type { Moment } from '../options.js';
import { clusterProgram, createProgram, deleteProgram } from './test-programs.js';

/** What a worker process of a test is told, as JSON in its first argument. */
export const WorkerOrders = z.object({
  databaseUrl: z.string(),
  schema: z.string(),
  redisUrl: z.string().optional(),
  azureUrl: z.string(),
  tuning: z.record(z.string(), z.number()),
  /** The moment at which the process ends itself or freezes, the first time it comes to it for a run of that name. */
  at: z.string().optional(),
  signal: z.enum(['SIGKILL', 'SIGSTOP']).optional(),
});
export type WorkerOrders = z.infer<typeof WorkerOrders>;

const orders = WorkerOrders.parse(JSON.parse(process.argv[2] ?? '{}'));
let struck = false;

/** A real signal to this very process: nothing after this line runs before it is delivered. */
function strike(moment: Moment): void {
  if (struck || moment !== orders.at) return;
  struck = true;
  process.stdout.write(`${moment}\n`);
  process.kill(process.pid, orders.signal ?? 'SIGKILL');
}

const db = createDatabase<unknown>({ url: orders.databaseUrl, schema: orders.schema });
const engine = createEngine({
  db,
  schema: orders.schema,
  queue: { databaseUrl: orders.databaseUrl, ...(orders.redisUrl === undefined ? {} : { redisUrl: orders.redisUrl }) },
  arm: connectArm({ endpoint: orders.azureUrl, credential: staticCredential('test') }),
  programs: [createProgram, clusterProgram, deleteProgram],
  listeners: [
    {
      onStep: (_, { note }) => {
        if (note) process.stdout.write(`${note}\n`);
        return Promise.resolve();
      },
    },
  ],
  options: { ...orders.tuning, at: strike },
});

process.once('SIGTERM', () => {
  void engine.stop().then(() => db.destroy());
});
await engine.startWorkers();
process.stdout.write('ready\n');
