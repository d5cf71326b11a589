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
import { AllocationsRepository, allocationView, isOver, type ListedAllocation } from './allocations.repository.js';
import { EndDue } from './end-due.js';

@Injectable()
export class ReadAllocations {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly allocations: AllocationsRepository,
    private readonly history: AllocationHistory,
    private readonly endDue: EndDue,
  ) {}

  async one(actor: Actor, id: string): Promise<{ readonly view: AllocationView; readonly etag: string }> {
    const found = await this.allocations.get(this.db, id);
    checkReach(actor, found.space);
    const allocation = (await this.#settled([found])) ? await this.allocations.get(this.db, id) : found;
    return { view: allocationView(allocation), etag: etagOf(allocation) };
  }

  async page(actor: Actor, query: AllocationQuery): Promise<Page<AllocationView>> {
    const after = afterId(query);
    const contains = query.contains === undefined ? undefined : readPlace(query.contains, 'contains');
    checkAsOf(query.asOf);
    const asked = { ...query, contains };
    const allocations =
      query.asOf === undefined ? await this.#now(actor, asked, after) : await this.history.page(this.db, actor, asked, after);
    return pageFrom(allocations, query.limit, ({ id }) => [id], allocationView);
  }

  /** What has run out is over, whoever used its pool since: as figures, free space and the past have it. */
  async #now(actor: Actor, query: AllocationQuery, after: string | undefined): Promise<readonly ListedAllocation[]> {
    if (query.status === 'EXPIRED' || query.status === 'RELEASED') {
      const due = await this.allocations.duePools(this.db);
      if (due.length > 0) await this.endDue.settle(due);
    }
    const found = await this.allocations.page(this.db, actor, query, after);
    return (await this.#settled(found)) ? this.allocations.page(this.db, actor, query, after) : found;
  }

  async #settled(found: readonly ListedAllocation[]): Promise<boolean> {
    const now = new Date();
    const pools = new Set(found.filter((allocation) => isOver(allocation, now)).map(({ row }) => row.pool_id));
    if (pools.size > 0) await this.endDue.settle([...pools]);
    return pools.size > 0;
  }
}
