import { at, objectAt, textAt, without, type JsonObject } from '../json.js';
import type { Resource } from '../resource-store.js';
import type { World } from '../world.js';
import { addOnIdentityView, settleAddOnIdentity } from './add-on-identity.js';
import { refuse } from './cluster-network.js';
import type { Put } from './resource-type.js';

const profile = 'ingressApplicationGateway';
const name = 'ingressapplicationgateway';

const isOn = (properties: JsonObject | undefined): boolean => at(properties, 'addonProfiles', profile, 'enabled') === true;

/** The add-on takes a gateway that exists by its id; making one of a name and a subnet is not emulated. */
export function checkAgicAddOn({ world, properties }: Put): void {
  if (!isOn(properties)) return;
  const id = textAt(properties, 'addonProfiles', profile, 'config', 'applicationGatewayId');
  const target = `addonProfiles.${profile}.config`;
  if (id === undefined)
    throw refuse('InvalidParameter', 'The emulator takes the ingress-appgw add-on with applicationGatewayId only.', target);
  if (world.store.get(id)?.type !== 'Microsoft.Network/applicationGateways')
    throw refuse('IngressAppGwAddonConfigInvalidApplicationGatewayId', `The application gateway '${id}' was not found.`, target);
}

export function settleAgicAddOn(world: World, cluster: Resource): void {
  settleAddOnIdentity(world, cluster, name, isOn(cluster.properties));
}

/** `addonProfiles` as a GET answers it: with the identity that AKS has made. */
export function addonsView(world: World, cluster: Resource): JsonObject | undefined {
  const profiles = objectAt(cluster.properties, 'addonProfiles');
  const identity = isOn(cluster.properties) ? addOnIdentityView(world, cluster, name) : undefined;
  if (!profiles || !identity) return profiles;
  return { ...profiles, [profile]: { ...without(objectAt(profiles, profile) ?? {}, 'identity'), identity } };
}
