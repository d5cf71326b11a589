import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A real redis-server of the test's own, which it may kill and start again on the same port and data. */
export interface TestRedis {
  readonly url: string;
  start(): Promise<void>;
  kill(signal?: NodeJS.Signals): Promise<void>;
  destroy(): Promise<void>;
}

/** Where redis-server is, or undefined where it is not installed: then say so and run the other half. */
export function findRedis(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return [...folders, '/usr/bin', '/usr/local/bin'].map((folder) => join(folder, 'redis-server')).find((path) => existsSync(path));
}

export async function testRedis(): Promise<TestRedis> {
  const binary = findRedis();
  if (!binary) throw new Error('redis-server is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'podspan-redis-'));
  const port = await freePort();
  let child: ChildProcess | undefined;
  const redis: TestRedis = {
    url: `redis://127.0.0.1:${port}`,
    start: async () => {
      child = spawn(
        binary,
        [
          '--bind',
          '127.0.0.1',
          '--port',
          String(port),
          '--dir',
          folder,
          '--appendonly',
          'yes',
          '--appendfsync',
          'everysec',
          '--save',
          '',
          '--maxmemory-policy',
          'noeviction',
        ],
        { stdio: 'ignore' },
      );
      await reachable(port);
    },
    kill: async (signal = 'SIGKILL') => {
      const ending = child;
      child = undefined;
      if (!ending || ending.exitCode !== null) return;
      const gone = new Promise<void>((done) => ending.once('exit', () => done()));
      ending.kill(signal);
      await gone;
    },
    destroy: async () => {
      await redis.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await redis.start();
  return redis;
}

async function reachable(port: number): Promise<void> {
  for (const deadline = Date.now() + 15_000; ;) {
    if (await answers(port)) return;
    if (Date.now() > deadline) throw new Error(`redis-server does not answer on port ${port}`);
    await new Promise((wake) => setTimeout(wake, 20));
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    const end = (answer: boolean): void => {
      socket.destroy();
      done(answer);
    };
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (data) => end(data.toString().startsWith('+PONG')));
    socket.once('error', () => end(false));
  });
}

/** A port of the loopback address that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === 'object' ? found(address.port) : failed(new Error('no free port'))));
    });
  });
}
