import type { Problem } from '@podspan/errors';
import { type Findings, merged, problem } from '../findings.js';
import type { ClusterInput, NodePoolInput } from './cluster-input.js';
import { checkNetworkPolicy, warnNetworkPolicy } from './network-policy.js';
import { isAtLeast } from './versions.js';

/** Settings that exclude one another: data plane, network policy, dual-stack, egress (OV-82 to OV-95, OV-110, OV-111). */
export function checkCombinations(cluster: ClusterInput): Findings {
  const problems = [...checkDataplane(cluster), ...checkNetworkPolicy(cluster), ...checkDualStack(cluster), ...checkMesh(cluster)];
  return merged({ problems, warnings: [...warnNetworkPolicy(cluster), ...warnEgress(cluster)] }, checkApiServer(cluster));
}

/** OV-110: the Cilium data plane runs on Linux only. */
function checkDataplane({ dataplane, nodePools }: ClusterInput): readonly Problem[] {
  if (dataplane !== 'CILIUM') return [];
  return windowsPools(nodePools).map(({ index }) =>
    problem({
      path: `nodePools[${index}].osType`,
      code: 'dataplane_requires_linux',
      rule: 'OV-110',
      message: 'the Cilium data plane runs on Linux pools only',
      value: 'WINDOWS',
      conflictsWith: 'dataplane CILIUM',
      suggestion: 'LINUX, or dataplane AZURE',
    }),
  );
}

/** OV-94, OV-95. */
function checkDualStack(cluster: ClusterInput): readonly Problem[] {
  const { dualStack, networkPolicy, outboundType, dataplane, kubernetesVersion } = cluster;
  if (dualStack !== true) return [];
  const found: Problem[] = [];
  if (networkPolicy === 'AZURE' || networkPolicy === 'CALICO') {
    const message = `policy engine ${networkPolicy} does not work with dual-stack`;
    found.push(
      problem({
        path: 'networkPolicy',
        code: 'dual_stack_network_policy_unsupported',
        rule: 'OV-94',
        message,
        value: networkPolicy,
        conflictsWith: 'dualStack',
        suggestion: 'dataplane CILIUM with networkPolicy CILIUM',
      }),
    );
  }
  if (outboundType === 'MANAGED_NAT_GATEWAY') {
    const message = 'a standard NAT gateway serves IPv4 only';
    found.push(
      problem({
        path: 'outboundType',
        code: 'dual_stack_outbound_unsupported',
        rule: 'OV-94',
        message,
        value: outboundType,
        conflictsWith: 'dualStack',
        suggestion: 'LOAD_BALANCER',
      }),
    );
  }
  const least = dataplane === 'CILIUM' ? '1.29' : cluster.apiServerVnetIntegration === true ? '1.26.3' : '1.21.2';
  if (kubernetesVersion !== undefined && !isAtLeast(kubernetesVersion, least)) {
    const message = `dual-stack needs Kubernetes ${least} here`;
    found.push(
      problem({
        path: 'kubernetesVersion',
        code: 'kubernetes_version_too_old',
        rule: 'OV-95',
        message,
        value: kubernetesVersion,
        conflictsWith: least,
        suggestion: least,
      }),
    );
  }
  return found;
}

/** NET-22, NET-24: members of a mesh dial each other's pods, so their pod ranges must differ. */
function checkMesh({ mesh, podCidrScope }: ClusterInput): readonly Problem[] {
  if (mesh === undefined || podCidrScope === 'UNIQUE') return [];
  const message = `members of mesh ${mesh} address each other's pods; a reusable pod range is not unique`;
  return [
    problem({
      path: 'podCidrScope',
      code: 'pod_cidr_not_unique_in_mesh',
      rule: 'NET-22',
      message,
      value: podCidrScope,
      conflictsWith: mesh,
      suggestion: 'UNIQUE',
    }),
  ];
}

/** SN-41, QUO-03: where API-server VNet integration is not to be had. */
function checkApiServer({ apiServerVnetIntegration, region }: ClusterInput): Findings {
  if (apiServerVnetIntegration !== true || region.toLowerCase() !== 'qatarcentral') return { problems: [], warnings: [] };
  const message = `API-server VNet integration is not available in ${region}`;
  return {
    problems: [
      problem({
        path: 'apiServerVnetIntegration',
        code: 'api_server_vnet_integration_unavailable',
        rule: 'SN-41',
        message,
        value: true,
        conflictsWith: region,
        suggestion: 'false',
      }),
    ],
    warnings: [],
  };
}

/** OV-83: what the caller must have put on the subnet beforehand. */
function warnEgress({ outboundType }: ClusterInput): readonly Problem[] {
  const facts = { path: 'outboundType', rule: 'OV-83', value: outboundType };
  if (outboundType === 'USER_DEFINED_ROUTING') {
    return [
      problem({
        ...facts,
        code: 'default_route_required',
        message: 'the node subnet needs a route table with a 0.0.0.0/0 route before the cluster is created',
      }),
    ];
  }
  if (outboundType !== 'USER_ASSIGNED_NAT_GATEWAY') return [];
  return [
    problem({
      ...facts,
      code: 'nat_gateway_required',
      message: 'the node subnet needs a NAT gateway before the cluster is created',
    }),
  ];
}

function windowsPools(pools: readonly NodePoolInput[]): readonly (NodePoolInput & { readonly index: number })[] {
  return pools.flatMap((pool, index) => (pool.osType === 'WINDOWS' ? [{ ...pool, index }] : []));
}
