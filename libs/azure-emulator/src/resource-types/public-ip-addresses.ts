import { badRequest } from '../arm-error.js';
import { networkBusy } from './network-locks.js';
import type { ResourceType } from './resource-type.js';

export const publicIpAddressType: ResourceType = {
  type: 'Microsoft.Network/publicIPAddresses',
  namePattern: /^[a-zA-Z0-9]([-\w.]{0,78}[a-zA-Z0-9_])?$/,
  location: 'required',
  states: { creating: 'Updating', updating: 'Updating', deleting: 'Deleting' },
  seconds: { create: [2, 6], update: [2, 6], delete: [3, 8] },
  etag: 'etag',
  tags: true,
  wire: {
    top: ['sku', 'zones', 'extendedLocation'],
    properties: [
      'publicIPAllocationMethod',
      'publicIPAddressVersion',
      'ipConfiguration',
      'dnsSettings',
      'ddosSettings',
      'ipTags',
      'ipAddress',
      'publicIPPrefix',
      'idleTimeoutInMinutes',
      'resourceGuid',
      'servicePublicIPAddress',
      'natGateway',
      'migrationPhase',
      'linkedPublicIPAddress',
      'deleteOption',
    ],
  },
  busy: networkBusy,
  validate: () => undefined,
  onAccepted: ({ world }, resource) => {
    const octet = (index: number): number => Number.parseInt(world.random.hex('publicIp', resource.key, index).slice(0, 2), 16);
    resource.hidden['address'] ??= `20.${octet(1)}.${octet(2)}.${octet(3)}`;
  },
  validateDelete: (world, resource) => {
    const user = world.store
      .ofType('Microsoft.Network/applicationGateways')
      .find(({ properties }) => JSON.stringify(properties).toLowerCase().includes(`"${resource.key}"`));
    if (user)
      throw badRequest(
        'PublicIPAddressCannotBeDeleted',
        `Public IP address ${resource.id} can not be deleted since it is still allocated to resource ${user.id}.`,
      );
  },
  properties: (_, { properties, hidden }) => ({
    publicIPAllocationMethod: 'Dynamic',
    publicIPAddressVersion: 'IPv4',
    idleTimeoutInMinutes: 4,
    ddosSettings: { protectionMode: 'VirtualNetworkInherited' },
    ...properties,
    ...(hidden['address'] === undefined ? {} : { ipAddress: hidden['address'] }),
  }),
  members: (_, { body }) => body,
};
