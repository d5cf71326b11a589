import type { PoolFacts } from '../domain/cluster-facts.js';

/** The block somebody holds in ipam. */
export interface HeldBlock {
  readonly allocationId: string;
  readonly cidr: string;
}

export interface BlockRequest {
  readonly pool: string;
  /** Of the ingress gateway: the same one gets the same block again. */
  readonly gatewayId: string;
  readonly cidr: string | null;
  readonly within: readonly string[] | null;
  /** Of any block; 24 by default. */
  readonly prefixLength?: number;
}

/** Who holds a range. */
export interface Holder {
  readonly allocationId: string;
  readonly cidr: string;
  readonly pool: string;
  /** Kind and id, as ipam knows it. */
  readonly owner: string;
}

/** ipam, as this service needs it. Failures of ipam come as the DomainErrors they are. */
export abstract class Prefixes {
  /** `undefined` when there is no such pool. */
  abstract pool(pool: string, authorization: string): Promise<PoolFacts | undefined>;
  /** Prefixes of a network; `undefined` when there is no such network. */
  abstract networkPrefixes(network: string, authorization: string): Promise<readonly string[] | undefined>;
  /** With `dryRun` says what would be taken and keeps nothing. */
  abstract take(request: BlockRequest, authorization: string, options?: { readonly dryRun?: boolean }): Promise<HeldBlock>;
  /** Who holds exactly this range for a network: a block of the network's own, or of a pool of its address space. */
  abstract holder(cidr: string, network: string, authorization: string): Promise<Holder | undefined>;
  /** Twice is once; a block that is gone is given back already. */
  abstract giveBack(allocationId: string, authorization: string): Promise<void>;
}
