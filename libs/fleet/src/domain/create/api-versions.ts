/** API versions a new rollout is frozen with. A rollout under way keeps the ones it began with. */
export interface ApiVersions {
  readonly resourceGroup: string;
  readonly virtualNetwork: string;
  readonly subnet: string;
  readonly identity: string;
  readonly roleAssignment: string;
  readonly managedCluster: string;
}

export const currentApiVersions: ApiVersions = {
  resourceGroup: '2025-04-01',
  virtualNetwork: '2026-01-01',
  subnet: '2026-01-01',
  identity: '2024-11-30',
  roleAssignment: '2022-04-01',
  managedCluster: '2026-06-01',
};
