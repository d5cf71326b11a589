import type { Problem } from '@podspan/errors';
import type { PlacedCluster } from './check-clusters.js';

/** Whether a cluster has IPv6 is said by `dualStack`; a wrong order of families is told by the rules of the address plan. */
export function checkFamilies({ index, spec: { ipFamilies, dualStack } }: PlacedCluster): Problem[] {
  if (ipFamilies?.join() !== 'IPv4,IPv6' || dualStack === true) return [];
  const message = 'a cluster with IPv6 is asked for as dual-stack';
  return [
    {
      path: `clusters[${index}].ipFamilies`,
      code: 'ip_families_unsupported',
      rule: 'OV-90',
      message,
      value: ipFamilies,
      conflictsWith: 'IPv6',
      suggestion: 'dualStack: true, or [IPv4]',
    },
  ];
}
