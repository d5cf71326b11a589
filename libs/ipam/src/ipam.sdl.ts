import { problemUnion, SdlBuilder } from '@podspan/platform';
import { AdviceView } from './advice/advice-schemas.js';
import {
  AllocationBatchBody,
  AllocationBatchView,
  AllocationBody,
  AllocationView,
  ExpandBody,
  RenewBody,
} from './allocations/allocation-schemas.js';
import { IpamCheckView } from './check/check-schemas.js';
import { DiscoveredRangeView, DiscoveryBody, DiscoveryView, DriftView } from './discovery/discovery-schemas.js';
import { ImportBody, ImportReport, ImportRowView, ImportView } from './imports/import-schemas.js';
import {
  AddressPlanBody,
  AddressPlanView,
  ClusterAddressesView,
  ReleasePlanBody,
  ReuseCheckBody,
  ReuseCheckView,
  Topology,
  TopologyView,
} from './plans/plan-schemas.js';
import { AvailableView, PoolBody, PoolPatch, PoolView } from './pools/pool-schemas.js';
import { ThresholdBody, ThresholdPatch, ThresholdView } from './thresholds/threshold-schemas.js';
import { DeliveryView, WebhookBody, WebhookPatch, WebhookView } from './webhooks/webhook-schemas.js';
import { ForecastView } from './forecast/forecast-schemas.js';
import { PoolUtilizationView, SpaceSavingsView, SpaceUtilizationView } from './utilization/utilization-schemas.js';
import { AuditEventView, SearchHitView } from './search/search-schemas.js';
import {
  AddressSpaceBody,
  AddressSpaceView,
  ConflictView,
  LinkBody,
  LinkView,
  MeshBody,
  MeshView,
  NetworkBody,
  NetworkPatch,
  NetworkView,
  SimulateBody,
  SimulateView,
} from './topology/topology-schemas.js';

const types = new SdlBuilder()
  .type('Utilization', PoolUtilizationView)
  .type('Forecast', ForecastView)
  .type('PoolThreshold', ThresholdView)
  .type('Webhook', WebhookView, {
    fields: 'deliveries(first: Int = 50, after: String, status: DeliveryStatus): WebhookDeliveryConnection!',
  })
  .type('WebhookDelivery', DeliveryView)
  .input('ThresholdBodyInput', ThresholdBody)
  .input('ThresholdPatchInput', ThresholdPatch)
  .input('WebhookBodyInput', WebhookBody)
  .input('WebhookPatchInput', WebhookPatch)
  .type('Advice', AdviceView)
  .type('SpaceUtilization', SpaceUtilizationView)
  .type('SpaceSavings', SpaceSavingsView)
  .type('Available', AvailableView, { omit: ['nextCursor'] })
  .type('Pool', PoolView, {
    fields: `utilization(asOf: DateTime, breakdown: Boolean = false): Utilization!
      thresholds(first: Int = 50, after: String): PoolThresholdConnection!
      forecast(windowDays: Int = 28, prefixLength: Int): Forecast!
      advice(prefixLength: Int!, family: Int, includeRebuilds: Boolean = false): Advice!
      allocations(first: Int = 50, after: String, status: AllocationStatus): AllocationConnection!
      free(first: Int = 50, after: String): BlockConnection!
      available(prefixLength: Int, count: Int = 10, family: Int): Available!`,
  })
  .type('Allocation', AllocationView)
  .type('AllocationBatch', AllocationBatchView)
  .type('AddressSpace', AddressSpaceView, {
    fields: `utilization: SpaceUtilization!
      savings: SpaceSavings!`,
  })
  .type('Network', NetworkView)
  .type('Link', LinkView)
  .type('Mesh', MeshView)
  .type('Conflict', ConflictView)
  .type('Simulation', SimulateView)
  .type('ClusterAddressPlan', ClusterAddressesView, {
    fields: '"Other clusters whose pod range overlaps, as overlay mode allows"\nreusedBy: [Cluster!]!',
  })
  .type('AddressPlan', AddressPlanView)
  .type('TopologyChanges', TopologyView)
  .type('ReuseCheck', ReuseCheckView)
  .type('DiscoveredRange', DiscoveredRangeView)
  .type('Drift', DriftView)
  .type('Discovery', DiscoveryView)
  .type('Import', ImportView)
  .type('ImportRow', ImportRowView)
  .type('ImportReport', ImportReport)
  .type('SearchHit', SearchHitView)
  .type('AuditEvent', AuditEventView)
  .type('IpamCheck', IpamCheckView)
  .input('DiscoveryBodyInput', DiscoveryBody)
  .input('ImportBodyInput', ImportBody)
  .input('AddressSpaceBodyInput', AddressSpaceBody)
  .input('NetworkBodyInput', NetworkBody)
  .input('NetworkPatchInput', NetworkPatch)
  .input('LinkBodyInput', LinkBody)
  .input('MeshBodyInput', MeshBody)
  .input('PoolBodyInput', PoolBody)
  .input('PoolPatchInput', PoolPatch)
  .input('AllocationBodyInput', AllocationBody)
  .input('AllocationBatchBodyInput', AllocationBatchBody)
  .input('RenewBodyInput', RenewBody)
  .input('ExpandBodyInput', ExpandBody)
  .input('AddressPlanBodyInput', AddressPlanBody)
  .input('ReleasePlanBodyInput', ReleasePlanBody)
  .input('TopologyInput', Topology)
  .input('SimulateBodyInput', SimulateBody)
  .input('ReuseCheckBodyInput', ReuseCheckBody)
  .toString();

const connections = [
  'DiscoveredRange',
  'Drift',
  'Discovery',
  'Import',
  'ImportRow',
  'Pool',
  'Allocation',
  'AddressSpace',
  'Network',
  'Link',
  'Mesh',
  'Conflict',
  'AuditEvent',
  'Block',
  'SearchHit',
  'PoolThreshold',
  'Webhook',
  'WebhookDelivery',
]
  .map(
    (name) =>
      `type ${name}Edge { node: ${name}! cursor: String }\ntype ${name}Connection { nodes: [${name}!]! edges: [${name}Edge!]! pageInfo: PageInfo! }`,
  )
  .join('\n');

/** Each mutation with its arguments and what it gives when it works; a problem type otherwise. */
const mutations: readonly (readonly [name: string, args: string, gives: string])[] = [
  ['createAddressSpace', 'input: AddressSpaceBodyInput!', 'AddressSpace'],
  ['deleteAddressSpace', 'addressSpace: String!', 'Removed'],
  ['createNetwork', 'input: NetworkBodyInput!, force: Boolean = false', 'Network'],
  ['updateNetwork', 'network: String!, input: NetworkPatchInput!, force: Boolean = false', 'Network'],
  ['deleteNetwork', 'network: String!', 'Removed'],
  ['createLink', 'input: LinkBodyInput!, force: Boolean = false', 'Link'],
  ['deleteLink', 'link: String!', 'Removed'],
  ['createMesh', 'input: MeshBodyInput!', 'Mesh'],
  ['joinMesh', 'mesh: String!, cluster: String!, force: Boolean = false', 'Mesh'],
  ['leaveMesh', 'mesh: String!, cluster: String!, force: Boolean = false', 'Removed'],
  ['applyTopology', 'input: TopologyInput!', 'TopologyChanges'],
  ['startDiscovery', 'input: DiscoveryBodyInput!', 'Discovery'],
  ['importFile', 'input: ImportBodyInput!', 'ImportReport'],
  ['createPool', 'input: PoolBodyInput!', 'Pool'],
  ['updatePool', 'pool: String!, input: PoolPatchInput!', 'Pool'],
  ['deletePool', 'pool: String!', 'Removed'],
  ['createThreshold', 'pool: String!, input: ThresholdBodyInput!', 'PoolThreshold'],
  ['updateThreshold', 'pool: String!, threshold: String!, input: ThresholdPatchInput!', 'PoolThreshold'],
  ['deleteThreshold', 'pool: String!, threshold: String!', 'Removed'],
  ['createWebhook', 'input: WebhookBodyInput!', 'Webhook'],
  ['updateWebhook', 'webhook: String!, input: WebhookPatchInput!', 'Webhook'],
  ['deleteWebhook', 'webhook: String!', 'Removed'],
  ['renewWebhookSecret', 'webhook: String!', 'Webhook'],
  ['testWebhook', 'webhook: String!', 'WebhookDelivery'],
  ['redeliverWebhook', 'webhook: String!, delivery: String!', 'WebhookDelivery'],
  ['allocatePrefix', 'pool: String!, input: AllocationBodyInput!', 'Allocation'],
  ['allocatePrefixes', 'input: AllocationBatchBodyInput!', 'AllocationBatch'],
  ['releaseAllocation', 'allocation: String!', 'Allocation'],
  ['renewAllocation', 'allocation: String!, input: RenewBodyInput!', 'Allocation'],
  ['expandAllocation', 'allocation: String!, input: ExpandBodyInput!', 'Allocation'],
  ['createAddressPlan', 'input: AddressPlanBodyInput!', 'AddressPlan'],
  ['releaseAddressPlan', 'addressPlan: String!, input: ReleasePlanBodyInput', 'AddressPlan'],
];

function resultOf(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}Result`;
}

/** The subgraph. Types come from the schemas of REST; queries, mutations and joins are written by hand. */
export const ipamSdl = `
${types}

${connections}

"Provisioning owns clusters; ipam adds their addresses"
type Cluster @key(fields: "name") {
  name: String!
  "Null for a cluster that holds no addresses"
  addressPlan: ClusterAddressPlan
}

enum ConflictStatus { OPEN RESOLVED ALL }

type Removed { removed: Boolean! }

${mutations.map(([name, , gives]) => `union ${resultOf(name)} = ${gives} | ${problemUnion}`).join('\n')}

type Query {
  addressSpaces(first: Int = 50, after: String, asOf: DateTime): AddressSpaceConnection!
  addressSpace(name: String!): AddressSpace
  networks(first: Int = 50, after: String, asOf: DateTime): NetworkConnection!
  network(name: String!): Network
  links(first: Int = 50, after: String, asOf: DateTime): LinkConnection!
  meshes(first: Int = 50, after: String, asOf: DateTime): MeshConnection!
  mesh(name: String!): Mesh
  pools(first: Int = 50, after: String, asOf: DateTime): PoolConnection!
  pool(name: String!): Pool
  allocations(first: Int = 50, after: String, contains: String, within: Cidr, overlaps: Cidr, pool: String, addressSpace: String, owner: String, purpose: String, status: AllocationStatus, label: String, asOf: DateTime): AllocationConnection!
  allocation(id: String!): Allocation
  addressPlan(name: String!): AddressPlan
  discoveredRanges(first: Int = 50, after: String, contains: String, within: Cidr, overlaps: Cidr, addressSpace: String, network: String, kind: DiscoveredRangeKind, cluster: String, scope: String, state: DiscoveredRangeState, grandfathered: Boolean): DiscoveredRangeConnection!
  drift(first: Int = 50, after: String, kind: DriftKind, addressSpace: String, network: String): DriftConnection!
  discoveries(first: Int = 50, after: String): DiscoveryConnection!
  discovery(id: String!): Discovery
  imports(first: Int = 50, after: String): ImportConnection!
  import(id: String!): Import
  importRows(import: String!, first: Int = 50, after: String, outcome: ImportRowOutcome, code: String): ImportRowConnection!
  conflicts(first: Int = 50, after: String, asOf: DateTime, status: ConflictStatus = OPEN, kind: ConflictKind, holder: String): ConflictConnection!
  auditEvents(first: Int = 50, after: String, kind: String, resource: String, actor: String, action: String, requestId: String, since: DateTime, until: DateTime): AuditEventConnection!
  "Exactly one of contains, within and overlaps"
  searchRanges(contains: String, within: Cidr, overlaps: Cidr, kind: SearchHitKind, addressSpace: String, first: Int = 50): [SearchHit!]!
  "The same in pages"
  search(contains: String, within: Cidr, overlaps: Cidr, kind: SearchHitKind, addressSpace: String, first: Int = 50, after: String): SearchHitConnection!
  "Whether everything holds that this service promises; for admins"
  ipamCheck: IpamCheck!
  webhooks(first: Int = 50, after: String): WebhookConnection!
  webhook(name: String!): Webhook
  checkReuse(input: ReuseCheckBodyInput!): ReuseCheck!
  simulateTopology(input: SimulateBodyInput!): Simulation!
}

type Mutation {
${mutations.map(([name, args]) => `  ${name}(${args}, dryRun: Boolean = false): ${resultOf(name)}!`).join('\n')}
}
`;
