import type { Problem } from '@podspan/errors';

/** What ipam knows about a network that a cluster is to be in. */
export interface NetworkFacts {
  readonly name: string;
  readonly prefixes: readonly string[];
  readonly region?: string;
  readonly subscriptionId?: string;
  readonly resourceId?: string;
}

/** The addresses of one cluster. All ranges are canonical CIDR texts. */
export interface ClusterAddresses {
  readonly name: string;
  readonly nodeSubnets: readonly { readonly nodePool: string; readonly cidr: string }[];
  readonly podCidr: string;
  readonly podCidrGrowth: string | null;
  readonly serviceCidr: string;
  readonly dnsServiceIp: string;
  /** Of a dual-stack cluster (OV-91). */
  readonly podCidrV6?: string;
  readonly serviceCidrV6?: string;
  readonly gatewaySubnet?: string;
  readonly apiServerSubnet?: string;
  readonly peakNodes: number;
  readonly warnings: readonly Problem[];
  /** Why this pod range, and which earlier candidates were refused. */
  readonly podCidrReason?: PodCidrReason;
  readonly savings?: Savings;
}

export interface PodCidrReason {
  readonly message: string;
  readonly refused: readonly unknown[];
}

/** Counts of addresses as decimal texts: what flat mode would take, what overlay takes. */
export interface Savings {
  readonly flatAddresses: string;
  readonly overlayAddresses: string;
  readonly savedAddresses: string;
}
