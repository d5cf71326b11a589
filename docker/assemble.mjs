// Puts what the image runs into a folder: built packages, production dependencies, and main.js.
// The Dockerfile and the test of the image's build steps both call this, so that they cannot differ.
//   node docker/assemble.mjs /app
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = resolve(process.argv[2] ?? '');
if (process.argv[2] === undefined || (existsSync(target) && readdirSync(target).length > 0)) {
  console.error('usage: node docker/assemble.mjs EMPTY_FOLDER');
  process.exit(2);
}

/** Local mode and the emulators stay out of the image. */
const left = new Set(['apps/standalone', 'libs/azure-emulator', 'libs/kubernetes-emulator']);

mkdirSync(target, { recursive: true });
for (const file of ['package.json', 'package-lock.json', '.npmrc', 'LICENSE']) cpSync(join(root, file), join(target, file));
for (const kind of ['apps', 'libs']) {
  for (const name of readdirSync(join(root, kind))) {
    const from = join(root, kind, name);
    if (!existsSync(join(from, 'package.json'))) continue;
    mkdirSync(join(target, kind, name), { recursive: true });
    cpSync(join(from, 'package.json'), join(target, kind, name, 'package.json'));
    if (left.has(`${kind}/${name}`)) continue;
    if (!existsSync(join(from, 'dist'))) {
      console.error(`${kind}/${name} is not built: run npm run build first`);
      process.exit(1);
    }
    cpSync(join(from, 'dist'), join(target, kind, name, 'dist'), {
      recursive: true,
      filter: (path) => !/\.spec\.|\.d\.ts$|\.map$|\.tsbuildinfo$/.test(path),
    });
  }
}
cpSync(join(root, 'docker/main.js'), join(target, 'main.js'));
execFileSync('npm', ['ci', '--omit=dev', '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund'], {
  cwd: target,
  stdio: 'inherit',
});
