import { Instant } from '@podspan/platform';
import { z } from 'zod';
import type { ClusterRow } from '../database.js';
import { DriftView } from '../discover/discovery-view.js';
import { clusterStates } from '../domain/states.js';
import type { CreateInput, NamedSubnet } from '../domain/create/create-input.js';

const Subnet = z.object({ cidr: z.string(), subnetId: z.string() }).meta({ id: 'ClusterSubnet' });

export const ClusterView = z
  .object({
    id: z.string(),
    name: z.string(),
    subscriptionId: z.string(),
    resourceGroup: z.string(),
    region: z.string(),
    network: z.string(),
    state: z.enum(clusterStates).meta({ id: 'ClusterState' }),
    kubernetesVersion: z.string(),
    dataplane: z.enum(['AZURE', 'CILIUM']).meta({ id: 'ClusterDataplane' }),
    networkPlugin: z.enum(['azure', 'kubenet', 'none']).describe('As Azure has it'),
    networkPluginMode: z.enum(['overlay']).nullable().describe('null for flat networking'),
    created: z.boolean().describe('Whether Podspan made it; false for a cluster that it only changed'),
    resourceId: z.string(),
    vnetResourceId: z.string(),
    oidcIssuerUrl: z.string().nullable(),
    ingress: z.unknown().nullable(),
    addressPlan: z.string(),
    seenAt: Instant.nullable().describe('When Azure last showed it to a discovery'),
    goneSince: Instant.nullable().describe('Since when Azure does not show it any more'),
    drift: z.array(DriftView),
    addresses: z
      .object({
        nodeSubnets: z.array(
          z
            .object({ nodePool: z.string(), cidr: z.string(), cidrV6: z.string().nullable(), subnetId: z.string() })
            .meta({ id: 'ClusterNodeSubnet' }),
        ),
        podCidr: z.string(),
        podCidrGrowth: z.string().nullable(),
        serviceCidr: z.string(),
        podCidrV6: z.string().nullable().describe('Of a dual-stack cluster'),
        serviceCidrV6: z.string().nullable(),
        dnsServiceIp: z.string(),
        gatewaySubnet: Subnet.nullable(),
        apiServerSubnet: Subnet.nullable(),
      })
      .meta({ id: 'ClusterAddresses' }),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'Cluster' });
export type ClusterView = z.infer<typeof ClusterView>;

export function clusterView(row: ClusterRow): ClusterView {
  return {
    id: row.id,
    name: row.name,
    subscriptionId: row.subscription_id,
    resourceGroup: row.resource_group,
    region: row.region,
    network: row.network,
    state: row.state,
    kubernetesVersion: row.kubernetes_version,
    dataplane: row.dataplane,
    networkPlugin: row.network_plugin,
    networkPluginMode: row.network_plugin_mode,
    created: row.created,
    resourceId: row.resource_id,
    vnetResourceId: row.vnet_resource_id,
    oidcIssuerUrl: row.oidc_issuer_url,
    ingress: row.input.cluster.ingress ?? null,
    addressPlan: row.address_plan,
    seenAt: row.seen_at?.toISOString() ?? null,
    goneSince: row.gone_since?.toISOString() ?? null,
    drift: row.drift.map((one) => ({ ...one })),
    addresses: addressesView(row.input),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

export function addressesView(input: CreateInput): ClusterView['addresses'] {
  const subnet = (given: NamedSubnet | undefined): { cidr: string; subnetId: string } | null =>
    given ? { cidr: given.cidr, subnetId: given.subnetId } : null;
  return {
    nodeSubnets: input.nodeSubnets.flatMap(({ nodePools, cidr, cidrV6 = null, subnetId }) =>
      nodePools.map((nodePool) => ({ nodePool, cidr, cidrV6, subnetId })),
    ),
    podCidr: input.podCidr,
    podCidrGrowth: input.podCidrGrowth,
    serviceCidr: input.serviceCidr,
    podCidrV6: input.dualStack?.podCidr ?? null,
    serviceCidrV6: input.dualStack?.serviceCidr ?? null,
    dnsServiceIp: input.dnsServiceIp,
    gatewaySubnet: subnet(input.gatewaySubnet),
    apiServerSubnet: subnet(input.apiServerSubnet),
  };
}
