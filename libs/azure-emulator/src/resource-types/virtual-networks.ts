import { badRequest, invalidParameter } from '../arm-error.js';
import { keyOf } from '../arm-path.js';
import { contains, overlap, rangeOf, usableAddresses, type IpRange } from '../ip-range.js';
import { at, isObject, objectAt, objectsAt, textAt, textsAt, without, type JsonObject } from '../json.js';
import type { Resource } from '../resource-store.js';
import type { World } from '../world.js';
import { networkBusy, networkLock } from './network-locks.js';
import type { Put, ResourceType } from './resource-type.js';
import { checkSubnetBlocks, checkSubnetUnused, forbiddenRanges, prefixesOf, subnetType } from './subnets.js';

const peerings = 'Microsoft.Network/virtualNetworks/virtualNetworkPeerings';

export const networkPrefixes = (network: Resource): IpRange[] =>
  textsAt(network.properties, 'addressSpace', 'addressPrefixes').flatMap((text) => rangeOf(text) ?? []);

export const virtualNetworkType: ResourceType = {
  type: 'Microsoft.Network/virtualNetworks',
  namePattern: /^[a-zA-Z0-9][-\w.]{0,62}[a-zA-Z0-9_]$/,
  location: 'required',
  states: { creating: 'Updating', updating: 'Updating', deleting: 'Deleting' },
  seconds: { create: [3, 10], update: [3, 8], delete: [5, 12] },
  etag: 'etag',
  tags: true,
  wire: {
    top: ['extendedLocation'],
    properties: [
      'addressSpace',
      'dhcpOptions',
      'flowTimeoutInMinutes',
      'subnets',
      'virtualNetworkPeerings',
      'resourceGuid',
      'enableDdosProtection',
      'enableVmProtection',
      'ddosProtectionPlan',
      'bgpCommunities',
      'encryption',
      'ipAllocations',
      'flowLogs',
      'privateEndpointVNetPolicies',
      'defaultPublicNatGateway',
    ],
  },
  locks: (id) => [networkLock(id)],
  busy: networkBusy,
  validate,
  onAccepted,
  onSettled: (world, network, { outcome }) => {
    for (const subnet of world.store.childrenOf(network.key, subnetType.type)) {
      if (subnet.state === 'Updating') subnet.state = outcome;
    }
  },
  validateDelete: (world, network) => {
    for (const subnet of world.store.childrenOf(network.key, subnetType.type)) checkSubnetUnused(world, subnet);
  },
  properties: (world, network) => ({
    enableDdosProtection: false,
    ...without(network.properties, 'subnets', 'virtualNetworkPeerings'),
    resourceGuid: world.random.uuid('resourceGuid', network.key, network.incarnation),
    subnets: world.store.childrenOf(network.key, subnetType.type).map((subnet) => world.view(subnet)),
    virtualNetworkPeerings: world.store.childrenOf(network.key, peerings).map((peering) => world.view(peering)),
  }),
  reads: { usages: networkUsages },
};

function validate(put: Put): undefined {
  const blocks = addressSpaceOf(put);
  const before = put.existing ? put.world.store.childrenOf(put.existing.key, subnetType.type) : [];
  const inline = at(put.properties, 'subnets') === undefined ? undefined : objectsAt(put.properties, 'subnets');
  const names = inline?.map((subnet) => textAt(subnet, 'name')?.toLowerCase() ?? '');
  for (const subnet of before) {
    if (names && !names.includes(subnet.name.toLowerCase())) checkSubnetUnused(put.world, subnet);
    else if (!inline) checkSubnetBlocks(prefixesOf(subnet.properties), blocks, [], subnet.name);
  }
  inline?.forEach((subnet, index) => {
    const name = textAt(subnet, 'name') ?? '';
    if (!subnetType.namePattern.test(name)) throw badRequest('InvalidResourceName', `Resource name ${name} is invalid.`);
    const siblings = inline
      .slice(0, index)
      .map((other) => ({ name: textAt(other, 'name') ?? '', blocks: prefixesOf(objectAt(other, 'properties') ?? {}) }));
    checkSubnetBlocks(prefixesOf(objectAt(subnet, 'properties') ?? {}), blocks, siblings, name);
  });
  return undefined;
}

function addressSpaceOf({ properties, name }: Put): IpRange[] {
  const texts = textsAt(properties, 'addressSpace', 'addressPrefixes');
  if (at(properties, 'addressSpace', 'ipamPoolPrefixAllocations') !== undefined) {
    throw invalidParameter('properties.addressSpace.ipamPoolPrefixAllocations', 'The emulator has no network manager IPAM pools.');
  }
  if (texts.length === 0)
    throw badRequest('InvalidRequestFormat', `Virtual network ${name} has no address prefixes.`, {
      target: 'properties.addressSpace.addressPrefixes',
    });
  const blocks = texts.map((text) => {
    const block = rangeOf(text);
    if (!block) throw badRequest('InvalidCIDRNotation', `The address prefix ${text} in resource ${name} has an invalid CIDR notation.`);
    const forbidden = forbiddenRanges.find((range) => overlap(range, block));
    if (forbidden)
      throw invalidParameter(
        'properties.addressSpace.addressPrefixes',
        `The address prefix ${text} overlaps ${forbidden.text}, which virtual networks cannot use.`,
      );
    return block;
  });
  for (const [index, block] of blocks.entries()) {
    const clash = blocks.slice(0, index).find((other) => overlap(other, block));
    if (clash)
      throw badRequest('AddressPrefixesOverlap', `Address prefixes ${clash.text} and ${block.text} of ${name} overlap.`, {
        emulated: true,
      });
  }
  return blocks;
}

/** Subnets named in the PUT are written with the network; those it leaves out go, when it names any at all. */
function onAccepted({ world, properties, id }: Put, network: Resource): void {
  if (at(properties, 'subnets') === undefined) return;
  const wanted = objectsAt(properties, 'subnets');
  const keys = wanted.map((subnet) => keyOf(`${id}/subnets/${textAt(subnet, 'name') ?? ''}`));
  for (const old of world.store.childrenOf(network.key, subnetType.type)) if (!keys.includes(old.key)) world.remove(old);
  wanted.forEach((subnet, index) => writeInlineSubnet(world, network, subnet, keys[index] ?? ''));
}

function writeInlineSubnet(world: World, network: Resource, subnet: JsonObject, key: string): void {
  const name = textAt(subnet, 'name') ?? '';
  const given = at(subnet, 'properties');
  const old = world.store.get(key);
  world.store.put({
    key,
    name,
    id: old?.id ?? `${network.id}/subnets/${name}`,
    type: subnetType.type,
    parentKey: network.key,
    createdAt: old?.createdAt ?? world.clock.now(),
    incarnation: old?.incarnation ?? world.count('incarnation', key),
    hidden: {},
    body: {},
    properties: isObject(given) ? without(given, 'provisioningState') : {},
    state: 'Updating',
    etag: world.newEtag(key),
  });
}

/** Azure's own accounting: addresses in use and available per subnet. */
function networkUsages(world: World, network: Resource): JsonObject {
  return {
    value: world.store.childrenOf(network.key, subnetType.type).map((subnet) => {
      const limit = prefixesOf(subnet.properties)
        .filter(({ family }) => family === 4)
        .reduce((sum, block) => sum + usableAddresses(block), 0);
      const currentValue = world.store.held(subnet.key).reduce((sum, { addresses }) => sum + addresses, 0);
      return { id: subnet.id, currentValue, limit, unit: 'Count', name: { value: 'SubnetSpace', localizedValue: 'Subnet size and usage' } };
    }),
  };
}

export const insideNetwork = (network: Resource, block: IpRange): boolean =>
  networkPrefixes(network).some((prefix) => contains(prefix, block));
