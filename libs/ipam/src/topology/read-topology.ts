import { Inject, Injectable } from '@nestjs/common';
import { type Actor, type Page, pageFrom, type PageQuery } from '@podspan/platform';
import { Kysely } from 'kysely';
import type { Db } from '../postgres/db.js';
import { ConflictsRepository, conflictView } from './conflicts.repository.js';
import { LinksRepository, linkView } from './links.repository.js';
import { MeshesRepository, meshView } from './meshes.repository.js';
import { afterId } from './after-id.js';
import { checkReach, SpacesRepository, spaceView } from './spaces.repository.js';
import type { AddressSpaceView, ConflictView, LinkView, MeshView } from './topology-schemas.js';

/** Reads of everything topological but networks, in order of creation. */
@Injectable()
export class ReadTopology {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly spacesRepository: SpacesRepository,
    private readonly linksRepository: LinksRepository,
    private readonly meshesRepository: MeshesRepository,
    private readonly conflictsRepository: ConflictsRepository,
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
    return pageFrom(
      rows,
      query.limit,
      ({ id }) => [id],
      (row) => conflictView(row, now),
    );
  }
}
