import { badRequest } from '../arm-error.js';
import { keyOf } from '../arm-path.js';
import { isObject, numberAt, objectsAt, textAt, type Json, type JsonObject } from '../json.js';
import type { Resource } from '../resource-store.js';
import { networkBusy, readySubnet } from './network-locks.js';
import type { Put, ResourceType } from './resource-type.js';

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
  for (const subnetId of subnetIds(properties)) readySubnet(world, subnetId, id);
  return undefined;
}

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
