import { describe, expect, it } from 'vitest';
import { aBackend, aGateway, aRoute } from '../testing/arbitrary-intent.js';
import { checkAgcLimits } from './check-agc-limits.js';
import { checkHealthChecks } from './check-health-check.js';
import { checkRoute } from './check-route.js';
import { checkShared } from './check-shared.js';
import type { RouteIntent, RuleIntent } from './route-intent.js';

const many = (count: number, make: (index: number) => RouteIntent): RouteIntent[] =>
  Array.from({ length: count }, (_, index) => make(index));

describe(checkRoute, () => {
  it('finds nothing wrong with a plain route', () => {
    expect(checkRoute(aGateway(), aRoute())).toEqual([]);
  });

  it.each<[string, Partial<RouteIntent>, string, string]>([
    ['a name that is no DNS label', { name: 'Web_1' }, 'name', 'name_invalid'],
    ['the name of the default route', { name: 'default-backend' }, 'name', 'name_reserved'],
    ['a host in capitals', { hostnames: ['Shop.example.com'] }, 'hostnames[0]', 'hostname_invalid'],
    ['an IP address as host', { hostnames: ['10.0.0.1'] }, 'hostnames[0]', 'hostname_invalid'],
    ['a wildcard inside', { hostnames: ['a.*.example.com'] }, 'hostnames[0]', 'hostname_invalid'],
    ['a host named twice', { hostnames: ['a.example', 'a.example'] }, 'hostnames[1]', 'duplicate'],
    ['seventeen hosts', { hostnames: Array.from({ length: 17 }, (_, index) => `h${index}.example`) }, 'hostnames', 'agc_limit_exceeded'],
    ['an unknown frontend', { frontends: ['other'] }, 'frontends[0]', 'unknown_frontend'],
    ['no rules', { rules: [] }, 'rules', 'rules_missing'],
    ['seventeen rules', { rules: Array.from({ length: 17 }, () => ({ backends: [aBackend()] })) }, 'rules', 'agc_limit_exceeded'],
    ['a rule without backends', { rules: [{ backends: [] }] }, 'rules[0].backends', 'backends_missing'],
    [
      'a Service that starts with a digit',
      { rules: [{ backends: [aBackend({ service: '1web' })] }] },
      'rules[0].backends[0].service',
      'name_invalid',
    ],
    ['port 0', { rules: [{ backends: [aBackend({ port: 0 })] }] }, 'rules[0].backends[0].port', 'port_out_of_range'],
    ['a negative weight', { rules: [{ backends: [aBackend({ weight: -1 })] }] }, 'rules[0].backends[0].weight', 'weight_out_of_range'],
    [
      'a path with //',
      { rules: [{ match: { path: { type: 'PREFIX', value: '/a//b' } }, backends: [aBackend()] }] },
      'rules[0].match.path.value',
      'path_invalid',
    ],
    [
      'a probe every 0 seconds (AGC-63)',
      { rules: [{ backends: [aBackend()], healthCheck: { intervalSeconds: 0 } }] },
      'rules[0].healthCheck.intervalSeconds',
      'health_check_invalid',
    ],
  ])('refuses %s', (_, over, path, code) => {
    expect(checkRoute(aGateway(), aRoute(over))).toMatchObject([{ path, code }]);
  });

  const forward = (over: Partial<RuleIntent>): Partial<RouteIntent> => ({ rules: [{ backends: [aBackend()], ...over }] });
  const redirect = (over: NonNullable<RuleIntent['redirect']>, rest: Partial<RuleIntent> = {}): Partial<RouteIntent> => ({
    rules: [{ backends: [], redirect: over, ...rest }],
  });
  const elsewhere = '/subscriptions/other/resourceGroups/g/providers/Microsoft.Network/applicationGatewayWebApplicationFirewallPolicies/w';

  it.each<[string, Partial<RouteIntent>, string, string, string]>([
    [
      'a look-ahead',
      forward({ match: { path: { type: 'REGULAR_EXPRESSION', value: '/a(?=b)' } } }),
      'match.path.value',
      'regular_expression_invalid',
      'AGC-55',
    ],
    [
      'half a group',
      forward({ match: { query: [{ name: 'q', value: '(', type: 'REGULAR_EXPRESSION' }] } }),
      'match.query[0].value',
      'regular_expression_invalid',
      'AGC-55',
    ],
    [
      'seventeen query parameters',
      forward({ match: { query: Array.from({ length: 17 }, (_, index) => ({ name: `q${index}`, value: 'x' })) } }),
      'match.query',
      'agc_limit_exceeded',
      'AGC-55',
    ],
    ['a gRPC match of HTTP', forward({ match: { grpc: { service: 'a' } } }), 'match.grpc', 'not_expressible', 'AGC-54'],
    ['a rewrite with two paths', forward({ rewrite: { pathPrefix: '/', fullPath: '/' } }), 'rewrite', 'ambiguous_path', 'AGC-55'],
    ['a rewrite to a wildcard', forward({ rewrite: { host: '*.example.com' } }), 'rewrite.host', 'hostname_invalid', 'AGC-55'],
    [
      'a prefix of an exact path',
      forward({ match: { path: { type: 'EXACT', value: '/a' } }, rewrite: { pathPrefix: '/b' } }),
      'rewrite.pathPrefix',
      'prefix_not_matched',
      'AGC-55',
    ],
    ['a redirect to itself', redirect({ scheme: 'HTTP' }), 'redirect', 'redirect_loop', 'AGC-54'],
    ['a redirect with 305', redirect({ scheme: 'HTTPS', status: 305 }), 'redirect.status', 'redirect_status_invalid', 'AGC-54'],
    [
      'a redirect beside backends',
      redirect({ scheme: 'HTTPS' }, { backends: [aBackend()] }),
      'backends',
      'redirect_with_backends',
      'AGC-55',
    ],
    [
      'a timeout of a redirect',
      redirect({ scheme: 'HTTPS' }, { timeout: { requestSeconds: 5 } }),
      'timeout',
      'redirect_with_backends',
      'AGC-55',
    ],
    [
      'a header with a line break',
      forward({ headers: { request: { set: [{ name: 'x', value: 'a\r\nb' }] } } }),
      'headers.request.set[0].value',
      'header_value_invalid',
      'AGC-55',
    ],
    [
      'seventeen headers to remove',
      forward({ headers: { response: { remove: Array.from({ length: 17 }, (_, index) => `h${index}`) } } }),
      'headers.response.remove',
      'agc_limit_exceeded',
      'AGC-55',
    ],
    ['half a second', forward({ timeout: { requestSeconds: 0.5 } }), 'timeout.requestSeconds', 'seconds_out_of_range', 'AGC-53'],
    [
      'a name for the managed cookie',
      forward({ affinity: { type: 'MANAGED_COOKIE', cookieName: 'x' } }),
      'affinity.cookieName',
      'affinity_invalid',
      'AGC-69',
    ],
    [
      'an application cookie without a duration',
      forward({ affinity: { type: 'APPLICATION_COOKIE', cookieName: 'x' } }),
      'affinity.cookieSeconds',
      'affinity_invalid',
      'AGC-69',
    ],
    [
      'a verified name without a CA',
      forward({ backendTls: { subjectAltName: 'a.b' } }),
      'backendTls.caSecret',
      'backend_tls_invalid',
      'AGC-61',
    ],
    ['a WAF policy that is none', forward({ waf: { policyId: '/x' } }), 'waf.policyId', 'waf_policy_invalid', 'AGC-66'],
    ['a WAF policy of another subscription', forward({ waf: { policyId: elsewhere } }), 'waf.policyId', 'waf_policy_mismatch', 'AGC-66'],
    ['a gRPC probe with a path', forward({ healthCheck: { grpc: {}, path: '/' } }), 'healthCheck.path', 'health_check_invalid', 'AGC-63'],
  ])('refuses %s', (_, over, path, code, rule) => {
    expect(checkRoute(aGateway(), aRoute(over))).toMatchObject([{ path: `rules[0].${path}`, code, rule }]);
  });

  it.each<[string, Partial<RouteIntent>, string]>([
    ['paths', { ...forward({ match: { path: { type: 'PREFIX', value: '/' } } }) }, 'match.path'],
    ['rewrites', { ...forward({ rewrite: { fullPath: '/' } }) }, 'rewrite'],
    ['timeouts (AGC-64)', { ...forward({ timeout: { requestSeconds: 5 } }) }, 'timeout'],
    [
      'WAF policies of its own (AGC-66)',
      { ...forward({ waf: { policyId: elsewhere.replace('other', '00000000-0000-0000-0000-000000000001') } }) },
      'waf',
    ],
  ])('says that a gRPC route cannot have %s', (_, over, path) => {
    expect(checkRoute(aGateway(), aRoute({ protocol: 'GRPC', ...over }))).toMatchObject([
      { path: `rules[0].${path}`, code: 'not_expressible' },
    ]);
  });

  it('knows what an older controller cannot do, and what older CRDs do not hold (AGC-54)', () => {
    const old = aGateway({ controllerVersion: '1.2.0', gatewayApi: 'v1.2.1' });
    const route = aRoute({
      protocol: 'GRPC',
      tls: { secret: 'cert', policy: '2023-06-S' },
      rules: [{ match: { headers: [{ name: 'a', value: '.*', type: 'REGULAR_EXPRESSION' }] }, backends: [aBackend()] }],
    });
    expect(checkRoute(old, route).map(({ path, code }) => `${path} ${code}`)).toEqual([
      'protocol agc_feature_unsupported',
      'tls.policy agc_feature_unsupported',
      'rules[0].match.headers[0].type agc_feature_unsupported',
    ]);
    const permanent = aRoute(redirect({ scheme: 'HTTPS', status: 308 }));
    expect(checkRoute(aGateway(), permanent)).toEqual([]);
    const newController = aGateway({ controllerVersion: '1.11.1', gatewayApi: 'v1.4.1' });
    expect(checkRoute(newController, permanent)).toMatchObject([{ path: 'rules[0].redirect.status', rule: 'AGC-54', value: 308 }]);
  });

  it('takes one TLS policy of the two there are (AGC-62)', () => {
    expect(checkRoute(aGateway(), aRoute({ tls: { secret: 'cert', policy: '2023-06' } }))).toEqual([]);
    expect(checkRoute(aGateway(), aRoute({ tls: { secret: 'cert', policy: '2022' } }))).toMatchObject([
      { path: 'tls.policy', code: 'tls_policy_unknown', rule: 'AGC-62', suggestion: '2023-06 or 2023-06-S' },
    ]);
  });

  it('does not leave to chance which of two equal matches wins when they stand in several objects', () => {
    const slow = { backends: [aBackend()], timeout: { requestSeconds: 300 } };
    expect(checkRoute(aGateway(), aRoute({ rules: [{ backends: [aBackend()] }, slow] }))).toMatchObject([
      { path: 'rules[1].match', code: 'match_repeated', conflictsWith: 'rules[0]' },
    ]);
    expect(checkRoute(aGateway(), aRoute({ rules: [{ backends: [aBackend()], match: { methods: ['GET'] } }, slow] }))).toEqual([]);
  });

  it('reports all problems of a route together', () => {
    const route = aRoute({ name: 'W', hostnames: ['-'], rules: [{ backends: [aBackend({ port: 70_000 }), aBackend({ service: 'A' })] }] });
    expect(checkRoute(aGateway(), route).map(({ path }) => path)).toEqual([
      'name',
      'hostnames[0]',
      'rules[0].backends[0].port',
      'rules[0].backends[1].service',
    ]);
  });

  it('counts the parents a route has: frontends times TLS hosts, at most 32 (AGC-55)', () => {
    const gateway = aGateway({ frontends: ['a', 'b', 'c'] });
    const hostnames = Array.from({ length: 11 }, (_, index) => `h${index}.example`);
    expect(checkRoute(gateway, aRoute({ hostnames }))).toEqual([]);
    expect(checkRoute(gateway, aRoute({ hostnames, tls: { secret: 'cert' } }))).toMatchObject([
      { code: 'agc_limit_exceeded', value: 33, rule: 'AGC-55' },
    ]);
  });
});

describe(checkHealthChecks, () => {
  it('refuses a second way to probe one Service, and names the first', () => {
    const first = aRoute({ name: 'a', rules: [{ backends: [aBackend()], healthCheck: { path: '/live' } }] });
    const second = aRoute({ name: 'b', rules: [{ backends: [aBackend()], healthCheck: { path: '/ready' } }] });
    expect(checkHealthChecks([first], second)).toMatchObject([
      { path: 'rules[0].healthCheck', conflictsWith: 'route a, rules[0]', rule: 'AGC-63' },
    ]);
  });

  it('takes a probe that spells out the defaults for the same', () => {
    const first = aRoute({ name: 'a', rules: [{ backends: [aBackend()], healthCheck: {} }] });
    const second = aRoute({
      name: 'b',
      rules: [{ backends: [aBackend()], healthCheck: { path: '/', host: 'localhost', intervalSeconds: 5 } }],
    });
    expect(checkHealthChecks([first], second)).toEqual([]);
  });
});

describe(checkShared, () => {
  const tls = (over: object): Partial<RouteIntent> => ({ tls: { secret: 'cert', ...over } });

  it.each<[string, Partial<RouteIntent>, Partial<RouteIntent>, string, string]>([
    [
      'two ways to reach a Service',
      { rules: [{ backends: [aBackend()], backendTls: { sni: 'a' } }] },
      { rules: [{ backends: [aBackend()], backendTls: { sni: 'b' } }] },
      'rules[0].backendTls',
      'AGC-61',
    ],
    ['two TLS policies on a listener', tls({ policy: '2023-06' }), tls({ policy: '2023-06-S' }), 'tls.policy', 'AGC-62'],
    ['gRPC and HTTP on one host', {}, { protocol: 'GRPC' }, 'hostnames', 'AGC-56'],
    ['gRPC below a wildcard of HTTP', { hostnames: ['*.example.com'] }, { protocol: 'GRPC' }, 'hostnames', 'AGC-56'],
    ['gRPC beside HTTP of every host', { hostnames: [] }, { protocol: 'GRPC' }, 'hostnames', 'AGC-56'],
  ])('refuses %s', (_, first, second, path, rule) => {
    expect(checkShared(aGateway(), [aRoute({ name: 'a', ...first })], aRoute({ name: 'b', ...second }))).toMatchObject([{ path, rule }]);
  });

  it('lets gRPC have a listener of its own', () => {
    expect(checkShared(aGateway(), [aRoute({ name: 'a' })], aRoute({ name: 'b', protocol: 'GRPC', ...tls({}) }))).toEqual([]);
  });
});

describe(checkAgcLimits, () => {
  it.each<[string, RouteIntent[], string, number]>([
    ['201 routes', many(201, (index) => aRoute({ name: `r${index}` })), 'AGC-15', 201],
    [
      '101 Services',
      many(101, (index) => aRoute({ name: `r${index}`, rules: [{ backends: [aBackend({ service: `s${index}` })] }] })),
      'AGC-15',
      101,
    ],
    ['64 TLS hosts beside port 80', many(4, (index) => tlsRoute(index, 16)), 'AGC-14', 65],
    ['a third certificate of one host', many(3, (index) => aRoute({ name: `r${index}`, tls: { secret: `c${index}` } })), 'AGC-17', 3],
  ])('refuses %s', (_, routes, rule, value) => {
    expect(checkAgcLimits(aGateway(), routes)).toContainEqual(expect.objectContaining({ code: 'agc_limit_exceeded', rule, value }));
  });

  it('allows exactly 63 TLS hosts', () => {
    expect(checkAgcLimits(aGateway(), [...many(3, (index) => tlsRoute(index, 16)), tlsRoute(3, 15)])).toEqual([]);
  });
});

function tlsRoute(index: number, hosts: number): RouteIntent {
  return aRoute({
    name: `r${index}`,
    hostnames: Array.from({ length: hosts }, (_, host) => `h${host}.r${index}.example`),
    tls: { secret: 'cert' },
  });
}
