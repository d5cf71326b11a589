import { Cidr, CidrSet, firstFit, freeBlocks } from '@podspan/cidr';

const cidrs = (...texts: readonly string[]): readonly Cidr[] => texts.map(Cidr.parse);

/** Refused for pods, services and the cluster's network, in either direction of overlap (OV-70). */
export const aksReservedRanges = cidrs('169.254.0.0/16', '172.30.0.0/16', '172.31.0.0/16', '192.0.2.0/24');

/** Refused for every virtual network and subnet (OV-72). */
export const vnetForbiddenRanges = cidrs('224.0.0.0/4', '255.255.255.255/32', '127.0.0.0/8', '169.254.0.0/16', '168.63.129.16/32');

/** Private space: RFC 1918, RFC 6598 and, for dual-stack, IPv6 unique local addresses (OV-41, SN-03). */
export const privateRanges = cidrs('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7');

/** Where pod CIDRs are looked for, the best first: carrier-NAT space is rarely routed inside companies (OV-42). */
const podRangeParents = cidrs('100.64.0.0/10', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16');

const privateSpace = CidrSet.of(privateRanges);

export function isPrivate(range: Cidr): boolean {
  return privateSpace.contains(range);
}

/** The reserved ranges this one overlaps. */
export function reservedIn(range: Cidr): readonly Cidr[] {
  return aksReservedRanges.filter((reserved) => reserved.overlaps(range));
}

/** What remains of a range without the reserved ones, as the fewest blocks (OV-71). */
export function usableParts(range: Cidr): readonly Cidr[] {
  return CidrSet.of(aksReservedRanges).complementIn(range).blocks;
}

/** A pod CIDR of this length that avoids what is taken and reserved; undefined when private space has none. */
export function suggestPodCidr(length: number, taken: Iterable<Cidr>): Cidr | undefined {
  return firstFit(freeBlocks(podRangeParents, [...taken, ...aksReservedRanges]), length);
}
