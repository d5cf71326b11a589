import { listAt, readSubnet, textAt } from '@podspan/aks';
import { type Arm, ArmFailure, type ArmResource } from '@podspan/azure';
import { Cidr } from '@podspan/cidr';
import { DomainError, type Problem } from '@podspan/errors';
import type { NetworkFacts } from '../domain/addresses.js';
import { type AzureEstate, checkAgainstAzure, type ExistingCluster, type ExistingSubnet } from '../domain/check-azure.js';
import type { PlacedCluster } from '../domain/check-clusters.js';
import type { OfferedByPlace } from '../domain/check-versions.js';
import type { CoreQuotas } from '../domain/cores.js';
import type { Ipam, OnBehalf } from '../ports/ipam.js';
import { assumedNetworks } from './assumed-networks.js';
import { readCores, readVersions } from './read-places.js';
import type { ReadRequest } from './read-request.js';

/** What a request meets in Azure. */
export interface Surroundings {
  readonly problems: readonly Problem[];
  /** Every managed cluster of the subscriptions, also those that Podspan did not make. */
  readonly clusters: readonly ExistingCluster[];
  /** By `subscription/region`, lower case; absent where Azure does not let us read them. */
  readonly cores: ReadonlyMap<string, CoreQuotas>;
  /** Full versions of Kubernetes, likewise. */
  readonly versions: OfferedByPlace;
}

export const nothingAround: Surroundings = { problems: [], clusters: [], cores: new Map(), versions: new Map() };

/**
 * Two reads for each subscription and three for each of its regions, before anything is decided. Where Azure or ipam does not answer, nothing is known: every step
 * looks again before it writes, so this is no reason to refuse.
 */
export async function lookAround(arm: Arm, ipam: Ipam, { clusters, topology }: ReadRequest, caller: OnBehalf): Promise<Surroundings> {
  if (clusters.length === 0) return nothingAround;
  try {
    const names = [...new Set(clusters.map(({ spec }) => spec.network))];
    const networks = new Map([...assumedNetworks(topology), ...(await ipam.networks(names, caller))]);
    const places = clusters.map(({ spec }) => spec);
    const [estate, cores, versions] = await Promise.all([
      readEstate(arm, subscriptionsOf(clusters, networks)),
      readCores(arm, places),
      readVersions(arm, places),
    ]);
    return { problems: checkAgainstAzure(clusters, networks, estate), clusters: [...estate.clusters.values()], cores, versions };
  } catch (error) {
    if (error instanceof DomainError || error instanceof ArmFailure) return nothingAround;
    throw error;
  }
}

function subscriptionsOf(clusters: readonly PlacedCluster[], networks: ReadonlyMap<string, NetworkFacts>): readonly string[] {
  const ofNetworks = [...networks.values()].flatMap(({ subscriptionId, resourceId }) => [
    subscriptionId,
    /^\/subscriptions\/([^/]+)/i.exec(resourceId ?? '')?.[1],
  ]);
  const all = [...clusters.map(({ spec }) => spec.subscriptionId), ...ofNetworks].flatMap((id) =>
    id === undefined ? [] : [id.toLowerCase()],
  );
  return [...new Set(all)];
}

async function readEstate(arm: Arm, subscriptions: readonly string[]): Promise<AzureEstate> {
  const networks = (await Promise.all(subscriptions.map((id) => arm.listVirtualNetworks(id)))).flat();
  const clusters = (await Promise.all(subscriptions.map((id) => arm.listClusters(id)))).flat();
  return {
    subnets: new Map(networks.map((network) => [network.id.toLowerCase(), subnetsOf(network)])),
    clusters: new Map(clusters.map((cluster) => [cluster.id.toLowerCase(), clusterOf(cluster)])),
  };
}

function clusterOf({ id, raw }: ArmResource): ExistingCluster {
  return {
    id: id.toLowerCase(),
    subscriptionId: /^\/subscriptions\/([^/]+)/i.exec(id)?.[1] ?? '',
    region: (textAt(raw, 'location') ?? '').toLowerCase().replaceAll(' ', ''),
    networkPlugin: textAt(raw, 'properties.networkProfile.networkPlugin') ?? '',
  };
}

function subnetsOf({ raw }: ArmResource): readonly ExistingSubnet[] {
  return listAt(raw, 'properties.subnets').flatMap((subnet) => {
    const {
      prefixes: [prefix],
      delegations,
    } = readSubnet(subnet);
    return prefix === undefined ? [] : [{ name: textAt(subnet, 'name') ?? '', cidr: Cidr.parse(prefix), delegations }];
  });
}
