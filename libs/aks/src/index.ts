export { merged, problem, problemIf, under, type Findings, type ProblemFacts } from './findings.js';

export type {
  ClusterInput,
  Dataplane,
  IngressInput,
  IngressKind,
  MaxSurge,
  NetworkPolicy,
  NodePoolInput,
  NodePoolMode,
  OsType,
  OutboundType,
  PodCidrScope,
} from './cluster/cluster-input.js';
export {
  checkCluster,
  checkClusterNetwork,
  checkClusterQuota,
  checkPoolNetworks,
  CLUSTERS_PER_REGION,
  MOST_NODES,
  PODS_WARNING,
  type ClusterNetwork,
} from './cluster/check-cluster.js';
export { checkCombinations } from './cluster/combinations.js';
export { checkName, checkNodeLabelName, isName, nodeResourceGroupName, type NamedKind } from './cluster/names.js';
export { checkNodePool, checkNodePools, DEFAULT_MAX_PODS, MOST_NODES_PER_POOL } from './cluster/node-pools.js';
export {
  checkKubernetesVersion,
  ciliumByKubernetes,
  isAtLeast,
  readVersion,
  supportedVersions,
  type KubernetesVersion,
  type SupportedVersions,
} from './cluster/versions.js';

export {
  clusterPeak,
  explicitMaxSurge,
  mostNodesWithin,
  plannedNodes,
  poolPeak,
  readSurge,
  surgeNodes,
  type Surge,
} from './sizing/node-counts.js';
export { ceilLog2, LONGEST_POD_PREFIX, NODE_BLOCK_LENGTH, nodeBlocks, podPrefixFor, SHORTEST_POD_PREFIX } from './sizing/pod-range-size.js';
export {
  AGC_SUBNET_PREFIX,
  apiServersIn,
  apiServerSubnetPrefixFor,
  applicationGatewayPrefixFor,
  legacyAddresses,
  legacySubnetPrefixFor,
  nodeSubnetAddresses,
  nodeSubnetPrefixFor,
  RESERVED_ADDRESSES,
  subnetPrefixFor,
  usableAddresses,
  type NodeSubnetDemand,
} from './sizing/subnet-size.js';
export { checkOutboundPorts, nodesForSnat, outboundAddressesFor } from './sizing/egress.js';
export { pollSecondsFor, secondsToThrottle, STATUS_READ_BUCKET, STATUS_READS_PER_SECOND } from './sizing/polling.js';

export {
  aksReservedRanges,
  isPrivate,
  privateRanges,
  reservedIn,
  suggestPodCidr,
  usableParts,
  vnetForbiddenRanges,
} from './ranges/reserved-ranges.js';
export { readAddress, readRange, type Read } from './ranges/read-range.js';
export { describeOrigin, podClashes, serviceClashes, type Clash, type OccupiedRange, type RangeOrigin } from './ranges/occupied-range.js';
export { checkPodCidr, checkPodCidrSize, checkPodCidrSpace, type PodCidrFacts } from './ranges/check-pod-cidr.js';
export {
  checkDnsServiceIp,
  checkServiceCidr,
  defaultDnsServiceIp,
  defaultServiceCidr,
  dnsServiceIpFor,
  suggestServiceCidr,
} from './ranges/check-service-cidr.js';
export {
  AGC_DELEGATION,
  API_SERVER_DELEGATION,
  checkApiServerSubnet,
  checkNetworkPrefix,
  checkNodeSubnet,
  checkSubnetRange,
  type NodeSubnetFacts,
} from './ranges/check-subnets.js';
export { checkFamilies, type FamilyFacts, type IpFamily } from './ranges/check-families.js';
export { checkExpansion, growthBlocks, isExpansion, type ExpansionFacts } from './ranges/expand-pod-cidr.js';

export {
  agcLimits,
  agcPorts,
  agcRegions,
  checkAgcAnnotations,
  checkAgcLimits,
  checkAgcNetworkPlugin,
  checkAgcRegion,
  checkAgcSubnet,
  LEAST_ALB_CONTROLLER,
  unsupportedPort,
  unsupportedPrivateFrontend,
  type AgcLimit,
  type AgcSubnetFacts,
} from './ingress/agc.js';
export { agicDefaults, type AgicRequest } from './ingress/agic-request.js';
export { AGIC_SHORTEST_PREFIX, checkAgicSubnet, type AgicSubnetFacts } from './ingress/agic.js';
export { checkIngress } from './ingress/check-ingress.js';
export { checkGatewayRequest, checkWafPolicyId, type GatewayRequest } from './ingress/gateway-request.js';

export { boundedName, shortHash } from './arm/bounded-name.js';
export { changedCluster, hasNetwork, podCidrMembers, type ClusterChange } from './arm/changed-cluster.js';
export { roleAssignmentBody, roleAssignmentId, roles } from './arm/role-assignment.js';
export { readSubnet, subnetBody, type ReadSubnet } from './arm/subnet.js';
export { isWire, listAt, objectAt, textAt, type Json, type Wire } from './arm/wire.js';

export { assessMigration, type MigrationTarget, type MigrationVerdict } from './migration/assess-migration.js';
export type { MigrationSource, NetworkMode } from './migration/migration-source.js';
