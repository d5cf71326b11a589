import { z } from 'zod';

/** The shape of a fleet file. Values are judged by the server, which knows the rules; here only what a file may say and where. */

const Text = z.string().min(1);
const Whole = z.int().min(0);
const NumberOrPercent = z.union([Whole, z.string().regex(/^\d{1,3}%$/, 'must be a whole number or a percentage such as "25%"')]);

const AddressSpace = z.strictObject({ name: Text, description: z.string().optional() });

const Network = z.strictObject({
  name: Text,
  addressSpace: Text.optional(),
  kind: z.enum(['VIRTUAL_NETWORK', 'ON_PREMISES', 'EXTERNAL']),
  prefixes: z.array(Text).min(1),
  region: Text.optional(),
  subscriptionId: Text.optional(),
  resourceId: Text.optional(),
});

const Link = z.strictObject({ from: Text, to: Text, kind: z.enum(['PEERING', 'CONNECTED_GROUP', 'EXPRESSROUTE', 'VPN', 'VIRTUAL_WAN']) });

const Mesh = z.strictObject({ name: Text, description: z.string().optional() });

const Pool = z.strictObject({
  name: Text,
  addressSpace: Text.optional(),
  cidrs: z.array(Text).min(1),
  reuse: z.enum(['EXCLUSIVE', 'REUSABLE']),
  network: Text.optional(),
  parentPool: Text.optional(),
  purposes: z.array(Text).optional(),
  minPrefixLength: Whole.optional(),
  maxPrefixLength: Whole.optional(),
  defaultPrefixLength: Whole.optional(),
  strategy: z.enum(['FIRST_FIT', 'BEST_FIT', 'LAST_FIT']).optional(),
  cooldownSeconds: Whole.optional(),
  labels: z.record(z.string(), z.string()).optional(),
});

const NodePool = z.strictObject({
  name: Text,
  mode: z.enum(['SYSTEM', 'USER']),
  vmSize: Text,
  count: Whole.optional(),
  minCount: Whole.optional(),
  maxCount: Whole.optional(),
  maxSurge: NumberOrPercent.optional(),
  maxPods: Whole.optional(),
  osType: z.enum(['LINUX', 'WINDOWS']).optional(),
  zones: z.array(Text).optional(),
  subnetCidr: Text.optional(),
});

/** Judged by the server; a file may leave any of it out. */
const judged = z.unknown().optional();

const Ingress = z.strictObject({
  kind: z.enum(['AGC', 'AGIC', 'NONE']),
  name: Text.optional(),
  deployment: z.enum(['BYO', 'MANAGED', 'ADDON']).optional(),
  acceptPreview: z.boolean().optional(),
  frontends: judged,
  namespace: Text.optional(),
  pool: Text.optional(),
  subnetCidr: Text.optional(),
  subnetId: Text.optional(),
  controllerVersion: Text.optional(),
  defaultBackend: judged,
  frontendPorts: z.array(Whole).optional(),
  privateFrontend: z.boolean().optional(),
  applicationGateway: judged,
  wafPolicyId: Text.optional(),
});

const Cluster = z.strictObject({
  name: Text,
  subscriptionId: Text,
  resourceGroup: Text,
  region: Text,
  network: Text,
  kubernetesVersion: Text.optional(),
  nodePools: z.array(NodePool).min(1),
  podCidrScope: z.enum(['REUSABLE', 'UNIQUE']),
  mesh: Text.optional(),
  dataplane: z.enum(['AZURE', 'CILIUM']),
  networkPolicy: z.enum(['NONE', 'AZURE', 'CALICO', 'CILIUM']).optional(),
  outboundType: z.enum(['LOAD_BALANCER', 'USER_DEFINED_ROUTING', 'MANAGED_NAT_GATEWAY', 'USER_ASSIGNED_NAT_GATEWAY', 'NONE']).optional(),
  privateCluster: z.boolean().optional(),
  apiServerVnetIntegration: z.boolean().optional(),
  internalLoadBalancers: Whole.optional(),
  dualStack: z.boolean().optional(),
  growthFactor: z.number().optional(),
  ingress: Ingress.optional(),
  tags: z.record(z.string(), z.string()).optional(),
  podCidr: Text.optional(),
  serviceCidr: Text.optional(),
  dnsServiceIp: Text.optional(),
  ipFamilies: z.array(z.enum(['IPv4', 'IPv6'])).optional(),
  podCidrs: z.array(Text).optional(),
  serviceCidrs: z.array(Text).optional(),
});

/** Any part of a cluster: what defaults, places and overrides give. */
const ClusterPart = Cluster.partial();

const OverrideSelect = z.strictObject({
  names: z.array(Text).min(1).optional(),
  networks: z.array(Text).min(1).optional(),
  regions: z.array(Text).min(1).optional(),
  /** The first so many clusters of each network. */
  firstPerNetwork: z.int().min(1).optional(),
});

const Generate = z.strictObject({
  count: z.int().min(1).max(5_000),
  nameTemplate: Text,
  spreadOver: z.array(z.union([Text, ClusterPart])).min(1),
  template: ClusterPart.optional(),
  overrides: z.array(z.strictObject({ select: OverrideSelect, set: ClusterPart })).optional(),
});

const oneOrMore = z.union([Text, z.array(Text).min(1)]);

const Selector = z.strictObject({
  names: oneOrMore.optional(),
  region: oneOrMore.optional(),
  subscriptionId: oneOrMore.optional(),
  network: oneOrMore.optional(),
  mesh: oneOrMore.optional(),
  tags: z.record(z.string(), z.string()).optional(),
});

const Wave = z.strictObject({
  name: Text,
  selector: Selector.optional(),
  clusters: z.array(Text).min(1).optional(),
  maxConcurrency: NumberOrPercent.optional(),
  maxFailures: NumberOrPercent.optional(),
  soakSeconds: Whole.optional(),
  approval: z.boolean().optional(),
  notBefore: Text.optional(),
});

const MaintenanceWindow = z.strictObject({
  clusters: z.array(Text).min(1).optional(),
  selector: Selector.optional(),
  days: z.array(Text).min(1).optional(),
  start: Text,
  durationMinutes: Whole,
  timeZone: Text,
});

const Strategy = z.strictObject({
  waves: z.array(Wave).min(1).optional(),
  maxConcurrency: NumberOrPercent.optional(),
  maxConcurrencyPerSubscription: NumberOrPercent.optional(),
  maxConcurrencyPerRegion: NumberOrPercent.optional(),
  maxConcurrencyPerNetwork: NumberOrPercent.optional(),
  startAt: Text.optional(),
  maintenanceWindows: z.array(MaintenanceWindow).min(1).optional(),
  maxFailures: NumberOrPercent.optional(),
  failureMode: z.enum(['STRICT', 'FAST']).optional(),
  onCancel: z.enum(['ABORT', 'FINISH']).optional(),
});

const PlanPools = z.strictObject({
  nodeSubnet: Text,
  podCidr: Text,
  podCidrUnique: Text.optional(),
  serviceCidr: Text.optional(),
  gatewaySubnet: Text.optional(),
  apiServerSubnet: Text.optional(),
});

const Rollout = z.strictObject({
  name: Text,
  action: z.enum(['CREATE', 'MIGRATE_TO_OVERLAY', 'EXPAND_POD_CIDR', 'ENABLE_CILIUM', 'UPGRADE', 'DELETE', 'MIGRATE_INGRESS']).optional(),
  pools: PlanPools.optional(),
  /** MIGRATE_INGRESS: judged by the service. */
  ingress: z.record(z.string(), z.unknown()).optional(),
  upgrade: z.strictObject({ kubernetesVersion: Text.optional(), nodeImage: z.boolean().optional() }).optional(),
  strategy: Strategy.optional(),
  confirmIrreversible: z.boolean().optional(),
});

export const FleetFile = z.strictObject({
  apiVersion: z.literal('podspan.dev/v1'),
  kind: z.literal('Fleet'),
  addressSpaces: z.array(AddressSpace).optional(),
  networks: z.array(Network).optional(),
  links: z.array(Link).optional(),
  meshes: z.array(Mesh).optional(),
  pools: z.array(Pool).optional(),
  clusterDefaults: ClusterPart.optional(),
  clusters: z.array(ClusterPart).optional(),
  generate: z.union([Generate, z.array(Generate).min(1)]).optional(),
  rollout: Rollout.optional(),
});
export type FleetFile = z.infer<typeof FleetFile>;
export type ClusterPart = z.infer<typeof ClusterPart>;
export type Generate = z.infer<typeof Generate>;

export const CLUSTER_MEMBERS = Object.keys(Cluster.shape) as readonly (keyof ClusterPart)[];
export const REQUIRED_CLUSTER_MEMBERS = CLUSTER_MEMBERS.filter((member) => !Cluster.shape[member].safeParse(undefined).success);
