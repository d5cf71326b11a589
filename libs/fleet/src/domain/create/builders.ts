import { aCluster } from '../builders.js';
import type { ClusterSpec } from '../cluster-spec.js';
import type { ClusterAddresses } from '../addresses.js';
import { currentApiVersions } from '../../start/current-api-versions.js';
import type { CreateInput } from './create-input.js';
import { freezeCluster } from './freeze-cluster.js';

/** For specs. */
export function someAddresses(change: Partial<ClusterAddresses> = {}): ClusterAddresses {
  return {
    name: 'aks-weu-001',
    nodeSubnets: [{ nodePool: 'system', cidr: '10.240.0.0/27' }],
    podCidr: '192.168.0.0/20',
    podCidrGrowth: '192.168.0.0/19',
    serviceCidr: '172.16.0.0/16',
    dnsServiceIp: '172.16.0.10',
    peakNodes: 4,
    warnings: [],
    ...change,
  };
}

/** For specs. */
export function anInput(cluster: Partial<ClusterSpec> = {}, addresses: Partial<ClusterAddresses> = {}): CreateInput {
  const spec = aCluster(cluster);
  return freezeCluster(
    spec,
    someAddresses({
      name: spec.name,
      ...(spec.dualStack ? { podCidrV6: 'fd12:3456:789a::/64', serviceCidrV6: 'fd12:3456:789a:1::/108' } : {}),
      ...addresses,
    }),
    { name: spec.network, prefixes: ['10.240.0.0/16', ...(spec.dualStack ? ['fd00:240::/48'] : [])], region: spec.region },
    {
      rollout: { id: '0191e5a0-0000-7000-8000-000000000001', name: 'demo' },
      apiVersions: currentApiVersions,
      versionOf: ({ kubernetesVersion = '1.34.2' }) => kubernetesVersion,
    },
  );
}
