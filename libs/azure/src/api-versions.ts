/** The api-versions that the pinned SDK clients and the emulator speak, by what is written. */
export const apiVersions = {
  resourceGroups: '2025-04-01',
  /** Managed clusters and agent pools. */
  containerService: '2026-06-01',
  /** Virtual networks, subnets, peerings, public addresses, gateways. */
  network: '2026-01-01',
  /** User-assigned identities and federated credentials. */
  managedIdentity: '2024-11-30',
  roleAssignments: '2022-04-01',
  /** Traffic controllers, frontends, associations, security policies. */
  serviceNetworking: '2025-01-01',
} as const;
