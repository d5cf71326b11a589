import { at, objectAt, textAt, without, type JsonObject } from '../json.js';
import type { Resource } from '../resource-store.js';
import type { World } from '../world.js';
import { addOnIdentityView, settleAddOnIdentity } from './add-on-identity.js';
import { refuse } from './cluster-network.js';
import type { Put } from './resource-type.js';

const target = 'ingressProfile.applicationLoadBalancer';
const features = ['ManagedGatewayAPIPreview', 'ApplicationLoadBalancerPreview'];

const isOn = (properties: JsonObject | undefined): boolean =>
  at(properties, 'ingressProfile', 'applicationLoadBalancer', 'enabled') === true;

/** AGC-42: a preview of AKS. Stable api-versions do not know it; the subscription has to be registered for it. */
export function checkAlbAddOn({ world, existing, properties, apiVersion }: Put): void {
  if (!isOn(properties) || isOn(existing?.properties)) return;
  if (!apiVersion.endsWith('-preview'))
    throw refuse('InvalidParameter', `Could not find member 'applicationLoadBalancer' in api-version ${apiVersion}.`, target);
  const missing = features.find((feature) => !isRegistered(world, feature));
  if (missing !== undefined) throw refuse('BadRequest', `Preview feature Microsoft.ContainerService/${missing} not registered.`, target);
  const installation = textAt(properties, 'ingressProfile', 'gatewayAPI', 'installation');
  if (installation === 'Disabled')
    throw refuse('InvalidParameter', 'The application load balancer needs the managed Gateway API.', 'ingressProfile.gatewayAPI');
}

/** Registration of a preview feature, as Microsoft.Features answers it. */
export function featureView(world: World, subscription: string, namespace: string, feature: string): JsonObject {
  return {
    id: `/subscriptions/${subscription}/providers/Microsoft.Features/providers/${namespace}/features/${feature}`,
    name: `${namespace}/${feature}`,
    type: 'Microsoft.Features/providers/features',
    properties: { state: isRegistered(world, feature) ? 'Registered' : 'NotRegistered' },
  };
}

const isRegistered = ({ settings }: World, feature: string): boolean =>
  !settings.unregisteredFeatures.some((name) => name.toLowerCase() === feature.toLowerCase());

const name = 'applicationloadbalancer';

export function settleAlbAddOn(world: World, cluster: Resource): void {
  settleAddOnIdentity(world, cluster, name, isOn(cluster.properties));
}

/** `ingressProfile` as a GET answers it: with the identity that AKS has made. */
export function ingressView(world: World, cluster: Resource): JsonObject | undefined {
  const profile = objectAt(cluster.properties, 'ingressProfile');
  const identity = isOn(cluster.properties) ? addOnIdentityView(world, cluster, name) : undefined;
  if (!profile || !identity) return profile;
  return {
    ...without(profile, 'applicationLoadBalancer'),
    applicationLoadBalancer: { ...without(objectAt(profile, 'applicationLoadBalancer') ?? {}, 'identity'), identity },
  };
}
