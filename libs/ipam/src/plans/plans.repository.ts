import { Injectable } from '@nestjs/common';
import { NotFound } from '@podspan/errors';
import { newId } from '@podspan/platform';
import { sql } from 'kysely';
import { type Savings, totalSavings } from '../domain/plan/cluster-demand.js';
import { type Db, instant, rowOf, rowsOf } from '../postgres/db.js';
import { byKey } from '../topology/spaces.repository.js';
import type { AddressPlanView, ClusterAddressesView, PlanPools } from './plan-schemas.js';

export interface PlanRow {
  readonly id: string;
  readonly name: string;
  readonly status: 'ACTIVE' | 'RELEASED';
  readonly pools: PlanPools;
  readonly created_by: string;
  readonly created_at: Date;
}

export interface PlannedClusterRow {
  readonly plan_id: string;
  readonly name: string;
  readonly spec_hash: string;
  readonly space_id: string;
  readonly space_name: string;
  readonly answer: ClusterAddressesView;
  readonly status: 'ACTIVE' | 'RELEASED';
}

export interface NewPlannedCluster {
  readonly name: string;
  readonly networkId: string;
  readonly spaceId: string;
  readonly scope: string;
  readonly specHash: string;
  readonly answer: ClusterAddressesView;
}

@Injectable()
export class PlansRepository {
  /** An id, or a name: then the live plan of that name, or else the last one that had it. */
  find(db: Db, key: string): Promise<PlanRow | undefined> {
    return rowOf(
      db,
      sql<PlanRow>`select id, name, status, pools, created_by, created_at from address_plan where ${byKey(key)} order by status = 'ACTIVE' desc, id desc limit 1`,
    );
  }

  async get(db: Db, key: string): Promise<PlanRow> {
    const plan = await this.find(db, key);
    if (!plan) throw new NotFound('address plan', key);
    return plan;
  }

  /** Two requests for one plan take turns. */
  async lockName(db: Db, name: string): Promise<void> {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`podspan.ipam.plan ${name}`}, 0))`.execute(db);
  }

  async clusters(db: Db, planId: string): Promise<readonly PlannedClusterRow[]> {
    return rowsOf(
      db,
      sql<PlannedClusterRow>`select c.plan_id, c.name, c.spec_hash, c.space_id, s.name as space_name, c.answer, c.status
        from planned_cluster c join address_space s on s.id = c.space_id where c.plan_id = ${planId} order by c.position`,
    );
  }

  /** Which of these clusters hold addresses already, and by which plan. */
  async planned(db: Db, names: readonly string[]): Promise<readonly { readonly name: string; readonly plan: string }[]> {
    return rowsOf(
      db,
      sql<{ name: string; plan: string }>`select c.name, l.name as plan from planned_cluster c join address_plan l on l.id = c.plan_id
        where c.status = 'ACTIVE' and c.name = any(${[...names]}::text[]) order by c.name`,
    );
  }

  async insert(db: Db, name: string | undefined, request: unknown, pools: PlanPools, createdBy: string): Promise<PlanRow> {
    const id = newId();
    await sql`insert into address_plan (id, name, status, request, pools, created_by)
      values (${id}, ${name ?? `plan-${id}`}, 'ACTIVE', ${JSON.stringify(request)}, ${JSON.stringify(pools)}, ${createdBy})`.execute(db);
    return this.get(db, id);
  }

  /** @param before how many the plan has already */
  async insertClusters(db: Db, planId: string, clusters: readonly NewPlannedCluster[], before = 0): Promise<void> {
    const rows = clusters.map(({ answer, ...cluster }, position) => ({
      position: before + position,
      name: cluster.name,
      network_id: cluster.networkId,
      space_id: cluster.spaceId,
      scope: cluster.scope,
      pod_cidr: answer.podCidr,
      pod_growth: answer.podCidrGrowth,
      service_cidr: answer.serviceCidr,
      gateway_subnet: answer.gatewaySubnet ?? null,
      spec_hash: cluster.specHash,
      answer,
    }));
    await sql`insert into planned_cluster
        (plan_id, position, name, network_id, space_id, scope, pod_cidr, pod_growth, service_cidr, gateway_subnet, spec_hash, answer, status)
      select ${planId}, position, name, network_id, space_id, scope, pod_cidr, pod_growth, service_cidr, gateway_subnet, spec_hash, answer, 'ACTIVE'
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(position int, name text, network_id uuid, space_id uuid, scope text, pod_cidr cidr,
        pod_growth cidr, service_cidr cidr, gateway_subnet cidr, spec_hash text, answer jsonb)`.execute(db);
  }

  /** Ends clusters of a plan, and the plan with its last cluster. */
  async release(db: Db, planId: string, clusters: readonly string[]): Promise<void> {
    await sql`update planned_cluster set status = 'RELEASED' where plan_id = ${planId} and name = any(${[...clusters]}::text[])`.execute(
      db,
    );
    await sql`delete from mesh_member where cluster = any(${[...clusters]}::text[])`.execute(db);
    await sql`update address_plan set status = 'RELEASED', released_at = now() where id = ${planId} and status = 'ACTIVE'
      and not exists (select 1 from planned_cluster where plan_id = ${planId} and status = 'ACTIVE')`.execute(db);
  }

  async view(db: Db, row: PlanRow): Promise<AddressPlanView> {
    return planView(
      row,
      (await this.clusters(db, row.id)).map(({ answer }) => answer),
    );
  }
}

export function planView(row: PlanRow, clusters: readonly ClusterAddressesView[]): AddressPlanView {
  const savings: Savings = totalSavings(clusters.map((cluster) => cluster.savings));
  return {
    id: row.id,
    name: row.name,
    status: row.status,
    pools: row.pools,
    clusters: [...clusters],
    savings,
    createdAt: instant(row.created_at),
    createdBy: row.created_by,
  };
}
