import { z } from 'zod';
import { IngressSpec } from './ingress-spec.js';

/** A whole number, or a percentage such as `33%`. */
export const NumberOrPercent = z.union([
  z.int().min(0).max(100_000),
  z.string().regex(/^(100|[1-9]?\d)%$/, { error: 'must be a whole number or a percentage from 0% to 100%' }),
]);
export type NumberOrPercent = z.infer<typeof NumberOrPercent>;

/** Ranges with a rule of their own (maxPods, names) are judged with the address plan, where the answer carries the rule's id. */
export const NodePoolSpec = z
  .strictObject({
    name: z.string().min(1).max(63),
    mode: z.enum(['SYSTEM', 'USER']),
    vmSize: z.string().min(1).max(64),
    count: z.int().min(0).max(5_000).optional(),
    minCount: z.int().min(0).max(5_000).optional(),
    maxCount: z.int().min(0).max(5_000).optional(),
    maxSurge: NumberOrPercent.optional(),
    maxPods: z.int().min(0).max(10_000).optional(),
    osType: z.enum(['LINUX', 'WINDOWS']).optional(),
    zones: z.array(z.string().min(1).max(3)).max(9).optional(),
    subnetCidr: z.string().max(64).optional().describe('Exactly this node subnet'),
  })
  .meta({ id: 'RolloutNodePoolSpec' });
export type NodePoolSpec = z.infer<typeof NodePoolSpec>;

/** One cluster as it is wanted. */
export const ClusterSpec = z
  .strictObject({
    name: z.string().min(1).max(200),
    subscriptionId: z.guid({ error: 'must be the id of a subscription, a UUID' }),
    resourceGroup: z.string().min(1).max(200),
    region: z.string().min(1).max(64),
    network: z.string().min(1).max(200),
    kubernetesVersion: z.string().min(1).max(32).optional(),
    nodePools: z.array(NodePoolSpec).min(1).max(100),
    podCidrScope: z.enum(['REUSABLE', 'UNIQUE']),
    mesh: z.string().min(1).max(200).optional(),
    dataplane: z.enum(['AZURE', 'CILIUM']),
    networkPolicy: z.enum(['NONE', 'AZURE', 'CALICO', 'CILIUM']).optional(),
    outboundType: z.enum(['LOAD_BALANCER', 'USER_DEFINED_ROUTING', 'MANAGED_NAT_GATEWAY', 'USER_ASSIGNED_NAT_GATEWAY', 'NONE']).optional(),
    privateCluster: z.boolean().optional(),
    apiServerVnetIntegration: z.boolean().optional(),
    internalLoadBalancers: z.int().min(0).max(300).optional(),
    dualStack: z.boolean().optional(),
    growthFactor: z.number().optional(),
    ingress: IngressSpec.optional(),
    tags: z.record(z.string(), z.string()).optional(),
    podCidr: z.string().max(64).optional().describe('Exactly this pod range'),
    serviceCidr: z.string().max(64).optional().describe('Exactly this service range'),
    dnsServiceIp: z.string().max(64).optional(),
    ipFamilies: z
      .array(z.enum(['IPv4', 'IPv6']))
      .max(2)
      .optional(),
    podCidrs: z.array(z.string().max(64)).max(2).optional(),
    serviceCidrs: z.array(z.string().max(64)).max(2).optional(),
  })
  .meta({ id: 'RolloutClusterSpec' });
export type ClusterSpec = z.infer<typeof ClusterSpec>;
