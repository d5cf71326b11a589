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
  /** By name; a network that does not exist is absent. */
  abstract networks(names: readonly string[], caller: OnBehalf): Promise<ReadonlyMap<string, NetworkFacts>>;
}
