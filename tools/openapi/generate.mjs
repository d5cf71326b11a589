// Writes the public contract from the services themselves: each one's OpenAPI document, the client's types, the merged
// document (docs/openapi.json) and the GraphQL schema of the gateway (docs/schema.graphql). Needs a build, no database.
//   node tools/openapi/generate.mjs            renew them
//   node tools/openapi/generate.mjs --check    exit 1 when they are not what the services say now
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import openapiTypescript, { astToString } from 'openapi-typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));
const check = process.argv.includes('--check');

const services = {
  ipam: async () => (await import('@podspan/app-ipam')).documentOfIpam(),
  provisioning: async () => (await import('@podspan/app-provisioning')).documentOfProvisioning(),
  ingress: async () => (await import('@podspan/app-ingress')).documentOfIngress(),
};

const subgraphs = {
  ipam: async () => (await import('@podspan/ipam')).ipamSdl,
  provisioning: async () => (await import('@podspan/fleet')).fleetSdl,
  ingress: async () => (await import('@podspan/ingress')).ingressSdl,
};

const stale = [];
const documents = [];
for (const [name, documentOf] of Object.entries(services)) {
  const document = sorted(await documentOf());
  documents.push({ service: name, document });
  put(`libs/client/openapi/${name}.json`, `${JSON.stringify(document, null, 2)}\n`);
  const types = astToString(await openapiTypescript(document, { alphabetize: true, rootTypes: false }));
  put(
    `libs/client/src/generated/${name}.ts`,
    `// Generated from libs/client/openapi/${name}.json by tools/openapi/generate.mjs.\n${types}`,
  );
}
const { mergeOpenApi } = await import('../../apps/gateway/dist/docs/merge-openapi.js');
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
put('docs/openapi.json', `${JSON.stringify(sorted(mergeOpenApi(documents, version)), null, 2)}\n`);
put('docs/schema.graphql', await publicSchema());
if (stale.length > 0) {
  console.error(`out of date: ${stale.join(', ')}; run npm run build && node tools/openapi/generate.mjs`);
  process.exit(1);
}
console.log(check ? 'the OpenAPI documents, the client types and the GraphQL schema are up to date' : 'written');
process.exit(0);

/** What a caller of /graphql sees: the three subgraphs composed, without the marks of federation. */
async function publicSchema() {
  const { problemSdl } = await import('@podspan/platform');
  const services = await Promise.all(
    Object.entries(subgraphs).map(async ([name, sdlOf]) => ({
      name,
      url: `http://${name}/graphql`,
      typeDefs: parse(`${problemSdl}\n${await sdlOf()}`),
    })),
  );
  const { publicSdl, errors } = composeServices(services);
  if (!publicSdl) throw new Error(`the subgraphs do not compose:\n${errors.map(({ message }) => message).join('\n')}`);
  return `${publicSdl.trim()}\n`;
}

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
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}
