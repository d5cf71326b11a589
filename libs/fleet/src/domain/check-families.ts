import type { Problem } from '@podspan/errors';
import type { PlacedCluster } from './check-clusters.js';

/** Clusters with IPv6 are planned and not yet made. A wrong order of families is told by the rules of the address plan. */
export function checkFamilies({ index, spec: { ipFamilies } }: PlacedCluster): Problem[] {
  if (ipFamilies?.join() !== 'IPv4,IPv6') return [];
  const message = 'a dual-stack cluster cannot be created yet';
  return [
    {
      path: `clusters[${index}].ipFamilies`,
      code: 'ip_families_unsupported',
      rule: 'OV-90',
      message,
      value: ipFamilies,
      conflictsWith: 'IPv6',
      suggestion: '[IPv4]',
    },
  ];
}
