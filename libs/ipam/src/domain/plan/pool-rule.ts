import type { Problem } from '@podspan/errors';
import type { RangePool, RangeSeeker } from './plan-ranges.js';
import type { PodHolders } from './pod-holders.js';

/**
 * A reusable pool holds shared pod ranges or unique ones, never both: nobody who takes a shared range looks at the unique ones
 * (OV-55). Members of a mesh share with everybody outside it.
 */
export class PoolRules {
  readonly #served = new Map<string, { readonly unique: boolean; readonly cluster: string } | undefined>();

  constructor(private readonly holders: PodHolders) {}

  /** The problem of a cluster whose rule is another than that of its pool; undefined when the pool serves it. */
  problemOf(seeker: RangeSeeker, spaceId: string, pool: RangePool, member: string): Problem | undefined {
    if (pool.changes) return undefined;
    const unique = seeker.scope === 'UNIQUE' && seeker.mesh === undefined;
    const key = `${pool.name} ${spaceId}`;
    if (!this.#served.has(key)) this.#served.set(key, this.holders.ruleIn(pool.cidrs, spaceId));
    const served = this.#served.get(key);
    if (!served) this.#served.set(key, { unique, cluster: seeker.name });
    if (!served || served.unique === unique) return undefined;
    return {
      path: `clusters[${seeker.index}].podCidrScope`,
      code: 'pool_serves_another_rule',
      rule: 'OV-55',
      message: `pool ${pool.name} (pools.${member}) holds ${served.unique ? 'the unique range' : 'a shared range'} of ${served.cluster}; it cannot give ${seeker.name} a ${unique ? 'unique' : 'shared'} one`,
      value: seeker.scope,
      conflictsWith: served.cluster,
      suggestion: unique ? 'an exclusive pool as pools.podCidrUnique' : 'another pool as pools.podCidr',
    };
  }
}
