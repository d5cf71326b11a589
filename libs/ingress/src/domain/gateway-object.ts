import type { IGateway } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/Gateway';
import type { RenderedGateway } from './gateway-intent.js';
import { httpListenerName, httpsListeners, type HttpsListener } from './listeners.js';
import { kubernetesName } from './kubernetes-names.js';
import { labelsOf } from './manifest-objects.js';
import type { RouteIntent } from './route-intent.js';

type Listener = IGateway['spec']['listeners'][number];

/** The frontend's Gateway: the main one carries the gateway's name, the others add the frontend's. */
export function gatewayObjectName(gateway: RenderedGateway, frontend: string): string {
  const name = kubernetesName(gateway.name);
  return frontend === gateway.frontends[0] ? name : `${name}-${kubernetesName(frontend)}`;
}

/** AGC-41, AGC-19: one Gateway per frontend, bound by the annotation and the address. Ports 80 and 443 only (AGC-51). */
export function gatewayObject(gateway: RenderedGateway, frontend: string, routes: readonly RouteIntent[]): IGateway {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: {
      name: gatewayObjectName(gateway, frontend),
      namespace: gateway.namespace,
      labels: labelsOf(gateway.namespace),
      annotations: { 'alb.networking.azure.io/alb-id': gateway.albId },
    },
    spec: {
      gatewayClassName: 'azure-alb-external',
      addresses: [{ type: 'alb.networking.azure.io/alb-frontend', value: frontend }],
      listeners: [httpListener(), ...httpsListeners(gateway, frontend, routes).map((listener) => httpsListener(gateway, listener))],
    },
  };
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
