import { badRequest } from '../arm-error.js';
import { keyOf } from '../arm-path.js';
import { isObject, numberAt, objectsAt, textAt, type Json, type JsonObject } from '../json.js';
import type { Resource } from '../resource-store.js';
import type { World } from '../world.js';
import { networkBusy, notProvisioned, readySubnet } from './network-locks.js';
import type { Put, ResourceType } from './resource-type.js';
import { delegationsOf } from './subnets.js';

const collections = [
  'gatewayIPConfigurations',
  'frontendIPConfigurations',
  'frontendPorts',
  'backendAddressPools',
  'backendHttpSettingsCollection',
  'httpListeners',
  'requestRoutingRules',
] as const;

/** Minimal v2 gateway: its parts must be there, its subnet must exist; traffic rules are not looked into. */
export const applicationGatewayType: ResourceType = {
  type: 'Microsoft.Network/applicationGateways',
  namePattern: /^[a-zA-Z0-9]([-\w.]{0,78}[a-zA-Z0-9_])?$/,
  location: 'required',
  states: { creating: 'Updating', updating: 'Updating', deleting: 'Deleting' },
  seconds: { create: [300, 480], update: [60, 180], delete: [120, 240] },
  etag: 'etag',
  tags: true,
  busy: networkBusy,
  validate,
  uses: (gateway) =>
    subnetIds(gateway.properties).map((id) => ({
      subnetKey: keyOf(id),
      addresses: instances(gateway),
      configurationId: `${gateway.id}/gatewayIPConfigurations/0`,
    })),
  properties: (_, gateway) => ({
    ...gateway.properties,
    ...Object.fromEntries(collections.map((name) => [name, partsView(gateway, name)])),
    operationalState: gateway.state === 'Succeeded' ? 'Running' : 'Stopped',
  }),
  members: (_, { body }) => body,
};

const subnetIds = (properties: JsonObject): string[] =>
  objectsAt(properties, 'gatewayIPConfigurations').map((entry) => textAt(entry, 'properties', 'subnet', 'id') ?? '');

const instances = ({ properties }: Resource): number =>
  numberAt(properties, 'autoscaleConfiguration', 'maxCapacity') ?? numberAt(properties, 'sku', 'capacity') ?? 1;

function validate({ world, id, name, properties }: Put): undefined {
  const lacking = collections.find((collection) => objectsAt(properties, collection).length === 0);
  if (lacking !== undefined) {
    throw badRequest('ApplicationGatewayMissingRequiredParts', `Application Gateway ${name} has no ${lacking}.`, {
      target: `properties.${lacking}`,
      emulated: true,
    });
  }
  for (const subnetId of subnetIds(properties)) checkSubnet(world, subnetId, id);
  for (const addressId of addressIds(properties)) checkAddress(world, addressId, id);
  checkPriorities(properties, name);
  return undefined;
}

/** Only Application Gateways may live in the subnet, so one that is delegated to another service is none for them. */
function checkSubnet(world: World, subnetId: string, user: string): void {
  const foreign = delegationsOf(readySubnet(world, subnetId, user)).find((service) => service !== 'microsoft.network/applicationgateways');
  if (foreign === undefined) return;
  throw badRequest('ApplicationGatewaySubnetCannotBeUsedByOtherResources', `Subnet ${subnetId} is delegated to ${foreign}.`, {
    emulated: true,
  });
}

/** v2 takes a Standard address, and an address serves one gateway. */
function checkAddress(world: World, addressId: string, user: string): void {
  const address = world.store.get(addressId);
  if (address?.type !== 'Microsoft.Network/publicIPAddresses')
    throw badRequest('InvalidResourceReference', `Resource ${addressId} referenced by resource ${user} was not found.`);
  if (address.state !== 'Succeeded') throw notProvisioned(address.id, user, address.state ?? 'Updating');
  if (textAt(address.body, 'sku', 'name') !== 'Standard')
    throw badRequest('ApplicationGatewayV2SkuMustUseStandardPublicIP', `Public IP address ${addressId} is not of SKU Standard.`, {
      emulated: true,
    });
  const holder = world.store
    .ofType(applicationGatewayType.type)
    .find((gateway) => gateway.key !== keyOf(user) && addressIds(gateway.properties).some((id) => keyOf(id) === keyOf(addressId)));
  if (holder) throw badRequest('PublicIPAddressInUse', `Resource ${holder.id} is referencing public IP address ${addressId} already.`);
}

/** v2 needs a priority on each rule, each another one. */
function checkPriorities(properties: JsonObject, name: string): void {
  const priorities = objectsAt(properties, 'requestRoutingRules').map((rule) => numberAt(rule, 'properties', 'priority'));
  if (priorities.every((priority) => priority !== undefined) && new Set(priorities).size === priorities.length) return;
  throw badRequest(
    'ApplicationGatewayRequestRoutingRulePriorityInvalid',
    `Application Gateway ${name} has a rule without a priority of its own.`,
    {
      target: 'properties.requestRoutingRules',
      emulated: true,
    },
  );
}

const addressIds = (properties: JsonObject): string[] =>
  objectsAt(properties, 'frontendIPConfigurations').flatMap((entry) => textAt(entry, 'properties', 'publicIPAddress', 'id') ?? []);

function partsView(gateway: Resource, collection: string): Json[] {
  return objectsAt(gateway.properties, collection).map((part) => {
    const properties = part['properties'];
    return {
      ...part,
      id: `${gateway.id}/${collection}/${textAt(part, 'name') ?? ''}`,
      properties: { ...(isObject(properties) ? properties : {}), provisioningState: gateway.state ?? 'Succeeded' },
    };
  });
}
