import { Inject, Injectable } from '@nestjs/common';
import { type Actor, type Page, pageFrom } from '@podspan/platform';
import { Kysely } from 'kysely';
import type { Db } from '../postgres/db.js';
import { AllocationHistory } from '../history/allocation-history.js';
import { checkAsOf } from '../history/as-of.js';
import { etagOf } from '../pools/pools.repository.js';
import { readPlace } from '../search/search-ranges.js';
import { afterId } from '../topology/after-id.js';
import { checkReach } from '../topology/spaces.repository.js';
import type { AllocationQuery, AllocationView } from './allocation-schemas.js';
import { AllocationsRepository, allocationView } from './allocations.repository.js';

@Injectable()
export class ReadAllocations {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly allocations: AllocationsRepository,
    private readonly history: AllocationHistory,
  ) {}

  async one(actor: Actor, id: string): Promise<{ readonly view: AllocationView; readonly etag: string }> {
    const allocation = await this.allocations.get(this.db, id);
    checkReach(actor, allocation.space);
    return { view: allocationView(allocation), etag: etagOf(allocation) };
  }

  async page(actor: Actor, query: AllocationQuery): Promise<Page<AllocationView>> {
    const after = afterId(query);
    const contains = query.contains === undefined ? undefined : readPlace(query.contains, 'contains');
    checkAsOf(query.asOf);
    const source = query.asOf === undefined ? this.allocations : this.history;
    const allocations = await source.page(this.db, actor, { ...query, contains }, after);
    return pageFrom(allocations, query.limit, ({ id }) => [id], allocationView);
  }
}
