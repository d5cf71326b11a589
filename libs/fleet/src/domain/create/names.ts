import { v5 } from 'uuid';

/** Role definition ids are the same in every tenant. */
export const networkContributor = '4d97b98b-1d4f-4787-a291-c67834d212e7';

/** Our own namespace, so that a GUID depends on the name it is made of and on nothing else. */
const namespace = '6f1cf9a4-6b0e-5d6c-9c57-3f0d6cf1c0de';

/** Keeps a name within `limit`: what is too long ends in a hash of the whole, so that two long names stay two. */
export function boundedName(name: string, limit: number): string {
  if (name.length <= limit) return name;
  const hash = v5(name, namespace).slice(0, 8);
  return `${name.slice(0, limit - 9).replace(/[-_.]+$/, '')}-${hash}`;
}

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

/** The same triple always has the same GUID, so a repeated assignment meets the first one. */
export function roleAssignmentName(scope: string, principalId: string, role: string): string {
  return v5([scope, principalId, role].join('|').toLowerCase(), namespace);
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

export function roleAssignmentId(scope: string, principalId: string, role: string): string {
  return `${scope}/providers/Microsoft.Authorization/roleAssignments/${roleAssignmentName(scope, principalId, role)}`;
}

/** The id of the resource group a resource is in, or `undefined` when the id is not of one. */
export function groupIdOf(resourceId: string): string | undefined {
  return /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+/i.exec(resourceId)?.[0];
}
