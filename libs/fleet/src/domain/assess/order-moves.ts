import type { Problem } from '@podspan/errors';
import type { AzureCluster } from '../change/azure-cluster.js';

/** One thing to do, in its place. `action` names the rollout that does it; without one it is done by hand. */
export interface Move {
  readonly title: string;
  readonly rule: string;
  readonly action: 'UPGRADE' | 'MIGRATE_TO_OVERLAY' | 'ENABLE_CILIUM' | 'MIGRATE_INGRESS' | null;
}

export type IngressSeen = 'AGC' | 'AGIC' | 'NONE';

/** What clears a precondition, in the order in which it has to be done. */
const remedies: readonly { readonly codes: readonly string[]; readonly move: Move }[] = [
  { codes: ['migration_kubernetes_too_old'], move: { title: 'Upgrade Kubernetes to 1.27 or later', rule: 'MG-10', action: 'UPGRADE' } },
  {
    codes: ['migration_windows_docker', 'migration_windows_build_too_old'],
    move: { title: 'Upgrade or replace the Windows node pools', rule: 'MG-13', action: 'UPGRADE' },
  },
  {
    codes: ['migration_requires_user_assigned_identity'],
    move: { title: 'Give the cluster a user-assigned identity', rule: 'MG-15', action: null },
  },
  {
    codes: ['migration_network_policy_enabled'],
    move: { title: 'Remove the network policy engine; policies are not enforced from here on', rule: 'MG-11', action: null },
  },
  { codes: ['migration_ip_masq_config'], move: { title: 'Delete ConfigMap azure-ip-masq-agent-config', rule: 'MG-14', action: null } },
  { codes: ['agc_unsupported_cni'], move: { title: 'Remove AGC; it comes back after the migration', rule: 'MG-18', action: null } },
  { codes: ['agc_subnet_not_24'], move: { title: 'Rebuild AGC in a subnet of exactly /24', rule: 'MG-18', action: null } },
  { codes: ['migration_agic_too_old'], move: { title: 'Upgrade AGIC to 1.8.1', rule: 'MG-19', action: null } },
  {
    codes: ['agic_subnet_too_large', 'agic_vnet_mismatch'],
    move: { title: "Move the Application Gateway to a subnet of /24 or smaller in the nodes' network", rule: 'MG-19', action: null },
  },
];

/**
 * The whole way of one cluster to overlay, preconditions first. With AGIC on a flat cluster AGC may also come first (MAP-35 b); on kubenet it
 * cannot (MAP-35 a), since AGC does not work there.
 */
export function orderMoves(cluster: AzureCluster, problems: readonly Problem[], ingress: IngressSeen): readonly Move[] {
  const { networkMode, networkPolicy } = cluster;
  if (networkMode !== 'KUBENET' && networkMode !== 'NODE_SUBNET') return [];
  const codes = new Set(problems.map(({ code }) => code));
  const flat = networkMode === 'NODE_SUBNET';
  return [
    ...remedies.filter((remedy) => remedy.codes.some((code) => codes.has(code))).map(({ move }) => move),
    ...(flat
      ? [
          {
            title: 'List what knows pods by their address: routes, allow-lists on premises, DNS records',
            rule: 'MG-33',
            action: null,
          } as const,
        ]
      : []),
    { title: 'Move to overlay in a maintenance window: all nodes at once, no way back', rule: 'MG-30', action: 'MIGRATE_TO_OVERLAY' },
    ...(ingress === 'NONE'
      ? []
      : [{ title: 'Watch the ingress until it has found the new network', rule: 'MG-32', action: null } as const]),
    ...(ingress === 'AGIC' ? [{ title: agcTitle(flat), rule: 'MAP-35', action: 'MIGRATE_INGRESS' } as const] : []),
    ...(networkPolicy === 'NONE'
      ? []
      : [
          { title: 'Bring network policies back with Cilium, as an operation of its own', rule: 'MG-31', action: 'ENABLE_CILIUM' } as const,
        ]),
  ];
}

function agcTitle(flat: boolean): string {
  return flat
    ? 'Replace AGIC by AGC in an exact /24; this may also be done before the move to overlay'
    : 'Replace AGIC by AGC in an exact /24; only after the move, AGC does not work on kubenet';
}
