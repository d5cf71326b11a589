import { Injectable } from '@nestjs/common';
import type { CallContext } from '@podspan/platform';
import { EndDue } from '../allocations/end-due.js';
import type { PoolWithDescendants } from '../domain/plan/place-pool.js';
import { type ProblemList, unknownReference } from '../domain/problems.js';
import type { Db } from '../postgres/db.js';
import { type Pool, PoolsRepository } from '../pools/pools.repository.js';
import { EstateRepository } from '../topology/estate.repository.js';
import { checkReach } from '../topology/spaces.repository.js';
import type { PlanPools } from './plan-schemas.js';
import type { ReadAddressPlan } from './read-address-plan.js';

export type PlanPoolsFound = Readonly<Partial<Record<keyof PlanPools, PoolWithDescendants<Pool>>>>;

/** The pools a plan names, with the pools below them. */
@Injectable()
export class FindPlanPools {
  constructor(
    private readonly pools: PoolsRepository,
    private readonly estate: EstateRepository,
    private readonly endDue: EndDue,
  ) {}

  /** The pools, nobody else's until the transaction ends; the topology stays too. What is unknown, or of the wrong kind, is noted in `problems`. */
  async locked(db: Db, call: CallContext, names: ReadAddressPlan['pools'], problems: ProblemList): Promise<PlanPoolsFound> {
    await this.estate.lockForUse(db);
    const found = await this.#find(db, call, names, problems);
    const pools = allOf(found);
    await this.pools.lock(
      db,
      pools.map(({ id }) => id),
    );
    await this.endDue.execute(db, pools);
    return found;
  }

  async #find(db: Db, call: CallContext, names: ReadAddressPlan['pools'], problems: ProblemList): Promise<PlanPoolsFound> {
    const found: Partial<Record<keyof PlanPools, PoolWithDescendants<Pool>>> = {};
    for (const [member, key] of Object.entries(names) as [keyof PlanPools, string | undefined][]) {
      if (key === undefined) continue;
      const pool = await this.pools.find(db, key);
      if (!pool) {
        problems.add(unknownReference(`pools.${member}`, 'pool', key));
        continue;
      }
      checkReach(call.actor, pool.space);
      const expected = kinds[member];
      if (expected !== undefined && pool.reuse !== expected) {
        problems.add({
          path: `pools.${member}`,
          code: 'pool_reuse_mismatch',
          message: `pool ${pool.name} is ${pool.reuse}; ${member} takes from ${expected} pools`,
          value: key,
          conflictsWith: pool.reuse,
        });
      }
      found[member] = { pool, descendants: await this.pools.descendants(db, pool.id) };
    }
    return found;
  }
}

/** Subnets are routed, so they come from exclusive pools; service ranges are the same for everybody. Pod ranges may come from either. */
const kinds: Readonly<Partial<Record<keyof PlanPools, Pool['reuse']>>> = {
  nodeSubnet: 'EXCLUSIVE',
  gatewaySubnet: 'EXCLUSIVE',
  apiServerSubnet: 'EXCLUSIVE',
  serviceCidr: 'REUSABLE',
};

function allOf(found: PlanPoolsFound): readonly Pool[] {
  const all = Object.values(found).flatMap(({ pool, descendants }) => [pool, ...descendants]);
  return [...new Map(all.map((pool) => [pool.id, pool])).values()];
}
