// The image without a container engine: its build steps run in an empty folder, then every role starts from the result
// as a process of its own against a real PostgreSQL and Redis, and a fleet is rolled out through the gateway.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, untilReady } from '../bench/standalone-process.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'podspan-image-'));
const children = [];
let passed = 0;

function check(condition, sentence) {
  if (!condition) throw new Error(`not so: ${sentence}`);
  passed++;
  console.log(`  ok: ${sentence}`);
}

/** What `COPY . .` copies: the tracked files, and what is not ignored yet. */
function buildContext() {
  const context = join(work, 'src');
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' }).split('\n').filter(Boolean);
  for (const file of files) {
    try {
      cpSync(join(root, file), join(context, file));
    } catch (error) {
      if (error.code !== 'ENOENT') throw error; // Deleted, not yet committed.
    }
  }
  return context;
}

/** The RUN lines of the build stage, with the image's paths moved into the work folder. */
function buildSteps(context) {
  const stage = readFileSync(join(root, 'docker/Dockerfile'), 'utf8').split(/^FROM /m)[1];
  const steps = [...stage.matchAll(/^RUN (.+)$/gm)].map(([, step]) => step.replaceAll('/app', join(work, 'app')));
  check(steps.length > 0, 'the Dockerfile has build steps');
  for (const step of steps) {
    console.log(`  RUN ${step}`);
    // The packages have just been installed once, so npm's own cache has them.
    execFileSync('bash', ['-ec', step], {
      cwd: context,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, npm_config_prefer_offline: 'true' },
    });
  }
}

function launch(name, command, args, env) {
  const child = spawn(command, args, {
    cwd: join(work, 'app'),
    env: { PATH: process.env.PATH, HOME: work, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const entry = { name, child, log: '' };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (entry.log = (entry.log + data).slice(-20_000)));
  children.push(entry);
  return entry;
}

async function stopAll() {
  await Promise.all(
    children.splice(0).map(async ({ child }) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 25_000);
      await gone;
      clearTimeout(timer);
    }),
  );
}

async function main() {
  const context = buildContext();
  buildSteps(context);
  const { startEmbeddedPostgres } = await import('@podspan/platform');
  const { findRedis, testRedis } = await import('@podspan/platform/testing');
  const { startEmulator } = await import('@podspan/azure-emulator');
  if (!findRedis()) {
    console.log('skipped: the roles do not start, because redis-server is not installed here (.ci/run installs it)');
    return;
  }
  const postgres = await startEmbeddedPostgres({ home: join(work, 'postgres-home') });
  const redis = await testRedis();
  const emulator = await startEmulator({ speed: 600 });
  try {
    await roles(postgres.url, redis.url, emulator.url);
  } finally {
    await stopAll();
    await emulator.close();
    await redis.destroy();
    await postgres.stop();
  }
}

async function roles(databaseUrl, redisUrl, azureUrl) {
  const secrets = join(work, 'secrets');
  const printed = execFileSync('node', [join(root, 'docker/make-secrets.mjs'), secrets], { encoding: 'utf8' });
  const token = /: (\w+)/.exec(printed)[1];
  writeFileSync(join(secrets, 'database-url'), databaseUrl);
  const port = Object.fromEntries(
    await Promise.all(['gateway', 'ipam', 'provisioning', 'worker1', 'worker2', 'ingress'].map(async (name) => [name, await freePort()])),
  );
  const shared = {
    HOST: '127.0.0.1',
    DATABASE_URL_FILE: join(secrets, 'database-url'),
    REDIS_URL: redisUrl,
    AZURE_ENDPOINT: azureUrl,
    AZURE_EMULATOR_SPEED: '600',
    SERVICE_TOKEN_FILE: join(secrets, 'service-token'),
    API_TOKENS_FILE: join(secrets, 'api-tokens.json'),
    IPAM_URL: `http://127.0.0.1:${port.ipam}`,
    PROVISIONING_URL: `http://127.0.0.1:${port.provisioning}`,
    INGRESS_URL: `http://127.0.0.1:${port.ingress}`,
    LOG_LEVEL: 'warn',
  };
  const role = (name, key, ...args) => {
    const home = join(work, `home-${key}`);
    mkdirSync(home, { recursive: true });
    return launch(key, 'node', ['main.js', name, ...args], {
      ...shared,
      PORT: String(port[key]),
      PODSPAN_HOME: home,
      NODE_ENV: 'production',
    });
  };
  const all = [
    role('ipam', 'ipam'),
    role('provisioning', 'provisioning', '--role', 'api'),
    role('provisioning', 'worker1', '--role', 'worker'),
    role('provisioning', 'worker2', '--role', 'worker'),
    role('ingress', 'ingress', '--role', 'all'),
    role('gateway', 'gateway'),
  ];
  for (const { name: key, child } of all) {
    await untilReady(port[key], performance.now(), child);
    check(true, `${key} is ready as a process of its own`);
  }
  const url = `http://127.0.0.1:${port.gateway}`;
  check((await fetch(`${url}/v1/pools`)).status === 401, 'the gateway lets nobody in without a token');
  check(
    (await fetch(`${url}/v1/pools`, { headers: { authorization: `Bearer ${token}` } })).status === 200,
    'the printed admin token opens it',
  );
  const cli = (...args) =>
    execFileSync('node', [join(work, 'app/apps/cli/dist/main.js'), '--server', url, '--token', token, ...args], {
      encoding: 'utf8',
      cwd: root,
    });
  const applying = launch(
    'apply',
    'node',
    [
      join(work, 'app/apps/cli/dist/main.js'),
      '--server',
      url,
      '--token',
      token,
      'apply',
      '-f',
      join(root, 'examples/minimal.yaml'),
      '--watch',
      '--yes',
    ],
    {},
  );
  const [code] = await once(applying.child, 'exit');
  check(code === 0, `podspan apply --watch ends with 0 (${applying.log.trim().split('\n').at(-1)})`);
  check(cli('rollout', 'list', '--output', 'json').includes('SUCCEEDED'), 'the rollout succeeded through api, two workers and Redis');
  for (const { name: key, child } of all.slice(2, 4)) {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    const [exit] = await gone;
    check(exit === 0, `${key} stops in order on SIGTERM`);
  }
}

try {
  await main();
  console.log(`image: ${passed} checks passed`);
} catch (error) {
  console.error(error);
  for (const { name, log } of children) console.error(`--- ${name}\n${log}`);
  process.exitCode = 1;
} finally {
  await stopAll();
  rmSync(work, { recursive: true, force: true });
}
