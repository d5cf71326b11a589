import { API_SERVER_DELEGATION, podPrefixFor, textAt } from '@podspan/aks';
import { type Arm, ArmFailure } from '@podspan/azure';
import { Transient } from '@podspan/errors';
import type { CheckedChange } from '../request/check-change-request.js';
import { currentApiVersions } from './current-api-versions.js';
import type { ClusterRow } from '../database.js';
import type { AzureCluster } from '../domain/change/azure-cluster.js';
import { gatewayNameOf, gatewaySpecOf, switchSecondsOf } from '../domain/ingress/ingress-migration.js';
import type {
  AgicRange,
  Before,
  ChangeBase,
  ChangeInput,
  DeleteInput,
  MigrateIngressInput,
  NodeImageTarget,
  OwnedResource,
} from '../domain/change/change-input.js';
import { peakOf } from '../domain/change/check-migrate.js';
import { expansionTarget } from '../domain/change/check-network-change.js';
import { resolveVersion } from '../domain/change/check-upgrade.js';
import type { NamedSubnet } from '../domain/create/create-input.js';
import { gatewayDelegation } from '../domain/create/create-steps.js';
import { identityId, identityName } from '../domain/create/names.js';
import type { PodRangeWish } from '../ports/ipam.js';
import { networkNameOf, type ResolvedTarget } from '../request/resolve-targets.js';

/** Smallest pod range that is handed out (OV-25). */
const longestPodPrefix = 22;

/** The ranges that a migration takes from a pool: none when each cluster keeps or names its own and no pool holds them. */
export function podRangeWish({ action, targets, request }: CheckedChange, label: string): PodRangeWish | undefined {
  const { podPool } = request;
  if (action !== 'MIGRATE_TO_OVERLAY' || podPool === undefined) return undefined;
  const clusters = targets.flatMap((target) => {
    const { azure, asked, name } = target;
    if (!azure) return [];
    const prefixLength = Math.min(longestPodPrefix, podPrefixFor(peakOf(azure)));
    return [{ name, network: networkNameOf(target), serviceCidr: azure.serviceCidr, cidr: asked.podCidr, prefixLength }];
  });
  return { pool: podPool, label, clusters };
}

export interface FreezeFacts {
  readonly rollout: { readonly id: string; readonly name: string };
  /** Pod ranges that were taken, by cluster. */
  readonly ranges: ReadonlyMap<string, string>;
  /** Ids of the items that may have written a cluster, by its name. */
  readonly writers: ReadonlyMap<string, readonly string[]>;
  readonly images: NewestImages;
  /** MIGRATE_INGRESS: AGIC's subnets, by cluster. */
  readonly agicRanges: ReadonlyMap<string, AgicRange>;
}

/** Decides everything about each change once, so that every wave gets the same. */
export async function freezeChanges(
  { action, targets }: CheckedChange,
  facts: FreezeFacts,
  offered: OfferedIn,
): Promise<readonly ChangeInput[]> {
  return Promise.all(
    targets.map(async (target): Promise<ChangeInput> => {
      const base = baseOf(target, facts);
      const { azure, known, asked, row } = target;
      switch (action) {
        case 'MIGRATE_TO_OVERLAY':
          return { ...base, action, podCidr: facts.ranges.get(target.name) ?? asked.podCidr ?? azure?.podCidr ?? '' };
        case 'EXPAND_POD_CIDR':
          return { ...base, action, from: azure?.podCidr ?? '', podCidr: expansionTarget(known, asked) ?? '' };
        case 'ENABLE_CILIUM':
          return { ...base, action };
        case 'UPGRADE':
          return {
            ...base,
            action,
            kubernetesVersion:
              asked.kubernetesVersion === undefined || !azure ? null : (resolveVersion(asked.kubernetesVersion, offered(azure)) ?? null),
            nodeImages: asked.nodeImage === true && azure ? await facts.images.of(azure) : [],
          };
        case 'MIGRATE_INGRESS':
          return { ...base, action, ...ingressOf(target, facts) };
        case 'DELETE':
          if (!row) throw new Error('refused before: a cluster that is not known is not deleted');
          return deletionOf(base, row, facts);
      }
    }),
  );
}

type OfferedIn = (azure: AzureCluster) => readonly string[];

function baseOf(target: ResolvedTarget, { rollout }: FreezeFacts): ChangeBase {
  const { name, row, azure } = target;
  return {
    rollout,
    cluster: {
      name,
      subscriptionId: row?.subscription_id ?? azure?.subscriptionId ?? '',
      resourceGroup: row?.resource_group ?? azure?.resourceGroup ?? '',
      region: row?.region ?? azure?.region ?? '',
      network: networkNameOf(target),
    },
    resourceId: row?.resource_id ?? azure?.resourceId ?? '',
    apiVersions: currentApiVersions,
    before: beforeOf(azure),
  };
}

function ingressOf(
  { name, azure, asked }: ResolvedTarget,
  { agicRanges }: FreezeFacts,
): Omit<MigrateIngressInput, keyof ChangeBase | 'action'> {
  const { ingress = {} } = asked;
  return {
    gateway: gatewayNameOf(name, ingress),
    spec: gatewaySpecOf(ingress),
    agic: ingress.agic ?? 'ADDON',
    applicationGatewayId: azure?.agic.gatewayId ?? null,
    apply: ingress.apply ?? true,
    switchSeconds: switchSecondsOf(ingress),
    agicRange: agicRanges.get(name) ?? null,
  };
}

function beforeOf(azure: AzureCluster | undefined): Before {
  return {
    networkMode: azure?.networkMode ?? 'ABSENT',
    dataplane: azure?.dataplane ?? 'AZURE',
    networkPolicy: azure?.networkPolicy ?? 'NONE',
    podCidr: azure?.podCidr ?? null,
    serviceCidr: azure?.serviceCidr ?? null,
    kubernetesVersion: azure?.kubernetesVersion ?? '',
    nodePools: (azure?.nodePools ?? []).map((pool) => ({
      name: pool.name,
      kubernetesVersion: pool.kubernetesVersion,
      nodeImage: pool.nodeImage ?? null,
    })),
  };
}

function deletionOf(
  base: ChangeBase,
  { input, address_plan: addressPlan, vnet_resource_id: vnetId }: ClusterRow,
  { writers }: FreezeFacts,
): DeleteInput {
  const { subscriptionId, resourceGroup, name } = base.cluster;
  return {
    ...base,
    action: 'DELETE',
    vnetId,
    writers: writers.get(name) ?? [],
    identity: { name: identityName(name), resourceId: identityId(subscriptionId, resourceGroup, name) },
    nodeSubnets: input.nodeSubnets.map((subnet) => owned(subnet)),
    gatewaySubnet: input.gatewaySubnet ? owned(input.gatewaySubnet, gatewayDelegation(input)) : null,
    apiServerSubnet: input.apiServerSubnet ? owned(input.apiServerSubnet, API_SERVER_DELEGATION) : null,
    addressPlan,
  };
}

function owned({ name, cidr, cidrV6, subnetId }: NamedSubnet & { readonly cidrV6?: string }, delegation?: string): OwnedResource {
  return {
    name,
    cidr,
    ...(cidrV6 === undefined ? {} : { cidrV6 }),
    resourceId: subnetId,
    ...(delegation === undefined ? {} : { delegation }),
  };
}

/** The newest node image, asked once for each kind of image in a subscription and region: AKS gives such reads one a second. */
export class NewestImages {
  readonly #asked = new Map<string, Promise<string | undefined>>();

  constructor(private readonly arm: Arm) {}

  /** @throws Transient when Azure does not answer */
  async of({ resourceId, subscriptionId, region, nodePools }: AzureCluster): Promise<readonly NodeImageTarget[]> {
    const targets = nodePools.map(async ({ name, nodeImage }): Promise<NodeImageTarget[]> => {
      const key = `${subscriptionId}/${region}/${familyOf(nodeImage)}`.toLowerCase();
      const newest = this.#asked.get(key) ?? this.#ask(`${resourceId}/agentPools/${name}`);
      this.#asked.set(key, newest);
      const to = await newest;
      return to === undefined ? [] : [{ pool: name, from: nodeImage ?? null, to }];
    });
    return (await Promise.all(targets)).flat();
  }

  async #ask(poolId: string): Promise<string | undefined> {
    try {
      const profile = await this.arm.get(`${poolId}/upgradeProfiles/default`, currentApiVersions.managedCluster);
      return textAt(profile?.raw, 'properties.latestNodeImageVersion');
    } catch (error) {
      if (error instanceof ArmFailure)
        throw new Transient('dependency_unavailable', `Azure does not say which node image is the newest: ${error.facts.code}`, 30, {
          cause: error,
        });
      throw error;
    }
  }
}

/** `AKSUbuntu-2204gen2containerd` of `AKSUbuntu-2204gen2containerd-202611.02.0`. */
function familyOf(image: string | undefined): string {
  return image?.replace(/-[^-]*$/, '') ?? '';
}
