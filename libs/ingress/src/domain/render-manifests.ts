import { inApplyOrder } from './apply-order.js';
import type { DefaultBackendIntent, RenderedGateway } from './gateway-intent.js';
import { gatewayObject, loadBalancerObjects } from './gateway-object.js';
import { healthCheckPolicyObject } from './health-check-policy-object.js';
import type { HealthCheckIntent } from './health-check.js';
import { byCodePoint } from './listeners.js';
import { labelsOf, type ManifestObject, type NamespaceObject } from './manifest-objects.js';
import { backendTlsPolicyObject, frontendTlsPolicyObjects, gatewayWafObject, routePolicyObjects, tlsServices } from './policy-objects.js';
import { referenceGrantObject, type GrantedTarget } from './reference-grant-object.js';
import type { RouteIntent } from './route-intent.js';
import { routeObject } from './route-object.js';
import { partsOf } from './route-parts.js';

/** The name of the route that catches what no other route matches. Users cannot take it. */
export const defaultRouteName = 'default-backend';

/** Until a gateway has a route or a default backend of its own, requests go to this Service of its namespace. */
export const placeholderBackend = { service: 'default-backend', port: 80 } as const;

/** Every object the cluster needs for this gateway. Same input, same objects in the same order, however the routes come. */
export function renderManifests(gateway: RenderedGateway, routes: readonly RouteIntent[]): readonly ManifestObject[] {
  const served = [...routes, ...defaultRoute(gateway, routes)].sort((a, b) => byCodePoint(a.name, b.name));
  return inApplyOrder<ManifestObject>([
    namespaceObject(gateway),
    ...grantedTargets(gateway, served).map((target) => referenceGrantObject(gateway, target)),
    ...loadBalancerObjects(gateway),
    ...gateway.frontends.map((frontend) => gatewayObject(gateway, frontend, served)),
    ...gateway.frontends.flatMap((frontend) => [
      ...frontendTlsPolicyObjects(gateway, frontend, served),
      ...(gateway.wafPolicyId === undefined ? [] : [gatewayWafObject(gateway, frontend, gateway.wafPolicyId)]),
    ]),
    ...served.flatMap((route) =>
      partsOf(route).flatMap((part): ManifestObject[] => [routeObject(gateway, route, part), ...routePolicyObjects(gateway, part)]),
    ),
    ...probedServices(served).map(([backend, check]) => healthCheckPolicyObject(gateway, backend, check)),
    ...tlsServices(served).map((service) => backendTlsPolicyObject(gateway, service)),
  ]);
}

/** A default backend of the user's own always; the placeholder only while there is no route at all. */
export function defaultRoute(
  gateway: Pick<RenderedGateway, 'defaultBackend' | 'namespace'>,
  routes: readonly RouteIntent[],
): readonly RouteIntent[] {
  if (!gateway.defaultBackend && routes.length > 0) return [];
  const { healthCheck = {}, ...backend }: DefaultBackendIntent = gateway.defaultBackend ?? {
    ...placeholderBackend,
    namespace: gateway.namespace,
  };
  return [{ name: defaultRouteName, hostnames: [], rules: [{ backends: [backend], healthCheck }] }];
}

function namespaceObject({ namespace: name }: RenderedGateway): NamespaceObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: labelsOf(name) } };
}

function grantedTargets(gateway: RenderedGateway, routes: readonly RouteIntent[]): readonly GrantedTarget[] {
  const granted = new Map<string, GrantedTarget>();
  const grant = (kind: GrantedTarget['kind'], name: string, namespace: string, from: GrantedTarget['from'][number]): void => {
    if (namespace === gateway.namespace) return;
    const key = `${kind}/${namespace}/${name}`;
    const held = granted.get(key)?.from ?? [];
    granted.set(key, { kind, name, namespace, from: [...new Set([...held, from])].sort(byCodePoint) });
  };
  for (const { tls, protocol, rules } of routes) {
    if (tls?.namespace !== undefined) grant('Secret', tls.secret, tls.namespace, 'Gateway');
    for (const { service, namespace } of rules.flatMap(({ backends }) => backends))
      grant('Service', service, namespace, protocol === 'GRPC' ? 'GRPCRoute' : 'HTTPRoute');
  }
  return [...granted.values()];
}

/** Rules of one Service agree on its probe: `checkHealthChecks` has seen to it. */
export function probedServices(routes: readonly RouteIntent[]): readonly [{ service: string; namespace: string }, HealthCheckIntent][] {
  const probed = new Map<string, [{ service: string; namespace: string }, HealthCheckIntent]>();
  for (const { backends, healthCheck } of routes.flatMap(({ rules }) => rules)) {
    if (!healthCheck) continue;
    for (const { service, namespace } of backends) probed.set(`${namespace}/${service}`, [{ service, namespace }, healthCheck]);
  }
  return [...probed.values()];
}
