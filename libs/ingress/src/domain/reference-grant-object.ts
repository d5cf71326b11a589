import type { IReferenceGrant } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1beta1/ReferenceGrant';
import type { RenderedGateway } from './gateway-intent.js';
import { kubernetesName } from './kubernetes-names.js';
import { labelsOf } from './manifest-objects.js';

export interface GrantedTarget {
  readonly kind: 'Service' | 'Secret';
  readonly name: string;
  readonly namespace: string;
  /** Kinds that refer to it. */
  readonly from: readonly ('Gateway' | 'HTTPRoute' | 'GRPCRoute')[];
}

/**
 * AGC-56: a reference into another namespace answers HTTP 500 until that namespace allows it. One grant per target,
 * by name: nothing else of the namespace is opened. `v1beta1` is served by every bundle of AGC-32.
 */
export function referenceGrantObject(gateway: RenderedGateway, { kind, name, namespace, from }: GrantedTarget): IReferenceGrant {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1beta1',
    kind: 'ReferenceGrant',
    metadata: {
      name: `${kubernetesName(gateway.name)}-${kind.toLowerCase()}-${name}`,
      namespace,
      labels: labelsOf(gateway.namespace),
    },
    spec: {
      from: from.map((source) => ({ group: 'gateway.networking.k8s.io', kind: source, namespace: gateway.namespace })),
      to: [{ group: '', kind, name }],
    },
  };
}
