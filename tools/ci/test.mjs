// Everything CI runs, in order; stops at the first part that fails. `npm test` calls this.
//   node tools/ci/test.mjs [part ...]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const parts = {
  build: ['tsc', '-b'],
  format: ['oxfmt', '--check'],
  lint: ['node', 'tools/lint/run.mjs'],
  documents: ['node', 'tools/openapi/generate.mjs', '--check'],
  tests: ['vitest', 'run'],
  image: ['node', 'tools/ci/image.mjs'],
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`unknown part ${unknown.join(', ')}; parts: ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}

// The tests' own count is repeated as the last line, where readers of a long log look for it.
const counts = mkdtempSync(join(tmpdir(), 'podspan-counts-'));
const closingLine = join(counts, 'closing-line');
process.on('exit', () => {
  if (existsSync(closingLine)) console.log(readFileSync(closingLine, 'utf8'));
  rmSync(counts, { recursive: true, force: true });
});

/** No part takes half as long; one that hangs must not hold CI for ever. */
const LIMIT_MS = 15 * 60_000;

for (const [name, [command, ...args]] of Object.entries(parts)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const started = performance.now();
  console.log(`\n== ${name}: ${[command, ...args].join(' ')}`);
  const binary = `${root}node_modules/.bin/${command}`;
  const once = () =>
    spawnSync(existsSync(binary) ? binary : command, args, {
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, NX_DAEMON: 'false', CLOSING_LINE_FILE: closingLine },
    });
  let { status, signal, error } = once();
  if (error?.code === 'ETIMEDOUT') {
    console.log(`== ${name}: did not end within ${LIMIT_MS / 60_000} minutes, so it is run once more`);
    ({ status, signal, error } = once());
  }
  console.log(
    `== ${name}: ${status === 0 ? 'passed' : `failed (${signal ?? `exit ${status}`})`} in ${((performance.now() - started) / 1000).toFixed(1)} s`,
  );
  if (status !== 0) process.exit(status ?? 1);
}
