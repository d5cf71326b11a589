import { boundedName } from '@podspan/aks';

/** OV-113: subnet names become node labels, so 63 is the limit, not 80. */
export function subnetName(cluster: string, use: string): string {
  return boundedName(`snet-${cluster}-${use}`, 63);
}

/** QUO-47. */
export function identityName(cluster: string): string {
  return boundedName(`id-${cluster}`, 128);
}

/** QUO-42: letters, digits and dashes, 54 at most, alphanumeric at both ends. */
export function dnsPrefix(cluster: string): string {
  const plain = cluster.replace(/[^A-Za-z0-9-]/g, '-').replace(/^-+|-+$/g, '');
  return boundedName(plain === '' ? 'aks' : plain, 54);
}

export function resourceGroupId(subscriptionId: string, name: string): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${name}`;
}

export function identityId(subscriptionId: string, resourceGroup: string, cluster: string): string {
  return `${resourceGroupId(subscriptionId, resourceGroup)}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${identityName(cluster)}`;
}

export function clusterId(subscriptionId: string, resourceGroup: string, cluster: string): string {
  return `${resourceGroupId(subscriptionId, resourceGroup)}/providers/Microsoft.ContainerService/managedClusters/${cluster}`;
}

/** The id of the resource group a resource is in, or `undefined` when the id is not of one. */
export function groupIdOf(resourceId: string): string | undefined {
  return /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+/i.exec(resourceId)?.[0];
}
