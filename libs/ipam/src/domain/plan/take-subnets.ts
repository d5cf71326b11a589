import type { Cidr, FitStrategy } from '@podspan/cidr';
import { groupBy } from '../group-by.js';
import { PlanSpace } from './plan-space.js';
import type { SubnetPool, SubnetRequest } from './subnet-requests.js';

export interface PlannableSubnetPool extends SubnetPool {
  readonly strategy: FitStrategy;
}

export interface TakenSubnet<P extends SubnetPool> {
  readonly request: SubnetRequest<P>;
  readonly cidr: Cidr;
}

/** An explicit range that is not free. */
export interface RefusedSubnet<P extends SubnetPool> {
  readonly request: SubnetRequest<P>;
  readonly cidr: Cidr;
  /** Who of the same plan has it; somebody else when absent. */
  readonly holder?: SubnetRequest<P>;
  /** A free range of the same length. */
  readonly instead?: Cidr;
}

/** What a pool lacks for a plan, per length and network region. */
export interface PlanShortfall<P extends SubnetPool> {
  readonly pool: P;
  readonly member: SubnetRequest['member'];
  readonly prefixLength: number;
  readonly missing: number;
  readonly within: readonly Cidr[];
}

/**
 * Takes every subnet from the free blocks of its pool: explicit ranges first, then the largest, so that aligned
 * blocks of all sizes pack without loss and the outcome does not depend on the order of the clusters' sizes.
 */
export function takeSubnets<P extends PlannableSubnetPool>(
  requests: readonly SubnetRequest<P>[],
  freeOf: (pool: P) => readonly Cidr[],
): {
  readonly taken: readonly TakenSubnet<P>[];
  readonly shortfalls: readonly PlanShortfall<P>[];
  readonly refused: readonly RefusedSubnet<P>[];
} {
  const taken: TakenSubnet<P>[] = [];
  const missing: SubnetRequest<P>[] = [];
  const refused: RefusedSubnet<P>[] = [];
  for (const ofPool of groupBy(requests, ({ pool }) => pool.id).values()) {
    const [first] = ofPool;
    if (!first) continue;
    const space = new PlanSpace(freeOf(first.pool), first.pool.strategy);
    const clashing: { readonly request: SubnetRequest<P>; readonly cidr: Cidr }[] = [];
    for (const request of [...ofPool].sort(strictestFirst)) {
      const cidr = request.exact
        ? space.takeExactly(request.exact, request.within)
          ? request.exact
          : undefined
        : space.take(request.length, request.within);
      if (cidr) taken.push({ request, cidr });
      else if (request.exact) clashing.push({ request, cidr: request.exact });
      else missing.push(request);
    }
    // Last of all, so that what is suggested is free beside everything that was asked for.
    for (const clash of clashing) {
      const holder = taken.find(({ cidr }) => cidr.overlaps(clash.cidr))?.request;
      const instead = space.take(clash.cidr.length, clash.request.within);
      refused.push({ ...clash, ...(holder ? { holder } : {}), ...(instead ? { instead } : {}) });
    }
  }
  return { taken, shortfalls: shortfallsOf(missing), refused };
}

function strictestFirst(a: SubnetRequest, b: SubnetRequest): number {
  return Number(b.exact !== undefined) - Number(a.exact !== undefined) || a.length - b.length || a.cluster - b.cluster;
}

function shortfallsOf<P extends SubnetPool>(missing: readonly SubnetRequest<P>[]): readonly PlanShortfall<P>[] {
  return [...groupBy(missing, ({ pool, member, length, within }) => [pool.id, member, length, within.join()].join(' ')).values()].flatMap(
    (group) => {
      const [first] = group;
      return first
        ? [{ pool: first.pool, member: first.member, prefixLength: first.length, missing: group.length, within: first.within }]
        : [];
    },
  );
}
