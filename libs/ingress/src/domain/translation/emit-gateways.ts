import { httpListenerName } from '../listeners.js';
import type { GatewayPlan, PlannedGateway, PlannedListener } from './gateway-plan.js';
import { translatedLabels as labels, type KubernetesObject } from './kubernetes-object.js';
import { loadBalancerName, type TargetOptions } from './target-options.js';

const alb = 'alb.networking.azure.io';

/** The Gateways with their TLS policies, and what must be there before them. */
export function gatewayObjects(plan: GatewayPlan, routeNamespaces: readonly string[], options: TargetOptions): readonly KubernetesObject[] {
  const { namespace } = plan;
  const shared = routeNamespaces.some((name) => name !== namespace);
  return [
    ...(shared ? [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } }] : []),
    ...loadBalancer(namespace, options),
    ...plan.gateways.flatMap((gateway) => [
      gatewayObject(gateway, namespace, shared ? routeNamespaces : [], options),
      ...tlsPolicies(gateway, namespace),
    ]),
  ];
}

/** AGC-40: with the managed deployment the cluster's own object stands for the load balancer. */
export function loadBalancer(namespace: string, { deployment }: TargetOptions): readonly KubernetesObject[] {
  if (deployment.kind === 'BYO') return [];
  const spec = { associations: [deployment.subnetId] };
  return [{ apiVersion: `${alb}/v1`, kind: 'ApplicationLoadBalancer', metadata: { name: loadBalancerName, namespace, labels }, spec }];
}

function gatewayObject(
  { name, frontend, listeners }: PlannedGateway,
  namespace: string,
  routeNamespaces: readonly string[],
  { deployment }: TargetOptions,
): KubernetesObject {
  const byo = deployment.kind === 'BYO';
  const annotations: Record<string, string> = byo
    ? { [`${alb}/alb-id`]: deployment.albId }
    : { [`${alb}/alb-name`]: loadBalancerName, [`${alb}/alb-namespace`]: namespace };
  const allowedRoutes = allowedFrom(routeNamespaces);
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name, namespace, labels, annotations },
    spec: {
      gatewayClassName: 'azure-alb-external',
      ...(byo ? { addresses: [{ type: `${alb}/alb-frontend`, value: frontend }] } : {}),
      listeners: [
        { name: httpListenerName, port: 80, protocol: 'HTTP', allowedRoutes },
        ...listeners.map((listener) => httpsListener(listener, namespace, allowedRoutes)),
      ],
    },
  };
}

function httpsListener({ name, hostname, certificates }: PlannedListener, namespace: string, allowedRoutes: object): object {
  return {
    name,
    port: 443,
    protocol: 'HTTPS',
    ...(hostname === undefined ? {} : { hostname }),
    allowedRoutes,
    tls: {
      mode: 'Terminate',
      certificateRefs: certificates.map((secret) => ({
        group: '',
        kind: 'Secret',
        name: secret.name,
        ...(secret.namespace === namespace ? {} : { namespace: secret.namespace }),
      })),
    },
  };
}

function allowedFrom(namespaces: readonly string[]): object {
  if (namespaces.length === 0) return { namespaces: { from: 'Same' } };
  const named = { key: 'kubernetes.io/metadata.name', operator: 'In', values: namespaces };
  return { namespaces: { from: 'Selector', selector: { matchExpressions: [named] } } };
}

/** AGC-62: one policy per predefined name, on the listeners that ask for it. */
function tlsPolicies({ name, listeners }: PlannedGateway, namespace: string): readonly KubernetesObject[] {
  const policies = [...new Set(listeners.flatMap(({ tlsPolicy }) => tlsPolicy ?? []))].sort();
  return policies.map((policy) => ({
    apiVersion: `${alb}/v1`,
    kind: 'FrontendTLSPolicy',
    metadata: { name: `${name}-tls-${policy.toLowerCase()}`, namespace, labels },
    spec: {
      targetRef: {
        group: 'gateway.networking.k8s.io',
        kind: 'Gateway',
        name,
        namespace,
        sectionNames: listeners.filter(({ tlsPolicy }) => tlsPolicy === policy).map((listener) => listener.name),
      },
      default: { policyType: { type: 'predefined', name: policy } },
    },
  }));
}
