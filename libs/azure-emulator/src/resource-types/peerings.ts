import { badRequest } from '../arm-error.js';
import { keyOf } from '../arm-path.js';
import { overlap, type IpRange } from '../ip-range.js';
import { compact, objectAt, textAt, textsAt, without, type JsonObject } from '../json.js';
import type { Resource } from '../resource-store.js';
import type { World } from '../world.js';
import { networkBusy, networkLock, notProvisioned } from './network-locks.js';
import type { Put, ResourceType } from './resource-type.js';
import { networkPrefixes } from './virtual-networks.js';

const type = 'Microsoft.Network/virtualNetworks/virtualNetworkPeerings';
const networks = 'Microsoft.Network/virtualNetworks';

const remoteIdOf = (properties: JsonObject): string => textAt(properties, 'remoteVirtualNetwork', 'id') ?? '';

export const peeringType: ResourceType = {
  type,
  parent: networks,
  namePattern: /^[a-zA-Z0-9]([-\w.]{0,78}[a-zA-Z0-9_])?$/,
  location: 'none',
  states: { creating: 'Updating', updating: 'Updating', deleting: 'Deleting' },
  seconds: { create: [3, 10], update: [3, 10], delete: [3, 10] },
  etag: 'etag',
  tags: false,
  wire: {
    top: [],
    properties: [
      'allowVirtualNetworkAccess',
      'allowForwardedTraffic',
      'allowGatewayTransit',
      'useRemoteGateways',
      'remoteVirtualNetwork',
      'localAddressSpace',
      'localVirtualNetworkAddressSpace',
      'remoteAddressSpace',
      'remoteVirtualNetworkAddressSpace',
      'remoteBgpCommunities',
      'remoteVirtualNetworkEncryption',
      'peeringState',
      'peeringSyncLevel',
      'doNotVerifyRemoteGateways',
      'resourceGuid',
      'peerCompleteVnets',
      'enableOnlyIPv6Peering',
      'localSubnetNames',
      'remoteSubnetNames',
    ],
  },
  locks: (id) => [networkLock(id)],
  busy: networkBusy,
  validate,
  onAccepted: ({ world, properties }, peering) => {
    const remote = world.store.get(remoteIdOf(properties));
    peering.hidden['remotePrefixes'] = remote ? textsAt(remote.properties, 'addressSpace', 'addressPrefixes') : [];
    if (counterpart(world, peering)) peering.hidden['met'] = true;
  },
  onSettled: (world, peering) => {
    const other = counterpart(world, peering);
    if (!other) return;
    peering.hidden['met'] = true;
    other.hidden['met'] = true;
  },
  properties: view,
};

function validate({ world, id, parent, existing, properties }: Put): undefined {
  const remoteId = remoteIdOf(properties);
  const remote = world.store.get(remoteId);
  if (!parent || remote?.type !== networks) {
    throw badRequest(
      'InvalidResourceReference',
      `Resource ${remoteId} referenced by resource ${id} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`,
    );
  }
  if (remote.key === parent.key)
    throw badRequest('VnetCannotPeerWithItself', `Virtual network ${parent.id} cannot be peered with itself.`, { emulated: true });
  if (world.operations.holding([networkLock(remoteId)])) throw notProvisioned(remote.id, id, 'Updating');
  if (remote.state !== 'Succeeded') throw notProvisioned(remote.id, id, remote.state ?? 'Updating');
  const clash = clashing(networkPrefixes(parent), networkPrefixes(remote));
  if (clash) {
    throw badRequest(
      'VnetAddressSpacesOverlap',
      `Cannot create or update peering ${id}. Virtual networks ${parent.id} and ${remote.id} cannot be peered because their address spaces overlap. Overlapping address prefixes: ${clash[0].text}, ${clash[1].text}`,
    );
  }
  checkOtherPeers(world, parent, remote, existing, id);
  return undefined;
}

/** A network cannot reach two peers that use the same addresses. */
function checkOtherPeers(world: World, local: Resource, remote: Resource, existing: Resource | undefined, id: string): void {
  for (const peering of world.store.childrenOf(local.key, type)) {
    const peer = world.store.get(remoteIdOf(peering.properties));
    if (!peer || peering.key === existing?.key || peer.key === remote.key) continue;
    const clash = clashing(networkPrefixes(peer), networkPrefixes(remote));
    if (clash)
      throw badRequest(
        'VnetAddressSpaceOverlapsWithAlreadyPeeredVnet',
        `Address space of the remote virtual network ${remote.id} of peering ${id} overlaps with address space of virtual network ${peer.id} already peered with ${local.id}: ${clash[0].text}, ${clash[1].text}.`,
      );
  }
}

function clashing(left: readonly IpRange[], right: readonly IpRange[]): readonly [IpRange, IpRange] | undefined {
  for (const one of left) for (const other of right) if (overlap(one, other)) return [one, other];
  return undefined;
}

/** The peering that points back from the other network. */
function counterpart(world: World, peering: Resource): Resource | undefined {
  const remote = world.store.get(remoteIdOf(peering.properties));
  if (!remote) return undefined;
  return world.store.childrenOf(remote.key, type).find((back) => keyOf(remoteIdOf(back.properties)) === peering.parentKey);
}

function view(world: World, peering: Resource): JsonObject {
  const remote = world.store.get(remoteIdOf(peering.properties));
  const known = textsAt(peering.hidden, 'remotePrefixes');
  const now = remote ? textsAt(remote.properties, 'addressSpace', 'addressPrefixes') : known;
  const connected = counterpart(world, peering)?.state === 'Succeeded' && peering.state === 'Succeeded';
  return compact({
    allowVirtualNetworkAccess: true,
    allowForwardedTraffic: false,
    allowGatewayTransit: false,
    useRemoteGateways: false,
    peerCompleteVnets: true,
    ...without(peering.properties, 'peeringState', 'peeringSyncLevel', 'remoteAddressSpace', 'remoteVirtualNetworkAddressSpace'),
    remoteVirtualNetwork: objectAt(peering.properties, 'remoteVirtualNetwork') ?? {},
    remoteAddressSpace: { addressPrefixes: known },
    remoteVirtualNetworkAddressSpace: { addressPrefixes: now },
    peeringState: connected ? 'Connected' : peering.hidden['met'] === true && !counterpart(world, peering) ? 'Disconnected' : 'Initiated',
    peeringSyncLevel: known.join() === now.join() ? 'FullyInSync' : 'RemoteNotInSync',
  });
}
