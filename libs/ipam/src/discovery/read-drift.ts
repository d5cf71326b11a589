import { Inject, Injectable } from '@nestjs/common';
import { type Actor, decodeCursor, type Page, pageFrom } from '@podspan/platform';
import { Kysely, sql } from 'kysely';
import { type Db, instant, rowsOf } from '../postgres/db.js';
import { byKey, visible } from '../topology/spaces.repository.js';
import { ageInSeconds } from './discovered-ranges.repository.js';
import type { DriftQuery, DriftView } from './discovery-schemas.js';

interface DriftRow extends Omit<DriftView, 'since' | 'checkedAt' | 'ageSeconds'> {
  readonly since: Date;
  readonly checked_at: Date;
}

/** Where Azure and Podspan say different things, by the last reading. */
@Injectable()
export class ReadDrift {
  constructor(@Inject(Kysely) private readonly db: Db) {}

  async page(actor: Actor, query: DriftQuery): Promise<Page<DriftView>> {
    const after = decodeCursor(query.cursor, ['text'])?.[0];
    const rows = await rowsOf(
      this.db,
      sql<DriftRow>`select d.key, d.kind, s.name as "addressSpace", n.name as network, d.allocation_id as allocation, d.discovered_id as "discoveredRange",
          d.expected, d.actual, d.message, d.since, d.checked_at
        from drift d join address_space s on s.id = d.space_id left join network n on n.id = d.network_id
        where ${visible(actor)} and (${query.kind ?? null}::text is null or d.kind = ${query.kind ?? null})
          and (${query.addressSpace === undefined} or s.id = (select id from address_space where ${byKey(query.addressSpace ?? '')}))
          and (${query.network === undefined} or n.id = (select id from network where ${byKey(query.network ?? '')}))
          and (${after === undefined} or d.key > ${after ?? ''}) order by d.key limit ${query.limit + 1}`,
    );
    const now = new Date();
    return pageFrom(
      rows,
      query.limit,
      ({ key }) => [key],
      ({ checked_at: checked, since, ...rest }) => ({
        ...rest,
        since: instant(since),
        checkedAt: instant(checked),
        ageSeconds: ageInSeconds(checked, now),
      }),
    );
  }
}
