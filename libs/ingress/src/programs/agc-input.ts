import type { SubnetSource } from '../domain/choose-subnet.js';

/** Everything the creation of one AGC needs, frozen when it was asked for. */
export interface AgcInput {
  readonly gatewayId: string;
  readonly gateway: string;
  readonly cluster: string;
  /** ARM id of the managed cluster. */
  readonly clusterId: string;
  readonly subscriptionId: string;
  readonly region: string;
  readonly frontends: readonly string[];
  readonly subnet: { readonly id: string; readonly vnetId: string; readonly source: SubnetSource };
  /** Where the /24 is taken from, when the source is POOL. */
  readonly pool: PoolRequest | null;
}

export interface PoolRequest {
  readonly name: string;
  /** A certain block, or any free one. */
  readonly cidr: string | null;
  /** The VNet's prefixes, when the pool is wider than the network. */
  readonly within: readonly string[] | null;
}

/** What the removal takes away: only what the creation brought about. */
export interface AgcRemoval extends AgcInput {
  /** ARM ids of the gateway's own resources, by the step that wrote them. */
  readonly resources: Readonly<Record<string, string>>;
  /** Whether no other gateway uses the cluster's controller: its identity then goes too (AGC-31). */
  readonly last: boolean;
  /** The block in ipam to give back, once Azure has let go of the subnet. */
  readonly allocationId: string | null;
}
