export const networkKinds = ['VIRTUAL_NETWORK', 'ON_PREMISES', 'EXTERNAL'] as const;
export type NetworkKind = (typeof networkKinds)[number];

export const linkKinds = ['PEERING', 'CONNECTED_GROUP', 'EXPRESSROUTE', 'VPN', 'VIRTUAL_WAN'] as const;
export type LinkKind = (typeof linkKinds)[number];

/**
 * Whether what came into a network over one kind of link goes on over another.
 * - A virtual network forwards whatever its links are: peering by itself is not transitive (NET-01), but a hub may hold an
 *   appliance, a gateway that its peers use, or a route server, and assuming so is the safe side.
 * - On-premises and external networks are ends. Only a virtual WAN joins what is attached to it, sites too: its own hubs forward.
 *   What lies behind one VPN or circuit stays behind it.
 */
export function goesOn(network: NetworkKind, entered: LinkKind, leaving: LinkKind): boolean {
  return network === 'VIRTUAL_NETWORK' || (entered === 'VIRTUAL_WAN' && leaving === 'VIRTUAL_WAN');
}

/** The rule that two overlapping networks break, by the links that join them, and what Azure does about it. */
export function overlapRule(via: readonly LinkKind[]): { readonly rule: string; readonly effect: string } {
  if (via.length > 0 && via.every((kind) => kind === 'CONNECTED_GROUP'))
    return { rule: 'NET-13', effect: 'Azure accepts the connected group and drops the traffic to the shared addresses without an error' };
  if (via.length === 1 && via[0] === 'PEERING') return { rule: 'NET-01', effect: 'Azure refuses the peering' };
  return { rule: 'NET-03', effect: 'nothing refuses it, and only one of the two is reached' };
}
