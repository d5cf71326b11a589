import { apiVersions } from '@podspan/azure';
import type { ApiVersions } from '../domain/create/api-versions.js';

export const currentApiVersions: ApiVersions = {
  resourceGroup: apiVersions.resourceGroups,
  virtualNetwork: apiVersions.network,
  subnet: apiVersions.network,
  identity: apiVersions.managedIdentity,
  roleAssignment: apiVersions.roleAssignments,
  managedCluster: apiVersions.containerService,
};
