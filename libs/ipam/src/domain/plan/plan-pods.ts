import { type Cidr, CidrSet, freeBlocks } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import type { NetworkGraph } from '../network-graph.js';
import { OccupiedRanges } from './occupied-ranges.js';
import { type PlannedRanges, planRanges, type RangePool, type RangeSeeker } from './plan-ranges.js';
import type { PodHolder, PodHolders } from './pod-holders.js';
import { PoolRules } from './pool-rule.js';

/** A cluster that wants its pod and service ranges; `wantsUnique` when nobody, or nobody in its mesh, may have the same. */
export interface PodSubject {
  readonly seeker: RangeSeeker;
  readonly spaceId: string;
  readonly wantsUnique: boolean;
}

export interface PodPools {
  readonly podCidr: RangePool;
  readonly podCidrUnique: RangePool | undefined;
  readonly service: RangePool | undefined;
}

export interface PlannedPods {
  /** By the cluster's position in the request. */
  readonly ranges: ReadonlyMap<number, PlannedRanges>;
  readonly problems: readonly Problem[];
}

/** Pod and service ranges, cluster by cluster, since a unique range is taken from the next cluster's choice. */
export function planPods(subjects: readonly PodSubject[], pools: PodPools, graph: NetworkGraph, holders: PodHolders): PlannedPods {
  const occupied = new OccupiedRanges(graph);
  const open = new OpenBlocks([pools.podCidr, pools.podCidrUnique], holders);
  const rules = new PoolRules(holders);
  const ranges = new Map<number, PlannedRanges>();
  const problems: Problem[] = [];
  for (const { seeker, spaceId, wantsUnique } of subjects) {
    const member = wantsUnique && pools.podCidrUnique ? 'podCidrUnique' : 'podCidr';
    const pool = open.of(pools[member] ?? pools.podCidr);
    const otherRule = rules.problemOf(seeker, spaceId, pool, member);
    if (otherRule) {
      problems.push(otherRule);
      continue;
    }
    const others = holders.against({ ...seeker, mesh: seeker.mesh, spaceId });
    const result = planRanges(seeker, { pod: { pool, member }, service: pools.service }, occupied, others);
    problems.push(...result.problems);
    if (!result.ranges) continue;
    ranges.set(seeker.index, result.ranges);
    const { held } = result.ranges.pod;
    holders.add(holderOf(seeker, spaceId, held));
    open.take(held);
  }
  return { ranges, problems };
}

function holderOf({ name, mesh, scope }: RangeSeeker, spaceId: string, held: Cidr): PodHolder {
  return { cluster: name, held, mesh, scope, spaceId };
}

/** What exclusive pools still have open while a plan is made; a reusable pool stays as it is. */
class OpenBlocks {
  readonly #open = new Map<string, readonly Cidr[]>();

  constructor(pools: readonly (RangePool | undefined)[], holders: PodHolders) {
    for (const pool of pools) if (pool?.changes) this.#open.set(pool.name, freeBlocks(pool.open, holders.everything()));
  }

  of(pool: RangePool): RangePool {
    return { ...pool, open: this.#open.get(pool.name) ?? pool.open };
  }

  take(held: Cidr): void {
    const hole = CidrSet.of([held]);
    for (const [name, blocks] of this.#open) {
      if (!blocks.some((block) => block.overlaps(held))) continue;
      const left = blocks.flatMap((block) => (block.overlaps(held) ? hole.complementIn(block).blocks : [block]));
      this.#open.set(name, left);
    }
  }
}
