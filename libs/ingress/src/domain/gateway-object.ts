import type { IGateway } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/Gateway';
import type { RenderedGateway } from './gateway-intent.js';
import { httpListenerName, httpsListeners, type HttpsListener } from './listeners.js';
import { kubernetesName } from './kubernetes-names.js';
import { labelsOf, type LoadBalancerObject } from './manifest-objects.js';
import type { RouteIntent } from './route-intent.js';

const alb = 'alb.networking.azure.io';

type Listener = IGateway['spec']['listeners'][number];

/** The frontend's Gateway: the main one carries the gateway's name, the others add the frontend's. */
export function gatewayObjectName(gateway: RenderedGateway, frontend: string): string {
  const name = kubernetesName(gateway.name);
  return frontend === gateway.frontends[0] ? name : `${name}-${kubernetesName(frontend)}`;
}

/** AGC-40: stands for the trafficController that the ALB Controller makes. It has the gateway's name. */
export function loadBalancerObjects({ name, namespace, loadBalancer }: RenderedGateway): readonly LoadBalancerObject[] {
  if ('albId' in loadBalancer) return [];
  const metadata = { name: kubernetesName(name), namespace, labels: labelsOf(namespace) };
  return [{ apiVersion: `${alb}/v1`, kind: 'ApplicationLoadBalancer', metadata, spec: { associations: [loadBalancer.subnetId] } }];
}

/** AGC-19: one Gateway per frontend, bound to the load balancer by one kind of reference, never by both. Ports 80 and 443 only (AGC-51). */
export function gatewayObject(gateway: RenderedGateway, frontend: string, routes: readonly RouteIntent[]): IGateway {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: {
      name: gatewayObjectName(gateway, frontend),
      namespace: gateway.namespace,
      labels: labelsOf(gateway.namespace),
      annotations: loadBalancerAnnotations(gateway),
    },
    spec: {
      gatewayClassName: 'azure-alb-external',
      ...('albId' in gateway.loadBalancer ? { addresses: [{ type: `${alb}/alb-frontend`, value: frontend }] } : {}),
      listeners: [httpListener(), ...httpsListeners(gateway, frontend, routes).map((listener) => httpsListener(gateway, listener))],
    },
  };
}

/** AGC-41 and AGC-40: in a managed one the controller makes a frontend for each Gateway, so there is none to name. */
export function loadBalancerAnnotations({ name, namespace, loadBalancer }: RenderedGateway): Record<string, string> {
  if ('albId' in loadBalancer) return { [`${alb}/alb-id`]: loadBalancer.albId };
  return { [`${alb}/alb-namespace`]: namespace, [`${alb}/alb-name`]: kubernetesName(name) };
}

function httpListener(): Listener {
  return { name: httpListenerName, protocol: 'HTTP', port: 80, allowedRoutes: { namespaces: { from: 'Same' } } };
}

function httpsListener(gateway: RenderedGateway, { name, hostname, certificates }: HttpsListener): Listener {
  return {
    name,
    protocol: 'HTTPS',
    port: 443,
    ...(hostname === undefined ? {} : { hostname }),
    tls: {
      mode: 'Terminate',
      certificateRefs: certificates.map(({ secret, namespace }) => ({
        group: '',
        kind: 'Secret',
        name: secret,
        ...(namespace === gateway.namespace ? {} : { namespace }),
      })),
    },
    allowedRoutes: { namespaces: { from: 'Same' } },
  };
}
