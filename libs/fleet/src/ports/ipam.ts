import type { ClusterAddresses, NetworkFacts } from '../domain/addresses.js';
import type { ClusterSpec } from '../domain/cluster-spec.js';
import type { PlanPools } from '../domain/rollout-request.js';

export interface AddressPlan {
  readonly id: string;
  readonly name: string;
  readonly clusters: readonly ClusterAddresses[];
}

export interface AddressPlanRequest {
  readonly name: string;
  readonly clusters: readonly ClusterSpec[];
  readonly pools: PlanPools;
  /** Dry run only. */
  readonly topology?: unknown;
}

export interface ReuseQuestion {
  readonly name: string;
  /** As ipam knows it. */
  readonly network: string;
  readonly serviceCidr?: string | undefined;
}

export interface ReuseRefusal {
  readonly rule: string;
  readonly code: string;
  readonly message: string;
  readonly conflictsWith?: string | undefined;
}

/** Pod ranges to take from one pool. */
export interface PodRangeWish {
  readonly pool: string;
  /** By which they are found again. */
  readonly label: string;
  readonly clusters: readonly (ReuseQuestion & {
    /** Exactly this range, or one of this length. */
    readonly cidr?: string | undefined;
    readonly prefixLength: number;
  })[];
}

/** A block that ipam holds for a cluster. */
export interface HeldBlock {
  readonly cidr: string;
  /** Such as `POD_CIDR`. */
  readonly purpose: string;
}

/** On whose behalf a call is made: the caller's own token, or the service's in background work. */
export interface OnBehalf {
  readonly authorization?: string;
  readonly requestId?: string;
}

/** The addresses' owner, over its public REST API. Failures come as the DomainError that the service answered. */
export abstract class Ipam {
  /** All of the clusters or none. The same key gets the same plan. @throws DomainError with problems at `clusters[i]...` */
  abstract plan(request: AddressPlanRequest, key: string, caller: OnBehalf): Promise<AddressPlan>;
  /** As {@link plan}, and keeps nothing. */
  abstract planDry(request: AddressPlanRequest, caller: OnBehalf): Promise<AddressPlan>;
  /** `undefined` when there is no such plan. */
  abstract findPlan(name: string): Promise<AddressPlan | undefined>;
  /** Gives a whole plan back, or only some of its clusters. Doing it twice is once. */
  abstract release(plan: string, clusters?: readonly string[]): Promise<void>;
  /** What {@link release} would give back, or {@link releasePodRanges} of a label. Blocks by cluster; of a plan that is gone, none. */
  abstract heldBy(plan: string, clusters: readonly string[]): Promise<ReadonlyMap<string, readonly HeldBlock[]>>;
  /**
   * Pod ranges for clusters whose nodes have their addresses already: all or none, and none that their pods' networks reach. The same
   * cluster asking again gets the same range. @throws DomainError
   */
  abstract takePodRanges(wanted: PodRangeWish, key: string, caller: OnBehalf): Promise<ReadonlyMap<string, string>>;
  /** As {@link takePodRanges}, and keeps nothing. */
  abstract takePodRangesDry(wanted: PodRangeWish, caller: OnBehalf): Promise<ReadonlyMap<string, string>>;
  /** Gives back ranges that were taken under a label, all or those of some clusters. Doing it twice is once. */
  abstract releasePodRanges(label: string, clusters?: readonly string[]): Promise<void>;
  /** Widens the pod range that a cluster holds. Doing it twice is once. @throws DomainError, NotFound when it holds none */
  abstract widenPodRange(cluster: string, cidr: string): Promise<void>;
  /** The ranges of a pool; `undefined` when there is no such pool. */
  abstract poolRanges(pool: string, caller: OnBehalf): Promise<readonly string[] | undefined>;
  /** Why a range cannot be the pod range of a cluster in a network; empty when it can. */
  abstract refusals(cluster: ReuseQuestion, podCidr: string, caller: OnBehalf): Promise<readonly ReuseRefusal[]>;
  /** The allocation that is exactly this range in a network; `undefined` when nobody holds it. */
  abstract holderOf(cidr: string, network: string, caller: OnBehalf): Promise<string | undefined>;
  /** Gives one block back. Doing it twice is once. */
  abstract releaseAllocation(id: string): Promise<void>;
  /** By name; a network that does not exist is absent. */
  abstract networks(names: readonly string[], caller: OnBehalf): Promise<ReadonlyMap<string, NetworkFacts>>;
  /** The names of all networks that a caller sees. @param authorization the caller's own */
  abstract networkNames(authorization: string): Promise<ReadonlySet<string>>;
}
