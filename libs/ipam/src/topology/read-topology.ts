import { Inject, Injectable } from '@nestjs/common';
import { Forbidden } from '@podspan/errors';
import { type Actor, type Page, pageFrom } from '@podspan/platform';
import { Kysely } from 'kysely';
import { checkAsOf, type HistoryPageQuery } from '../history/as-of.js';
import type { Db } from '../postgres/db.js';
import { ConflictsRepository, conflictView } from './conflicts.repository.js';
import { LinksRepository, linkView } from './links.repository.js';
import { MeshesRepository, meshView } from './meshes.repository.js';
import { afterId } from './after-id.js';
import { checkReach, SpacesRepository, spaceView } from './spaces.repository.js';
import type { AddressSpaceView, ConflictQuery, ConflictView, LinkView, MeshView } from './topology-schemas.js';

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

  async spaces(actor: Actor, query: HistoryPageQuery): Promise<Page<AddressSpaceView>> {
    checkAsOf(query.asOf);
    const rows = await this.spacesRepository.page(this.db, actor, afterId(query), query.limit, query.asOf);
    return pageFrom(rows, query.limit, ({ id }) => [id], spaceView);
  }

  /** To whoever may see one of its ends. */
  async link(actor: Actor, key: string): Promise<LinkView> {
    const link = await this.linksRepository.get(this.db, key);
    if (!(await this.linksRepository.isVisible(this.db, actor, link.id)))
      throw new Forbidden(`${actor.subject} has no rights at either end of the link`);
    return linkView(link);
  }

  async links(actor: Actor, query: HistoryPageQuery): Promise<Page<LinkView>> {
    checkAsOf(query.asOf);
    const rows = await this.linksRepository.page(this.db, actor, afterId(query), query.limit, query.asOf);
    return pageFrom(rows, query.limit, ({ id }) => [id], linkView);
  }

  async mesh(key: string): Promise<MeshView> {
    return meshView(await this.meshesRepository.get(this.db, key));
  }

  async meshes(query: HistoryPageQuery): Promise<Page<MeshView>> {
    checkAsOf(query.asOf);
    const rows = await this.meshesRepository.page(this.db, afterId(query), query.limit, query.asOf);
    return pageFrom(rows, query.limit, ({ id }) => [id], meshView);
  }

  /** Those with a range within the caller's reach. */
  async conflicts(actor: Actor, query: ConflictQuery): Promise<Page<ConflictView>> {
    checkAsOf(query.asOf);
    const rows = await this.conflictsRepository.page(this.db, actor, query, afterId(query));
    const now = new Date();
    return pageFrom(
      rows,
      query.limit,
      ({ id }) => [id],
      (row) => conflictView(row, now),
    );
  }
}
