import { badRequest } from '../arm-error.js';
import { textAt, without, type JsonObject } from '../json.js';
import type { World } from '../world.js';
import { networkBusy } from './network-locks.js';
import type { ResourceType } from './resource-type.js';

const shared = {
  namePattern: /^[a-zA-Z0-9]([-\w.]{0,78}[a-zA-Z0-9_])?$/,
  location: 'required',
  states: { creating: 'Updating', updating: 'Updating', deleting: 'Deleting' },
  seconds: { create: [2, 6], update: [2, 6], delete: [3, 8] },
  etag: 'etag',
  tags: true,
  busy: networkBusy,
  validate: () => undefined,
} as const;

/** Routes and rules are held as they come: what they do to packets is not emulated. */
export const routeTableType: ResourceType = {
  ...shared,
  type: 'Microsoft.Network/routeTables',
  wire: { top: [], properties: ['routes', 'subnets', 'disableBgpRoutePropagation', 'resourceGuid'] },
  validateDelete: (world, { id }) => checkUnused(world, id, 'routeTable', 'InUseRouteTableCannotBeDeleted'),
  properties: (_, { properties }) => ({ disableBgpRoutePropagation: false, routes: [], ...without(properties, 'subnets') }),
};

export const networkSecurityGroupType: ResourceType = {
  ...shared,
  type: 'Microsoft.Network/networkSecurityGroups',
  wire: {
    top: [],
    properties: ['securityRules', 'defaultSecurityRules', 'flushConnection', 'subnets', 'networkInterfaces', 'flowLogs', 'resourceGuid'],
  },
  validateDelete: (world, { id }) => checkUnused(world, id, 'networkSecurityGroup', 'InUseNetworkSecurityGroupCannotBeDeleted'),
  properties: (_, { properties }) => ({ securityRules: [], ...without(properties, 'subnets', 'defaultSecurityRules') }),
};

function checkUnused(world: World, id: string, member: string, code: string): void {
  const names = (properties: JsonObject): boolean => textAt(properties, member, 'id')?.toLowerCase() === id.toLowerCase();
  const user = world.store.ofType('Microsoft.Network/virtualNetworks/subnets').find(({ properties }) => names(properties));
  if (user) throw badRequest(code, `${id} cannot be deleted because it is in use by ${user.id}.`);
}
