import { changedCluster, objectAt, textAt, type Json } from '@podspan/aks';

type Body = { readonly [key: string]: Json };

const profileName = 'ingressApplicationGateway';

/** Who the add-on's AGIC signs in as. Absent until AKS has made it. */
export interface AgicAddOnIdentity {
  readonly resourceId: string;
  readonly clientId: string;
  readonly principalId: string;
}

/** The gateway that the add-on of a cluster drives; `undefined` when it is off or makes one of its own. */
export function addOnGateway(cluster: unknown): string | undefined {
  const profile = profileOf(cluster);
  return profile['enabled'] === true ? textAt(profile, 'config.applicationGatewayId') : undefined;
}

export function isAddOnOn(cluster: unknown): boolean {
  return profileOf(cluster)['enabled'] === true;
}

export function drives(cluster: unknown, applicationGateway: string): boolean {
  return addOnGateway(cluster)?.toLowerCase() === applicationGateway.toLowerCase();
}

/** AGIC-01: one per cluster, on a gateway that exists. The body is the whole cluster as it was read, pools as they are. */
export function withAgicAddOn(cluster: Json, applicationGateway: string): Json {
  return changed(cluster, { enabled: true, config: { applicationGatewayId: applicationGateway } });
}

export function withoutAgicAddOn(cluster: Json): Json {
  return changed(cluster, { enabled: false });
}

export function agicAddOnIdentityOf(cluster: unknown): AgicAddOnIdentity | undefined {
  const identity = objectAt(profileOf(cluster), 'identity');
  const [resourceId, clientId, principalId] = ['resourceId', 'clientId', 'objectId'].map((member) => textAt(identity, member));
  return resourceId === undefined || clientId === undefined || principalId === undefined
    ? undefined
    : { resourceId, clientId, principalId };
}

function profileOf(cluster: unknown): Body {
  return objectAt(cluster, `properties.addonProfiles.${profileName}`) as Body;
}

function changed(cluster: Json, profile: Json): Json {
  const profiles = objectAt(cluster, 'properties.addonProfiles') as Body;
  return changedCluster(cluster, { properties: { addonProfiles: { ...profiles, [profileName]: profile } } });
}
