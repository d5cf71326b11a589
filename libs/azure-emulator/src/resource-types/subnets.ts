import { badRequest } from '../arm-error.js';
import { contains, overlap, rangeOf, usableAddresses, type IpRange } from '../ip-range.js';
import { at, compact, objectsAt, textAt, textsAt, without, type Json, type JsonObject } from '../json.js';
import type { Resource } from '../resource-store.js';
import type { World } from '../world.js';
import { networkBusy, networkLock } from './network-locks.js';
import type { Put, ResourceType } from './resource-type.js';

const ranges = (texts: readonly string[]): IpRange[] => texts.flatMap((text) => rangeOf(text) ?? []);

/** No virtual network may use these. */
export const forbiddenRanges = ranges(['224.0.0.0/4', '255.255.255.255/32', '127.0.0.0/8', '169.254.0.0/16', '168.63.129.16/32']);

const actions: Readonly<Record<string, readonly string[]>> = {
  'microsoft.servicenetworking/trafficcontrollers': ['Microsoft.Network/virtualNetworks/subnets/join/action'],
  'microsoft.containerservice/managedclusters': ['Microsoft.Network/virtualNetworks/subnets/join/action'],
  'microsoft.network/applicationgateways': ['Microsoft.Network/virtualNetworks/subnets/join/action'],
};

const prefixTexts = (properties: JsonObject): string[] => {
  const single = textAt(properties, 'addressPrefix');
  return single === undefined ? textsAt(properties, 'addressPrefixes') : [single];
};

export const prefixesOf = (properties: JsonObject): IpRange[] =>
  prefixTexts(properties).map((text) => {
    const block = rangeOf(text);
    if (!block) throw badRequest('NetcfgInvalidSubnet', `Subnet prefix '${text}' is not a valid CIDR block.`, { target: 'addressPrefix' });
    return block;
  });

export const subnetCapacity = (subnet: Resource): number =>
  prefixesOf(subnet.properties)
    .filter(({ family }) => family === 4)
    .reduce((sum, block) => sum + usableAddresses(block), 0);

/** Lower-case service names the subnet is delegated to. */
export const delegationsOf = (subnet: Resource): string[] =>
  objectsAt(subnet.properties, 'delegations').map((entry) => textAt(entry, 'properties', 'serviceName')?.toLowerCase() ?? '');

export const subnetType: ResourceType = {
  type: 'Microsoft.Network/virtualNetworks/subnets',
  parent: 'Microsoft.Network/virtualNetworks',
  namePattern: /^[a-zA-Z0-9]([-\w.]{0,78}[a-zA-Z0-9_])?$/,
  location: 'none',
  states: { creating: 'Updating', updating: 'Updating', deleting: 'Deleting' },
  seconds: { create: [2, 8], update: [2, 8], delete: [3, 10] },
  etag: 'etag',
  tags: false,
  wire: {
    top: [],
    properties: [
      'addressPrefix',
      'addressPrefixes',
      'networkSecurityGroup',
      'routeTable',
      'natGateway',
      'serviceEndpoints',
      'serviceEndpointPolicies',
      'privateEndpoints',
      'ipConfigurations',
      'ipConfigurationProfiles',
      'ipAllocations',
      'resourceNavigationLinks',
      'serviceAssociationLinks',
      'serviceGateway',
      'delegations',
      'purpose',
      'privateEndpointNetworkPolicies',
      'privateLinkServiceNetworkPolicies',
      'applicationGatewayIPConfigurations',
      'sharingScope',
      'defaultOutboundAccess',
      'ipamPoolPrefixAllocations',
    ],
  },
  locks: (id) => [networkLock(id)],
  busy: networkBusy,
  validate,
  validateDelete: checkSubnetUnused,
  properties: (world, subnet) =>
    compact({
      privateEndpointNetworkPolicies: 'Disabled',
      privateLinkServiceNetworkPolicies: 'Enabled',
      ...without(subnet.properties, 'delegations', 'ipConfigurations', 'serviceAssociationLinks'),
      delegations: delegationsView(subnet),
      ...usersView(world, subnet),
    }),
};

function validate({ world, name, parent, existing, properties }: Put): undefined {
  if (at(properties, 'ipamPoolPrefixAllocations') !== undefined) {
    throw badRequest('InvalidRequestFormat', 'The emulator has no network manager IPAM pools.', { emulated: true });
  }
  const blocks = prefixesOf(properties);
  const siblings = parent ? world.store.childrenOf(parent.key, subnetType.type).filter(({ key }) => key !== existing?.key) : [];
  const network = parent ? ranges(textsAt(parent.properties, 'addressSpace', 'addressPrefixes')) : [];
  checkSubnetBlocks(
    blocks,
    network,
    siblings.map((sibling) => ({ name: sibling.name, blocks: prefixesOf(sibling.properties) })),
    name,
  );
  if (existing) checkChange(world, existing, properties);
  return undefined;
}

export function checkSubnetBlocks(
  blocks: readonly IpRange[],
  network: readonly IpRange[],
  siblings: readonly { name: string; blocks: readonly IpRange[] }[],
  name: string,
): void {
  if (blocks.length === 0) throw badRequest('NetcfgInvalidSubnet', `Subnet '${name}' has no address prefix.`);
  for (const block of blocks) {
    if (!sizeAllowed(block))
      throw badRequest(
        'NetcfgInvalidSubnet',
        `Subnet '${name}' is not valid: ${block.text} is outside the sizes Azure takes (/2 to /29, for IPv6 exactly /64).`,
      );
    if (!network.some((outer) => contains(outer, block))) {
      throw badRequest(
        'NetcfgSubnetRangeOutsideVnet',
        `Subnet '${name}' is not valid because its IP address range is outside the IP address range of its virtual network.`,
      );
    }
    const clash = siblings.find((sibling) => sibling.blocks.some((other) => overlap(other, block)));
    if (clash)
      throw badRequest(
        'NetcfgSubnetRangesOverlap',
        `Subnet '${name}' is not valid because its IP address range overlaps with that of an existing subnet '${clash.name}'.`,
      );
  }
}

const sizeAllowed = ({ family, length }: IpRange): boolean => (family === 6 ? length === 64 : length >= 2 && length <= 29);

/** Prefix and delegations are fixed while somebody is in the subnet. */
function checkChange(world: World, subnet: Resource, properties: JsonObject): void {
  const holders = world.store.held(subnet.key);
  if (holders.length === 0) return;
  const texts = (value: JsonObject): string => prefixTexts(value).join();
  if (texts(properties) !== texts(subnet.properties)) {
    throw badRequest(
      'InUsePrefixCannotBeDeleted',
      `IpPrefix ${texts(subnet.properties)} on Subnet ${subnet.name} has active allocations and cannot be deleted.`,
    );
  }
  const services = (value: Json | undefined): string =>
    objectsAt(value, 'delegations')
      .map((entry) => textAt(entry, 'properties', 'serviceName'))
      .join();
  if (services(properties) !== services(subnet.properties)) {
    throw badRequest(
      'SubnetMissingRequiredDelegation',
      `Subnet ${subnet.id} requires the delegations it has while ${holders[0]?.configurationId ?? ''} uses it.`,
    );
  }
}

export function checkSubnetUnused(world: World, subnet: Resource): void {
  const [holder] = world.store.held(subnet.key);
  if (!holder) return;
  throw badRequest(
    'InUseSubnetCannotBeDeleted',
    `Subnet ${subnet.name} is in use by ${holder.configurationId} and cannot be deleted. In order to delete the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.`,
  );
}

const delegationsView = (subnet: Resource): Json[] =>
  objectsAt(subnet.properties, 'delegations').map((entry) => {
    const name = textAt(entry, 'name') ?? '';
    const serviceName = textAt(entry, 'properties', 'serviceName') ?? '';
    return {
      name,
      id: `${subnet.id}/delegations/${name}`,
      type: 'Microsoft.Network/virtualNetworks/subnets/delegations',
      properties: { serviceName, actions: [...(actions[serviceName.toLowerCase()] ?? [])], provisioningState: 'Succeeded' },
    };
  });

/** Delegated subnets show who is in them as links, the others as network interfaces. */
function usersView(world: World, subnet: Resource): { [member: string]: Json | undefined } {
  const holders = world.store.held(subnet.key);
  if (holders.length === 0) return {};
  const [service] = objectsAt(subnet.properties, 'delegations').map((entry) => textAt(entry, 'properties', 'serviceName') ?? '');
  if (service === undefined) return { ipConfigurations: holders.map(({ configurationId }) => ({ id: configurationId })) };
  return {
    serviceAssociationLinks: holders.map(({ configurationId }, index) => ({
      name: `link-${index}`,
      id: `${subnet.id}/serviceAssociationLinks/link-${index}`,
      properties: { linkedResourceType: service, link: configurationId, provisioningState: 'Succeeded', allowDelete: false },
    })),
  };
}
