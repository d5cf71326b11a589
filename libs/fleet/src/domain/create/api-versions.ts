/** API versions a new rollout is frozen with. A rollout under way keeps the ones it began with. */
export interface ApiVersions {
  readonly resourceGroup: string;
  readonly virtualNetwork: string;
  readonly subnet: string;
  readonly identity: string;
  readonly roleAssignment: string;
  readonly managedCluster: string;
}
