import type { ClusterSpec } from '../cluster-spec.js';
import type { ApiVersions } from './api-versions.js';

/** A node subnet and the pools in it. Pools with the same range share the subnet (SN-12). */
export interface NodeSubnet {
  readonly name: string;
  readonly cidr: string;
  /** Of a dual-stack cluster. */
  readonly cidrV6?: string;
  readonly subnetId: string;
  readonly nodePools: readonly string[];
}

export interface NamedSubnet {
  readonly name: string;
  readonly cidr: string;
  readonly subnetId: string;
}

/** Everything the creation of one cluster needs, frozen with the rollout. Later edits of the request do not reach it. */
export interface CreateInput {
  readonly rollout: { readonly id: string; readonly name: string };
  readonly cluster: ClusterSpec & { readonly kubernetesVersion: string };
  readonly vnet: { readonly id: string; readonly region: string; readonly prefixes: readonly string[] };
  readonly nodeSubnets: readonly NodeSubnet[];
  readonly gatewaySubnet?: NamedSubnet;
  readonly apiServerSubnet?: NamedSubnet;
  readonly podCidr: string;
  readonly podCidrGrowth: string | null;
  readonly serviceCidr: string;
  readonly dnsServiceIp: string;
  /** Present for a dual-stack cluster (OV-90, OV-91). */
  readonly dualStack?: { readonly podCidr: string; readonly serviceCidr: string };
  readonly apiVersions: ApiVersions;
}
