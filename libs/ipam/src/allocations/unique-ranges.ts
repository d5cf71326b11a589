import { Injectable } from '@nestjs/common';
import type { Cidr } from '@podspan/cidr';
import { InvalidRequest, type Problem } from '@podspan/errors';
import { sql } from 'kysely';
import { type Db, rowOf, rowsOf } from '../postgres/db.js';
import type { Pool } from '../pools/pools.repository.js';
import type { BlockWish } from './take-blocks.js';

/** Live clusters that were declared UNIQUE and are in no mesh, with the range they hold: the index planned_cluster_unique. */
export const uniqueClusters = sql`select c.name, c.space_id, c.pod_cidr, coalesce(c.pod_growth, c.pod_cidr) as held from planned_cluster c
  where c.status = 'ACTIVE' and c.scope = 'UNIQUE' and not exists (select from mesh_member b where b.cluster = c.name)`;

/**
 * A reusable pool serves one rule of uniqueness (OV-55). A block that somebody takes directly is a shared one, since nothing
 * keeps the next from getting it too; a pool that holds unique pod ranges gives none.
 */
@Injectable()
export class UniqueRanges {
  /** Of the reusable pools among these that hold unique pod ranges: one cluster that has one, by the pool's id. */
  async holders(db: Db, pools: Iterable<Pool>): Promise<ReadonlyMap<string, string>> {
    const reusable = [...new Set([...pools].filter(({ reuse }) => reuse === 'REUSABLE').map(({ id }) => id))];
    if (reusable.length === 0) return new Map();
    const rows = await rowsOf(
      db,
      sql<{ pool: string; cluster: string }>`select p.id as pool, u.name as cluster
        from pool p cross join lateral (
          select u.name from pool_cidr r cross join lateral (
            ${uniqueClusters} and c.space_id = p.space_id and c.pod_cidr >= r.cidr
              and c.pod_cidr <= set_masklen(broadcast(r.cidr), case family(r.cidr) when 4 then 32 else 128 end)::cidr
            order by c.pod_cidr limit 1
          ) u where r.pool_id = p.id order by r.position limit 1
        ) u where p.id = any(${reusable}::uuid[])`,
    );
    return new Map(rows.map(({ pool, cluster }) => [pool, cluster]));
  }

  /** @throws InvalidRequest `pool_serves_another_rule` naming every request whose pool holds unique ranges */
  async refuseShared(db: Db, requests: readonly BlockWish[], root: string): Promise<void> {
    const holders = await this.holders(
      db,
      requests.map(({ pool }) => pool),
    );
    const problems = requests.flatMap(({ pool, index }): Problem[] => {
      const cluster = holders.get(pool.id);
      return cluster === undefined ? [] : [anotherRule(root === '' ? 'pool' : `${root}[${index}].pool`, pool.name, cluster)];
    });
    if (problems.length > 0) throw new InvalidRequest(problems);
  }

  /** A range of a reusable pool grows: nobody else's unique range may be in the way. @throws InvalidRequest `pod_cidr_not_unique` */
  async refuseOverlap(db: Db, pool: Pool, owner: string, target: Cidr): Promise<void> {
    const other = await rowOf(
      db,
      sql<{ name: string; held: string }>`select name, held from (${uniqueClusters} and c.space_id = ${pool.space.id}) u
        where u.held && ${String(target)}::cidr and u.name <> ${owner} order by u.held limit 1`,
    );
    if (!other) return;
    throw new InvalidRequest([
      {
        path: 'cidr',
        code: 'pod_cidr_not_unique',
        rule: 'OV-55',
        message: `${target} overlaps ${other.held}, the unique pod range of ${other.name}`,
        value: String(target),
        conflictsWith: other.held,
      },
    ]);
  }
}

export function anotherRule(path: string, pool: string, cluster: string): Problem {
  return {
    path,
    code: 'pool_serves_another_rule',
    rule: 'OV-55',
    message: `pool ${pool} holds the unique pod range of ${cluster}; a block taken directly could be anybody's`,
    value: pool,
    conflictsWith: cluster,
    suggestion: 'another reusable pool, or an address plan whose cluster is declared UNIQUE',
  };
}
