import { Injectable } from '@nestjs/common';
import type { Cidr } from '@podspan/cidr';
import type { Actor } from '@podspan/platform';
import { sql } from 'kysely';
import { type Db, rowOf, rowsOf } from '../postgres/db.js';
import { visible } from '../topology/spaces.repository.js';
import type { ClusterAddressesView, PlanPools } from './plan-schemas.js';

interface LiveClusterRow {
  readonly name: string;
  readonly plan: string;
  readonly pools: PlanPools;
  readonly spec: object;
  readonly answer: ClusterAddressesView;
}

/** One live cluster of an address plan, with what was asked and what it got. */
export interface PlannedClusterExport {
  readonly addressPlan: string;
  readonly name: string;
  readonly planPools: PlanPools;
  readonly spec: object;
  readonly addresses: ClusterAddressesView;
}

export function plannedClusterExport({ name, plan, pools, spec, answer }: LiveClusterRow): PlannedClusterExport {
  return { addressPlan: plan, name, planPools: pools, spec, addresses: answer };
}

/** The rows that say which cluster lives where with which ranges. */
@Injectable()
export class PlannedClustersRepository {
  /** The pod range of a live cluster has grown; its plan says so from now on. */
  async grow(db: Db, cluster: string, podCidr: Cidr, growth: Cidr | null): Promise<void> {
    const text = growth === null ? null : String(growth);
    await sql`update planned_cluster set pod_cidr = ${String(podCidr)}, pod_growth = ${text},
      answer = answer || jsonb_build_object('podCidr', ${String(podCidr)}::text, 'podCidrGrowth', ${text}::text)
      where name = ${cluster} and status = 'ACTIVE'`.execute(db);
  }

  live(
    db: Db,
    name: string,
  ): Promise<{ readonly space_id: string; readonly space_name: string; readonly answer: ClusterAddressesView } | undefined> {
    return rowOf(
      db,
      sql<{ space_id: string; space_name: string; answer: ClusterAddressesView }>`select c.space_id, s.name as space_name, c.answer
        from planned_cluster c join address_space s on s.id = c.space_id where c.name = ${name} and c.status = 'ACTIVE'`,
    );
  }

  /** Live clusters in the order of their names. The request of a plan is long, so it is taken apart once for each page. */
  page(db: Db, actor: Actor, after: string | undefined, limit: number): Promise<readonly LiveClusterRow[]> {
    return rowsOf(
      db,
      sql<LiveClusterRow>`with wanted as materialized (
          select c.plan_id, c.name, c.answer from planned_cluster c join address_space s on s.id = c.space_id
          where c.status = 'ACTIVE' and ${visible(actor)} and (${after ?? null}::text is null or c.name > ${after ?? null}) order by c.name limit ${limit + 1}
        ),
        asked as materialized (
          select l.id, l.name as plan, l.pools, x.value as spec from address_plan l cross join lateral jsonb_array_elements(l.request -> 'clusters') x
          where l.id in (select plan_id from wanted)
        )
        select w.name, a.plan, a.pools, a.spec, w.answer from wanted w join asked a on a.id = w.plan_id and a.spec ->> 'name' = w.name order by w.name`,
    );
  }

  /** Live clusters whose pod range overlaps this one, other than the one named. */
  async sharing(db: Db, actor: Actor, podCidr: string, except: string): Promise<readonly string[]> {
    const rows = await rowsOf(
      db,
      sql<{
        name: string;
      }>`select c.name from planned_cluster c join address_space s on s.id = c.space_id
        where c.status = 'ACTIVE' and c.pod_cidr && ${podCidr}::cidr and c.name <> ${except} and ${visible(actor)} order by c.name`,
    );
    return rows.map(({ name }) => name);
  }
}
