import { boundedName } from '@podspan/aks';

/** AGIC-02: the chart's service account; the namespace is the release's. */
export function agicSubject(namespace: string): string {
  return `system:serviceaccount:${namespace}:ingress-azure`;
}

/** ARM ids of one Application Gateway with AGIC. All are known before the first call, so a repeat meets the same resources. */
export interface AgicIds {
  readonly resourceGroup: string;
  readonly applicationGateway: string;
  readonly publicAddress: string;
  /** Of the Helm release; the add-on has one of its own. */
  readonly identity: string;
  readonly federatedCredential: string;
}

export function agicIds(subscriptionId: string, cluster: string, gateway: string): AgicIds {
  const resourceGroup = `/subscriptions/${subscriptionId}/resourceGroups/rg-${cluster}-agic`;
  const identity = `${resourceGroup}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-${cluster}-agic`;
  return {
    resourceGroup,
    applicationGateway: `${resourceGroup}/providers/Microsoft.Network/applicationGateways/${gateway}`,
    publicAddress: `${resourceGroup}/providers/Microsoft.Network/publicIPAddresses/pip-${gateway}`,
    identity,
    federatedCredential: `${identity}/federatedIdentityCredentials/ingress-azure`,
  };
}

/** OV-113. */
export function agicSubnetId(vnetId: string, gateway: string): string {
  return `${vnetId}/subnets/${boundedName(`snet-agic-${gateway}`, 63)}`;
}
