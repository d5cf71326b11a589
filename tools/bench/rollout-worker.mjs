// A worker of the provisioning service in a process of its own, which counts what it costs.
import { connectArm, staticCredential } from '@podspan/azure';
import { createEngine } from '@podspan/engine';
import { fleetParts } from '@podspan/fleet';
import { createDatabase, keepHeapSmall } from '@podspan/platform';
import pg from 'pg';

// As the service's own main does.
keepHeapSmall();
const { databaseUrl, redisUrl, azureUrl, ipamUrl, speed, tuning } = JSON.parse(process.argv[2]);
const schema = 'provisioning';

// Every statement of this process goes through here, those of the queue too.
let statements = 0;
const byText = new Map();
// eslint-disable-next-line @typescript-eslint/unbound-method -- called with `this` below
const { query } = pg.Client.prototype;
pg.Client.prototype.query = function (first, ...rest) {
  statements++;
  if (process.env.BENCH_STATEMENTS) {
    const text = (typeof first === 'string' ? first : first.text).replace(/\s+/g, ' ').slice(0, 110);
    byText.set(text, (byText.get(text) ?? 0) + 1);
  }
  return query.call(this, first, ...rest);
};

const db = createDatabase({ url: databaseUrl, schema, maxConnections: 16 });
let observe = () => undefined;
const arm = connectArm({ endpoint: azureUrl, credential: staticCredential('bench'), onResponse: (answer) => observe(answer) });
const gateways = { ensure: async () => ({ status: 'READY', frontends: [] }) };
const parts = fleetParts({ db, arm, ipamUrl, ingressUrl: ipamUrl, authorization: 'Bearer service', speed, gateways });
const log = {
  info: () => undefined,
  warn: (facts, message) => console.error(message, facts.err ?? ''),
  error: (facts, message) => console.error(message, facts.err ?? ''),
};
const engine = createEngine({
  db,
  schema,
  arm,
  queue: { databaseUrl, ...(redisUrl === undefined ? {} : { redisUrl }) },
  programs: parts.programs,
  listeners: parts.listeners,
  jobs: parts.jobs,
  log,
  options: { speed, ...tuning },
});
observe = engine.observe;
parts.engines.use(engine);

let peak = 0;
setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 100).unref();
process.on('message', async ({ ask }) => {
  if (ask === 'start') {
    await engine.startWorkers();
    statements = 0;
    byText.clear();
    return process.send({});
  }
  if (ask === 'usage') {
    const { user, system } = process.cpuUsage();
    const top = [...byText].sort((a, b) => b[1] - a[1]).slice(0, 60);
    const { heapUsed, heapTotal } = process.memoryUsage();
    return process.send({ cpuMs: (user + system) / 1000, statements, peakMb: peak / 2 ** 20, heap: [heapUsed, heapTotal], top });
  }
  await engine.stop();
  await db.destroy();
  process.send({});
  process.disconnect();
});
process.on('disconnect', () => process.exit());
process.send({});
