import { AddressCount, CidrText, Instant, IpAddressText, Name } from '@podspan/platform';
import { z } from 'zod';
import { AddressSpaceBody, LinkBody, MeshBody, NetworkBody, Reference } from '../topology/topology-schemas.js';
import { PoolBody } from '../pools/pool-schemas.js';
import { podCidrScopes } from '../domain/reuse.js';

/** Numbers, counts and names are judged by the rules of AKS, whose answer carries the rule's id; here only the shape is. */
const Count = z.number();

export const NodePoolSpec = z
  .strictObject({
    name: z.string().max(128),
    mode: z.enum(['SYSTEM', 'USER']).meta({ id: 'NodePoolMode' }),
    vmSize: z.string().min(1).max(128),
    count: Count.optional(),
    minCount: Count.optional(),
    maxCount: Count.optional(),
    maxSurge: z
      .union([z.int(), z.string().max(8)])
      .optional()
      .describe('Nodes or a percentage such as 33%; max(1, 10 %) when left out (C-02)'),
    maxPods: Count.optional(),
    osType: z.enum(['LINUX', 'WINDOWS']).meta({ id: 'OsType' }).optional(),
    zones: z.array(z.string().max(8)).max(10).optional(),
    subnetCidr: z.string().max(64).optional().describe('Exactly this node subnet'),
  })
  .meta({ id: 'NodePoolSpec' });

/** Judged by the service that makes the gateway; known here so that a typing error is one. */
const ofIngress = z.unknown().optional().describe('Judged by the ingress service');

export const IngressSpec = z
  .strictObject({
    kind: z.enum(['AGC', 'AGIC', 'NONE']).meta({ id: 'IngressKind' }),
    frontends: z.union([z.array(z.unknown()).max(100), z.int().min(1).max(100)]).optional(),
    frontendPorts: z.array(z.int()).max(100).optional(),
    privateFrontend: z.boolean().optional(),
    subnetCidr: z.string().max(64).optional().describe('Exactly this gateway subnet'),
    name: ofIngress,
    deployment: ofIngress,
    acceptPreview: ofIngress,
    namespace: ofIngress,
    pool: ofIngress,
    subnetId: ofIngress,
    controllerVersion: ofIngress,
    defaultBackend: ofIngress,
    applicationGateway: z
      .looseObject({ maxInstances: z.int().optional() })
      .optional()
      .describe('Judged by the ingress service; the plan reads what it scales to'),
    wafPolicyId: ofIngress,
  })
  .meta({
    id: 'IngressSpec',
    description: 'What the address plan reads of the ingress of a cluster, beside what belongs to the ingress service',
  });

export const ClusterSpec = z
  .strictObject({
    name: z.string().min(1).max(128),
    subscriptionId: z.string().min(1).max(64),
    resourceGroup: z.string().min(1).max(128),
    region: z.string().min(1).max(64),
    network: Reference,
    kubernetesVersion: z.string().max(32).optional(),
    nodePools: z.array(NodePoolSpec).max(1000),
    podCidrScope: z.enum(podCidrScopes).meta({ id: 'PodCidrScope' }),
    mesh: Reference.optional(),
    dataplane: z.enum(['AZURE', 'CILIUM']).meta({ id: 'Dataplane' }),
    networkPolicy: z.enum(['NONE', 'AZURE', 'CALICO', 'CILIUM']).meta({ id: 'NetworkPolicy' }).optional(),
    outboundType: z
      .enum(['LOAD_BALANCER', 'USER_DEFINED_ROUTING', 'MANAGED_NAT_GATEWAY', 'USER_ASSIGNED_NAT_GATEWAY', 'NONE'])
      .meta({ id: 'OutboundType' })
      .optional(),
    privateCluster: z.boolean().optional(),
    apiServerVnetIntegration: z.boolean().optional(),
    internalLoadBalancers: z.int().min(0).max(300).optional(),
    dualStack: z.boolean().optional(),
    growthFactor: z.number().optional().describe('Hold back a block this many times the pod range: 1, 2, 4 ...'),
    ingress: IngressSpec.optional(),
    tags: z.record(z.string(), z.string()).optional(),
    podCidr: z.string().max(64).optional().describe('Exactly this pod range'),
    serviceCidr: z.string().max(64).optional().describe('Exactly this service range'),
    dnsServiceIp: z.string().max(64).optional(),
    ipFamilies: z
      .array(z.enum(['IPv4', 'IPv6']))
      .max(2)
      .optional(),
    podCidrs: z.array(z.string().max(64)).max(2).optional().describe('One for each of ipFamilies, in that order'),
    serviceCidrs: z.array(z.string().max(64)).max(2).optional(),
  })
  .meta({ id: 'ClusterSpec' });
export type ClusterSpec = z.infer<typeof ClusterSpec>;

export const PlanPools = z
  .strictObject({
    nodeSubnet: Reference,
    podCidr: Reference,
    podCidrUnique: Reference.optional().describe('For clusters of podCidrScope UNIQUE; podCidr serves both when it is left out'),
    serviceCidr: Reference.optional().describe('10.0.0.0/16 for everybody when it is left out and free of overlaps'),
    gatewaySubnet: Reference.optional().describe('nodeSubnet when it is left out'),
    apiServerSubnet: Reference.optional().describe('nodeSubnet when it is left out'),
  })
  .meta({ id: 'PlanPools' });
export type PlanPools = z.infer<typeof PlanPools>;

const items = <T extends z.ZodType>(item: T): z.ZodOptional<z.ZodArray<T>> => z.array(item).max(10_000).optional();

export const Topology = z
  .strictObject({
    addressSpaces: items(AddressSpaceBody),
    networks: items(NetworkBody),
    links: items(LinkBody),
    meshes: items(MeshBody),
    pools: items(PoolBody),
  })
  .meta({ id: 'Topology', description: 'What shall exist. What exists and is not named stays' });
export type Topology = z.infer<typeof Topology>;

export const TopologyView = z
  .object({
    changes: z.array(
      z
        .object({
          kind: z.enum(['ADDRESS_SPACE', 'NETWORK', 'LINK', 'MESH', 'POOL']),
          name: z.string(),
          change: z.enum(['CREATED', 'CHANGED', 'UNCHANGED']),
        })
        .meta({ id: 'TopologyChange' }),
    ),
  })
  .meta({ id: 'TopologyChanges' });
export type TopologyView = z.infer<typeof TopologyView>;

export const AddressPlanBody = z
  .strictObject({
    name: Name.optional(),
    clusters: z.array(ClusterSpec).min(1).max(5000),
    pools: PlanPools,
    topology: Topology.optional().describe('With ?dryRun=true only: applied first, then rolled back with the plan'),
  })
  .meta({ id: 'AddressPlanBody', description: 'Everything these clusters need, all or nothing' });
export type AddressPlanBody = z.infer<typeof AddressPlanBody>;

export const WarningView = z
  .object({
    path: z.string(),
    code: z.string(),
    message: z.string(),
    value: z.unknown().optional(),
    conflictsWith: z.unknown().optional(),
    suggestion: z.string().optional(),
    rule: z.string().optional(),
  })
  .meta({ id: 'PlanWarning' });

export const RefusedCandidateView = z
  .object({
    cidr: CidrText,
    rule: z.string(),
    code: z.string(),
    path: z.array(z.string()).describe("From the cluster's network to the one that holds the clashing range"),
    conflictsWith: z.string(),
    message: z.string(),
  })
  .meta({ id: 'RefusedCandidate' });

export const SavingsView = z
  .object({
    flatAddresses: AddressCount.describe('What the same nodes and pods would take from the network in flat mode (SN-11)'),
    overlayAddresses: AddressCount.describe('What they take in overlay mode: one address per node'),
    savedAddresses: AddressCount,
  })
  .meta({ id: 'Savings' });

export const ClusterAddressesView = z
  .object({
    name: z.string(),
    network: z.string(),
    nodeSubnets: z.array(z.object({ nodePool: z.string(), cidr: CidrText }).meta({ id: 'NodeSubnet' })),
    podCidr: CidrText,
    podCidrGrowth: CidrText.nullable().describe('The enclosing block held back for growth'),
    serviceCidr: CidrText,
    dnsServiceIp: IpAddressText,
    gatewaySubnet: CidrText.optional(),
    apiServerSubnet: CidrText.optional(),
    podCidrV6: CidrText.optional(),
    serviceCidrV6: CidrText.optional(),
    peakNodes: z.int(),
    podCidrReason: z
      .object({ message: z.string(), refused: z.array(RefusedCandidateView).describe('Earlier candidates and why they were not taken') })
      .meta({ id: 'PodCidrReason' }),
    savings: SavingsView,
    warnings: z.array(WarningView),
  })
  .meta({ id: 'ClusterAddressPlan' });
export type ClusterAddressesView = z.infer<typeof ClusterAddressesView>;

const ReleasedBlock = z
  .object({ cluster: z.string(), purpose: z.string(), cidr: CidrText, pool: z.string() })
  .meta({ id: 'ReleasedBlock' });

export const AddressPlanView = z
  .object({
    id: z.uuid(),
    name: z.string(),
    status: z.enum(['ACTIVE', 'RELEASED']).meta({ id: 'AddressPlanStatus' }),
    pools: PlanPools,
    clusters: z.array(ClusterAddressesView),
    savings: SavingsView,
    createdAt: Instant,
    createdBy: z.string(),
    released: z
      .array(ReleasedBlock)
      .optional()
      .describe('In the answer of a release, also of a dry run: what it gives back, each block with what was held for its growth'),
  })
  .meta({ id: 'AddressPlan' });
export type AddressPlanView = z.infer<typeof AddressPlanView>;

export const ReleasePlanBody = z
  .strictObject({ clusters: z.array(z.string().min(1).max(128)).max(5000).optional().describe('Only these; all when left out') })
  .meta({ id: 'ReleasePlanBody' });
export type ReleasePlanBody = z.infer<typeof ReleasePlanBody>;

export const HypotheticalCluster = z
  .looseObject({
    name: z.string().min(1).max(128),
    network: Reference,
    podCidrScope: z.enum(podCidrScopes).optional(),
    mesh: Reference.optional(),
    serviceCidr: CidrText.optional(),
    podCidr: CidrText.optional(),
  })
  .meta({ id: 'HypotheticalCluster' });

export const ReuseCheckBody = z
  .strictObject({
    clusters: z
      .array(z.union([z.string().min(1).max(128), HypotheticalCluster]))
      .min(1)
      .max(5000)
      .describe('Names of planned clusters, or clusters that are only imagined'),
    podCidr: CidrText.optional().describe('Without it: the ranges that the clusters hold'),
  })
  .meta({ id: 'ReuseCheckBody' });
export type ReuseCheckBody = z.infer<typeof ReuseCheckBody>;

export const ReuseCheckView = z
  .object({
    allowed: z.boolean(),
    reasons: z.array(
      z
        .object({
          rule: z.string(),
          code: z.string(),
          clusters: z.array(z.string()),
          path: z.array(z.string()),
          conflictsWith: z.string().optional(),
          message: z.string(),
        })
        .meta({ id: 'ReuseReason' }),
    ),
    isComplete: z.boolean().describe('False when there are more reasons than the 1,000 given'),
  })
  .meta({ id: 'ReuseCheck' });
export type ReuseCheckView = z.infer<typeof ReuseCheckView>;
