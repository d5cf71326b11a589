import { AGC_DELEGATION, boundedName } from '@podspan/aks';

/** AGC-30: exactly this subject, or the controller gets AADSTS70021. */
export const controllerSubject = 'system:serviceaccount:azure-alb-system:alb-controller-sa';

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
  const trafficController = `${resourceGroup}/providers/${AGC_DELEGATION}/${gateway}`;
  return {
    resourceGroup,
    identity,
    federatedCredential: `${identity}/federatedIdentityCredentials/alb-controller`,
    trafficController,
    association: `${trafficController}/associations/association`,
  };
}

/** AGC-66: the WAF policy that the trafficController may apply. */
export function securityPolicyId(trafficController: string): string {
  return `${trafficController}/securityPolicies/waf`;
}

export function frontendId(trafficController: string, frontend: string): string {
  return `${trafficController}/frontends/${frontend}`;
}

/** OV-113: at most 63 characters in a VNet with overlay nodes; a long gateway name is cut and kept apart by a hash. */
export function subnetIdFor(vnetId: string, gateway: string): string {
  return `${vnetId}/subnets/${boundedName(`snet-agc-${gateway}`, 63)}`;
}

/** The VNet of a subnet, in lower case: ARM ids do not mind case. */
export function vnetOf(subnetId: string): string {
  return subnetId.toLowerCase().replace(/\/subnets\/[^/]+$/, '');
}

/** The subscription of any ARM id, in lower case. */
export function subscriptionOf(id: string): string | undefined {
  return /^\/subscriptions\/([^/]+)/i.exec(id)?.[1]?.toLowerCase();
}
