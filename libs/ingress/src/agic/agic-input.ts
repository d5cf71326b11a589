import type { AgicSku } from '../domain/agic/agic-gateway.js';
import type { SubnetSource } from '../domain/choose-subnet.js';
import type { Deployment } from '../domain/gateway-intent.js';

/** Everything the creation of one Application Gateway with AGIC needs, frozen when it was asked for. */
export interface AgicInput {
  readonly kind: 'AGIC';
  readonly deployment: Exclude<Deployment, 'MANAGED'>;
  readonly gatewayId: string;
  readonly gateway: string;
  readonly cluster: string;
  /** ARM id of the managed cluster. */
  readonly clusterId: string;
  readonly subscriptionId: string;
  readonly region: string;
  /** Of AGIC's Helm release. */
  readonly namespace: string;
  readonly sku: AgicSku;
  readonly minInstances: number;
  readonly maxInstances: number;
  readonly privateFrontend: boolean;
  readonly subnet: { readonly id: string; readonly vnetId: string; readonly source: SubnetSource; readonly cidr: string | null };
  /** Where the block is taken from, when the source is POOL. */
  readonly pool: AgicBlock | null;
  readonly wafPolicyId: string | null;
}

export interface AgicBlock {
  readonly name: string;
  /** A certain block, or any free one of `prefixLength`. */
  readonly cidr: string | null;
  readonly within: readonly string[] | null;
  readonly prefixLength: number;
}

/** What the removal takes away: only what the creation brought about. */
export interface AgicRemoval extends AgicInput {
  /** ARM ids of the gateway's own resources, by the step that wrote them. */
  readonly resources: Readonly<Record<string, string>>;
  /** Of the identity that held the roles, as far as the creation came. */
  readonly principalId: string | null;
  /** WAF policies that routes named, on which AGIC has a role. */
  readonly wafGrants: readonly string[];
  readonly allocationId: string | null;
}

/** AGIC-54: the run that gives AGIC its role on a WAF policy that a route names. */
export const grantAgicWafProgram = 'agic.grant-waf';

/** As the runs of the engine know them. */
export const agicCreations: Readonly<Record<AgicInput['deployment'], string>> = { BYO: 'agic.create', ADDON: 'agic.create-add-on' };
export const agicRemovals: Readonly<Record<AgicInput['deployment'], string>> = { BYO: 'agic.delete', ADDON: 'agic.delete-add-on' };
