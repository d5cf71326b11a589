import { describe, expect, it } from 'vitest';
import { anAgic } from '../../testing/agic-builders.js';
import { aBackend, aRoute } from '../../testing/arbitrary-intent.js';
import type { RouteIntent, RuleIntent } from '../route-intent.js';
import { checkAgic, checkRouteOnAgic } from './check-agic.js';
import { checkAgicLimits, countAgic, dependsOnRuleSet } from './agic-limits.js';

const gateway = anAgic();
const rule = (over: Partial<RuleIntent> = {}): RuleIntent => ({ backends: [aBackend()], ...over });
const at = (value: string, over: Partial<RuleIntent> = {}): RuleIntent => rule({ match: { path: { type: 'PREFIX', value } }, ...over });
const tls = { secret: 'cert' };
const toHttps: RouteIntent = {
  name: 'http',
  hostnames: ['shop.example.com'],
  rules: [{ backends: [], redirect: { scheme: 'HTTPS', status: 301 } }],
};
const waf = {
  policyId:
    '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/w/providers/Microsoft.Network/applicationGatewayWebApplicationFirewallPolicies/p',
};
const found = (route: RouteIntent, others: readonly RouteIntent[] = [], on = gateway) =>
  checkRouteOnAgic(on, route, others).map(({ path, rule: id }) => `${path} ${id}`);

describe(checkRouteOnAgic, () => {
  it.each<[string, Partial<RouteIntent>, string]>([
    ['headers', { rules: [rule({ match: { headers: [{ name: 'x', value: 'y' }] } })] }, 'rules[0].match.headers AGC-54'],
    ['shares', { rules: [rule({ backends: [aBackend(), aBackend({ service: 'b' })] })] }, 'rules[0].backends AGC-54'],
    [
      'regular expressions',
      { rules: [rule({ match: { path: { type: 'REGULAR_EXPRESSION', value: '/a' } } })] },
      'rules[0].match.path.type AGC-54',
    ],
    ['an exact /', { rules: [rule({ match: { path: { type: 'EXACT', value: '/' } } })] }, 'rules[0].match.path AGIC-12'],
    ['a star', { rules: [at('/a*')] }, 'rules[0].match.path.value AGIC-12'],
    ['another redirect', { rules: [{ backends: [], redirect: { scheme: 'HTTPS', status: 302 } }] }, 'rules[0].redirect AGIC-43'],
    [
      'a redirect of a path',
      { rules: [{ match: { path: { type: 'PREFIX', value: '/a' } }, backends: [], redirect: { scheme: 'HTTPS', status: 301 } }] },
      'rules[0].redirect AGIC-43',
    ],
    ['a name to verify', { rules: [rule({ backendTls: { sni: 'x.example.com' } })] }, 'rules[0].backendTls.sni AGIC-41'],
    ['a CA in a Secret', { rules: [rule({ backendTls: { caSecret: 'ca' } })] }, 'rules[0].backendTls.caSecret AGIC-45'],
    [
      'a cookie of the application',
      { rules: [rule({ affinity: { type: 'APPLICATION_COOKIE', cookieName: 'c', cookieSeconds: 1 } })] },
      'rules[0].affinity.type AGIC-49',
    ],
    [
      'a cookie name without affinity',
      { rules: [rule({ applicationGateway: { distinctCookieName: true } })] },
      'rules[0].applicationGateway.distinctCookieName AGIC-50',
    ],
    ['no timeout', { rules: [rule({ timeout: { requestSeconds: 0 } })] }, 'rules[0].timeout.requestSeconds AGIC-51'],
    [
      'a draining of two hours',
      { rules: [rule({ applicationGateway: { connectionDrainingSeconds: 7200 } })] },
      'rules[0].applicationGateway.connectionDrainingSeconds AGIC-48',
    ],
    ['a port of Azure', { applicationGateway: { frontendPort: 65_200 } }, 'applicationGateway.frontendPort AGIC-52'],
    [
      'a threshold above 20',
      { rules: [rule({ healthCheck: { unhealthyThreshold: 21 } })] },
      'rules[0].healthCheck.unhealthyThreshold AGIC-61',
    ],
    [
      'a probe longer than its interval',
      { rules: [rule({ healthCheck: { intervalSeconds: 5, timeoutSeconds: 6 } })] },
      'rules[0].healthCheck.timeoutSeconds AGIC-60',
    ],
    ['two good answers', { rules: [rule({ healthCheck: { healthyThreshold: 2 } })] }, 'rules[0].healthCheck.healthyThreshold AGIC-61'],
    ['a probe of gRPC', { rules: [rule({ healthCheck: { grpc: {} } })] }, 'rules[0].healthCheck.grpc AGIC-57'],
    [
      'headers to add',
      { rules: [rule({ headers: { request: { add: [{ name: 'x', value: 'y' }] } } })] },
      'rules[0].headers.request.add AGIC-63',
    ],
    [
      'a variable',
      { rules: [rule({ headers: { request: { set: [{ name: 'x', value: '{var_host}' }] } } })] },
      'rules[0].headers.request.set[0].value AGIC-63',
    ],
    [
      'two rule sets',
      { rules: [rule({ rewrite: { fullPath: '/x' }, applicationGateway: { rewriteRuleSet: 'a' } })] },
      'rules[0].rewrite.fullPath AGIC-62',
    ],
    [
      'roots without TLS',
      { rules: [rule({ applicationGateway: { trustedRootCertificates: ['a'] } })] },
      'rules[0].applicationGateway.trustedRootCertificates AGIC-45',
    ],
    ['a TLS policy of AGC', { tls: { ...tls, policy: '2023-06' } }, 'tls.policy AGIC-46'],
    ['a profile without TLS', { applicationGateway: { sslProfile: 'a' } }, 'applicationGateway.sslProfile AGIC-46'],
    ['two certificates', { tls, applicationGateway: { certificate: 'a' } }, 'applicationGateway.certificate AGIC-44'],
    ['a certificate elsewhere', { tls: { ...tls, namespace: 'certs' } }, 'rules[0].backends[0].namespace AGIC-44'],
    [
      'one priority for two listeners',
      { hostnames: ['a.example.com', 'b.example.com'], applicationGateway: { priority: 1 } },
      'applicationGateway.priority AGIC-65',
    ],
    ['a priority above 20000', { applicationGateway: { priority: 20_001 } }, 'applicationGateway.priority AGIC-65'],
    [
      'six names of one listener',
      { hostnames: ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${name}.example.com`), applicationGateway: { sharedListener: true } },
      'applicationGateway.sharedListener AGIC-64',
    ],
    ['paths that differ in case', { rules: [at('/Api'), at('/api/')] }, 'rules[1].match AGIC-31'],
    [
      'a path that Services of another namespace hide',
      { rules: [at('/a'), at('/a/b', { backends: [aBackend({ namespace: 'zoo' })] })] },
      'rules[1].match AGIC-31',
    ],
    ['a WAF of / that would spread', { rules: [rule({ waf }), at('/a')] }, 'rules[0].waf AGIC-54'],
  ])('refuses %s, with its rule', (_, over, expected) => {
    expect(found(aRoute(over))).toEqual([expected]);
  });

  it('refuses a WAF policy on Standard_v2 (AGIC-54)', () => {
    expect(found(aRoute({ rules: [at('/a', { waf })] }), [], anAgic({ sku: 'STANDARD_V2' }))).toEqual(['rules[0].waf AGIC-54']);
  });

  it('redirects hosts that have TLS on the gateway, and serves nothing else there (AGIC-43)', () => {
    const secured = aRoute({ tls });
    expect(found(toHttps)).toEqual(['rules[0].redirect AGIC-43']);
    expect(found(toHttps, [secured])).toEqual([]);
    expect(found(aRoute({ name: 'plain', rules: [at('/a')] }), [secured, toHttps])).toEqual(['rules AGIC-43']);
    expect(
      found(aRoute({ name: 'p', tls, applicationGateway: { priority: 3 }, rules: [at('/a')] }), [
        { ...secured, applicationGateway: { priority: 3 } },
        toHttps,
      ]),
    ).toEqual(['applicationGateway.priority AGIC-43']);
  });

  it('refuses a redirect that another route could not bear (AGIC-43)', () => {
    const first = aRoute({ tls, applicationGateway: { priority: 3 } });
    expect(checkRouteOnAgic(gateway, toHttps, [first])).toMatchObject([
      { path: 'rules[0].redirect', rule: 'AGIC-43', conflictsWith: 'route web, applicationGateway.priority' },
    ]);
    const shared = aRoute({ tls, hostnames: ['shop.example.com', 'b.example.com'], applicationGateway: { sharedListener: true } });
    expect(checkRouteOnAgic(gateway, toHttps, [shared])).toMatchObject([{ conflictsWith: 'route web, applicationGateway.sharedListener' }]);
  });

  it('orders two routes by their names alone, whatever redirects come and go (AGIC-31)', () => {
    const wide = aRoute({ name: 'web', tls, rules: [at('/api'), at('/b', { timeout: { requestSeconds: 5 } })] });
    for (const [name, hidden] of [
      ['web-a', false],
      ['web0', true],
      ['wea', false],
    ] as const) {
      const narrow = aRoute({ name, tls, rules: [at('/api/v1'), at('/b/c', { timeout: { requestSeconds: 5 } })] });
      for (const others of [[wide], [wide, toHttps]]) expect(found(narrow, others).length > 0).toBe(hidden);
    }
  });

  it('says at the manifests that the route with TLS has gone meanwhile', () => {
    expect(checkAgic(gateway, [toHttps])).toMatchObject([{ path: 'routes.http.rules[0].redirect', rule: 'AGIC-43' }]);
    expect(checkAgic(gateway, [toHttps, aRoute({ tls })])).toEqual([]);
  });

  it('refuses ports, listeners and priorities that two routes understand differently', () => {
    expect(
      found(aRoute({ name: 'b', tls, applicationGateway: { frontendPort: 8080 }, rules: [at('/x')] }), [
        aRoute({ applicationGateway: { frontendPort: 8080 } }),
      ]),
    ).toEqual(['applicationGateway.frontendPort AGIC-52']);
    const both = aRoute({ hostnames: ['a.example.com', 'b.example.com'], applicationGateway: { sharedListener: true } });
    expect(found(aRoute({ name: 'b', hostnames: ['a.example.com'], rules: [at('/x')] }), [both])).toEqual(['hostnames AGIC-64']);
    const first = aRoute({ applicationGateway: { priority: 5 } });
    expect(found(aRoute({ name: 'b', hostnames: ['b.example.com'], applicationGateway: { priority: 5 } }), [first])).toEqual([
      'applicationGateway.priority AGIC-65',
    ]);
    expect(found(aRoute({ name: 'b', rules: [at('/x')] }), [first])).toEqual(['applicationGateway.priority AGIC-65']);
  });

  it('refuses a path that another route hides, and takes it when the names sort the other way (AGIC-31)', () => {
    const wide = aRoute({ name: 'b', rules: [at('/api')] });
    const narrow = [at('/api/v1')];
    expect(found(aRoute({ name: 'c', rules: narrow }), [wide])).toEqual(['rules[0].match AGIC-31']);
    expect(found(aRoute({ name: 'a', rules: narrow }), [wide])).toEqual([]);
  });

  it('refuses what is left to others (AGIC-30)', () => {
    const on = anAgic({ prohibitedTargets: [{ hostname: 'shop.example.com', paths: ['/legacy/*'] }] });
    expect(found(aRoute({ rules: [at('/legacy/x')] }), [], on)).toEqual(['rules[0].match AGIC-30']);
    expect(found(aRoute({ rules: [at('/new')] }), [], on)).toEqual([]);
    expect(found(aRoute(), [], anAgic({ prohibitedTargets: [{}] }))).toEqual(['rules[0].match AGIC-30']);
  });

  it('refuses Services of namespaces that AGIC does not watch (AGIC-02)', () => {
    const on = anAgic({ watchNamespaces: ['pay'] });
    expect(found(aRoute(), [], on)).toEqual(['rules[0].backends[0].namespace AGIC-02']);
    expect(found(aRoute({ rules: [rule({ backends: [aBackend({ namespace: 'pay' })] })] }), [], on)).toEqual([]);
  });

  it.each<[string, (index: number) => Partial<RouteIntent>, string]>([
    ['listeners', (index) => ({ hostnames: [`h${index}.example.com`] }), 'listeners'],
    ['pools', (index) => ({ rules: [at(`/p${index}`, { backends: [aBackend({ service: `s${index}` })] })] }), 'backendPools'],
    ['settings', (index) => ({ rules: [at(`/p${index}`, { timeout: { requestSeconds: index + 1 } })] }), 'backendSettings'],
    ['path rules', (index) => ({ rules: [at(`/p${index}`)] }), 'pathRules'],
  ])('names the limit when there are too many %s (AGIC-12)', (_, over, limit) => {
    const routes = Array.from({ length: 101 }, (__, index) => aRoute({ name: `r${index}`, ...over(index) }));
    const [last = aRoute(), ...others] = [...routes].reverse();
    expect(checkRouteOnAgic(gateway, last, others)).toContainEqual(
      expect.objectContaining({
        code: 'agic_limit_exceeded',
        rule: 'AGIC-12',
        conflictsWith: { limit, max: 100 },
        value: expect.any(Number),
      }),
    );
  });

  it.each<[string, (index: number) => Partial<RouteIntent>, string, number]>([
    ['listeners', (index) => ({ hostnames: [`h${index}.example.com`] }), 'listeners', 40],
    ['settings', (index) => ({ rules: [at(`/p${index}`, { timeout: { requestSeconds: index + 1 } })] }), 'backendSettings', 39],
    ['certificates', (index) => ({ hostnames: ['shop.example.com'], tls: { secret: `s${index}` } }), 'certificates', 40],
    ['ports', (index) => ({ applicationGateway: { frontendPort: 8000 + index } }), 'frontendPorts', 40],
  ])('takes fewer %s beside a WAF with CRS 3.1 or older (AGIC-12)', (_, over, limit, fitting) => {
    const old = anAgic({ oldRuleSet: 'OWASP 3.1' });
    const routes = Array.from({ length: fitting + 1 }, (__, index) => aRoute({ name: `r${index}`, ...over(index) }));
    const limitsOf = (on: typeof gateway, all: readonly RouteIntent[]): readonly unknown[] =>
      checkAgicLimits(on, all).map(({ conflictsWith }) => conflictsWith);
    const conflict = { limit, max: 40, ruleSet: 'OWASP 3.1' };
    expect(limitsOf(old, routes)).toContainEqual(conflict);
    expect(limitsOf(old, routes.slice(1))).not.toContainEqual(conflict);
    expect(limitsOf(gateway, routes)).toEqual([]);
    expect([dependsOnRuleSet(gateway, routes), dependsOnRuleSet(gateway, routes.slice(2))]).toEqual([true, false]);
    expect(dependsOnRuleSet(anAgic({ sku: 'STANDARD_V2' }), routes)).toBe(false);
  });

  it('counts pools and path rules beside an old WAF as beside any (AGIC-12)', () => {
    const rules = Array.from({ length: 45 }, (_, index) => at(`/p${index}`, { backends: [aBackend({ service: `s${index % 30}` })] }));
    expect(checkAgicLimits(anAgic({ oldRuleSet: 'OWASP 3.0' }), [aRoute({ rules })])).toEqual([]);
  });

  it('counts what an Application Gateway would hold', () => {
    const routes = [aRoute({ tls, rules: [at('/a'), at('/b', { timeout: { requestSeconds: 5 } }), rule()] }), toHttps];
    expect(countAgic(gateway, routes)).toEqual({
      backendPools: 2,
      backendSettings: 3,
      listeners: 2,
      certificates: 1,
      redirects: 1,
      frontendPorts: 2,
      pathRules: 4,
      hostnames: 1,
    });
  });
});
