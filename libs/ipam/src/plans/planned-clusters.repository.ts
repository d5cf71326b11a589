import { Injectable } from '@nestjs/common';
import type { Cidr } from '@podspan/cidr';
import type { Actor } from '@podspan/platform';
import { sql } from 'kysely';
import { type Db, rowOf, rowsOf } from '../postgres/db.js';
import { visible } from '../topology/spaces.repository.js';
import type { ClusterAddressesView } from './plan-schemas.js';

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
