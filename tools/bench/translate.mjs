// 5,000 Ingresses in 50 MB of YAML, streamed from a file through the translation, in a process of its own.
import { execFileSync } from 'node:child_process';
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const title = 'Translation';

const INGRESSES = 5_000;
const BYTES = 50_000_000;
const albId = '/subscriptions/s/resourceGroups/r/providers/Microsoft.ServiceNetworking/trafficControllers/alb';

export async function run({ rounds }) {
  const folder = mkdtempSync(join(tmpdir(), 'podspan-translate-'));
  try {
    const file = join(folder, 'ingresses.yaml');
    await write(file);
    const results = [];
    for (let round = 0; round < rounds; round++) {
      results.push(JSON.parse(execFileSync(process.execPath, [fileURLToPath(import.meta.url), file], { encoding: 'utf8' })));
    }
    const size = `${INGRESSES} Ingresses, ${Math.round(statSync(file).size / 1e6)} MB`;
    return [
      { name: `${size}: time`, unit: 's', values: results.map(({ seconds }) => seconds), limit: 15 },
      { name: `${size}: processor time`, unit: 's', values: results.map(({ cpu }) => cpu) },
      { name: `${size}: most memory of the process`, unit: 'MB', values: results.map(({ megabytes }) => megabytes), limit: 500 },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As `kubectl get -o yaml` gives them: hosts, TLS, a handful of paths, annotations, and the last applied configuration that makes them large. */
async function write(file) {
  const out = createWriteStream(file);
  for (let index = 0; index < INGRESSES; index++) {
    if (!out.write(ingress(index))) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
}

function ingress(index) {
  const name = `app-${index}`;
  const paths = Array.from({ length: 12 }, (_, path) => ({
    path: `/${['api', 'static', 'admin'][path % 3]}/v${path}${path % 2 === 0 ? '/*' : ''}`,
    pathType: ['Prefix', 'Exact', 'ImplementationSpecific'][path % 3],
    backend: { service: { name: `${name}-${path % 3}`, port: { number: 8080 } } },
  }));
  const text = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
  namespace: team-${index % 100}
  annotations:
    kubernetes.io/ingress.class: azure/application-gateway
    appgw.ingress.kubernetes.io/ssl-redirect: "${index % 2 === 0}"
    appgw.ingress.kubernetes.io/request-timeout: "${30 + (index % 5)}"
    appgw.ingress.kubernetes.io/health-probe-path: /healthz
LAST_APPLIED  labels:
    app: ${name}
spec:
  tls:
    - hosts: [${name}.example.com]
      secretName: ${name}-tls
  rules:
    - host: ${name}.example.com
      http:
        paths:
${paths.map(({ path, pathType, backend: { service } }) => `          - path: ${path}\n            pathType: ${pathType}\n            backend:\n              service:\n                name: ${service.name}\n                port:\n                  number: ${service.port.number}`).join('\n')}
---
`;
  const applied = JSON.stringify({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, description: '' },
    spec: { rules: [{ http: { paths } }] },
  });
  const room = BYTES / INGRESSES - text.length - 80;
  return text.replace(
    'LAST_APPLIED',
    `    kubectl.kubernetes.io/last-applied-configuration: |\n      ${applied.repeat(Math.ceil(room / applied.length)).slice(0, room)}\n`,
  );
}

async function measure(file) {
  const { TranslateIngress } = await import('../../libs/ingress/dist/translation/translate-ingress.js');
  const query = { deployment: 'BYO', albId, frontend: 'frontend', api: 'GATEWAY', namespace: 'default', strict: false };
  const started = performance.now();
  const { report, manifests } = await new TranslateIngress().execute(query, createReadStream(file));
  const seconds = (performance.now() - started) / 1000;
  if (!manifests.includes('app-4999.example.com') || report.length < INGRESSES) throw new Error('the translation is not whole');
  process.stdout.write(JSON.stringify({ seconds, cpu: process.cpuUsage().user / 1e6, megabytes: process.resourceUsage().maxRSS / 1024 }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await measure(process.argv[2]);
