import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agcIngressTraffic } from '../testing/agc-ingress-traffic.js';
import { aBackend, aGateway, aRoute, gateways, routes as anyRoutes } from '../testing/arbitrary-intent.js';
import { servedRequests, servedRoutes } from '../testing/arbitrary-served.js';
import { gatewayTraffic } from '../testing/gateway-traffic.js';
import { plainRoute } from '../testing/plain-route.js';
import { intentTraffic } from '../testing/intent-traffic.js';
import { canonical } from './canonical.js';
import { loadBalancerAnnotations } from './gateway-object.js';
import type { ManifestObject } from './manifest-objects.js';
import { renderIngresses } from './render-ingresses.js';
import { renderManifests } from './render-manifests.js';
import { checkTarget } from './render-target.js';
import type { RouteIntent, RuleIntent } from './route-intent.js';
import { toYaml } from './serialize-manifests.js';
import { manifestFaults } from './validate-manifests.js';

const gateway = aGateway();
type Objects = readonly {
  kind: string;
  metadata: { name: string; namespace?: string; annotations?: Record<string, string> };
  spec: object;
}[];
const ofKind = (objects: readonly ManifestObject[], kind: string): Objects => (objects as Objects).filter((object) => object.kind === kind);
const rule = (over: Partial<RuleIntent> = {}): RuleIntent => ({ backends: [aBackend()], ...over });

describe(renderIngresses, () => {
  it('writes an Ingress bound to the frontend, with the extension it needs beside it (AGC-41, AGC-65)', () => {
    const route = aRoute({
      tls: { secret: 'cert' },
      rules: [
        rule({ match: { path: { type: 'PREFIX', value: '/api' } }, rewrite: { pathPrefix: '/' }, timeout: { requestSeconds: 5 } }),
        rule({ match: { path: { type: 'EXACT', value: '/' } } }),
      ],
    });
    const objects = renderIngresses(gateway, [route]);
    expect(ofKind(objects, 'Ingress')).toMatchObject([
      {
        metadata: {
          name: 'shop.web',
          namespace: 'shop',
          annotations: {
            ...loadBalancerAnnotations(gateway),
            'alb.networking.azure.io/alb-frontend': 'frontend',
            'alb.networking.azure.io/alb-ingress-extension': 'shop.web',
          },
        },
        spec: {
          ingressClassName: 'azure-alb-external',
          tls: [{ hosts: ['shop.example.com'], secretName: 'cert' }],
          rules: [{ host: 'shop.example.com', http: { paths: [{ path: '/api', pathType: 'Prefix' }] } }],
        },
      },
      { metadata: { name: 'shop.web.2' }, spec: { rules: [{ http: { paths: [{ path: '/', pathType: 'Exact' }] } }] } },
    ]);
    expect(ofKind(objects, 'IngressExtension')).toMatchObject([
      {
        metadata: { name: 'shop.web', namespace: 'shop' },
        spec: {
          rules: [
            {
              host: 'shop.example.com',
              rewrites: [{ type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } } }],
            },
          ],
          backendSettings: [{ service: 'web', timeouts: { requestTimeout: '5s' } }],
        },
      },
    ]);
  });

  it('stands beside the Services, so that no grant is needed, and once for each frontend', () => {
    const route = aRoute({
      rules: [rule({ backends: [aBackend({ namespace: 'pay' })] }), rule({ match: { path: { type: 'EXACT', value: '/x' } } })],
    });
    const objects = renderIngresses(aGateway({ frontends: ['public', 'partners'] }), [route]);
    expect(ofKind(objects, 'Ingress').map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual([
      'pay/shop.web',
      'pay/shop.web.partners.1',
      'shop/shop.web.2',
      'shop/shop.web.partners.2',
    ]);
    expect(ofKind(objects, 'ReferenceGrant')).toEqual([]);
    expect(ofKind(objects, 'Namespace')).toHaveLength(1);
    const elsewhere = aRoute({ rules: [rule({ backends: [aBackend({ namespace: 'pay' })] })] });
    expect(ofKind(renderIngresses(gateway, [elsewhere]), 'Namespace')).toEqual([]);
  });

  it.each<[string, Partial<RouteIntent>, string, string]>([
    ['headers', { rules: [rule({ match: { headers: [{ name: 'x', value: 'y' }] } })] }, 'rules[0].match.headers', 'AGC-54'],
    ['query parameters', { rules: [rule({ match: { query: [{ name: 'x', value: 'y' }] } })] }, 'rules[0].match.query', 'AGC-54'],
    ['methods', { rules: [rule({ match: { methods: ['GET'] } })] }, 'rules[0].match.methods', 'AGC-54'],
    [
      'regular expressions',
      { rules: [rule({ match: { path: { type: 'REGULAR_EXPRESSION', value: '/a' } } })] },
      'rules[0].match.path.type',
      'AGC-54',
    ],
    ['shares', { rules: [rule({ backends: [aBackend(), aBackend({ service: 'b' })] })] }, 'rules[0].backends', 'AGC-54'],
    ['a share of nothing', { rules: [rule({ backends: [aBackend({ weight: 0 })] })] }, 'rules[0].backends', 'AGC-54'],
    ['gRPC', { protocol: 'GRPC' }, 'rules[0].match', 'AGC-54'],
    ['WAF policies', { rules: [rule({ waf: { policyId: '/x' } })] }, 'rules[0].waf', 'AGC-66'],
    ['TLS policies', { tls: { secret: 'c', policy: '2023-06' } }, 'tls.policy', 'AGC-62'],
    ['308', { rules: [{ backends: [], redirect: { host: 'b.example.com', status: 308 } }] }, 'rules[0].redirect.status', 'AGC-65'],
    [
      'headers of a redirect',
      { rules: [{ backends: [], redirect: { host: 'b.example.com' }, headers: { response: { remove: ['x'] } } }] },
      'rules[0].headers',
      'AGC-65',
    ],
    ['a certificate elsewhere', { tls: { secret: 'c', namespace: 'certs' } }, 'rules[0].backends[0].namespace', 'AGC-54'],
    ['a path twice', { rules: [rule(), rule({ match: { path: { type: 'PREFIX', value: '/' } } })] }, 'rules[1].match', 'AGC-54'],
  ])('is refused for %s, with field, reason and rule', (_, over, path, id) => {
    expect(checkTarget(gateway, [aRoute(over)], 'INGRESS')).toMatchObject([
      { path: `routes.web.${path}`, rule: id, message: expect.any(String), suggestion: expect.any(String) },
    ]);
    expect(checkTarget(gateway, [aRoute(over)], 'GATEWAY')).toEqual([]);
  });

  it('is refused for a WAF policy of the whole gateway, and for a path that another route has', () => {
    expect(checkTarget(aGateway({ wafPolicyId: '/w' }), [], 'INGRESS')).toMatchObject([{ path: 'wafPolicyId', rule: 'AGC-66' }]);
    const routes = [aRoute(), aRoute({ name: 'other', hostnames: ['b.example.com', 'shop.example.com'] })];
    expect(checkTarget(gateway, routes, 'INGRESS')).toMatchObject([
      { path: 'routes.other.rules[0].match', code: 'path_taken', conflictsWith: 'route web, rules[0]' },
    ]);
  });

  it('gives the same bytes for the same content, valid by the CRDs and the definitions of Kubernetes', () => {
    let rendered = 0;
    fc.assert(
      fc.property(gateways, anyRoutes, (on, all) => {
        const routes = all.map(plainRoute).filter((route) => checkTarget(on, [route], 'INGRESS').length === 0);
        const objects = renderIngresses(on, routes);
        const shuffled = [...routes].reverse().map((route) => JSON.parse(JSON.stringify(canonical(route))) as RouteIntent);
        expect(toYaml(renderIngresses(on, shuffled))).toBe(toYaml(objects));
        expect(manifestFaults(objects, on.gatewayApi)).toEqual([]);
        rendered += routes.length;
      }),
      { numRuns: 150, seed: 11 },
    );
    expect(rendered).toBeGreaterThan(50);
  });

  it('answers requests as the routes say, and as their Gateway API objects do', () => {
    const redirects = [
      { scheme: 'HTTPS' as const, status: 301 },
      { host: 'c.example.com' },
      { fullPath: '/new', status: 307 },
      { pathPrefix: '/v2' },
    ];
    let [requests, answered] = [0, 0];
    fc.assert(
      fc.property(servedRoutes(redirects), (all) => {
        const routes = all.filter((route) =>
          route.rules.every(({ match, redirect }) => match?.path?.type !== 'EXACT' || !redirect?.pathPrefix),
        );
        if (checkTarget(gateway, routes, 'INGRESS').length > 0 || routes.length === 0) return;
        const [promised, isolated] = [intentTraffic(routes, false), intentTraffic(routes, true)];
        const ingresses = agcIngressTraffic(renderIngresses(gateway, routes) as Parameters<typeof agcIngressTraffic>[0]);
        const objects = renderManifests(gateway, routes) as Parameters<typeof gatewayTraffic>[0];
        const [open, closed] = [gatewayTraffic(objects, false), gatewayTraffic(objects, true)];
        for (const request of servedRequests) {
          const at = `${request.scheme} ${request.host}${request.path}`;
          const [to, alone] = [promised(request).to, isolated(request).to];
          expect(closed(request).to, at).toBe(alone);
          // Listeners of HTTPS never pass a request on to a less specific one.
          if (request.scheme === 'HTTP') expect(open(request).to, at).toBe(to);
          // What becomes of a host whose rules do not match, no document of the Ingress API says.
          if (to !== alone) continue;
          requests++;
          if (to !== 'none') answered++;
          expect(ingresses(request).to, at).toBe(to);
        }
      }),
      { numRuns: 400, seed: 12, endOnFailure: true },
    );
    expect(requests).toBeGreaterThan(10_000);
    expect(answered).toBeGreaterThan(requests / 5);
  }, 60_000);
});
