// Brings the schemas that manifests are held against up to date: libs/ingress/src/domain/schemas/data/*.json
//   node tools/schemas/update.mjs [--check] [--gateway-api DIR] [--crds-catalog DIR] [--agic DIR] [--kubernetes DIR] [FILE...]
// Each DIR is a git repository at hand; without it a bare copy is cloned from the address below. FILE is a name such as agic.json;
// without one all are done. With --check nothing is written: each file is made again from the revision it names, and the exit is 1
// where it is not what the tool makes.
// Descriptions are left out, everything that decides (types, limits, patterns, defaults, CEL rules) stays as it is.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { load } from 'js-yaml';

const sources = {
  'gateway-api': 'https://github.com/kubernetes-sigs/gateway-api',
  'crds-catalog': 'https://github.com/datreeio/CRDs-catalog',
  agic: 'https://github.com/Azure/application-gateway-kubernetes-ingress',
  /** Holds what an API server of each minor answers at /openapi/v3, file by file. */
  kubernetes: 'https://github.com/kubernetes-sigs/kubectl-validate',
};
/** AGC-43: the bundles of the managed Gateway API, by Kubernetes minor. */
const gatewayVersions = ['v1.2.1', 'v1.3.0', 'v1.4.1', 'v1.5.1'];
const gatewayKinds = ['gateways', 'httproutes', 'grpcroutes', 'referencegrants'];
/** The commit of the catalog that holds the CRDs of the ALB Controller; newer ones may have moved them. */
const albCommit = 'ad15793707230b65da30689d9fd855b5ef4e75c4';
const albKinds = [
  'ApplicationLoadBalancer',
  'BackendLoadBalancingPolicy',
  'BackendTLSPolicy',
  'FrontendTLSPolicy',
  'HealthCheckPolicy',
  'IngressExtension',
  'RoutePolicy',
  'WebApplicationFirewallPolicy',
];
const agicFiles = ['crds/AzureApplicationGatewayRewrite.yaml', 'crds/AzureIngressProhibitedTarget-v1-CRD-v1.yaml'];

/** Ingress and Namespace have one shape from 1.26 on; merge hints and one default came later. */
const kubernetesMinor = '1.35';
const kubernetesKinds = [
  { group: '', version: 'v1', kind: 'Namespace', file: 'api/v1.json', name: 'io.k8s.api.core.v1.Namespace' },
  {
    group: 'networking.k8s.io',
    version: 'v1',
    kind: 'Ingress',
    file: 'apis/networking.k8s.io/v1.json',
    name: 'io.k8s.api.networking.v1.Ingress',
  },
];

/** What makes each file, of a revision of its source. */
const files = {
  ...Object.fromEntries(gatewayVersions.map((version) => [`gateway-api-${version}.json`, () => gatewayApi(version)])),
  'alb.json': () => alb(),
  'agic.json': (revision) => agic(revision),
  [`kubernetes-${kubernetesMinor}.json`]: (revision) => kubernetes(revision),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    check: { type: 'boolean', default: false },
    ...Object.fromEntries(Object.keys(sources).map((name) => [name, { type: 'string' }])),
  },
});
const unknown = positionals.filter((name) => !(name in files));
if (unknown.length > 0) throw new Error(`no such file: ${unknown.join(', ')}; there are ${Object.keys(files).join(', ')}`);
const target = new URL('../../libs/ingress/src/domain/schemas/data/', import.meta.url);
const temporary = mkdtempSync(join(tmpdir(), 'podspan-schemas-'));
try {
  for (const name of positionals.length > 0 ? positionals : Object.keys(files)) (values.check ? check : write)(name);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

function gatewayApi(version) {
  const files = gatewayKinds.map((kind) => `config/crd/standard/gateway.networking.k8s.io_${kind}.yaml`);
  return bundle(
    'gateway-api',
    version,
    'Apache-2.0',
    files.flatMap((file) => ofCrd(load(show('gateway-api', version, file)))),
  );
}

function alb() {
  const schemas = albKinds.map((kind) => {
    const schema = JSON.parse(show('crds-catalog', albCommit, `alb.networking.azure.io/${kind.toLowerCase()}_v1.json`));
    return { group: 'alb.networking.azure.io', version: 'v1', kind, schema };
  });
  return bundle('crds-catalog', albCommit, 'MIT', schemas);
}

function agic(revision = 'HEAD') {
  return bundle(
    'agic',
    revision,
    'MIT',
    agicFiles.flatMap((file) => ofCrd(load(show('agic', revision, file)))),
  );
}

function kubernetes(revision = 'HEAD') {
  const schemas = kubernetesKinds.map(({ group, version, kind, file, name }) => {
    const { schemas: definitions } = JSON.parse(
      show('kubernetes', revision, `pkg/openapiclient/builtins/${kubernetesMinor}/${file}`),
    ).components;
    return { group, version, kind, schema: inlined(definitions[name], definitions) };
  });
  return bundle('kubernetes', revision, 'Apache-2.0', schemas);
}

/** OpenAPI v3 refers by `allOf` of one wherever something stands beside the reference. */
function inlined(value, definitions) {
  if (Array.isArray(value)) return value.map((item) => inlined(item, definitions));
  if (typeof value !== 'object' || value === null) return value;
  const { $ref, allOf, ...rest } = value;
  if (typeof $ref === 'string') return inlined(definitions[$ref.replace('#/components/schemas/', '')], definitions);
  const own = Object.fromEntries(Object.entries(rest).map(([key, member]) => [key, inlined(member, definitions)]));
  if (allOf === undefined) return own;
  if (allOf.length !== 1) throw new Error('an allOf of several is new here');
  return { ...inlined(allOf[0], definitions), ...own };
}

function ofCrd({ spec: { group, names, versions } }) {
  return versions
    .filter(({ served }) => served)
    .filter(({ name }) => names.kind === 'ReferenceGrant' || !/^v1(alpha|beta)/.test(name) || group.startsWith('appgw'))
    .map(({ name, schema }) => ({ group, version: name, kind: names.kind, schema: schema.openAPIV3Schema }));
}

function bundle(source, revision, licence, schemas) {
  const [commit, date] = git(source, 'log', '-1', '--format=%H %cs', revision).trim().split(' ');
  return {
    source: sources[source],
    revision: revision === 'HEAD' ? commit : revision,
    date,
    licence,
    schemas: schemas.map((entry) => ({ ...entry, schema: stripped(entry.schema) })),
  };
}

/** Without what only people read, and without `status`, which nobody applies. */
function stripped(value, inProperties = false, top = true) {
  if (Array.isArray(value)) return value.map((item) => stripped(item, false, false));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => inProperties || !['description', 'example', 'externalDocs'].includes(key))
      .map(([key, member]) => {
        const kept =
          key === 'properties' && !inProperties && top
            ? Object.fromEntries(Object.entries(member).filter(([name]) => name !== 'status'))
            : member;
        return [key, stripped(kept, key === 'properties' && !inProperties, false)];
      }),
  );
}

function show(source, revision, file) {
  return git(source, 'show', `${revision}:${file}`);
}

function git(source, ...args) {
  values[source] ??= cloned(source);
  return execFileSync('git', ['-C', values[source], ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 });
}

function cloned(source) {
  const folder = join(temporary, source);
  execFileSync('git', ['clone', '--bare', '--filter=blob:none', sources[source], folder], { stdio: 'inherit' });
  return folder;
}

function write(name) {
  const content = files[name]();
  writeFileSync(new URL(name, target), textOf(content));
  console.log(`${name}: ${content.schemas.length} kinds, ${content.revision} of ${content.date}`);
}

function check(name) {
  const text = readFileSync(new URL(name, target), 'utf8');
  const same = text === textOf(files[name](JSON.parse(text).revision));
  console.log(`${name}: ${same ? 'as its source says' : 'NOT as its source says'}`);
  if (!same) process.exitCode = 1;
}

function textOf(content) {
  return `${JSON.stringify(content)}\n`;
}
