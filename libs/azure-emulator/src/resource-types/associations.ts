import { badRequest } from '../arm-error.js';
import { keyOf } from '../arm-path.js';
import { textAt, without } from '../json.js';
import type { Resource } from '../resource-store.js';
import type { World } from '../world.js';
import { isOverlay } from './cluster-network.js';
import { readySubnet } from './network-locks.js';
import type { Doom, Put, ResourceType } from './resource-type.js';
import {
  requireReady,
  serviceNetworkingBusy,
  serviceNetworkingName,
  serviceNetworkingStates,
  trafficControllers,
} from './service-networking.js';
import { delegationsOf, prefixesOf, subnetCapacity } from './subnets.js';

const type = `${trafficControllers}/associations`;
const delegation = 'microsoft.servicenetworking/trafficcontrollers';
/** What the service demands of a subnet; a /24 has 251 to give. */
const leastAddresses = 250;

const subnetIdOf = ({ properties }: Pick<Resource, 'properties'>): string => textAt(properties, 'subnet', 'id') ?? '';

/** The data plane of a traffic controller, placed into a delegated subnet. */
export const associationType: ResourceType = {
  type,
  parent: trafficControllers,
  namePattern: serviceNetworkingName,
  location: 'required',
  states: serviceNetworkingStates,
  seconds: { create: [60, 150], update: [60, 120], delete: [60, 120] },
  tags: true,
  wire: { top: [], properties: ['associationType', 'subnet'] },
  busy: serviceNetworkingBusy,
  validate,
  uses: (association) => [{ subnetKey: keyOf(subnetIdOf(association)), addresses: leastAddresses, configurationId: association.id }],
  properties: (_, { properties }) => without(properties, 'provisioningState'),
};

function validate(put: Put): Doom | undefined {
  const { world, id, parent, existing, properties, location } = put;
  requireReady(parent, id);
  if (textAt(properties, 'associationType') !== 'subnets')
    throw badRequest('InvalidParameter', "associationType must be 'subnets'.", { target: 'properties.associationType' });
  if (!existing && parent && world.store.childrenOf(parent.key, type).length > 0) {
    throw badRequest('QuotaExceeded', 'A traffic controller can have one association.', { emulated: true });
  }
  const subnet = readySubnet(world, subnetIdOf(put), id);
  const network = world.store.get(subnet.parentKey);
  if (location !== undefined && network?.location !== undefined && plain(location) !== plain(network.location)) {
    throw badRequest(
      'InvalidParameter',
      `The association's location '${location}' differs from that of the virtual network, '${network.location}'.`,
      { target: 'location', emulated: true },
    );
  }
  if (!delegationsOf(subnet).includes(delegation)) {
    throw badRequest(
      'AppGwForContainersAssociationSubnetNotDelegatedToTrafficController',
      `Subnet '${subnet.id}' is not delegated to 'Microsoft.ServiceNetworking/trafficControllers'.`,
    );
  }
  if (subnetCapacity(subnet) < leastAddresses) throw notEnough(subnet);
  return occupancy(world, put, subnet, network);
}

const plain = (location: string): string => location.toLowerCase().replaceAll(' ', '');

/** On overlay a subnet serves one association and is exactly a /24; on flat networks larger ones serve several. */
function occupancy(world: World, { existing }: Put, subnet: Resource, network: Resource | undefined): Doom | undefined {
  const others = world.store.held(subnet.key).filter(({ holder }) => holder !== existing?.key);
  const overlay = network !== undefined && hasOverlayCluster(world, network);
  const [other] = others;
  if (other && (overlay || subnetCapacity(subnet) - others.length * 256 < leastAddresses)) throw notEnough(subnet);
  const tooLarge = prefixesOf(subnet.properties).find(({ length }) => length < 24);
  if (!overlay || !tooLarge) return undefined;
  return { code: 'InvalidParameter', message: `extensionIPRange prefix length too short (/${tooLarge.length}). Must be 24 or higher.` };
}

const notEnough = (subnet: Resource): Error =>
  badRequest(
    'AppGwForContainersSubnetAssociationNotEnoughIPv4AddressesInSubnet',
    `Subnet '${subnet.id}' does not have enough free IPv4 addresses for the association; at least ${leastAddresses} are needed.`,
  );

function hasOverlayCluster(world: World, network: Resource): boolean {
  return world.store
    .ofType('Microsoft.ContainerService/managedClusters')
    .some(
      (cluster) =>
        isOverlay(cluster.properties) &&
        world.store
          .childrenOf(cluster.key)
          .some((pool) => keyOf(textAt(pool.properties, 'vnetSubnetID') ?? '').startsWith(`${network.key}/`)),
    );
}
