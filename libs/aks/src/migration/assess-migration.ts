import type { Cidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import { isAtLeast } from '../cluster/versions.js';
import { problem } from '../findings.js';
import { LEAST_OVERLAY_AGIC, LEAST_WINDOWS_BUILD, type MigrationSource } from './migration-source.js';
import { checkPodCidrSize, checkPodCidrSpace } from '../ranges/check-pod-cidr.js';
import type { OccupiedRange } from '../ranges/occupied-range.js';

export type MigrationVerdict = 'READY' | 'BLOCKED' | 'UNSUPPORTED';

export interface MigrationTarget {
  readonly podCidr: Cidr;
  readonly peakNodes: number;
  readonly occupied: readonly OccupiedRange[];
}

/** Whether a cluster can move to overlay, and every precondition it fails (MG-01 to MG-19). */
export function assessMigration(
  source: MigrationSource,
  target?: MigrationTarget,
): { readonly verdict: MigrationVerdict; readonly problems: readonly Problem[] } {
  const mode = checkSourceMode(source);
  const blocked = [...checkCluster(source), ...checkPools(source), ...checkIngresses(source), ...checkTarget(target)];
  const verdict = mode.length > 0 ? 'UNSUPPORTED' : blocked.length > 0 ? 'BLOCKED' : 'READY';
  return { verdict, problems: [...mode, ...blocked] };
}

const unsupportedModes: Partial<Record<MigrationSource['mode'], string>> = {
  POD_SUBNET_DYNAMIC: 'MG-03',
  POD_SUBNET_STATIC: 'MG-04',
  NONE: 'MG-05',
  OVERLAY: 'MG-06',
};

/** MG-01 to MG-06: only node subnet and kubenet can move. */
function checkSourceMode({ mode }: MigrationSource): readonly Problem[] {
  const rule = unsupportedModes[mode];
  if (rule === undefined) return [];
  const overlay = mode === 'OVERLAY';
  const message = overlay
    ? 'the cluster already runs overlay, which cannot be left'
    : `a cluster of network mode ${mode} cannot move to overlay`;
  const facts = { value: mode, conflictsWith: ['NODE_SUBNET', 'KUBENET'] };
  const code = overlay ? 'migration_irreversible' : 'migration_source_unsupported';
  return [
    problem({
      path: 'networkMode',
      code,
      rule,
      message,
      ...facts,
      suggestion: overlay ? undefined : 'rebuild the cluster in overlay mode',
    }),
  ];
}

/** MG-10, MG-11, MG-14, MG-15, and MG-31. */
function checkCluster(source: MigrationSource): readonly Problem[] {
  const found: Problem[] = [];
  if (!isAtLeast(source.kubernetesVersion, '1.27')) {
    found.push(
      problem({
        path: 'kubernetesVersion',
        code: 'migration_kubernetes_too_old',
        rule: 'MG-10',
        message: 'overlay migration needs Kubernetes 1.27',
        value: source.kubernetesVersion,
        conflictsWith: '1.27',
        suggestion: 'upgrade the cluster first',
      }),
    );
  }
  if (source.networkPolicy !== 'NONE') {
    found.push(
      problem({
        path: 'networkPolicy',
        code: 'migration_network_policy_enabled',
        rule: 'MG-11',
        message: `policy engine ${source.networkPolicy} must be removed first`,
        value: source.networkPolicy,
        conflictsWith: 'NONE',
        suggestion: 'set networkPolicy none first',
      }),
    );
  }
  if (source.customIpMasqConfig === true) {
    found.push(
      problem({
        path: 'customIpMasqConfig',
        code: 'migration_ip_masq_config',
        rule: 'MG-14',
        message: 'ConfigMap azure-ip-masq-agent-config exists; ranges it excludes lose their connection to pods',
        value: true,
        suggestion: 'delete the ConfigMap azure-ip-masq-agent-config',
      }),
    );
  }
  if (source.mode === 'KUBENET' && source.identity !== 'USER_ASSIGNED') {
    found.push(
      problem({
        path: 'identity',
        code: 'migration_requires_user_assigned_identity',
        rule: 'MG-15',
        message: 'a system-assigned identity cannot detach the route table of kubenet',
        value: source.identity,
        conflictsWith: 'USER_ASSIGNED',
        suggestion: 'switch the cluster to a user-assigned identity first',
      }),
    );
  }
  if (source.requestsCilium === true) {
    found.push(
      problem({
        path: 'dataplane',
        code: 'migration_combined_operation',
        rule: 'MG-31',
        message: 'overlay and the Cilium data plane cannot be changed in one operation',
        value: 'CILIUM',
        conflictsWith: 'OVERLAY',
        suggestion: 'two operations, in either order',
      }),
    );
  }
  return found;
}

/** MG-12, MG-13. */
function checkPools({ nodePools }: MigrationSource): readonly Problem[] {
  return nodePools.flatMap(({ name, podSubnetId, windows }, index) => {
    const found: Problem[] = [];
    const path = `nodePools[${index}]`;
    if (podSubnetId !== undefined) {
      found.push(
        problem({
          path: `${path}.podSubnetId`,
          code: 'migration_pod_subnet',
          rule: 'MG-12',
          message: `pool ${name} takes its pod addresses from a subnet`,
          value: podSubnetId,
          suggestion: 'rebuild the cluster in overlay mode',
        }),
      );
    }
    if (windows?.runtime === 'DOCKER') {
      found.push(
        problem({
          path: `${path}.windows.runtime`,
          code: 'migration_windows_docker',
          rule: 'MG-13',
          message: `Windows pool ${name} runs Docker`,
          value: 'DOCKER',
          conflictsWith: 'CONTAINERD',
          suggestion: 'replace the pool by one with containerd',
        }),
      );
    }
    if (windows?.osBuild !== undefined && !isBuildAtLeast(windows.osBuild, LEAST_WINDOWS_BUILD)) {
      found.push(
        problem({
          path: `${path}.windows.osBuild`,
          code: 'migration_windows_build_too_old',
          rule: 'MG-13',
          message: `Windows pool ${name} has build ${windows.osBuild}; host-network pods would be translated wrongly`,
          value: windows.osBuild,
          conflictsWith: LEAST_WINDOWS_BUILD,
          suggestion: `upgrade the node image to build ${LEAST_WINDOWS_BUILD}`,
        }),
      );
    }
    return found;
  });
}

/** MG-18, MG-19. */
function checkIngresses({ mode, agcSubnet, agic }: MigrationSource): readonly Problem[] {
  const found: Problem[] = [];
  if (agcSubnet && mode === 'KUBENET') {
    found.push(
      problem({
        path: 'agcSubnet',
        code: 'agc_unsupported_cni',
        rule: 'MG-18',
        message: 'AGC does not work on kubenet; install it after the migration',
        value: String(agcSubnet),
        conflictsWith: 'KUBENET',
        suggestion: 'remove AGC, migrate, then install it',
      }),
    );
  } else if (agcSubnet && agcSubnet.length !== 24) {
    found.push(
      problem({
        path: 'agcSubnet',
        code: 'agc_subnet_not_24',
        rule: 'MG-18',
        message: `${String(agcSubnet)} must be exactly /24 before the migration, or ingress goes down`,
        value: String(agcSubnet),
        conflictsWith: '/24',
        suggestion: 'rebuild AGC in a subnet of /24 first',
      }),
    );
  }
  if (agic && !isBuildAtLeast(agic.version, LEAST_OVERLAY_AGIC)) {
    found.push(
      problem({
        path: 'agic.version',
        code: 'migration_agic_too_old',
        rule: 'MG-19',
        message: `AGIC ${agic.version} does not know overlay`,
        value: agic.version,
        conflictsWith: LEAST_OVERLAY_AGIC,
        suggestion: 'upgrade AGIC to 1.8.1',
      }),
    );
  }
  if (agic && agic.subnet.length < 24) {
    found.push(
      problem({
        path: 'agic.subnet',
        code: 'agic_subnet_too_large',
        rule: 'MG-19',
        message: `${String(agic.subnet)} is too large: prefix 24 or longer`,
        value: String(agic.subnet),
        conflictsWith: '/24',
        suggestion: 'move the gateway to a subnet of /24 or smaller first',
      }),
    );
  }
  if (agic && !agic.inNodeNetwork) {
    found.push(
      problem({
        path: 'agic.subnet',
        code: 'agic_vnet_mismatch',
        rule: 'MG-19',
        message: `${String(agic.subnet)} is not in the network of the nodes`,
        value: String(agic.subnet),
        suggestion: "move the gateway to the nodes' network first",
      }),
    );
  }
  return found;
}

/** MG-16, MG-17: the target range passes every range rule and holds the peak. */
function checkTarget(target: MigrationTarget | undefined): readonly Problem[] {
  if (!target) return [];
  const { podCidr, peakNodes, occupied } = target;
  const size = checkPodCidrSize(podCidr, peakNodes).map((found) => ({ ...found, rule: 'MG-17' }));
  return [...size, ...checkPodCidrSpace({ podCidr, occupied })];
}

/** Compares dotted numbers of any length. */
function isBuildAtLeast(build: string, least: string): boolean {
  const [have, need] = [build, least].map((text) => text.split('.').map(Number));
  for (const [index, part] of (need ?? []).entries()) {
    const own = have?.[index] ?? 0;
    if (own !== part) return own > part;
  }
  return true;
}
