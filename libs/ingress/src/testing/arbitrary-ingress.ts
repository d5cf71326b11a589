import fc from 'fast-check';
import type { PlainBackend, PlainIngress } from './agic-traffic.js';
import type { TrafficRequest } from './traffic.js';

const prefix = 'appgw.ingress.kubernetes.io/';
const hosts = ['', 'a.example.com', 'b.example.com', 'deep.a.example.com', '*.example.com', 'other.test'];
const paths = [
  '',
  '/',
  '/*',
  '/api',
  '/api*',
  '/api/',
  '/api/*',
  '/api/v2',
  '/api/v2*',
  '/api/v2/*',
  '/apiary',
  '/apiary*',
  '/apiary/*',
  '/a',
  '/a.b*',
  '/x/y/z',
];
const requestPaths = [
  '/',
  '/api',
  '/api/',
  '/api/x',
  '/apix',
  '/api/v2',
  '/api/v2/',
  '/api/v2/y',
  '/api/v21',
  '/apiary',
  '/apiary/',
  '/apiary/q',
  '/apiaryq',
  '/a',
  '/a/',
  '/ab',
  '/a.b',
  '/a.bc',
  '/axb',
  '/x/y/z',
  '/x/y/z/',
  '/xylem',
  '/none',
];
const requestHosts = [
  'a.example.com',
  'b.example.com',
  'deep.a.example.com',
  'c.example.com',
  'other.test',
  'elsewhere.test',
  'example.com',
];

const backend: fc.Arbitrary<PlainBackend> = fc.record({
  service: fc.record({
    name: fc.constantFrom('one', 'two', 'three'),
    port: fc.constantFrom({ number: 80 }, { number: 8080 }, { name: 'http' }),
  }),
});
const rule = fc.record({
  host: fc.constantFrom(...hosts),
  http: fc.record({
    paths: fc.array(
      fc.record({ path: fc.constantFrom(...paths), pathType: fc.constantFrom('Exact', 'Prefix', 'ImplementationSpecific'), backend }),
      { minLength: 1, maxLength: 6 },
    ),
  }),
});
const annotations = fc.record(
  {
    [`${prefix}ssl-redirect`]: fc.constantFrom('true', 'false', 'flase', '1'),
    [`${prefix}backend-path-prefix`]: fc.constantFrom('/', '/new/', '/new/deep/'),
    [`${prefix}backend-hostname`]: fc.constant('inner.example.com'),
    [`${prefix}hostname-extension`]: fc.constantFrom('more.test', 'a.example.com, more.test'),
    [`${prefix}request-timeout`]: fc.constantFrom('10', '60'),
    [`${prefix}cookie-based-affinity`]: fc.constantFrom('true', 'false'),
  },
  { requiredKeys: [] },
);
const tls = fc.array(
  fc.record({
    hosts: fc.subarray(['a.example.com', 'b.example.com', '*.example.com', 'other.test']),
    secretName: fc.constantFrom('cert', 'other-cert'),
  }),
  { maxLength: 2 },
);

/** Up to five Ingresses of AGIC in two namespaces that compete for few hosts and nested paths. */
export const agicIngresses: fc.Arbitrary<readonly PlainIngress[]> = fc
  .array(
    fc.record({
      namespace: fc.constantFrom('blue', 'green'),
      annotations,
      tls: fc.oneof({ arbitrary: fc.constant([]), weight: 2 }, { arbitrary: tls, weight: 1 }),
      rules: fc.array(rule, { maxLength: 3 }),
      defaultBackend: fc.option(backend, { freq: 4, nil: undefined }),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((drafts) =>
    drafts.map(({ namespace, annotations: own, tls: secrets, rules, defaultBackend }, index) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { namespace, name: `web-${index}`, annotations: { 'kubernetes.io/ingress.class': 'azure/application-gateway', ...own } },
      spec: {
        ...(secrets.length > 0 ? { tls: secrets } : {}),
        ...(defaultBackend ? { defaultBackend } : {}),
        ...(rules.length > 0 ? { rules: rules.map(({ host, http }) => (host === '' ? { http } : { host, http })) } : {}),
      },
    })),
  )
  .filter((all) => !overlappingListeners(all));

/** Every host, path and scheme worth asking. */
export const allRequests: readonly TrafficRequest[] = (['HTTP', 'HTTPS'] as const).flatMap((scheme) =>
  [...requestHosts, 'more.test'].flatMap((host) => requestPaths.map((path) => ({ scheme, host, path }))),
);

/** The Services that the backends name. */
export const services: readonly object[] = ['blue', 'green'].flatMap((namespace) =>
  ['one', 'two', 'three'].map((name) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name },
    spec: {
      ports: [
        { name: 'http', port: 80 },
        { name: 'other', port: 8080, targetPort: 9090 },
      ],
    },
  })),
);

export function portOf(_namespace: string, { service }: PlainBackend): number {
  return service.port.number ?? 80;
}

/** An Application Gateway refuses two listeners for one host, which a host extension can ask for. */
function overlappingListeners(ingresses: readonly PlainIngress[]): boolean {
  const lists = new Map<string, string>();
  for (const { metadata, spec } of ingresses) {
    const more = (metadata.annotations?.[`${prefix}hostname-extension`] ?? '').split(',').map((text) => text.trim());
    for (const { host = '' } of spec.rules ?? []) {
      const list = [...new Set([host, ...more].filter(Boolean))];
      for (const name of list) {
        if (lists.has(name) && lists.get(name) !== list.join()) return true;
        lists.set(name, list.join());
      }
    }
  }
  return false;
}
