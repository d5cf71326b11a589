import { ceilLog2 } from './pod-range-size.js';

/** Addresses Azure keeps in every subnet (SN-01). */
export const RESERVED_ADDRESSES = 5;
/** The smallest IPv4 subnet (SN-02). */
export const LONGEST_SUBNET_PREFIX = 29;

/** Addresses a subnet of this length can give away (SN-01). */
export function usableAddresses(prefix: number): number {
  return prefix > LONGEST_SUBNET_PREFIX ? 0 : 2 ** (32 - prefix) - RESERVED_ADDRESSES;
}

/** The length of the smallest subnet with this many usable addresses. */
export function subnetPrefixFor(addresses: number): number {
  return Math.min(LONGEST_SUBNET_PREFIX, 32 - ceilLog2(addresses + RESERVED_ADDRESSES));
}

export interface NodeSubnetDemand {
  /** Of all pools in this subnet, of all clusters that share it (SN-12). */
  readonly peakNodes: number;
  /** Frontends of internal load balancers take their address from the cluster subnet (SN-14). */
  readonly internalLoadBalancers?: number | undefined;
  /** One for a private cluster, in the subnet of its first pool (SN-15). */
  readonly privateEndpoints?: number | undefined;
  readonly otherAddresses?: number | undefined;
}

/** Addresses an overlay node subnet must give away: pods take none (OV-10, SN-10). */
export function nodeSubnetAddresses(demand: NodeSubnetDemand): number {
  const { peakNodes, internalLoadBalancers = 0, privateEndpoints = 0, otherAddresses = 0 } = demand;
  return peakNodes + internalLoadBalancers + privateEndpoints + otherAddresses;
}

export function nodeSubnetPrefixFor(demand: NodeSubnetDemand): number {
  return subnetPrefixFor(nodeSubnetAddresses(demand));
}

/** Addresses the same nodes and pods take in legacy node-subnet mode, to show what overlay saves (SN-11). */
export function legacyAddresses(peakNodes: number, maxPods: number): number {
  return peakNodes + peakNodes * maxPods;
}

export function legacySubnetPrefixFor(peakNodes: number, maxPods: number): number {
  return 32 - ceilLog2(legacyAddresses(peakNodes, maxPods));
}

/** Addresses one API server with VNet integration reserves (SN-40). */
export const API_SERVER_ADDRESSES = 9;
export const API_SERVER_LONGEST_PREFIX = 28;

/** How many clusters can share an API-server subnet of this length (SN-40). */
export function apiServersIn(prefix: number): number {
  return Math.floor(usableAddresses(prefix) / API_SERVER_ADDRESSES);
}

export function apiServerSubnetPrefixFor(clusters: number): number {
  return Math.min(API_SERVER_LONGEST_PREFIX, subnetPrefixFor(clusters * API_SERVER_ADDRESSES));
}

/** The most instances of an Application Gateway v2 (AGIC-10). */
export const APPLICATION_GATEWAY_MAX_INSTANCES = 125;

/** Addresses of an Application Gateway v2: one per instance and one for a private frontend (AGIC-10). */
export function applicationGatewayPrefixFor(instances: number, privateFrontend: boolean): number {
  return subnetPrefixFor(instances + (privateFrontend ? 1 : 0));
}

/** The only length of an AGC subnet beside overlay nodes (AGC-21). */
export const AGC_SUBNET_PREFIX = 24;
