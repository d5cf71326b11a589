import type { AllocationView } from '../allocations/allocation-schemas.js';
import type { PoolView } from '../pools/pool-schemas.js';
import type { AuditEventView } from '../search/search-schemas.js';
import type { AddressSpaceView, ConflictView, LinkView, NetworkView } from '../topology/topology-schemas.js';
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

const networks: Columns<Omit<NetworkView, 'routingDomain'>> = {
  kind: () => 'NETWORK',
  name: (view) => view.name,
  addressSpace: (view) => view.addressSpace,
  cidrs: (view) => view.prefixes,
  networkKind: (view) => view.kind,
  region: (view) => view.region,
  subscriptionId: (view) => view.subscriptionId,
  resourceId: (view) => view.resourceId,
};

const links: Columns<LinkView> = {
  kind: () => 'LINK',
  from: (view) => view.from,
  to: (view) => view.to,
  linkKind: (view) => view.kind,
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
  pools,
  allocations,
  conflicts,
  'audit-events': auditEvents,
};
