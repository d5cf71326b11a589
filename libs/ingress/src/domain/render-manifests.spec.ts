import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aBackend, aGateway, aRoute, gateways, routes } from '../testing/arbitrary-intent.js';
import { checkAgcLimits } from './check-agc-limits.js';
import { checkRoute } from './check-route.js';
import { checkShared } from './check-shared.js';
import type { RenderedGateway } from './gateway-intent.js';
import { renderManifests } from './render-manifests.js';
import type { RouteIntent } from './route-intent.js';
import { toJson, toYaml } from './serialize-manifests.js';
import { manifestFaults } from './validate-manifests.js';

const kindsAndNames = (objects: ReturnType<typeof renderManifests>): string[] =>
  objects.map(({ kind, metadata }) => `${kind}/${metadata && 'namespace' in metadata ? `${metadata.namespace}/` : ''}${metadata?.name}`);

describe(renderManifests, () => {
  it('gives a gateway without routes a namespace, a Gateway, and a route with a probe to the placeholder backend', () => {
    expect(toYaml(renderManifests(aGateway(), []))).toMatchInlineSnapshot(`
      "apiVersion: v1
      kind: Namespace
      metadata:
        labels:
          app.kubernetes.io/managed-by: podspan
          podspan.dev/ingress-gateway: shop
        name: shop
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: Gateway
      metadata:
        annotations:
          alb.networking.azure.io/alb-id: /subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-west-01-agc/providers/Microsoft.ServiceNetworking/trafficControllers/shop
        labels:
          app.kubernetes.io/managed-by: podspan
          podspan.dev/ingress-gateway: shop
        name: shop
        namespace: shop
      spec:
        addresses:
          - type: alb.networking.azure.io/alb-frontend
            value: frontend
        gatewayClassName: azure-alb-external
        listeners:
          - allowedRoutes:
              namespaces:
                from: Same
            name: http
            port: 80
            protocol: HTTP
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata:
        labels:
          app.kubernetes.io/managed-by: podspan
          podspan.dev/ingress-gateway: shop
        name: default-backend
        namespace: shop
      spec:
        parentRefs:
          - group: gateway.networking.k8s.io
            kind: Gateway
            name: shop
            sectionName: http
        rules:
          - backendRefs:
              - group: ""
                kind: Service
                name: default-backend
                port: 80
                weight: 1
            matches:
              - path:
                  type: PathPrefix
                  value: /
      ---
      apiVersion: alb.networking.azure.io/v1
      kind: HealthCheckPolicy
      metadata:
        labels:
          app.kubernetes.io/managed-by: podspan
          podspan.dev/ingress-gateway: shop
        name: shop-default-backend
        namespace: shop
      spec:
        default:
          healthyThreshold: 1
          http:
            host: localhost
            match:
              statusCodes:
                - end: 399
                  start: 200
            path: /
          interval: 5s
          timeout: 30s
          unhealthyThreshold: 3
        targetRef:
          group: ""
          kind: Service
          name: default-backend
          namespace: shop
      "
    `);
  });

  it('binds the Gateway to the AGC and its frontend (AGC-41)', () => {
    const [, gateway] = renderManifests(aGateway(), []);
    expect(gateway).toMatchObject({
      metadata: { annotations: { 'alb.networking.azure.io/alb-id': expect.stringContaining('/trafficControllers/shop') } },
      spec: {
        gatewayClassName: 'azure-alb-external',
        addresses: [{ type: 'alb.networking.azure.io/alb-frontend', value: 'frontend' }],
      },
    });
  });

  it('drops the placeholder with the first route, and keeps a default backend that was asked for', () => {
    expect(kindsAndNames(renderManifests(aGateway(), [aRoute()]))).toEqual(['Namespace/shop', 'Gateway/shop/shop', 'HTTPRoute/shop/web']);
    const defaultBackend = { service: 'errors', namespace: 'shop', port: 80 };
    expect(kindsAndNames(renderManifests(aGateway({ defaultBackend }), [aRoute()]))).toEqual([
      'Namespace/shop',
      'Gateway/shop/shop',
      'HTTPRoute/shop/default-backend',
      'HTTPRoute/shop/web',
      'HealthCheckPolicy/shop/shop-errors',
    ]);
  });

  it('leaves the probe to the pods where a rule names none (AGC-68), and puts it beside the Service where it does', () => {
    const rules = [{ backends: [aBackend({ namespace: 'web' })], healthCheck: { path: '/healthz' } }];
    expect(kindsAndNames(renderManifests(aGateway(), [aRoute({ rules })]))).toEqual([
      'Namespace/shop',
      'ReferenceGrant/web/shop-service-web',
      'Gateway/shop/shop',
      'HTTPRoute/shop/web',
      'HealthCheckPolicy/web/shop-web',
    ]);
  });

  it('serves TLS on a listener per host, with both certificates of a host on one (AGC-17)', () => {
    const objects = renderManifests(aGateway(), [
      aRoute({ name: 'a', hostnames: ['*.example.com', 'wildcard.example.com'], tls: { secret: 'ecdsa' } }),
      aRoute({ name: 'b', hostnames: ['*.example.com'], tls: { secret: 'rsa', namespace: 'certs' } }),
    ]);
    const gateway = objects.find(({ kind }) => kind === 'Gateway');
    expect(gateway).toMatchObject({
      spec: {
        listeners: [
          { name: 'http', port: 80 },
          { name: 'https-wildcard.example.com', port: 443, hostname: 'wildcard.example.com' },
          {
            name: 'wildcard-https-example.com',
            hostname: '*.example.com',
            tls: { mode: 'Terminate', certificateRefs: [{ name: 'rsa', namespace: 'certs' }, { name: 'ecdsa' }] },
          },
        ],
      },
    });
    expect(kindsAndNames(objects)).toContain('ReferenceGrant/certs/shop-secret-rsa');
  });

  it('makes one Gateway per frontend (AGC-19) and attaches a route to those it names', () => {
    const gateway = aGateway({ frontends: ['public', 'partners'] });
    const objects = renderManifests(gateway, [aRoute({ frontends: ['partners'] })]);
    expect(kindsAndNames(objects)).toEqual(['Namespace/shop', 'Gateway/shop/shop', 'Gateway/shop/shop-partners', 'HTTPRoute/shop/web']);
    expect(objects.at(-1)).toMatchObject({ spec: { parentRefs: [{ name: 'shop-partners', sectionName: 'http' }] } });
  });

  it('gives the same bytes however the routes come', () => {
    fc.assert(
      fc.property(gateways, routes, (gateway, any) => {
        const some = soundOf(gateway, any);
        const backwards = [...some].reverse().map((route) => ({ ...route, hostnames: [...route.hostnames].reverse() }));
        expect(toYaml(renderManifests(gateway, backwards))).toBe(toYaml(renderManifests(gateway, some)));
        expect(toJson(renderManifests(gateway, backwards))).toBe(toJson(renderManifests(gateway, some)));
      }),
      { numRuns: 60 },
    );
  });

  it('renders whatever passes the checks so that the CRDs and their CEL rules accept it (AGC-43)', () => {
    let kept = 0;
    fc.assert(
      fc.property(gateways, routes, (gateway, some) => {
        const sound = soundOf(gateway, some);
        kept += sound.length;
        expect(manifestFaults(renderManifests(gateway, sound), gateway.gatewayApi)).toEqual([]);
      }),
      { numRuns: 150 },
    );
    // Or the checks refuse everything, and nothing was tried.
    expect(kept).toBeGreaterThan(60);
  });
});

/** The routes that stand the checks, each beside those before it. */
function soundOf(gateway: RenderedGateway, some: readonly RouteIntent[]): readonly RouteIntent[] {
  return some.reduce<readonly RouteIntent[]>((sound, route) => {
    const problems = [...checkRoute(gateway, route), ...checkShared(gateway, sound, route), ...checkAgcLimits(gateway, [...sound, route])];
    return problems.length === 0 ? [...sound, route] : sound;
  }, []);
}
