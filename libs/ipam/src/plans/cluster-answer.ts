import type { Problem } from '@podspan/errors';
import { savingsOf } from '../domain/plan/cluster-demand.js';
import type { PodRange } from '../domain/plan/choose-pod-range.js';
import type { PlannedRanges } from '../domain/plan/plan-ranges.js';
import type { TakenSubnet } from '../domain/plan/take-subnets.js';
import type { Pool } from '../pools/pools.repository.js';
import type { ClusterAddressesView } from './plan-schemas.js';
import type { PlanSubject } from './read-plan-request.js';

/** What AKS takes for IPv6 when nothing is sent; both are local to the cluster, so every cluster may have them (OV-91). */
const POD_CIDR_V6 = 'fd12:3456:789a::/64';
const SERVICE_CIDR_V6 = 'fd12:3456:789a:1::/108';

/** The frozen answer for one cluster. */
export function clusterAnswer(
  subject: PlanSubject,
  subnets: readonly TakenSubnet<Pool>[],
  { pod, serviceCidr, dnsServiceIp }: PlannedRanges,
  podPool: string,
): ClusterAddressesView {
  const { spec, index, network } = subject;
  const of = (role: string): readonly TakenSubnet<Pool>[] => subnets.filter(({ request }) => request.role === role);
  const gateway = of('GATEWAY_SUBNET')[0];
  const apiServer = of('API_SERVER_SUBNET')[0];
  return {
    name: spec.name,
    network: network.name,
    nodeSubnets: spec.nodePools.flatMap(({ name }) =>
      of('NODE_SUBNET')
        .filter(({ request }) => request.nodePool === name)
        .map(({ cidr }) => ({ nodePool: name, cidr: String(cidr) })),
    ),
    podCidr: String(pod.podCidr),
    podCidrGrowth: pod.held.equals(pod.podCidr) ? null : String(pod.held),
    serviceCidr: String(serviceCidr),
    dnsServiceIp,
    ...(gateway ? { gatewaySubnet: String(gateway.cidr) } : {}),
    ...(apiServer ? { apiServerSubnet: String(apiServer.cidr) } : {}),
    ...(spec.dualStack === true ? { podCidrV6: POD_CIDR_V6, serviceCidrV6: SERVICE_CIDR_V6 } : {}),
    peakNodes: subject.demand.peakNodes,
    podCidrReason: podReason(subject, pod, podPool),
    savings: savingsOf(spec.nodePools),
    warnings: [...subject.warnings, ...dualStackWarning(subject), ...growthWarning(index, spec.growthFactor, pod, podPool)],
  };
}

function podReason({ spec, mesh }: PlanSubject, pod: PodRange, podPool: string): ClusterAddressesView['podCidrReason'] {
  const scope = mesh
    ? `that no member of mesh ${mesh.name} has`
    : spec.podCidrScope === 'UNIQUE'
      ? 'that nobody else has'
      : 'in which its pods reach nothing; other clusters may have it too';
  const passed =
    pod.refused.length === 0
      ? ''
      : `; ${pod.refused.length} earlier ${pod.refused.length === 1 ? 'candidate was' : 'candidates were'} refused`;
  return {
    message: `${pod.podCidr} is the lowest /${pod.podCidr.length} of pool ${podPool} ${scope}${passed}`,
    refused: pod.refused.map((candidate) => ({ ...candidate, path: [...candidate.path] })),
  };
}

/** The plan covers IPv4 subnets; the IPv6 half of a node subnet is a /64 of the network, of which there is no scarcity. */
function dualStackWarning({ spec, index, network }: PlanSubject): readonly Problem[] {
  if (spec.dualStack !== true) return [];
  return [
    {
      path: `clusters[${index}].dualStack`,
      code: 'node_subnet_v6_not_planned',
      rule: 'OV-90',
      message: `give each node subnet of ${spec.name} a /64 of ${network.name}; the plan holds the IPv4 ranges`,
    },
  ];
}

/** OV-102: without a block held back the cluster may never be able to grow. */
function growthWarning(
  index: number,
  growthFactor: number | undefined,
  { podCidr, growthMissing }: PodRange,
  podPool: string,
): readonly Problem[] {
  if (growthMissing === undefined || growthFactor !== undefined) return [];
  const path = `clusters[${index}].growthFactor`;
  const base = { path, code: 'no_growth_block', rule: 'OV-102', value: String(podCidr) };
  if (growthMissing === 'POOL_EDGE')
    return [{ ...base, message: `${podCidr} cannot grow: the block around it is not free in pool ${podPool}` }];
  return [
    {
      ...base,
      rule: growthMissing.rule,
      conflictsWith: growthMissing.conflictsWith,
      message: `${podCidr} cannot grow: ${growthMissing.message}`,
    },
  ];
}
