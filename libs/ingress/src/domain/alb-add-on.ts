import { changedCluster, isWire, objectAt, textAt, type Json } from '@podspan/aks';

/** AGC-42: what a subscription must have registered before AKS takes the add-on. */
export const addOnFeatures = ['ManagedGatewayAPIPreview', 'ApplicationLoadBalancerPreview'] as const;

/** On a cluster whose add-on Podspan switched on. What somebody else switched on stays on when our last gateway goes. */
export const addOnTag = 'podspan-alb-add-on';

type Body = { readonly [key: string]: Json };

/** Who the add-on's controller signs in as. Absent until AKS has made it. */
export interface AddOnIdentity {
  readonly resourceId: string;
  readonly clientId: string;
  readonly principalId: string;
}

export function featureId(subscriptionId: string, feature: string): string {
  return `/subscriptions/${subscriptionId}/providers/Microsoft.Features/providers/Microsoft.ContainerService/features/${feature}`;
}

/** AGC-42: the controller needs the Gateway API that AKS manages. Another channel than the standard one is left as it is. */
export function hasAddOn(cluster: Json): boolean {
  return loadBalancerOf(cluster)['enabled'] === true && hasGatewayApi(cluster);
}

export function withAddOn(cluster: Json): Json {
  const profile = objectAt(cluster, 'properties.ingressProfile') as Body;
  const ingressProfile = {
    ...profile,
    applicationLoadBalancer: { enabled: true },
    gatewayAPI: hasGatewayApi(cluster) ? (profile['gatewayAPI'] ?? {}) : { installation: 'Standard' },
  };
  const changed = changedCluster(cluster, { properties: { ingressProfile } });
  // The mark is set by the write that switches on, so neither can be lost without the other.
  return loadBalancerOf(cluster)['enabled'] === true ? changed : { ...changed, tags: { ...tagsOf(cluster), [addOnTag]: 'true' } };
}

/** Nothing of ours is on: the add-on is off, or it is somebody else's. */
export function lacksOurAddOn(cluster: Json): boolean {
  return loadBalancerOf(cluster)['enabled'] !== true || tagsOf(cluster)[addOnTag] === undefined;
}

/** The Gateway API stays: with its CRDs every Gateway in the cluster would go, whoever serves it. */
export function withoutAddOn(cluster: Json): Json {
  const profile = objectAt(cluster, 'properties.ingressProfile') as Body;
  const { [addOnTag]: _, ...tags } = tagsOf(cluster);
  const ingressProfile = { ...profile, applicationLoadBalancer: { enabled: false } };
  return { ...changedCluster(cluster, { properties: { ingressProfile } }), tags };
}

export function addOnIdentityOf(cluster: unknown): AddOnIdentity | undefined {
  const identity = objectAt(cluster, 'properties.ingressProfile.applicationLoadBalancer.identity');
  const [resourceId, clientId, principalId] = ['resourceId', 'clientId', 'objectId'].map((member) => textAt(identity, member));
  return resourceId === undefined || clientId === undefined || principalId === undefined
    ? undefined
    : { resourceId, clientId, principalId };
}

function hasGatewayApi(cluster: Json): boolean {
  const installation = textAt(cluster, 'properties.ingressProfile.gatewayAPI.installation');
  return installation !== undefined && installation !== 'Disabled';
}

function loadBalancerOf(cluster: Json): Body {
  return objectAt(cluster, 'properties.ingressProfile.applicationLoadBalancer') as Body;
}

function tagsOf(cluster: Json): Body {
  return isWire(cluster) && isWire(cluster['tags']) ? cluster['tags'] : {};
}
