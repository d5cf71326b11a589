import { Inject, Injectable } from '@nestjs/common';
import { type Actor, type Page, pageFrom } from '@podspan/platform';
import { Kysely } from 'kysely';
import { checkAsOf, type HistoryPageQuery } from '../history/as-of.js';
import type { Db } from '../postgres/db.js';
import { afterId } from './after-id.js';
import { EstateRepository } from './estate.repository.js';
import { networkView } from './network-view.js';
import { NetworksRepository } from './networks.repository.js';
import { checkReach } from './spaces.repository.js';
import type { NetworkView } from './topology-schemas.js';

/** Networks with the routing domains they are found in now. */
@Injectable()
export class ReadNetworks {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly networksRepository: NetworksRepository,
    private readonly estate: EstateRepository,
  ) {}

  async one(actor: Actor, key: string): Promise<NetworkView> {
    const network = await this.networksRepository.get(this.db, key);
    checkReach(actor, { id: network.space_id, name: network.space_name });
    return networkView(network, await this.estate.graph(this.db));
  }

  async page(actor: Actor, query: HistoryPageQuery): Promise<Page<NetworkView>> {
    checkAsOf(query.asOf);
    const rows = await this.networksRepository.page(this.db, actor, afterId(query), query.limit, query.asOf);
    const graph = await this.estate.graph(this.db, query.asOf);
    return pageFrom(
      rows,
      query.limit,
      ({ id }) => [id],
      (row) => networkView(row, graph),
    );
  }
}
