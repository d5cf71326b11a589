import { v5 } from 'uuid';
import { shortHash } from './short-hash.js';

/** Role definitions of AGC-31; their ids are the same in every tenant. Owner and Contributor are no substitute. */
export const roles = {
  reader: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
  configurationManager: 'fbc52c3f-28ad-4303-a892-8a056630b8f1',
  networkContributor: '4d97b98b-1d4f-4787-a291-c67834d212e7',
} as const;

/** AGC-30: exactly this subject, or the controller gets AADSTS70021. */
export const controllerSubject = 'system:serviceaccount:azure-alb-system:alb-controller-sa';

export const delegation = 'Microsoft.ServiceNetworking/trafficControllers';

/** ARM ids of one gateway. All are known before the first call, so a repeat meets the same resources. */
export interface AgcIds {
  /** Of the cluster's ALB Controller: one group and one identity per cluster, however many gateways it has (AGC-31). */
  readonly resourceGroup: string;
  readonly identity: string;
  readonly federatedCredential: string;
  readonly trafficController: string;
  readonly association: string;
}

export function agcIds(subscriptionId: string, cluster: string, gateway: string): AgcIds {
  const resourceGroup = `/subscriptions/${subscriptionId}/resourceGroups/rg-${cluster}-agc`;
  const identity = `${resourceGroup}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-${cluster}-alb`;
  const trafficController = `${resourceGroup}/providers/${delegation}/${gateway}`;
  return {
    resourceGroup,
    identity,
    federatedCredential: `${identity}/federatedIdentityCredentials/alb-controller`,
    trafficController,
    association: `${trafficController}/associations/association`,
  };
}

export function frontendId(trafficController: string, frontend: string): string {
  return `${trafficController}/frontends/${frontend}`;
}

/** OV-113: at most 63 characters in a VNet with overlay nodes; a long gateway name is cut and kept apart by a hash. */
export function subnetIdFor(vnetId: string, gateway: string): string {
  const room = 63 - 'snet-agc-'.length;
  const name = gateway.length <= room ? gateway : `${gateway.slice(0, room - 9).replace(/[-_.]+$/, '')}-${shortHash(gateway)}`;
  return `${vnetId}/subnets/snet-agc-${name}`;
}

/** The VNet of a subnet, in lower case: ARM ids do not mind case. */
export function vnetOf(subnetId: string): string {
  return subnetId.toLowerCase().replace(/\/subnets\/[^/]+$/, '');
}

/** The subscription of any ARM id, in lower case. */
export function subscriptionOf(id: string): string | undefined {
  return /^\/subscriptions\/([^/]+)/i.exec(id)?.[1]?.toLowerCase();
}

const assignments = '3c1b8e5e-0f0f-5d8e-9b1e-7a1f5d2c9a44';

/** The same scope, principal and role always give the same GUID: repeating the assignment is no second one. */
export function roleAssignmentId(scope: string, principalId: string, role: string): string {
  const name = v5([scope, principalId, role].join('|').toLowerCase(), assignments);
  return `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`;
}
