import { byCodePoint } from '../listeners.js';

/** An object of the output; `schemas` decide whether it is right. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: object;
}

export const translatedLabels = { 'app.kubernetes.io/managed-by': 'podspan', 'podspan.dev/translated': 'true' } as const;

/** In the order that `kubectl apply` needs; within a kind by namespace and name. */
const kinds = [
  'Namespace',
  'ApplicationLoadBalancer',
  'ReferenceGrant',
  'Gateway',
  'HTTPRoute',
  'GRPCRoute',
  'IngressExtension',
  'Ingress',
  'HealthCheckPolicy',
  'BackendTLSPolicy',
  'RoutePolicy',
  'FrontendTLSPolicy',
  'WebApplicationFirewallPolicy',
];

export function inApplyOrder(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const rank = ({ kind }: KubernetesObject): number => kinds.indexOf(kind);
  const place = ({ metadata }: KubernetesObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;
  return [...objects].sort((a, b) => rank(a) - rank(b) || byCodePoint(place(a), place(b)));
}
