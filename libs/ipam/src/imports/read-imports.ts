import { Inject, Injectable } from '@nestjs/common';
import { type Actor, decodeCursor, type Page, type PageQuery, pageFrom } from '@podspan/platform';
import { Kysely } from 'kysely';
import type { Db } from '../postgres/db.js';
import { afterId } from '../topology/after-id.js';
import type { ImportRowQuery, ImportRowView, ImportView } from './import-schemas.js';
import { ImportsRepository } from './imports.repository.js';

/** Reports of imports, the newest first; their rows in the order of the file. */
@Injectable()
export class ReadImports {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly imports: ImportsRepository,
  ) {}

  one(actor: Actor, id: string): Promise<ImportView> {
    return this.imports.get(this.db, actor, id);
  }

  async page(actor: Actor, query: PageQuery): Promise<Page<ImportView>> {
    const found = await this.imports.page(this.db, actor, afterId(query), query.limit);
    return pageFrom(
      found,
      query.limit,
      ({ id }) => [id],
      (view) => view,
    );
  }

  /** @throws NotFound */
  async rows(actor: Actor, id: string, query: ImportRowQuery): Promise<Page<ImportRowView>> {
    await this.imports.get(this.db, actor, id);
    const after = decodeCursor(query.cursor, ['place'])?.[0] ?? 0;
    const rows = await this.imports.rows(this.db, id, query, after);
    return pageFrom(
      rows,
      query.limit,
      ({ row }) => [row],
      (row) => row,
    );
  }
}
