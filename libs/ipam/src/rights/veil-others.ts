import { Inject, Injectable } from '@nestjs/common';
import type { Actor, AnswerCover } from '@podspan/platform';
import { Kysely, sql } from 'kysely';
import { Veil } from '../domain/veil.js';
import { type Db, rowsOf } from '../postgres/db.js';
import { visible } from '../topology/spaces.repository.js';

/**
 * The last door of every answer, also of a refusal, to a caller whose role reaches some address spaces only. Queries show such a
 * caller their own rows; what the rules say of the whole estate (paths, clashes, refusals) passes here.
 */
@Injectable()
export class VeilOthers implements AnswerCover {
  constructor(@Inject(Kysely) private readonly db: Db) {}

  async coverFor(actor: Actor, said: string): Promise<Veil> {
    const rows = await rowsOf(
      this.db,
      sql<{ text: string }>`
        with thing as (
          select s.id as space_id, s.name as text from address_space s
          union all select space_id, name from network
          union all select space_id, name from pool
          union all select space_id, name from planned_cluster where status = 'ACTIVE'
          union all select space_id, cluster from discovered_range where cluster is not null and ended_at is null and mode = 'KUBENET'
          union all select space_id, cidr::text from discovered_range where cluster is not null and ended_at is null and mode = 'KUBENET'
          union all select n.space_id, p.cidr::text from network_prefix p join network n on n.id = p.network_id
          union all select p.space_id, c.cidr::text from pool_cidr c join pool p on p.id = c.pool_id
          union all select c.space_id, r.cidr::text from planned_cluster c,
            lateral (values (c.pod_cidr), (c.pod_growth), (c.service_cidr), (c.gateway_subnet)) r (cidr) where c.status = 'ACTIVE' and r.cidr is not null
        )
        select t.text from thing t join address_space s on s.id = t.space_id group by t.text having not bool_or(${visible(actor)})`,
    );
    return new Veil(new Set(rows.map(({ text }) => text)), said);
  }
}
