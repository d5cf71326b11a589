import fc from 'fast-check';
import type { RedirectIntent, RouteIntent, RuleIntent } from '../domain/route-intent.js';
import type { TrafficRequest } from './traffic.js';

const paths = ['/', '/api', '/api/v1', '/api/v1/x', '/apix', '/b', '/b/'];
const hosts = ['a.example.com', 'b.example.com', '*.example.com'];

const match = fc.record({
  path: fc.record({ type: fc.constantFrom('PREFIX' as const, 'EXACT' as const), value: fc.constantFrom(...paths) }),
});
const backend = fc.record({
  service: fc.constantFrom('one', 'two', 'three'),
  namespace: fc.constantFrom('blue', 'green'),
  port: fc.constantFrom(80, 8080),
});
const rewrite = fc.constantFrom(
  { host: 'inner.example.com' },
  { pathPrefix: '/p' },
  { fullPath: '/full' },
  { pathPrefix: '/', host: 'in.example.com' },
);

/** Which rewrites fit a match: an exact one has no prefix to replace. */
function forward([found, to, change, seconds]: [
  RuleIntent['match'],
  RuleIntent['backends'][number],
  RuleIntent['rewrite'],
  number | undefined,
]): RuleIntent {
  const fits = found?.path?.type !== 'EXACT' || change?.pathPrefix === undefined;
  return {
    ...(found ? { match: found } : {}),
    backends: [to],
    ...(change && fits ? { rewrite: change } : {}),
    ...(seconds === undefined ? {} : { timeout: { requestSeconds: seconds } }),
  };
}

const forwards = fc
  .tuple(fc.option(match, { nil: undefined }), backend, fc.option(rewrite, { nil: undefined, freq: 2 }), fc.constantFrom(undefined, 5, 10))
  .map(forward);

/** Routes whose hosts and paths meet often, with redirects out of `redirects`. Many break a rule of some target when taken together. */
export function servedRoutes(redirects: readonly RedirectIntent[]): fc.Arbitrary<readonly RouteIntent[]> {
  const redirected = fc
    .tuple(match, fc.constantFrom(...redirects))
    .map(([found, redirect]): RuleIntent => ({ match: found, backends: [], redirect }));
  const route = fc.record({
    hostnames: fc.uniqueArray(fc.constantFrom(...hosts), { maxLength: 2 }),
    tls: fc.option(fc.constant({ secret: 'cert', namespace: 'blue' }), { nil: undefined }),
    rules: fc.array(fc.oneof({ weight: 4, arbitrary: forwards }, redirected), { minLength: 1, maxLength: 4 }),
  });
  return fc.array(route, { minLength: 1, maxLength: 3 }).map((all) =>
    all.map(({ tls, rules, ...rest }, index) => ({
      name: `r${index}`,
      ...rest,
      ...(tls ? { tls } : {}),
      // The certificate lies beside the Services, as an Ingress needs it.
      rules: tls ? rules.map((rule) => ({ ...rule, backends: rule.backends.map((to) => ({ ...to, namespace: tls.namespace })) })) : rules,
    })),
  );
}

/** Each scheme, host and path that makes a difference to {@link servedRoutes}. */
export const servedRequests: readonly TrafficRequest[] = (['HTTP', 'HTTPS'] as const).flatMap((scheme) =>
  ['a.example.com', 'b.example.com', 'c.example.com', 'other.test'].flatMap((host) =>
    ['/', '/api', '/api/', '/api/v1', '/api/v1/', '/api/v1/x', '/api/v1/x/y', '/api/v2', '/apix', '/apiy', '/b', '/b/c', '/c'].map(
      (path) => ({
        scheme,
        host,
        path,
      }),
    ),
  ),
);
