import { Inject, Injectable } from '@nestjs/common';
import { type Actor, type Page, pageFrom } from '@podspan/platform';
import { Kysely } from 'kysely';
import { checkAsOf, type HistoryPageQuery } from '../history/as-of.js';
import type { Db } from '../postgres/db.js';
import { afterId } from '../topology/after-id.js';
import { checkReach } from '../topology/spaces.repository.js';
import type { PoolView } from './pool-schemas.js';
import { etagOf, PoolsRepository, poolView } from './pools.repository.js';

@Injectable()
export class ReadPools {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly pools: PoolsRepository,
  ) {}

  async one(actor: Actor, key: string): Promise<{ readonly view: PoolView; readonly etag: string }> {
    const pool = await this.pools.get(this.db, key);
    checkReach(actor, pool.space);
    return { view: poolView(pool), etag: etagOf(pool) };
  }

  async page(actor: Actor, query: HistoryPageQuery): Promise<Page<PoolView>> {
    checkAsOf(query.asOf);
    const pools = await this.pools.page(this.db, actor, afterId(query), query.limit, query.asOf);
    return pageFrom(pools, query.limit, ({ id }) => [id], poolView);
  }
}
