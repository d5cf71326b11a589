import type { AllocationView } from '../allocations/allocation-schemas.js';
import type { PoolView } from '../pools/pool-schemas.js';
import type { AuditEventView } from '../search/search-schemas.js';
import type { AddressSpaceView, ConflictView, LinkView, MeshView, NetworkView } from '../topology/topology-schemas.js';
import type { PlannedClusterExport } from '../plans/planned-clusters.repository.js';
import type { DiscoveredRangeExport } from '../discovery/discovered-ranges.repository.js';
import type { ExportedThing } from './export-schemas.js';

type Columns<View> = Readonly<Record<string, (view: View) => unknown>>;

/** The import's own column names come first, so that a file can be read in again; the rest is told as ignored there. */
const allocations: Columns<AllocationView> = {
  kind: () => 'ALLOCATION',
  pool: (view) => view.pool,
  cidr: (view) => view.cidr,
  owner: (view) => `${view.owner.kind}/${view.owner.id}`,
  purpose: (view) => view.purpose,
  expiresAt: (view) => view.expiresAt,
  labels: (view) => view.labels,
  growthBlock: (view) => view.growthBlock,
  network: (view) => view.network,
  status: (view) => view.status,
  availableAt: (view) => view.availableAt,
  id: (view) => view.id,
  addressSpace: (view) => view.addressSpace,
  addressPlan: (view) => view.addressPlan,
  createdAt: (view) => view.createdAt,
  createdBy: (view) => view.createdBy,
  updatedAt: (view) => view.updatedAt,
};

const pools: Columns<PoolView> = {
  kind: () => 'POOL',
  name: (view) => view.name,
  addressSpace: (view) => view.addressSpace,
  cidrs: (view) => view.cidrs,
  reuse: (view) => view.reuse,
  network: (view) => view.network,
  parentPool: (view) => view.parentPool,
  purposes: (view) => view.purposes,
  minPrefixLength: (view) => view.minPrefixLength,
  maxPrefixLength: (view) => view.maxPrefixLength,
  defaultPrefixLength: (view) => view.defaultPrefixLength,
  strategy: (view) => view.strategy,
  cooldownSeconds: (view) => view.cooldownSeconds,
  labels: (view) => view.labels,
  quotas: (view) => (view.quotas.length === 0 ? null : JSON.stringify(view.quotas)),
};

/** DECLARED, or only SEEN in Azure, and then in which subscription. */
interface Origin {
  readonly origin: string;
  readonly subscriptionId?: string | null;
}

const networks: Columns<Omit<NetworkView, 'routingDomain'> & Origin> = {
  kind: () => 'NETWORK',
  name: (view) => view.name,
  addressSpace: (view) => view.addressSpace,
  cidrs: (view) => view.prefixes,
  networkKind: (view) => view.kind,
  region: (view) => view.region,
  subscriptionId: (view) => view.subscriptionId,
  resourceId: (view) => view.resourceId,
  origin: (view) => view.origin,
};

const links: Columns<LinkView & Origin> = {
  kind: () => 'LINK',
  from: (view) => view.from,
  to: (view) => view.to,
  linkKind: (view) => view.kind,
  origin: (view) => view.origin,
  subscriptionId: (view) => view.subscriptionId,
};

const meshes: Columns<MeshView> = {
  kind: () => 'MESH',
  name: (view) => view.name,
  description: (view) => view.description,
  members: (view) => view.members,
  forcedMembers: (view) => view.forcedMembers,
};

const plannedClusters: Columns<PlannedClusterExport> = {
  kind: () => 'PLANNED_CLUSTER',
  addressPlan: (view) => view.addressPlan,
  name: (view) => view.name,
  network: (view) => view.addresses.network,
  podCidr: (view) => view.addresses.podCidr,
  serviceCidr: (view) => view.addresses.serviceCidr,
  planPools: (view) => JSON.stringify(view.planPools),
  spec: (view) => JSON.stringify(view.spec),
  addresses: (view) => JSON.stringify(view.addresses),
};

const discoveredRanges: Columns<DiscoveredRangeExport> = {
  kind: () => 'DISCOVERED_RANGE',
  cidr: (view) => view.cidr,
  name: (view) => view.name,
  addressSpace: (view) => view.addressSpace,
  network: (view) => view.network,
  rangeKind: (view) => view.kind,
  cluster: (view) => view.cluster,
  mode: (view) => view.mode,
  routed: (view) => view.routed,
  resourceId: (view) => view.resourceId,
  subscriptionId: (view) => view.subscriptionId,
  vnetId: (view) => view.vnetId,
  violations: (view) => (view.violations.length === 0 ? null : JSON.stringify(view.violations)),
  facts: (view) => JSON.stringify(view.facts),
  since: (view) => view.since,
  checkedAt: (view) => view.checkedAt,
  state: (view) => view.state,
  source: (view) => view.source,
};

const spaces: Columns<AddressSpaceView> = {
  kind: () => 'ADDRESS_SPACE',
  name: (view) => view.name,
  description: (view) => view.description,
};

const conflicts: Columns<ConflictView> = {
  conflictKind: (view) => view.kind,
  rule: (view) => view.rule,
  range: (view) => view.ranges[0]?.cidr,
  holder: (view) => view.ranges[0]?.holder,
  otherRange: (view) => view.ranges[1]?.cidr,
  otherHolder: (view) => view.ranges[1]?.holder,
  path: (view) => view.path,
  message: (view) => view.message,
  since: (view) => view.since,
};

const auditEvents: Columns<AuditEventView> = {
  sequence: (view) => view.sequence,
  at: (view) => view.at,
  actor: (view) => view.actor,
  action: (view) => view.action,
  resourceKind: (view) => view.kind,
  resourceId: (view) => view.resourceId,
  before: (view) => view.before && JSON.stringify(view.before),
  after: (view) => view.after && JSON.stringify(view.after),
  requestId: (view) => view.requestId,
};

export const exportColumns: Readonly<Record<ExportedThing, Columns<never>>> = {
  'address-spaces': spaces,
  networks,
  links,
  meshes,
  pools,
  allocations,
  'planned-clusters': plannedClusters,
  'discovered-ranges': discoveredRanges,
  conflicts,
  'audit-events': auditEvents,
};
