import { ceilLog2 } from '@podspan/aks';
import { Cidr, CidrSet } from '@podspan/cidr';

/** The part of a cluster's answer that the saving is made of. */
export interface SavingCluster {
  readonly peakNodes: number;
  readonly savings: { readonly flatAddresses: string; readonly overlayAddresses: string };
  readonly nodeSubnets: readonly { readonly cidr: string }[];
  /** As it is now, grown or not. */
  readonly podCidr: string;
}

/** Counts of addresses as decimal strings. */
export interface SpaceSavings {
  readonly clusters: number;
  readonly nodes: number;
  readonly flatAddresses: string;
  readonly overlayAddresses: string;
  readonly savedAddresses: string;
  readonly flatSubnetAddresses: string;
  readonly overlaySubnetAddresses: string;
  readonly savedSubnetAddresses: string;
  readonly podAddresses: string;
  readonly podAddressesShared: string;
}

/** Overlay against flat mode (SN-11): in addresses as they are used, and in whole subnets as networks are cut. */
export function savingsOfClusters(clusters: readonly SavingCluster[]): SpaceSavings {
  const flat = sum(clusters, ({ savings }) => BigInt(savings.flatAddresses));
  const overlay = sum(clusters, ({ savings }) => BigInt(savings.overlayAddresses));
  const flatSubnets = sum(clusters, ({ savings }) => 1n << BigInt(ceilLog2(Number(savings.flatAddresses))));
  const overlaySubnets = sum(clusters, ({ nodeSubnets }) => CidrSet.of(nodeSubnets.map(({ cidr }) => Cidr.parse(cidr))).size);
  const pods = clusters.map(({ podCidr }) => Cidr.parse(podCidr));
  return {
    clusters: clusters.length,
    nodes: clusters.reduce((count, { peakNodes }) => count + peakNodes, 0),
    flatAddresses: String(flat),
    overlayAddresses: String(overlay),
    savedAddresses: String(atLeastNothing(flat - overlay)),
    flatSubnetAddresses: String(flatSubnets),
    overlaySubnetAddresses: String(overlaySubnets),
    savedSubnetAddresses: String(atLeastNothing(flatSubnets - overlaySubnets)),
    podAddresses: String(sum(pods, ({ size }) => size)),
    podAddressesShared: String(CidrSet.of(pods).size),
  };
}

function sum<T>(items: readonly T[], of: (item: T) => bigint): bigint {
  return items.reduce((total, item) => total + of(item), 0n);
}

function atLeastNothing(count: bigint): bigint {
  return count > 0n ? count : 0n;
}
