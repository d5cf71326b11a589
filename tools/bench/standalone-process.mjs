// Podspan started as a user starts it, on a data folder of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** As root the server runs as another user; where that one may not enter, its files would go elsewhere and outlive this folder. */
export function dataFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'podspan-bench-'));
  chmodSync(folder, 0o755);
  return folder;
}

export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

export function start(script, home, port, extra = {}) {
  const profile = process.env.BENCH_PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${process.env.BENCH_PROFILE}`] : [];
  const child = spawn(process.execPath, [...profile, `${root}apps/standalone/dist/${script}.js`], {
    cwd: root,
    env: { ...process.env, PODSPAN_HOME: home, PORT: String(port), DATABASE_URL: '', REDIS_URL: '', AZURE_ENDPOINT: '', ...extra },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  return { child, output: () => output, ended: once(child, 'exit').then(([code]) => code) };
}

/** Milliseconds until /readyz, or another path, answers 200. */
export async function untilReady(port, started, child, path = '/readyz') {
  for (;;) {
    if (child.exitCode !== null) throw new Error('Podspan ended before it was ready');
    try {
      const { status } = await fetch(`http://127.0.0.1:${port}${path}`);
      if (status === 200) return performance.now() - started;
    } catch {
      // Not listening yet.
    }
    await new Promise((wake) => setTimeout(wake, 25));
  }
}
