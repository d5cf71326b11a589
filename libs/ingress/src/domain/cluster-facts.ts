/** What provisioning says about a cluster, as far as ingress needs it. */
export interface ClusterFacts {
  readonly name: string;
  readonly subscriptionId: string;
  readonly region: string;
  /** Name of its network in ipam. */
  readonly network: string;
  readonly kubernetesVersion: string | undefined;
  readonly resourceId: string;
  readonly vnetResourceId: string;
  readonly cni: Cni;
  /** The delegated /24 of its address plan. */
  readonly gatewaySubnet: { readonly cidr: string; readonly subnetId: string } | undefined;
}

export type Cni = 'OVERLAY' | 'FLAT' | 'KUBENET';

/** What Azure says about a subnet somebody named. */
export interface SubnetFacts {
  readonly id: string;
  readonly prefixes: readonly string[];
  /** Service names. */
  readonly delegations: readonly string[];
  /** Whether anything is in it already. */
  readonly occupied: boolean;
}

/** What ipam says about the pool somebody named. */
export interface PoolFacts {
  readonly name: string;
  /** Name of the network it belongs to, if it belongs to one. */
  readonly network: string | undefined;
}
