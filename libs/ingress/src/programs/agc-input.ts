import type { SubnetSource } from '../domain/choose-subnet.js';
import type { Deployment } from '../domain/gateway-intent.js';

/** Everything the creation of one AGC needs, frozen when it was asked for. */
export interface AgcInput {
  readonly kind?: 'AGC';
  /** Absent in what was frozen when there was BYO alone. */
  readonly deployment?: Deployment;
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
  /** The gateway's own WAF policy (AGC-66). */
  readonly wafPolicyId?: string | null;
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
  /** Whether no other gateway uses the cluster's controller: its identity, or the add-on, then goes too (AGC-31). */
  readonly last: boolean;
  /** Whether no other gateway of the same deployment is left: the controller's role on their resource group then goes. */
  readonly lastOfDeployment?: boolean;
  /** WAF policies that its routes named and no other gateway of the cluster needs. */
  readonly wafGrants?: readonly string[];
  /** Of the identity that held the roles, as far as the creation came. */
  readonly principalId?: string | null;
  /** The block in ipam to give back, once Azure has let go of the subnet. */
  readonly allocationId: string | null;
}

export function deploymentOf({ deployment = 'BYO' }: Pick<AgcInput, 'deployment'>): Deployment {
  return deployment;
}
