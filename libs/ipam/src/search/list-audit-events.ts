import { Inject, Injectable } from '@nestjs/common';
import { type Actor, decodeCursor, type Page, pageFrom } from '@podspan/platform';
import { Kysely, sql } from 'kysely';
import { type Db, instant, rowsOf } from '../postgres/db.js';
import type { AuditEventView, AuditQuery } from './search-schemas.js';

interface AuditRow {
  readonly seq: string;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly kind: string;
  readonly resource_id: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly request_id: string;
}

/** Who did what, the newest first. An actor whose role reaches some spaces only sees what they did themselves. */
@Injectable()
export class ListAuditEvents {
  constructor(@Inject(Kysely) private readonly db: Db) {}

  async execute(caller: Actor, query: AuditQuery): Promise<Page<AuditEventView>> {
    const after = decodeCursor(query.cursor, 1)?.[0] ?? null;
    const rows = await rowsOf(
      this.db,
      sql<AuditRow>`select seq, at, actor, action, kind, resource_id, before, after, request_id from audit_event
        where (${caller.spaces === '*'} or actor = ${caller.subject}) and (${after}::bigint is null or seq < ${after}) and (${query.kind ?? null}::text is null or kind = ${query.kind ?? null})
          and (${query.resource ?? null}::text is null or resource_id = ${query.resource ?? null})
          and (${query.actor ?? null}::text is null or actor = ${query.actor ?? null})
          and (${query.action ?? null}::text is null or action = ${query.action ?? null})
          and (${query.requestId ?? null}::text is null or request_id = ${query.requestId ?? null})
          and (${query.since ?? null}::timestamptz is null or at >= ${query.since ?? null}) and (${query.until ?? null}::timestamptz is null or at < ${query.until ?? null})
        order by seq desc limit ${query.limit + 1}`,
    );
    return pageFrom(rows, query.limit, ({ seq }) => [Number(seq)], auditView);
  }
}

function auditView(row: AuditRow): AuditEventView {
  return {
    sequence: Number(row.seq),
    at: instant(row.at),
    actor: row.actor,
    action: row.action,
    kind: row.kind,
    resourceId: row.resource_id,
    before: row.before,
    after: row.after,
    requestId: row.request_id,
  };
}
