import { byCodePoint } from './listeners.js';
import { labelsOf, type ManifestObject } from './manifest-objects.js';

/** The order `kubectl apply` needs: what is referred to before what refers to it. */
const kinds: readonly ManifestObject['kind'][] = [
  'Namespace',
  'ReferenceGrant',
  'ApplicationLoadBalancer',
  'Gateway',
  'HTTPRoute',
  'GRPCRoute',
  'AzureIngressProhibitedTarget',
  'AzureApplicationGatewayRewrite',
  'IngressExtension',
  'Ingress',
  'HealthCheckPolicy',
  'BackendTLSPolicy',
  'RoutePolicy',
  'FrontendTLSPolicy',
  'WebApplicationFirewallPolicy',
];

/** By kind, then by namespace and name, however they come. */
export function inApplyOrder<T extends ManifestObject>(objects: readonly T[]): readonly T[] {
  return [...objects].sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || byCodePoint(placeOf(a), placeOf(b)));
}

function placeOf({ metadata }: ManifestObject): string {
  const namespace = metadata && 'namespace' in metadata ? metadata.namespace : undefined;
  return `${namespace ?? ''}/${metadata?.name ?? ''}`;
}

/** With the gateway's namespace, where something stands in it: Ingresses stand beside their Services, which may all be elsewhere. */
export function withNamespace(gateway: { readonly namespace: string }, objects: readonly ManifestObject[]): readonly ManifestObject[] {
  const { namespace: name } = gateway;
  const used = objects.some(({ metadata }) => metadata !== undefined && 'namespace' in metadata && metadata.namespace === name);
  return used ? [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: labelsOf(name) } }, ...objects] : objects;
}
