import { Inject, Injectable } from '@nestjs/common';
import { type Actor, decodeCursor, type Page, pageFrom, type PageQuery } from '@podspan/platform';
import { Kysely } from 'kysely';
import type { Db } from '../postgres/db.js';
import { ConflictsRepository, conflictView } from './conflicts.repository.js';
import { EstateRepository } from './estate.repository.js';
import { LinksRepository, linkView } from './links.repository.js';
import { MeshesRepository, meshView } from './meshes.repository.js';
import { networkView } from './network-view.js';
import { NetworksRepository } from './networks.repository.js';
import { checkReach, SpacesRepository, spaceView } from './spaces.repository.js';
import type { AddressSpaceView, ConflictView, LinkView, MeshView, NetworkView } from './topology-schemas.js';

/** Reads of everything topological, in order of creation. */
@Injectable()
export class ReadTopology {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly spacesRepository: SpacesRepository,
    private readonly networksRepository: NetworksRepository,
    private readonly linksRepository: LinksRepository,
    private readonly meshesRepository: MeshesRepository,
    private readonly conflictsRepository: ConflictsRepository,
    private readonly estate: EstateRepository,
  ) {}

  async space(actor: Actor, key: string): Promise<AddressSpaceView> {
    const space = await this.spacesRepository.get(this.db, key);
    checkReach(actor, space);
    return spaceView(space);
  }

  async spaces(actor: Actor, query: PageQuery): Promise<Page<AddressSpaceView>> {
    const rows = await this.spacesRepository.page(this.db, actor, afterId(query), query.limit);
    return pageFrom(rows, query.limit, ({ id }) => [id], spaceView);
  }

  async network(actor: Actor, key: string): Promise<NetworkView> {
    const network = await this.networksRepository.get(this.db, key);
    checkReach(actor, { id: network.space_id, name: network.space_name });
    return networkView(network, await this.estate.graph(this.db));
  }

  async networks(actor: Actor, query: PageQuery): Promise<Page<NetworkView>> {
    const rows = await this.networksRepository.page(this.db, actor, afterId(query), query.limit);
    const graph = await this.estate.graph(this.db);
    return pageFrom(rows, query.limit, ({ id }) => [id], (row) => networkView(row, graph));
  }

  async link(key: string): Promise<LinkView> {
    return linkView(await this.linksRepository.get(this.db, key));
  }

  async links(actor: Actor, query: PageQuery): Promise<Page<LinkView>> {
    const rows = await this.linksRepository.page(this.db, actor, afterId(query), query.limit);
    return pageFrom(rows, query.limit, ({ id }) => [id], linkView);
  }

  async mesh(key: string): Promise<MeshView> {
    return meshView(await this.meshesRepository.get(this.db, key));
  }

  async meshes(query: PageQuery): Promise<Page<MeshView>> {
    const rows = await this.meshesRepository.page(this.db, afterId(query), query.limit);
    return pageFrom(rows, query.limit, ({ id }) => [id], meshView);
  }

  async conflicts(query: PageQuery): Promise<Page<ConflictView>> {
    const rows = await this.conflictsRepository.page(this.db, afterId(query), query.limit);
    const now = new Date();
    return pageFrom(rows, query.limit, ({ id }) => [id], (row) => conflictView(row, now));
  }
}

function afterId(query: PageQuery): string | undefined {
  const after = decodeCursor(query.cursor, 1)?.[0];
  return after === undefined ? undefined : String(after);
}
