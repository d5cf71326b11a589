import type { RenderedGateway } from './gateway-intent.js';
import { gatewayObjectName } from './gateway-object.js';
import { kubernetesName } from './kubernetes-names.js';
import { byCodePoint, httpsListeners } from './listeners.js';
import { labelsOf, type PolicyObject } from './manifest-objects.js';
import type { AffinityIntent, BackendTlsIntent, RouteIntent } from './route-intent.js';
import type { RoutePart } from './route-parts.js';

const apiVersion = 'alb.networking.azure.io/v1';
const gatewayApi = 'gateway.networking.k8s.io';

/** AGC-64, AGC-66: attached to the HTTPRoute of a part, and named after it. */
export function routePolicyObjects(gateway: RenderedGateway, { name, policy }: RoutePart): readonly PolicyObject[] {
  const { namespace } = gateway;
  const { timeout, affinity, waf } = policy;
  const metadata = { name, namespace, labels: labelsOf(namespace) };
  const targetRef = { group: gatewayApi, kind: 'HTTPRoute', name, namespace };
  const config = {
    ...(timeout ? { timeouts: { routeTimeout: `${timeout.requestSeconds}s` } } : {}),
    ...(affinity ? { sessionAffinity: affinityOf(affinity) } : {}),
  };
  return [
    ...(timeout || affinity ? [{ apiVersion, kind: 'RoutePolicy', metadata, spec: { targetRef, default: config } } as const] : []),
    ...(waf
      ? [
          {
            apiVersion,
            kind: 'WebApplicationFirewallPolicy',
            metadata,
            spec: { targetRef, webApplicationFirewall: { id: waf.policyId } },
          } as const,
        ]
      : []),
  ];
}

export function affinityOf({ type, cookieName, cookieSeconds }: AffinityIntent): object {
  if (type === 'MANAGED_COOKIE') return { affinityType: 'managed-cookie' };
  return { affinityType: 'application-cookie', cookieName, cookieDuration: `${cookieSeconds}s` };
}

/** A Service that is reached over TLS, on all ports that a rule with `backendTls` names. */
export interface TlsService {
  readonly service: string;
  readonly namespace: string;
  readonly ports: readonly number[];
  readonly tls: BackendTlsIntent;
}

/** Rules of one Service agree: `checkBackendTls` has seen to it. */
export function tlsServices(routes: readonly RouteIntent[]): readonly TlsService[] {
  const found = new Map<string, TlsService>();
  for (const { backends, backendTls: tls } of routes.flatMap(({ rules }) => rules)) {
    if (!tls) continue;
    for (const { service, namespace, port } of backends) {
      const key = `${namespace}/${service}`;
      const ports = new Set([...(found.get(key)?.ports ?? []), port]);
      found.set(key, { service, namespace, ports: [...ports].sort((a, b) => a - b), tls });
    }
  }
  return [...found.values()];
}

/** AGC-61: beside the Service, with Secrets of its namespace. Not the upstream kind of the same name. */
export function backendTlsPolicyObject(gateway: RenderedGateway, { service, namespace, ports, tls }: TlsService): PolicyObject {
  const { sni, caSecret, subjectAltName, clientSecret } = tls;
  const secret = (name: string): object => ({ group: '', kind: 'Secret', name, namespace });
  return {
    apiVersion,
    kind: 'BackendTLSPolicy',
    metadata: { name: `${kubernetesName(gateway.name)}-${service}`, namespace, labels: labelsOf(gateway.namespace) },
    spec: {
      targetRef: { group: '', kind: 'Service', name: service, namespace },
      default: {
        ...(sni === undefined ? {} : { sni }),
        ports: ports.map((port) => ({ port })),
        ...(clientSecret === undefined ? {} : { clientCertificateRef: secret(clientSecret) }),
        ...(caSecret === undefined
          ? {}
          : { verify: { caCertificateRef: secret(caSecret), ...(subjectAltName === undefined ? {} : { subjectAltName }) } }),
      },
    },
  };
}

/** AGC-62: one policy for each predefined name, on the listeners that ask for it. */
export function frontendTlsPolicyObjects(
  gateway: RenderedGateway,
  frontend: string,
  routes: readonly RouteIntent[],
): readonly PolicyObject[] {
  const { namespace } = gateway;
  const name = gatewayObjectName(gateway, frontend);
  const listeners = httpsListeners(gateway, frontend, routes);
  const policies = [...new Set(listeners.flatMap(({ policy }) => policy ?? []))].sort(byCodePoint);
  return policies.map((policy) => ({
    apiVersion,
    kind: 'FrontendTLSPolicy',
    metadata: { name: `${name}.tls-${policy.toLowerCase()}`, namespace, labels: labelsOf(namespace) },
    spec: {
      targetRef: {
        group: gatewayApi,
        kind: 'Gateway',
        name,
        namespace,
        sectionNames: listeners.filter((listener) => listener.policy === policy).map((listener) => listener.name),
      },
      default: { policyType: { type: 'predefined', name: policy } },
    },
  }));
}

/** AGC-66: the WAF policy of the whole gateway, on each of its Gateways; a route's own comes first. */
export function gatewayWafObject(gateway: RenderedGateway, frontend: string, id: string): PolicyObject {
  const { namespace } = gateway;
  const name = gatewayObjectName(gateway, frontend);
  const targetRef = { group: gatewayApi, kind: 'Gateway', name, namespace };
  return {
    apiVersion,
    kind: 'WebApplicationFirewallPolicy',
    // A dot, so that no route's policy has the name.
    metadata: { name: `${name}.gateway`, namespace, labels: labelsOf(namespace) },
    spec: { targetRef, webApplicationFirewall: { id } },
  };
}
