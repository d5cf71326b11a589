import { Inject, Injectable } from '@nestjs/common';
import { type Actor, type Page, pageFrom } from '@podspan/platform';
import { Kysely } from 'kysely';
import { checkAsOf, type HistoryPageQuery } from '../history/as-of.js';
import type { Db } from '../postgres/db.js';
import { afterId } from './after-id.js';
import { EstateRepository } from './estate.repository.js';
import { networkView, plainNetworkView } from './network-view.js';
import { NetworksRepository } from './networks.repository.js';
import { checkReach } from './spaces.repository.js';
import type { ListedNetwork, NetworksQuery, NetworkView } from './topology-schemas.js';

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

  async page(actor: Actor, { names, routingDomain = 'true', ...query }: NetworksRead): Promise<Page<ListedNetwork>> {
    checkAsOf(query.asOf);
    const { limit, asOf } = query;
    const rows = await this.networksRepository.page(this.db, actor, { after: afterId(query), limit, at: asOf, keys: names?.split(',') });
    const graph = routingDomain === 'true' ? await this.estate.graph(this.db, asOf) : undefined;
    return pageFrom(
      rows,
      limit,
      ({ id }) => [id],
      (row) => (graph ? networkView(row, graph) : plainNetworkView(row)),
    );
  }
}

type NetworksRead = HistoryPageQuery & Partial<Pick<NetworksQuery, 'names' | 'routingDomain'>>;
