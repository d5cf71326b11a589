// Lints everything with types and module boundaries, then proves that the boundary rule works by planting violations.
// A boundary rule without its project graph passes silently, so a lint that cannot fail is itself a failure.
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('../..', import.meta.url).pathname;
const env = { ...process.env, NX_DAEMON: 'false' };
const oxlint = join(root, 'node_modules/.bin/oxlint');

/** Each is refused for another reason: a direction, a feature reaching into a feature, purity of a domain folder. */
const planted = [
  { file: 'libs/cidr/src/planted-violation.ts', text: "import '@podspan/ipam';\n", rule: 'enforce-module-boundaries' },
  { file: 'libs/fleet/src/planted-violation.ts', text: "import '@podspan/ipam';\n", rule: 'enforce-module-boundaries' },
  { file: 'libs/ingress/src/planted-violation.ts', text: "import '@podspan/azure-emulator';\n", rule: 'enforce-module-boundaries' },
  { file: 'libs/ipam/src/domain/planted-violation.ts', text: "import 'node:fs';\nexport const now = Date.now();\n", rule: 'no-restricted' },
];

/** The boundary rule reads nx's cached project graph and skips itself, with a warning, where there is none. */
function buildGraph() {
  execFileSync(join(root, 'node_modules/.bin/nx'), ['show', 'projects', '--json'], {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function lint(...args) {
  return spawnSync(oxlint, args, { cwd: root, env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}

function checkPlanted() {
  for (const { file, text, rule } of planted) {
    const path = join(root, file);
    writeFileSync(path, text);
    try {
      const { status, stdout } = lint(file);
      if (status === 0 || !stdout.includes(rule)) fail(`the planted violation in ${file} was not caught by ${rule}:\n${stdout}`);
    } finally {
      rmSync(path, { force: true });
    }
  }
  console.log(`${planted.length} planted violations caught`);
}

/** GraphQL's own enums, in the texts of *.sdl.ts, are not TypeScript's. */
function checkEnums() {
  const files = execFileSync('git', ['ls-files', '*.ts', '*.tsx'], { cwd: root, encoding: 'utf8' }).split('\n').filter(Boolean);
  const bad = files.filter((file) => !file.endsWith('sdl.ts') && /^\s*(export\s+)?(const\s+)?enum\s/m.test(read(file)));
  if (bad.length > 0) fail(`write a union of literals instead of an enum: ${bad.join(', ')}`);
}

function read(file) {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch {
    return ''; // Deleted in the working tree.
  }
}

/** Nobody edits a drawer that collects everything. */
function checkNames() {
  const banned = /^(common|shared|utils?|types|dto|interfaces|helpers)$/;
  const bad = ['libs', 'apps']
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isDirectory() && banned.test(entry.name) && !/node_modules|dist/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name));
  if (bad.length > 0) fail(`folders are named by what they hold: ${bad.join(', ')}`);
}

/** Thrown, not exited, so that what was planted is removed on the way out. */
function fail(message) {
  throw new Error(message);
}

function main() {
  buildGraph();
  const { status, stdout, stderr } = lint('--type-aware', 'apps', 'libs', 'tools');
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  if (status !== 0) fail('oxlint found the above');
  if (/rule will be skipped/i.test(stdout + stderr)) fail('the boundary rule skipped itself: the project graph is missing');
  checkPlanted();
  checkEnums();
  checkNames();
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
