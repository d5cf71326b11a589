export type NodePoolMode = 'SYSTEM' | 'USER';
export type OsType = 'LINUX' | 'WINDOWS';
export type Dataplane = 'AZURE' | 'CILIUM';
export type NetworkPolicy = 'NONE' | 'AZURE' | 'CALICO' | 'CILIUM';
export type PodCidrScope = 'REUSABLE' | 'UNIQUE';
export type OutboundType = 'LOAD_BALANCER' | 'USER_DEFINED_ROUTING' | 'MANAGED_NAT_GATEWAY' | 'USER_ASSIGNED_NAT_GATEWAY' | 'NONE';
export type IngressKind = 'AGC' | 'AGIC' | 'NONE';

/** A node count or a percentage of the pool: `1`, `"1"` or `"33%"`. */
export type MaxSurge = number | string;

/** A node pool as it is asked for: a fixed `count`, or `minCount` and `maxCount` for the autoscaler. */
export interface NodePoolInput {
  readonly name: string;
  readonly mode: NodePoolMode;
  readonly vmSize: string;
  readonly count?: number | undefined;
  readonly minCount?: number | undefined;
  readonly maxCount?: number | undefined;
  readonly maxSurge?: MaxSurge | undefined;
  readonly maxUnavailable?: number | undefined;
  readonly maxPods?: number | undefined;
  readonly osType?: OsType | undefined;
  readonly zones?: readonly string[] | undefined;
}

export interface IngressInput {
  readonly kind: IngressKind;
  /** Ports the gateway shall listen on; AGC knows 80 and 443 only. */
  readonly frontendPorts?: readonly number[] | undefined;
  readonly privateFrontend?: boolean | undefined;
  /** How many, or which. */
  readonly frontends?: number | readonly unknown[] | undefined;
}

/** A cluster as it is asked for, as far as the rules of the platform look at it. */
export interface ClusterInput {
  readonly name: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly region: string;
  readonly kubernetesVersion?: string | undefined;
  readonly nodePools: readonly NodePoolInput[];
  readonly podCidrScope: PodCidrScope;
  readonly mesh?: string | undefined;
  readonly dataplane: Dataplane;
  readonly networkPolicy?: NetworkPolicy | undefined;
  readonly outboundType?: OutboundType | undefined;
  readonly privateCluster?: boolean | undefined;
  readonly apiServerVnetIntegration?: boolean | undefined;
  readonly internalLoadBalancers?: number | undefined;
  readonly dualStack?: boolean | undefined;
  readonly growthFactor?: number | undefined;
  readonly ingress?: IngressInput | undefined;
}
