// From a clean clone to the end of npm test, installation included.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export const title = 'Install and test';

export async function run({ rounds }) {
  const install = [];
  const total = [];
  for (let round = 0; round < rounds; round++) {
    const clone = join(mkdtempSync(join(tmpdir(), 'podspan-clone-')), 'podspan');
    execFileSync('git', ['clone', '-q', root, clone]);
    const started = performance.now();
    step(clone, 'ci');
    install.push(minutesSince(started));
    step(clone, 'test');
    total.push(minutesSince(started));
    rmSync(clone, { recursive: true, force: true });
  }
  return [
    { name: 'npm ci', unit: 'min', values: install },
    { name: 'npm ci && npm test', unit: 'min', values: total, limit: 8 },
  ];
}

function step(cwd, command) {
  // npm puts its own settings into the environment of what it runs; the clone is to find none of them.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')));
  const { status, stdout } = spawnSync('npm', [command], { cwd, env, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`npm ${command} ended with ${status}:\n${stdout.slice(-4000)}`);
  console.log(stdout.trim().split('\n').slice(-1)[0]);
}

function minutesSince(started) {
  return (performance.now() - started) / 60_000;
}
