import { Cidr } from '@podspan/cidr';
import type { ClusterInput, NodePoolInput } from './cluster/cluster-input.js';
import type { OccupiedRange, RangeOrigin } from './ranges/occupied-range.js';

export function aPool(over: Partial<NodePoolInput> = {}): NodePoolInput {
  return { name: 'system', mode: 'SYSTEM', vmSize: 'Standard_D4s_v5', count: 3, maxSurge: '33%', ...over };
}

export function aCluster(over: Partial<ClusterInput> = {}): ClusterInput {
  return {
    name: 'aks-weu-01',
    subscriptionId: '11111111-1111-4111-8111-111111111111',
    resourceGroup: 'rg-aks-weu-01',
    region: 'westeurope',
    kubernetesVersion: '1.35',
    nodePools: [aPool()],
    podCidrScope: 'REUSABLE',
    dataplane: 'CILIUM',
    ...over,
  };
}

export function occupied(cidr: string, origin: RangeOrigin): OccupiedRange {
  return { cidr: Cidr.parse(cidr), origin };
}
