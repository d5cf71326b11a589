import type { Problem } from '@podspan/errors';
import { isAtLeast } from '../cluster/versions.js';
import { problemIf } from '../findings.js';
import { AGIC_SHORTEST_PREFIX } from '../ingress/agic.js';
import { AGC_SUBNET_PREFIX } from '../sizing/subnet-size.js';
import { LEAST_OVERLAY_AGIC, LEAST_WINDOWS_BUILD, type MigrationSource } from './migration-source.js';

const LEAST_KUBERNETES = '1.27';

/** MG-10, MG-11, MG-14, MG-15 and MG-31. */
export function clusterPreconditions(source: MigrationSource): readonly Problem[] {
  const { kubernetesVersion, networkPolicy, identity } = source;
  return [
    ...problemIf(!isAtLeast(kubernetesVersion, LEAST_KUBERNETES), {
      path: 'kubernetesVersion',
      code: 'migration_kubernetes_too_old',
      rule: 'MG-10',
      message: `overlay migration needs Kubernetes ${LEAST_KUBERNETES}`,
      value: kubernetesVersion,
      conflictsWith: LEAST_KUBERNETES,
      suggestion: 'upgrade the cluster first',
    }),
    ...problemIf(networkPolicy !== 'NONE', {
      path: 'networkPolicy',
      code: 'migration_network_policy_enabled',
      rule: 'MG-11',
      message: `policy engine ${networkPolicy} must be removed first`,
      value: networkPolicy,
      conflictsWith: 'NONE',
      suggestion: 'set networkPolicy none first',
    }),
    ...problemIf(source.customIpMasqConfig === true, {
      path: 'customIpMasqConfig',
      code: 'migration_ip_masq_config',
      rule: 'MG-14',
      message: 'ConfigMap azure-ip-masq-agent-config exists; ranges it excludes lose their connection to pods',
      value: true,
      suggestion: 'delete the ConfigMap azure-ip-masq-agent-config',
    }),
    ...problemIf(source.mode === 'KUBENET' && identity !== 'USER_ASSIGNED', {
      path: 'identity',
      code: 'migration_requires_user_assigned_identity',
      rule: 'MG-15',
      message: 'a system-assigned identity cannot detach the route table of kubenet',
      value: identity,
      conflictsWith: 'USER_ASSIGNED',
      suggestion: 'switch the cluster to a user-assigned identity first',
    }),
    ...problemIf(source.requestsCilium === true, {
      path: 'dataplane',
      code: 'migration_combined_operation',
      rule: 'MG-31',
      message: 'overlay and the Cilium data plane cannot be changed in one operation',
      value: 'CILIUM',
      conflictsWith: 'OVERLAY',
      suggestion: 'two operations, in either order',
    }),
  ];
}

/** MG-12, MG-13. */
export function poolPreconditions({ nodePools }: MigrationSource): readonly Problem[] {
  return nodePools.flatMap(({ name, podSubnetId, windows }, index) => [
    ...problemIf(podSubnetId !== undefined, {
      path: `nodePools[${index}].podSubnetId`,
      code: 'migration_pod_subnet',
      rule: 'MG-12',
      message: `pool ${name} takes its pod addresses from a subnet`,
      value: podSubnetId,
      suggestion: 'rebuild the cluster in overlay mode',
    }),
    ...problemIf(windows?.runtime === 'DOCKER', {
      path: `nodePools[${index}].windows.runtime`,
      code: 'migration_windows_docker',
      rule: 'MG-13',
      message: `Windows pool ${name} runs Docker`,
      value: 'DOCKER',
      conflictsWith: 'CONTAINERD',
      suggestion: 'replace the pool by one with containerd',
    }),
    ...problemIf(windows?.osBuild !== undefined && !reaches(windows.osBuild, LEAST_WINDOWS_BUILD), {
      path: `nodePools[${index}].windows.osBuild`,
      code: 'migration_windows_build_too_old',
      rule: 'MG-13',
      message: `Windows pool ${name} has build ${windows?.osBuild}; host-network pods would be translated wrongly`,
      value: windows?.osBuild,
      conflictsWith: LEAST_WINDOWS_BUILD,
      suggestion: `upgrade the node image to build ${LEAST_WINDOWS_BUILD}`,
    }),
  ]);
}

/** MG-18, MG-19. */
export function ingressPreconditions(source: MigrationSource): readonly Problem[] {
  return [...agcPreconditions(source), ...agicPreconditions(source)];
}

function agcPreconditions({ mode, agcSubnet }: MigrationSource): readonly Problem[] {
  if (!agcSubnet) return [];
  const facts = { path: 'agcSubnet', rule: 'MG-18', value: String(agcSubnet) };
  if (mode === 'KUBENET') {
    return problemIf(true, {
      ...facts,
      code: 'agc_unsupported_cni',
      message: 'AGC does not work on kubenet; install it after the migration',
      conflictsWith: 'KUBENET',
      suggestion: 'remove AGC, migrate, then install it',
    });
  }
  return problemIf(agcSubnet.length !== AGC_SUBNET_PREFIX, {
    ...facts,
    code: 'agc_subnet_not_24',
    message: `${String(agcSubnet)} must be exactly /${AGC_SUBNET_PREFIX} before the migration, or ingress goes down`,
    conflictsWith: `/${AGC_SUBNET_PREFIX}`,
    suggestion: `rebuild AGC in a subnet of /${AGC_SUBNET_PREFIX} first`,
  });
}

function agicPreconditions({ agic }: MigrationSource): readonly Problem[] {
  if (!agic) return [];
  const subnet = String(agic.subnet);
  return [
    ...problemIf(!reaches(agic.version, LEAST_OVERLAY_AGIC), {
      path: 'agic.version',
      code: 'migration_agic_too_old',
      rule: 'MG-19',
      message: `AGIC ${agic.version} does not know overlay`,
      value: agic.version,
      conflictsWith: LEAST_OVERLAY_AGIC,
      suggestion: 'upgrade AGIC to 1.8.1',
    }),
    ...problemIf(agic.subnet.length < AGIC_SHORTEST_PREFIX, {
      path: 'agic.subnet',
      code: 'agic_subnet_too_large',
      rule: 'MG-19',
      message: `${subnet} is too large: prefix ${AGIC_SHORTEST_PREFIX} or longer`,
      value: subnet,
      conflictsWith: `/${AGIC_SHORTEST_PREFIX}`,
      suggestion: 'move the gateway to a subnet of /24 or smaller first',
    }),
    ...problemIf(!agic.inNodeNetwork, {
      path: 'agic.subnet',
      code: 'agic_vnet_mismatch',
      rule: 'MG-19',
      message: `${subnet} is not in the network of the nodes`,
      value: subnet,
      suggestion: "move the gateway to the nodes' network first",
    }),
  ];
}

/** Compares dotted numbers of any length. */
function reaches(version: string, least: string): boolean {
  const [have, need] = [version, least].map((text) => text.split('.').map(Number));
  for (const [index, part] of (need ?? []).entries()) {
    const own = have?.[index] ?? 0;
    if (own !== part) return own > part;
  }
  return true;
}
