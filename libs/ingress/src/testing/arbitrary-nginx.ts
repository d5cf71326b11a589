import fc from 'fast-check';
import type { PlainBackend, PlainIngress } from './agic-traffic.js';
import type { TrafficRequest } from './traffic.js';

const prefix = 'nginx.ingress.kubernetes.io/';
const hosts = ['', 'a.example.com', 'b.example.com', '*.example.com'];

/** A path as people write it, with the type that goes with it. */
const plainPaths = ['/', '/api', '/api/', '/api/v2', '/Docs', '/a.b', '/x/y'].flatMap((path) => [
  { path, pathType: 'Prefix' },
  { path, pathType: 'Exact' },
  { path, pathType: 'ImplementationSpecific' },
]);
const expressions = ['/api(/|$)(.*)', '/x/[0-9]+', '/(one|two)/z', '/api/v[12]$'].map((path) => ({
  path,
  pathType: 'ImplementationSpecific',
}));

const requestPaths = [
  '/',
  '/api',
  '/api/',
  '/api/x',
  '/apix',
  '/API/x',
  '/api/v2',
  '/api/v2/y',
  '/api/v21',
  '/docs',
  '/Docs',
  '/Docs/q',
  '/a.b',
  '/axb',
  '/x/y',
  '/x/12',
  '/x/12/z',
  '/one/z',
  '/none',
];
const requestHosts = ['a.example.com', 'b.example.com', 'c.example.com', 'elsewhere.test', 'alias.test'];

const backend: fc.Arbitrary<PlainBackend> = fc.record({
  service: fc.record({ name: fc.constantFrom('one', 'two', 'three'), port: fc.constantFrom({ number: 80 }, { number: 8080 }) }),
});
const ruleOf = (paths: readonly { path: string; pathType: string }[]) =>
  fc.record({
    host: fc.constantFrom(...hosts),
    http: fc.record({ paths: fc.array(fc.tuple(fc.constantFrom(...paths), backend), { minLength: 1, maxLength: 4 }) }),
  });

const common = {
  [`${prefix}ssl-redirect`]: fc.constantFrom('true', 'false'),
  [`${prefix}force-ssl-redirect`]: fc.constantFrom('true', 'false'),
  [`${prefix}upstream-vhost`]: fc.constant('inner.example.com'),
  [`${prefix}server-alias`]: fc.constant('alias.test'),
};
const plain = fc.record(
  { ...common, [`${prefix}app-root`]: fc.constant('/start'), [`${prefix}permanent-redirect`]: fc.constant('https://moved.test/to') },
  { requiredKeys: [] },
);
const regex = fc.record(
  {
    ...common,
    [`${prefix}use-regex`]: fc.constant('true'),
    [`${prefix}rewrite-target`]: fc.constantFrom('/', '/new', '/$2', '/new/$2', '/$1'),
  },
  { requiredKeys: [] },
);

const draft = fc.oneof(
  { weight: 3, arbitrary: fc.record({ annotations: plain, rules: fc.array(ruleOf(plainPaths), { minLength: 1, maxLength: 2 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ annotations: regex, rules: fc.array(ruleOf([...plainPaths, ...expressions]), { minLength: 1, maxLength: 2 }) }),
  },
);
const canary = fc.record(
  {
    [`${prefix}canary-weight`]: fc.constantFrom('0', '10', '100'),
    [`${prefix}canary-by-header`]: fc.constant('X-Canary'),
    [`${prefix}canary-by-header-value`]: fc.constant('yes'),
  },
  { requiredKeys: [] },
);

type Draft = {
  readonly annotations: object;
  readonly rules: readonly { host: string; http: { paths: [{ path: string; pathType: string }, PlainBackend][] } }[];
};

/** Up to three Ingresses of ingress-nginx for few hosts, some with TLS, and perhaps a canary of the first. */
export const nginxIngresses: fc.Arbitrary<readonly PlainIngress[]> = fc
  .record({
    drafts: fc.array(
      fc.record({
        draft,
        tls: fc.option(fc.subarray(['a.example.com', 'b.example.com'], { minLength: 1 }), { freq: 2, nil: undefined }),
        fallback: fc.option(backend, { freq: 6, nil: undefined }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    canary: fc.option(fc.tuple(canary, backend), { freq: 2, nil: undefined }),
  })
  .map(({ drafts, canary: second }) => {
    const main = drafts.map(({ draft: own, tls, fallback }, index) => ingress(`web-${index}`, own, tls, fallback));
    const [first] = main;
    if (!second || !first) return main;
    const rules = (first.spec.rules ?? []).map((rule) => ({
      ...rule,
      http: { paths: (rule.http?.paths ?? []).map((path) => ({ ...path, backend: second[1] })) },
    }));
    const annotations = { ...second[0], [`${prefix}canary`]: 'true' };
    return [...main, { ...first, metadata: { ...first.metadata, name: 'web-canary', annotations }, spec: { ...first.spec, rules } }];
  });

function ingress(
  name: string,
  { annotations, rules }: Draft,
  tls: readonly string[] | undefined,
  fallback: PlainBackend | undefined,
): PlainIngress {
  const document = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { namespace: 'blue', name, annotations: annotations as Record<string, string> },
    spec: {
      ingressClassName: 'nginx',
      ...(tls === undefined ? {} : { tls: [{ hosts: tls, secretName: 'cert' }] }),
      ...(fallback === undefined ? {} : { defaultBackend: fallback }),
      rules: rules.map(({ host, http }) => {
        const paths = http.paths.map(([path, of]) => ({ ...path, backend: of }));
        return host === '' ? { http: { paths } } : { host, http: { paths } };
      }),
    },
  };
  return document;
}

/** Every scheme, host, path and canary header worth asking. */
export const nginxRequests: readonly TrafficRequest[] = (['HTTP', 'HTTPS'] as const).flatMap((scheme) =>
  requestHosts.flatMap((host) =>
    requestPaths.flatMap((path) => [
      { scheme, host, path },
      ...['always', 'never', 'yes'].map((value) => ({ scheme, host, path, headers: { 'x-canary': value } })),
    ]),
  ),
);
