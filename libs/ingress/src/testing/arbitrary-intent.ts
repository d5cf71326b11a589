import fc from 'fast-check';
import type { RenderedGateway } from '../domain/gateway-intent.js';
import type { BackendIntent, HealthCheckIntent, RouteIntent, RuleIntent } from '../domain/route-intent.js';

/** A gateway with one interesting member each time. */
export function aGateway(over: Partial<RenderedGateway> = {}): RenderedGateway {
  const name = over.name ?? 'shop';
  const group = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-west-01-agc';
  return {
    name,
    namespace: 'shop',
    albId: `${group}/providers/Microsoft.ServiceNetworking/trafficControllers/${name}`,
    frontends: ['frontend'],
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
const rule: fc.Arbitrary<RuleIntent> = fc.record(
  {
    match: fc.record(
      {
        path: fc.record({ type: fc.constantFrom('PREFIX', 'EXACT'), value: label.map((text) => `/${text}`) }),
        headers: fc.uniqueArray(fc.record({ name: label, value: fc.string({ minLength: 1, maxLength: 20 }) }), {
          selector: ({ name }) => name,
          maxLength: 4,
        }),
      },
      { requiredKeys: [] },
    ),
    backends: fc.array(backend, { minLength: 1, maxLength: 4 }),
    healthCheck,
  },
  { requiredKeys: ['backends'] },
);

/** Routes as a caller may send them; some break a rule when taken together. */
export const routes: fc.Arbitrary<readonly RouteIntent[]> = fc.uniqueArray(
  fc.record(
    {
      name: label,
      hostnames: fc.uniqueArray(hostname, { maxLength: 3 }),
      tls: fc.record({ secret: label, namespace: fc.constantFrom('shop', 'certs') }, { requiredKeys: ['secret'] }),
      rules: fc.array(rule, { minLength: 1, maxLength: 3 }),
    },
    { requiredKeys: ['name', 'hostnames', 'rules'] },
  ),
  { selector: ({ name }) => name, maxLength: 5 },
);

export const gateways: fc.Arbitrary<RenderedGateway> = fc
  .record({
    name: fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,20}[A-Za-z0-9])?$/),
    frontends: fc.uniqueArray(label, { minLength: 1, maxLength: 3 }),
  })
  .map((over) => aGateway(over));
