import { problem, problemIf } from '@podspan/aks';
import type { Problem } from '@podspan/errors';
import type { AzureCluster } from '../change/azure-cluster.js';
import { gatewayNameOf, type IngressMigrationSpec } from './ingress-migration.js';

/** What a cluster needs so that AGC can take AGIC's place (MAP-34), in the order with an overlay migration (MAP-35). */
export function ingressMigrationProblems(azure: AzureCluster, { agic = 'ADDON' }: IngressMigrationSpec): readonly Problem[] {
  return [
    ...problemIf(agic === 'ADDON' && !azure.agic.enabled, {
      path: 'ingress.agic',
      code: 'agic_not_enabled',
      rule: 'AGIC-01',
      message: 'Azure shows no AGIC add-on on it',
      suggestion: 'agic: HELM, where AGIC was installed by Helm; else leave it out',
    }),
    ...problemIf(azure.networkMode === 'KUBENET', {
      path: 'networkMode',
      code: 'agc_unsupported_cni',
      rule: 'MAP-35',
      message: 'AGC does not work with kubenet (AGC-25): it moves to overlay first',
      value: azure.networkMode,
      suggestion: 'MIGRATE_TO_OVERLAY',
    }),
    ...problemIf(azure.networkMode === 'NONE', {
      path: 'networkMode',
      code: 'agc_unsupported_cni',
      rule: 'AGC-25',
      message: 'AGC needs Azure CNI',
      value: azure.networkMode,
    }),
    ...problemIf(!azure.oidcIssuer || !azure.workloadIdentity, {
      path: 'workloadIdentity',
      code: 'workload_identity_missing',
      rule: 'AGC-30',
      message: 'the ALB Controller needs the OIDC issuer and workload identity, and it lacks one of them',
      suggestion: 'az aks update --enable-oidc-issuer --enable-workload-identity',
    }),
  ];
}

/** Gateways are named once in Podspan. */
export function gatewayNameProblems(
  targets: readonly { readonly index: number | undefined; readonly name: string; readonly ingress: IngressMigrationSpec }[],
): readonly Problem[] {
  const first = new Map<string, string>();
  return targets.flatMap(({ index, name, ingress }) => {
    const gateway = gatewayNameOf(name, ingress);
    const holder = first.get(gateway.toLowerCase());
    first.set(gateway.toLowerCase(), holder ?? name);
    if (holder === undefined) return [];
    return [
      problem({
        path: index === undefined ? 'ingress.name' : `clusters[${index}].ingress.name`,
        code: 'duplicate_name',
        message: `cluster '${name}': gateway '${gateway}' would be cluster '${holder}'s too`,
        value: gateway,
        conflictsWith: holder,
        suggestion: 'leave the name out: each cluster then gets its own',
      }),
    ];
  });
}
