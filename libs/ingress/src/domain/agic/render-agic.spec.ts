import { describe, expect, it } from 'vitest';
import { anAgic } from '../../testing/agic-builders.js';
import { aBackend, aRoute } from '../../testing/arbitrary-intent.js';
import { agicSettings } from '../translation/agic-settings.js';
import { Report } from '../translation/report.js';
import type { ManifestObject } from '../manifest-objects.js';
import type { ApplicationGatewayRoute, RouteIntent, RuleIntent } from '../route-intent.js';
import { agicAnnotations, agicPrefix, type AgicAnnotation } from './annotation-table.js';
import { checkRouteOnAgic } from './check-agic.js';
import { renderAgic } from './render-agic.js';

interface Plain {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly ingressClassName?: string;
    readonly tls?: unknown;
    readonly rules?: readonly { readonly host?: string; readonly http: unknown }[];
  };
}

const gateway = anAgic({ frontends: ['public', 'private'] });
const waf =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/waf/providers/Microsoft.Network/applicationGatewayWebApplicationFirewallPolicies/one';
const ofKind = (objects: readonly ManifestObject[], kind: string): readonly Plain[] =>
  (objects as readonly unknown[] as readonly Plain[]).filter((object) => object.kind === kind);
const ingresses = (routes: readonly RouteIntent[], on = gateway) => ofKind(renderAgic(on, routes), 'Ingress');
const rule = (over: Partial<RuleIntent> = {}): RuleIntent => ({ backends: [aBackend()], ...over });
const onGateway = (applicationGateway: ApplicationGatewayRoute, over: Partial<RouteIntent> = {}): Partial<RouteIntent> => ({
  applicationGateway,
  ...over,
});
const tls = { secret: 'cert' };
const redirect: RouteIntent = {
  name: 'http',
  hostnames: ['shop.example.com'],
  rules: [{ backends: [], redirect: { scheme: 'HTTPS', status: 301 } }],
};

/** Each annotation, the intent that makes it, and its text. */
const annotations: readonly [AgicAnnotation, Partial<RouteIntent>, string][] = [
  ['backend-path-prefix', { rules: [rule({ rewrite: { pathPrefix: '/app' } })] }, '/app'],
  ['backend-hostname', { rules: [rule({ rewrite: { host: 'inner.example.com' } })] }, 'inner.example.com'],
  ['backend-protocol', { rules: [rule({ backendTls: {} })] }, 'https'],
  ['backend-protocol', { rules: [rule({ backends: [aBackend({ port: 443 })] })] }, 'http'],
  ['ssl-redirect', { tls }, 'true'],
  ['appgw-ssl-certificate', onGateway({ certificate: 'wildcard' }), 'wildcard'],
  [
    'appgw-trusted-root-certificate',
    { rules: [rule({ backendTls: {}, applicationGateway: { trustedRootCertificates: ['a', 'b'] } })] },
    'a,b',
  ],
  ['appgw-ssl-profile', onGateway({ sslProfile: 'strict' }, { tls }), 'strict'],
  ['connection-draining', { rules: [rule({ applicationGateway: { connectionDrainingSeconds: 45 } })] }, 'true'],
  ['connection-draining-timeout', { rules: [rule({ applicationGateway: { connectionDrainingSeconds: 45 } })] }, '45'],
  ['cookie-based-affinity', { rules: [rule({ affinity: { type: 'MANAGED_COOKIE' } })] }, 'true'],
  [
    'cookie-based-affinity-distinct-name',
    { rules: [rule({ affinity: { type: 'MANAGED_COOKIE' }, applicationGateway: { distinctCookieName: true } })] },
    'true',
  ],
  ['request-timeout', { rules: [rule({ timeout: { requestSeconds: 5 } })] }, '5'],
  ['request-timeout', {}, '60'],
  ['override-frontend-port', onGateway({ frontendPort: 8080 }), '8080'],
  ['use-private-ip', { frontends: ['private'] }, 'true'],
  ['waf-policy-for-path', { rules: [rule({ match: { path: { type: 'PREFIX', value: '/a' } }, waf: { policyId: waf } })] }, waf],
  ['health-probe-hostname', { rules: [rule({ healthCheck: {} })] }, 'localhost'],
  ['health-probe-port', { rules: [rule({ healthCheck: { port: 9000 } })] }, '9000'],
  ['health-probe-path', { rules: [rule({ healthCheck: { path: '/healthz' } })] }, '/healthz'],
  [
    'health-probe-status-codes',
    {
      rules: [
        rule({
          healthCheck: {
            statusCodes: [
              { start: 200, end: 299 },
              { start: 404, end: 404 },
            ],
          },
        }),
      ],
    },
    '200-299,404',
  ],
  ['health-probe-interval', { rules: [rule({ healthCheck: { intervalSeconds: 10 } })] }, '10'],
  ['health-probe-timeout', { rules: [rule({ healthCheck: { intervalSeconds: 10 } })] }, '10'],
  ['health-probe-unhealthy-threshold', { rules: [rule({ healthCheck: { unhealthyThreshold: 5 } })] }, '5'],
  ['rewrite-rule-set', { rules: [rule({ applicationGateway: { rewriteRuleSet: 'existing' } })] }, 'existing'],
  ['rewrite-rule-set-custom-resource', { rules: [rule({ rewrite: { fullPath: '/x' } })] }, 'shop.web.01'],
  [
    'hostname-extension',
    onGateway({ sharedListener: true }, { hostnames: ['a.example.com', 'b.example.com', 'c.example.com'] }),
    'b.example.com,c.example.com',
  ],
  ['rule-priority', onGateway({ priority: 7 }, { frontends: ['public'] }), '7'],
];

describe(renderAgic, () => {
  it.each(annotations)('writes %s, and AGIC reads it back', (name, over, text) => {
    const routes = [...(name === 'ssl-redirect' ? [redirect] : []), aRoute({ frontends: ['public'], ...over })];
    if (name !== 'ssl-redirect') expect(checkRouteOnAgic(gateway, aRoute({ frontends: ['public'], ...over }), [])).toEqual([]);
    const [ingress] = ingresses(name === 'ssl-redirect' ? routes.map((route) => ({ ...route, frontends: ['public'] })) : routes);
    const held = ingress?.metadata.annotations ?? {};
    expect(held[agicPrefix + name]).toBe(text);
    const report = new Report();
    agicSettings(
      {
        ref: { kind: 'Ingress', namespace: 'shop', name: 'web' },
        line: 1,
        className: '',
        classFromAnnotation: false,
        created: '',
        annotations: new Map(Object.entries(held)),
        rules: [],
        defaultBackend: undefined,
        tls: [],
      },
      report,
    );
    expect(report.sorted().filter(({ outcome, rule: id }) => outcome === 'ERROR' || id.startsWith('YAML'))).toEqual([]);
  });

  it('knows every annotation of AGIC-40 to AGIC-65', () => {
    expect([...new Set(annotations.map(([name]) => name))].sort()).toEqual(Object.keys(agicAnnotations).sort());
    expect(Object.values(agicAnnotations).map(({ rule: id }) => id)).toEqual(
      Array.from({ length: 26 }, (_, index) => `AGIC-${40 + index}`),
    );
  });

  it('writes a prefix that ends at a path element as two paths, and stands beside the Service', () => {
    const route = aRoute({
      tls: { secret: 'cert', namespace: 'pay' },
      frontends: ['public'],
      rules: [rule({ backends: [aBackend({ namespace: 'pay' })], match: { path: { type: 'PREFIX', value: '/api/' } } })],
    });
    expect(ingresses([route])).toMatchObject([
      {
        metadata: { name: 'shop.web.01', namespace: 'pay' },
        spec: {
          ingressClassName: 'azure-application-gateway',
          tls: [{ hosts: ['shop.example.com'], secretName: 'cert' }],
          rules: [
            {
              host: 'shop.example.com',
              http: {
                paths: [
                  { path: '/api', pathType: 'Exact' },
                  { path: '/api/', pathType: 'Prefix' },
                ],
              },
            },
          ],
        },
      },
    ]);
  });

  it('orders the Ingresses of a route so that none hides another, in as few as that takes (AGIC-12)', () => {
    const at = (value: string, seconds: number): RuleIntent =>
      rule({ match: { path: { type: 'PREFIX', value } }, timeout: { requestSeconds: seconds } });
    const paths = (rules: readonly RuleIntent[]) =>
      ingresses([aRoute({ frontends: ['public'], rules })]).map(({ metadata: { name }, spec }) => [
        name,
        ...(spec.rules ?? [])
          .flatMap(({ http }) => (http as { paths: { path: string; pathType: string }[] }).paths)
          .flatMap(({ path, pathType }) => (pathType === 'Prefix' ? [path] : [])),
      ]);
    expect(paths([at('/', 5), at('/api', 5), at('/api/upload', 300)])).toEqual([
      ['shop.web.01', '/api/upload/'],
      ['shop.web.02', '/api/', '/'],
    ]);
    expect(paths([at('/a', 1), at('/a/b', 2), at('/a/b/c', 1)])).toEqual([
      ['shop.web.01', '/a/b/c/'],
      ['shop.web.02', '/a/b/'],
      ['shop.web.03', '/a/'],
    ]);
    expect(paths([at('/a', 1), at('/b', 2), at('/c', 1)])).toEqual([
      ['shop.web.01', '/a/', '/c/'],
      ['shop.web.02', '/b/'],
    ]);
  });

  it('writes headers and whole paths as a rewrite resource whose rule set has a name that Azure takes (AGIC-63)', () => {
    const headers = { request: { set: [{ name: 'x-a', value: '1' }], remove: ['x-b'] }, response: { remove: ['server'] } };
    const on = anAgic({ name: 'g'.repeat(60) });
    const route = aRoute({ name: 'r'.repeat(60), rules: [rule({ headers, rewrite: { fullPath: '/x' } })] });
    const [rewrite] = ofKind(renderAgic(on, [route]), 'AzureApplicationGatewayRewrite');
    expect(`crd-${rewrite?.metadata.namespace}-${rewrite?.metadata.name}`.length).toBeLessThanOrEqual(80);
    expect(ingresses([route], on)[0]?.metadata.annotations).toMatchObject({
      [`${agicPrefix}rewrite-rule-set-custom-resource`]: rewrite?.metadata.name,
    });
    expect(rewrite?.spec).toMatchObject({
      rewriteRules: [
        {
          ruleSequence: 100,
          actions: {
            requestHeaderConfigurations: [
              { actionType: 'set', headerName: 'x-a', headerValue: '1' },
              { actionType: 'delete', headerName: 'x-b' },
            ],
            responseHeaderConfigurations: [{ actionType: 'delete', headerName: 'server' }],
            urlConfiguration: { modifiedPath: '/x', reroute: false },
          },
        },
      ],
    });
  });

  it('leaves targets to others (AGIC-30)', () => {
    const targets = [{ hostname: 'old.example.com', paths: ['/b/*', '/a/*'] }, { paths: ['/legacy/*'] }];
    expect(ofKind(renderAgic(anAgic({ prohibitedTargets: targets }), []), 'AzureIngressProhibitedTarget')).toMatchObject([
      { metadata: { name: 'shop.prohibited.1', namespace: 'shop' }, spec: { hostname: 'old.example.com', paths: ['/a/*', '/b/*'] } },
      { metadata: { name: 'shop.prohibited.2' }, spec: { paths: ['/legacy/*'] } },
    ]);
    const watching = anAgic({ prohibitedTargets: targets, watchNamespaces: ['pay', 'shop'] });
    expect(ofKind(renderAgic(watching, []), 'AzureIngressProhibitedTarget')[0]?.metadata).toMatchObject({ namespace: 'pay' });
  });
});
