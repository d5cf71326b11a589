import type { ClusterSpec } from './cluster-spec.js';

/** For specs: a cluster that passes every check, with the one interesting member replaced. */
export function aCluster(change: Partial<ClusterSpec> = {}): ClusterSpec {
  return {
    name: 'aks-weu-001',
    subscriptionId: '11111111-1111-4111-8111-111111111111',
    resourceGroup: 'rg-aks-weu-001',
    region: 'westeurope',
    network: 'spoke-weu-1',
    nodePools: [{ name: 'system', mode: 'SYSTEM', vmSize: 'Standard_D4s_v5', count: 3 }],
    podCidrScope: 'REUSABLE',
    dataplane: 'AZURE',
    ...change,
  };
}
