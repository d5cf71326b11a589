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
const countsFile = join(counts, 'counts.json');
let tested;
process.on('exit', () => {
  if (tested) console.log(closingLine(tested));
  rmSync(counts, { recursive: true, force: true });
});

/** No part takes half as long; one that hangs must not hold CI for ever. */
const LIMIT_MS = 15 * 60_000;
/** More than these are no accident of a busy machine. */
const MOST_FILES_AGAIN = 3;

for (const [name, [command, ...args]] of Object.entries(parts)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const started = performance.now();
  console.log(`\n== ${name}: ${[command, ...args].join(' ')}`);
  let { status, signal, error } = run(command, args);
  if (error?.code === 'ETIMEDOUT') {
    console.log(`== ${name}: did not end within ${LIMIT_MS / 60_000} minutes, so it is run once more`);
    ({ status, signal, error } = run(command, args));
  }
  if (name === 'tests') {
    tested = readCounts();
    if (status !== 0 && process.env.CI) status = again(tested, command, args) ?? status;
  }
  console.log(
    `== ${name}: ${status === 0 ? 'passed' : `failed (${signal ?? `exit ${status}`})`} in ${((performance.now() - started) / 1000).toFixed(1)} s`,
  );
  if (status !== 0) process.exit(status ?? 1);
}

function run(command, args) {
  const binary = `${root}node_modules/.bin/${command}`;
  return spawnSync(existsSync(binary) ? binary : command, args, {
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NX_DAEMON: 'false', TEST_COUNTS_FILE: countsFile },
  });
}

function readCounts() {
  return existsSync(countsFile) ? JSON.parse(readFileSync(countsFile, 'utf8')) : undefined;
}

/**
 * A shared machine may stand still for longer than a test waits. The few files that failed are run once more, by themselves, and
 * named; undefined when nothing says which they were, or when they are too many.
 */
function again(modules, command, args) {
  const failed = (modules ?? []).filter((module) => module.failed > 0).map(({ file }) => file);
  if (failed.length === 0 || failed.length > MOST_FILES_AGAIN) return undefined;
  console.log(`== tests: once more, by themselves: ${failed.join(', ')}`);
  rmSync(countsFile, { force: true });
  const { status } = run(command, [...args, ...failed]);
  const second = readCounts();
  if (second) tested = [...modules.filter(({ file }) => second.every((module) => module.file !== file)), ...second];
  if (status === 0) console.log(`== tests: passed only when run by themselves: ${failed.join(', ')}`);
  return status;
}

function closingLine(modules) {
  const sum = (key) => modules.reduce((total, module) => total + module[key], 0);
  return `${sum('passed')} passed, ${sum('failed')} failed${sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : ''}`;
}
