/** The api-versions that the pinned SDK clients and the emulator speak, by what is written. */
export const apiVersions = {
  resourceGroups: '2025-04-01',
  /** Managed clusters and agent pools. */
  containerService: '2026-06-01',
  /** Knows what the stable one drops without a word, such as the ALB Controller as an add-on (AGC-42). */
  containerServicePreview: '2026-08-02-preview',
  /** Virtual networks, subnets, peerings, public addresses, gateways. */
  network: '2026-01-01',
  /** User-assigned identities and federated credentials. */
  managedIdentity: '2024-11-30',
  /** What of a region's cores is used up. */
  computeUsages: '2024-11-01',
  /** Sizes of virtual machines; a version of its own, and the newest there is. */
  computeSkus: '2021-07-01',
  /** Registration of preview features. */
  features: '2021-07-01',
  roleAssignments: '2022-04-01',
  /** Traffic controllers, frontends, associations, security policies. */
  serviceNetworking: '2025-01-01',
} as const;
