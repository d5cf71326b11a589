import fc from 'fast-check';
import type { RenderedGateway } from '../domain/gateway-intent.js';
import type { HealthCheckIntent } from '../domain/health-check.js';
import { httpMethods, type BackendIntent, type MatchIntent, type RouteIntent, type RuleIntent } from '../domain/route-intent.js';

/** A gateway with one interesting member each time. */
export function aGateway(over: Partial<RenderedGateway> = {}): RenderedGateway {
  const name = over.name ?? 'shop';
  const group = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-west-01-agc';
  return {
    name,
    namespace: 'shop',
    subscriptionId: '00000000-0000-0000-0000-000000000001',
    loadBalancer: { albId: `${group}/providers/Microsoft.ServiceNetworking/trafficControllers/${name}` },
    frontends: ['frontend'],
    api: 'GATEWAY',
    controllerVersion: '1.13.0',
    gatewayApi: 'v1.5.1',
    ...over,
  };
}

export function aRoute(over: Partial<RouteIntent> = {}): RouteIntent {
  return { name: 'web', hostnames: ['shop.example.com'], rules: [{ backends: [aBackend()] }], ...over };
}

export function aBackend(over: Partial<BackendIntent> = {}): BackendIntent {
  return { service: 'web', namespace: 'shop', port: 8080, ...over };
}

const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/);
const hostname = fc.tuple(fc.boolean(), label, label).map(([wildcard, a, b]) => `${wildcard ? '*.' : ''}${a}.${b}.example`);
const backend: fc.Arbitrary<BackendIntent> = fc.record(
  {
    service: label,
    namespace: fc.constantFrom('shop', 'payments', 'search'),
    port: fc.integer({ min: 1, max: 65_535 }),
    weight: fc.integer({ min: 0, max: 1_000_000 }),
  },
  { requiredKeys: ['service', 'namespace', 'port'] },
);
const healthCheck: fc.Arbitrary<HealthCheckIntent> = fc.record(
  {
    intervalSeconds: fc.integer({ min: 1, max: 600 }),
    path: fc.constantFrom('/', '/healthz'),
    port: fc.integer({ min: 1, max: 65_535 }),
    useTls: fc.boolean(),
  },
  { requiredKeys: [] },
);
const values = fc.uniqueArray(
  fc.record(
    { name: label, value: fc.string({ minLength: 1, maxLength: 20 }), type: fc.constantFrom('EXACT', 'REGULAR_EXPRESSION') },
    { requiredKeys: ['name', 'value'] },
  ),
  { selector: ({ name }) => name, maxLength: 3 },
);
const path = fc.oneof(
  fc.record({ type: fc.constantFrom('PREFIX', 'EXACT'), value: label.map((text) => `/${text}`) }),
  fc.record({ type: fc.constant('REGULAR_EXPRESSION'), value: label.map((text) => `/${text}/[0-9]+`) }),
);
const match: fc.Arbitrary<MatchIntent> = fc.record(
  { path, headers: values, query: values, methods: fc.uniqueArray(fc.constantFrom(...httpMethods), { maxLength: 3 }) },
  { requiredKeys: [] },
);
const toPath = label.map((text) => `/${text}`);
/** Both are refused: seldom, or hardly a route stands the checks. */
const somePath: fc.Arbitrary<{ readonly pathPrefix?: string; readonly fullPath?: string }> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ pathPrefix: toPath }) },
  { weight: 4, arbitrary: fc.record({ fullPath: toPath }) },
  { weight: 2, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.record({ pathPrefix: toPath, fullPath: toPath }) },
);
const changes = fc.record(
  {
    set: fc.uniqueArray(fc.record({ name: label, value: label }), { selector: ({ name }) => name, maxLength: 3 }),
    add: fc.uniqueArray(fc.record({ name: label, value: label }), { selector: ({ name }) => name, maxLength: 3 }),
    remove: fc.uniqueArray(label, { maxLength: 3 }),
  },
  { requiredKeys: [] },
);
const headers = fc.record({ request: changes, response: changes }, { requiredKeys: [] });
const group = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/waf/providers';
const waf = label.map((name) => ({ policyId: `${group}/Microsoft.Network/applicationGatewayWebApplicationFirewallPolicies/${name}` }));
const forward: fc.Arbitrary<RuleIntent> = fc.record(
  {
    match,
    backends: fc.array(backend, { minLength: 1, maxLength: 4 }),
    rewrite: fc.tuple(somePath, fc.option(label, { nil: undefined })).map(([paths, host]) => ({ ...paths, ...(host ? { host } : {}) })),
    headers,
    timeout: fc.record({ requestSeconds: fc.integer({ min: 0, max: 600 }) }),
    affinity: fc.constantFrom(
      { type: 'MANAGED_COOKIE' as const },
      { type: 'APPLICATION_COOKIE' as const, cookieName: 'shop', cookieSeconds: 60 },
    ),
    healthCheck,
    backendTls: fc.constantFrom({}, { sni: 'web.internal' }, { caSecret: 'ca', subjectAltName: 'web.internal', clientSecret: 'client' }),
    waf,
  },
  { requiredKeys: ['backends'] },
);
const redirected: fc.Arbitrary<RuleIntent> = fc.record(
  {
    match,
    backends: fc.constant([]),
    redirect: fc
      .tuple(
        somePath,
        fc.record(
          {
            scheme: fc.constantFrom('HTTP', 'HTTPS'),
            host: label,
            port: fc.integer({ min: 1, max: 65_535 }),
            status: fc.constantFrom(301, 302, 303, 307, 308),
          },
          { requiredKeys: [] },
        ),
      )
      .map(([paths, rest]) => ({ ...paths, ...rest })),
    headers,
    waf,
  },
  { requiredKeys: ['backends', 'redirect'] },
);
const grpcRule: fc.Arbitrary<RuleIntent> = fc.record(
  {
    match: fc.record(
      {
        grpc: fc.record(
          { service: label.map((text) => text.replaceAll('-', '_')), method: fc.constant('Get') },
          { requiredKeys: ['method'] },
        ),
        headers: values,
      },
      { requiredKeys: [] },
    ),
    backends: fc.array(backend, { minLength: 1, maxLength: 4 }),
    headers,
    healthCheck: fc.constantFrom({ grpc: {} }, { grpc: { service: 'orders' } }),
    backendTls: fc.constant({ sni: 'web.internal' }),
  },
  { requiredKeys: ['backends'] },
);
const rules = fc.array(fc.oneof({ weight: 3, arbitrary: forward }, redirected), { minLength: 1, maxLength: 3 });

/** Routes as a caller may send them; some break a rule when taken together. */
export const routes: fc.Arbitrary<readonly RouteIntent[]> = fc.uniqueArray(
  fc
    .tuple(
      fc.record(
        {
          name: label,
          hostnames: fc.uniqueArray(hostname, { maxLength: 3 }),
          tls: fc.record(
            { secret: label, namespace: fc.constantFrom('shop', 'certs'), policy: fc.constantFrom('2023-06', '2023-06-S') },
            { requiredKeys: ['secret'] },
          ),
        },
        { requiredKeys: ['name', 'hostnames'] },
      ),
      fc.oneof(
        { weight: 3, arbitrary: fc.record({ rules }) },
        fc.record({ protocol: fc.constant('GRPC' as const), rules: fc.array(grpcRule, { minLength: 1, maxLength: 2 }) }),
      ),
    )
    .map(([route, served]) => ({ ...route, ...served })),
  { selector: ({ name }) => name, maxLength: 4 },
);

export const gateways: fc.Arbitrary<RenderedGateway> = fc
  .record({
    name: fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,20}[A-Za-z0-9])?$/),
    frontends: fc.uniqueArray(label, { minLength: 1, maxLength: 3 }),
    target: fc.constantFrom(
      { controllerVersion: '1.13.0', gatewayApi: 'v1.5.1' as const },
      { controllerVersion: '1.10.27', gatewayApi: 'v1.2.1' as const },
    ),
  })
  .map(({ target, ...over }) => aGateway({ ...over, ...target }));
