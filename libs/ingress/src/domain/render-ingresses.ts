import { inApplyOrder, withNamespace } from './apply-order.js';
import { canonical } from './canonical.js';
import type { RenderedGateway } from './gateway-intent.js';
import { loadBalancerAnnotations, loadBalancerObjects } from './gateway-object.js';
import { healthCheckPolicyObject } from './health-check-policy-object.js';
import { extensionSpec } from './ingress-extension.js';
import { ingressNamespace } from './ingress-place.js';
import { kubernetesName } from './kubernetes-names.js';
import { byCodePoint, frontendsOf, hostnamesOf } from './listeners.js';
import { labelsOf, type IngressObject, type ManifestObject } from './manifest-objects.js';
import { backendTlsPolicyObject, tlsServices } from './policy-objects.js';
import { defaultRoute, probedServices } from './render-manifests.js';
import type { RouteIntent, RuleIntent } from './route-intent.js';

const alb = 'alb.networking.azure.io';
/** An Ingress must name a backend even where the extension redirects before it is reached. */
const unused = { service: { name: 'ignored-for-redirect', port: { number: 80 } } };

/**
 * The routes of an AGC as Ingress and IngressExtension, each beside the Services it leads to. What an Ingress cannot say has been
 * refused by `checkIngressApi`. Same input, same objects in the same order.
 */
export function renderIngresses(gateway: RenderedGateway, routes: readonly RouteIntent[]): readonly ManifestObject[] {
  const served = [...routes, ...defaultRoute(gateway, routes)].sort((a, b) => byCodePoint(a.name, b.name));
  const objects: ManifestObject[] = [
    ...loadBalancerObjects(gateway),
    ...served.flatMap((route) => frontendsOf(route, gateway).flatMap((frontend) => objectsOf(gateway, route, frontend))),
    ...probedServices(served).map(([backend, check]) => healthCheckPolicyObject(gateway, backend, check)),
    ...tlsServices(served).map((service) => backendTlsPolicyObject(gateway, service)),
  ];
  return inApplyOrder(withNamespace(gateway, objects));
}

function objectsOf(gateway: RenderedGateway, route: RouteIntent, frontend: string): readonly ManifestObject[] {
  return groupsOf(gateway, route).flatMap((rules, index): ManifestObject[] => {
    const [first] = rules;
    if (!first) return [];
    const metadata = {
      name: objectName(gateway, route, frontend, index),
      namespace: ingressNamespace(gateway, route, first),
      labels: labelsOf(gateway.namespace),
    };
    const spec = extensionSpec(route, rules);
    const ingress = ingressObject(metadata, annotationsOf(gateway, frontend, spec && metadata.name), route, rules);
    return spec ? [{ apiVersion: `${alb}/v1`, kind: 'IngressExtension', metadata, spec }, ingress] : [ingress];
  });
}

/** An Ingress has one namespace and one extension, which holds for all of its paths: rules that differ there stand apart. */
function groupsOf(gateway: RenderedGateway, route: RouteIntent): readonly (readonly RuleIntent[])[] {
  const groups = new Map<string, RuleIntent[]>();
  for (const rule of route.rules) {
    const { rewrite, redirect, headers, timeout, affinity } = rule;
    const key = JSON.stringify(canonical([ingressNamespace(gateway, route, rule), { rewrite, redirect, headers, timeout, affinity }]));
    groups.set(key, [...(groups.get(key) ?? []), rule]);
  }
  return [...groups.values()];
}

/** Dots part what no name of a gateway, a route or a frontend holds, so that no two objects meet. */
function objectName(gateway: RenderedGateway, route: RouteIntent, frontend: string, index: number): string {
  const base = `${kubernetesName(gateway.name)}.${route.name}`;
  if (frontend !== gateway.frontends[0]) return `${base}.${kubernetesName(frontend)}.${index + 1}`;
  return index === 0 ? base : `${base}.${index + 1}`;
}

/** AGC-40, AGC-41. Ingresses that name the same frontend share it. */
function annotationsOf(gateway: RenderedGateway, frontend: string, extension: string | undefined): Record<string, string> {
  return {
    ...loadBalancerAnnotations(gateway),
    [`${alb}/alb-frontend`]: frontend,
    ...(extension === undefined ? {} : { [`${alb}/alb-ingress-extension`]: extension }),
  };
}

function ingressObject(
  metadata: { name: string; namespace: string; labels: Record<string, string> },
  annotations: Record<string, string>,
  route: RouteIntent,
  rules: readonly RuleIntent[],
): IngressObject {
  const paths = rules.map(({ match, backends: [backend] }) => ({
    path: match?.path?.value ?? '/',
    pathType: match?.path?.type === 'EXACT' ? ('Exact' as const) : ('Prefix' as const),
    backend: backend ? { service: { name: backend.service, port: { number: backend.port } } } : unused,
  }));
  const hosts = hostnamesOf(route);
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { ...metadata, annotations },
    spec: {
      ingressClassName: 'azure-alb-external',
      ...(route.tls
        ? { tls: [{ ...(route.hostnames.length === 0 ? {} : { hosts: [...hosts] as string[] }), secretName: route.tls.secret }] }
        : {}),
      rules: hosts.map((host) => ({ ...(host === undefined ? {} : { host }), http: { paths } })),
    },
  };
}
