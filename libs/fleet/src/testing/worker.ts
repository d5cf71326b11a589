import { connectArm, staticCredential } from '@podspan/azure';
import { createEngine } from '@podspan/engine';
import { createDatabase } from '@podspan/platform';
import { z } from 'zod';
import { fleetParts } from '../fleet-parts.js';
import { FakeGateways } from './fake-gateways.js';

/** What a worker process of a test is told, as JSON in its first argument. */
const Orders = z.object({
  databaseUrl: z.string(),
  azureUrl: z.string(),
  redisUrl: z.string().optional(),
  ipamUrl: z.string(),
  speed: z.number(),
  /** The accepted write after which it kills itself. */ dieAfterWrites: z.int(),
});
const orders = Orders.parse(JSON.parse(process.argv[2] ?? '{}'));
let writes = 0;

const schema = 'provisioning';
const db = createDatabase<unknown>({ url: orders.databaseUrl, schema });
const arm = connectArm({ endpoint: orders.azureUrl, credential: staticCredential('test') });
const parts = fleetParts({
  db,
  arm,
  ipamUrl: orders.ipamUrl,
  ingressUrl: orders.ipamUrl,
  authorization: 'Bearer service',
  speed: orders.speed,
  gateways: new FakeGateways(),
});
const engine = createEngine({
  db,
  schema,
  arm,
  queue: { databaseUrl: orders.databaseUrl, ...(orders.redisUrl === undefined ? {} : { redisUrl: orders.redisUrl }) },
  programs: parts.programs,
  listeners: parts.listeners,
  jobs: parts.jobs,
  options: {
    speed: orders.speed,
    leaseSeconds: 1,
    sweepSeconds: 0.25,
    at: (moment) => {
      // A real signal to this very process: nothing after this line runs before it is delivered.
      if (moment === 'write-accepted' && ++writes === orders.dieAfterWrites) process.kill(process.pid, 'SIGKILL');
    },
  },
});
parts.engines.use(engine);
await engine.startWorkers();
process.stdout.write('ready\n');
