// Writes each service's OpenAPI document and the client's types from it. Needs a build, no database.
//   node tools/openapi/generate.mjs            renew libs/client/openapi and libs/client/src/generated
//   node tools/openapi/generate.mjs --check    exit 1 when they are not what the services say now
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import openapiTypescript, { astToString } from 'openapi-typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));
const check = process.argv.includes('--check');

const services = {
  ipam: async () => (await import('@podspan/app-ipam')).documentOfIpam(),
  provisioning: async () => (await import('@podspan/app-provisioning')).documentOfProvisioning(),
  ingress: async () => (await import('@podspan/app-ingress')).documentOfIngress(),
};

const stale = [];
for (const [name, documentOf] of Object.entries(services)) {
  const document = sorted(await documentOf());
  put(`libs/client/openapi/${name}.json`, `${JSON.stringify(document, null, 2)}\n`);
  const types = astToString(await openapiTypescript(document, { alphabetize: true, rootTypes: false }));
  put(`libs/client/src/generated/${name}.ts`, `// Generated from libs/client/openapi/${name}.json by tools/openapi/generate.mjs.\n${types}`);
}
if (stale.length > 0) {
  console.error(`out of date: ${stale.join(', ')}; run npm run build && node tools/openapi/generate.mjs`);
  process.exit(1);
}
console.log(check ? 'the OpenAPI documents are up to date' : 'written');
process.exit(0);

function put(file, text) {
  const path = `${root}${file}`;
  if (check) {
    if (read(path) !== text) stale.push(file);
    return;
  }
  mkdirSync(path.slice(0, path.lastIndexOf('/')), { recursive: true });
  writeFileSync(path, text);
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** The order of registration is an accident; sorted, a change shows as a change. */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}
