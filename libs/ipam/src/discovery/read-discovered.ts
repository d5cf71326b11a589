import { Inject, Injectable } from '@nestjs/common';
import { type Actor, type Page, pageFrom } from '@podspan/platform';
import { Kysely } from 'kysely';
import type { Db } from '../postgres/db.js';
import { readPlace } from '../search/search-ranges.js';
import { afterId } from '../topology/after-id.js';
import { DiscoveredRangesRepository, discoveredRangeView } from './discovered-ranges.repository.js';
import type { DiscoveredRangeQuery, DiscoveredRangeView } from './discovery-schemas.js';

@Injectable()
export class ReadDiscovered {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly ranges: DiscoveredRangesRepository,
  ) {}

  /** @throws InvalidRequest for a `contains` that is no address and no range */
  async page(actor: Actor, query: DiscoveredRangeQuery): Promise<Page<DiscoveredRangeView>> {
    const contains = query.contains === undefined ? undefined : readPlace(query.contains, 'contains');
    const rows = await this.ranges.page(this.db, actor, { ...query, contains }, afterId(query));
    const now = new Date();
    return pageFrom(
      rows,
      query.limit,
      ({ id }) => [id],
      (row) => discoveredRangeView(row, now),
    );
  }
}
