// Makes docker/secrets for compose.yaml: a database password, the services' own token, and one admin API token
// whose hash alone the services get. Prints the admin token once. Existing files are left alone.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = process.argv[2] ?? fileURLToPath(new URL('./secrets', import.meta.url));
mkdirSync(folder, { recursive: true, mode: 0o700 });
if (existsSync(`${folder}/api-tokens.json`)) {
  console.log(`${folder} exists already`);
  process.exit(0);
}
const secret = () => randomBytes(32).toString('hex');
const admin = secret();
const password = secret();
write('service-token', secret());
write('database-password', password);
write('database-url', `postgresql://podspan:${password}@postgres:5432/podspan`);
write(
  'api-tokens.json',
  JSON.stringify([{ name: 'admin', sha256: createHash('sha256').update(admin).digest('hex'), role: 'admin' }], null, 2),
);
console.log(`admin token (shown once): ${admin}`);

/** Readable by the containers' user, in a folder only the owner can enter. */
function write(name, text) {
  writeFileSync(`${folder}/${name}`, text, { mode: 0o644, flag: 'wx' });
}
