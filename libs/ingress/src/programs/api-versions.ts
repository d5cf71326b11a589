/** One per resource type, stable versions (ServiceNetworking has no stable one after 2025-01-01). */
export const apiVersions = {
  resourceGroup: '2025-04-01',
  subnet: '2026-01-01',
  identity: '2024-11-30',
  roleAssignment: '2022-04-01',
  serviceNetworking: '2025-01-01',
  managedCluster: '2026-06-01',
} as const;

export type ApiVersion = (typeof apiVersions)[keyof typeof apiVersions];
