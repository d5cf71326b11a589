import { checkExpansion, isWire, listAt, objectAt, problem, textAt, type Wire } from '@podspan/aks';
import { Cidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import type { Json } from '@podspan/engine';
import { ingressMigrationProblems } from '../ingress/check-ingress-migration.js';
import { hasAgic } from '../ingress/ingress-program.js';
import { type AzureCluster, readAzureCluster } from './azure-cluster.js';
import type { ChangeInput } from './change-input.js';
import { ciliumNetwork, hasImage, overlayOf } from './change-steps.js';
import { migrateProblems } from './check-migrate.js';
import { ciliumProblems } from './check-network-change.js';
import { upgradeProblems } from './check-upgrade.js';

export type ChangeVerdict =
  | { readonly state: 'AS_WANTED' }
  | { readonly state: 'NOT_YET'; readonly reason: string }
  | { readonly state: 'WRONG'; readonly code: string; readonly message: string; readonly details: readonly string[] };

/** Holds a cluster that was read back against what the change wanted: itself and every pool Succeeded, and the change in place. */
export function verifyChange(input: ChangeInput, resource: unknown): ChangeVerdict {
  const properties = objectAt(resource, 'properties');
  const states = [['cluster', textAt(properties, 'provisioningState')] as const, ...poolStates(properties)];
  const failed = states.filter(([, state]) => state === 'Failed' || state === 'Canceled');
  if (failed.length > 0)
    return wrong(
      'provisioning_failed',
      failed.map(([name, state]) => `${name} is ${state}`),
    );
  const busy = states.find(([, state]) => state !== 'Succeeded');
  if (busy) return { state: 'NOT_YET', reason: `${busy[0]} is ${busy[1]}` };
  const differences = [
    ...networkDifferences(input, objectAt(properties, 'networkProfile')),
    ...versionDifferences(input, properties),
    ...(input.action === 'MIGRATE_INGRESS' && input.agic === 'ADDON' && hasAgic(resource) ? ['the AGIC add-on is still switched on'] : []),
  ];
  return differences.length === 0 ? { state: 'AS_WANTED' } : wrong('not_as_planned', differences);
}

function wrong(code: string, details: readonly string[]): ChangeVerdict {
  return { state: 'WRONG', code, message: details.join('; '), details };
}

function pools(properties: Wire): Wire[] {
  return listAt(properties, 'agentPoolProfiles').filter(isWire);
}

function poolStates(properties: Wire): (readonly [string, string])[] {
  return pools(properties).map((pool) => [`pool ${textAt(pool, 'name')}`, textAt(pool, 'provisioningState') ?? 'Succeeded'] as const);
}

function wantedNetwork(input: ChangeInput): Readonly<Record<string, string>> {
  if (input.action === 'MIGRATE_TO_OVERLAY') return overlayOf(input.podCidr);
  if (input.action === 'EXPAND_POD_CIDR') return { podCidr: input.podCidr };
  return input.action === 'ENABLE_CILIUM' ? ciliumNetwork : {};
}

function networkDifferences(input: ChangeInput, profile: Wire): string[] {
  return Object.entries(wantedNetwork(input))
    .filter(([key, value]) => profile[key] !== value)
    .map(([key, value]) => `networkProfile.${key} is ${JSON.stringify(profile[key])}, wanted ${JSON.stringify(value)}`);
}

function versionDifferences(input: ChangeInput, properties: Wire): string[] {
  if (input.action !== 'UPGRADE') return [];
  const { kubernetesVersion, nodeImages } = input;
  const current = textAt(properties, 'currentKubernetesVersion') ?? textAt(properties, 'kubernetesVersion');
  const old =
    kubernetesVersion === null ? [] : pools(properties).filter((pool) => textAt(pool, 'currentOrchestratorVersion') !== kubernetesVersion);
  const images = nodeImages.filter(
    (target) => !pools(properties).some((pool) => pool['name'] === target.pool && hasImage(pool as Json, target)),
  );
  return [
    ...(kubernetesVersion === null || current === kubernetesVersion
      ? []
      : [`kubernetesVersion is ${current}, wanted ${kubernetesVersion}`]),
    ...old.map((pool) => `pool ${textAt(pool, 'name')} runs ${textAt(pool, 'currentOrchestratorVersion')}, wanted ${kubernetesVersion}`),
    ...images.map(({ pool, to }) => `pool ${pool} has not the node image ${to}`),
  ];
}

/**
 * The preconditions once more, in the moment in which the change begins. What an earlier try of ours has already brought about breaks
 * none of them. What needs the network around it was judged with the plan.
 */
export function recheckChange(input: ChangeInput, resource: unknown): readonly Problem[] {
  const azure = readAzureCluster(input.resourceId, resource);
  if (isInPlace(input, azure)) return [];
  const nothing = { networks: new Map(), versions: new Map(), cores: new Map(), addressesInUse: new Map() };
  switch (input.action) {
    case 'MIGRATE_TO_OVERLAY':
      return migrateProblems(azure, { asked: {}, known: undefined, index: undefined, name: azure.name, azure }, nothing);
    case 'EXPAND_POD_CIDR':
      return expansionProblems(azure, input.podCidr);
    case 'ENABLE_CILIUM':
      return ciliumProblems(azure);
    case 'UPGRADE':
      return upgradeProblems(azure, { kubernetesVersion: input.kubernetesVersion ?? undefined }, nothing);
    case 'DELETE':
      return [];
    case 'MIGRATE_INGRESS':
      return ingressMigrationProblems(azure, { agic: input.agic });
  }
}

function isInPlace(input: ChangeInput, azure: AzureCluster): boolean {
  if (input.action === 'MIGRATE_TO_OVERLAY') return azure.networkMode === 'OVERLAY' && azure.podCidr === input.podCidr;
  if (input.action === 'EXPAND_POD_CIDR') return azure.podCidr === input.podCidr;
  if (input.action === 'MIGRATE_INGRESS') return false;
  return input.action === 'ENABLE_CILIUM' && azure.dataplane === 'CILIUM';
}

function expansionProblems(azure: AzureCluster, podCidr: string): readonly Problem[] {
  if (azure.podCidr === undefined)
    return [problem({ path: 'podCidr', code: 'pod_cidr_expansion_needs_overlay', rule: 'OV-100', message: 'it has no pod range' })];
  const windowsPools = azure.nodePools.filter(({ osType }) => osType === 'WINDOWS').map(({ name }) => name);
  return checkExpansion({ from: Cidr.parse(azure.podCidr), to: Cidr.parse(podCidr), occupied: [], windowsPools });
}
