import { agentPoolType } from './agent-pools.js';
import { applicationGatewayType } from './application-gateways.js';
import { associationType } from './associations.js';
import { federatedCredentialType } from './federated-credentials.js';
import { frontendType } from './frontends.js';
import { managedClusterType } from './managed-clusters.js';
import { peeringType } from './peerings.js';
import { publicIpAddressType } from './public-ip-addresses.js';
import { resourceGroupType } from './resource-groups.js';
import type { ResourceType } from './resource-type.js';
import { roleAssignmentType } from './role-assignments.js';
import { securityPolicyType } from './security-policies.js';
import { networkSecurityGroupType, routeTableType } from './subnet-guards.js';
import { subnetType } from './subnets.js';
import { trafficControllerType } from './traffic-controllers.js';
import { userAssignedIdentityType } from './user-assigned-identities.js';
import { virtualNetworkType } from './virtual-networks.js';
import { wafPolicyType } from './waf-policies.js';

const all: readonly ResourceType[] = [
  resourceGroupType,
  virtualNetworkType,
  subnetType,
  peeringType,
  publicIpAddressType,
  applicationGatewayType,
  managedClusterType,
  agentPoolType,
  userAssignedIdentityType,
  federatedCredentialType,
  roleAssignmentType,
  trafficControllerType,
  frontendType,
  associationType,
  securityPolicyType,
  wafPolicyType,
  routeTableType,
  networkSecurityGroupType,
];

/** Every type the emulator knows, by its name in lower case. */
export const resourceTypes: ReadonlyMap<string, ResourceType> = new Map(all.map((type) => [type.type.toLowerCase(), type]));
