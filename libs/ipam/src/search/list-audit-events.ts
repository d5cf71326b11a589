import { Inject, Injectable } from '@nestjs/common';
import { type Actor, decodeCursor, isId, type Page, pageFrom } from '@podspan/platform';
import { Kysely, sql } from 'kysely';
import { type Db, instant, rowOf, rowsOf } from '../postgres/db.js';
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
    const after = decodeCursor(query.cursor, ['sequence'])?.[0] ?? null;
    const resource = query.resource ?? null;
    const born = resource === null ? null : await this.#birthOf(resource);
    const rows = await rowsOf(
      this.db,
      sql<AuditRow>`select e.seq, r.at, r.actor, r.action, r.kind, e.resource_id, r.before, e.after, e.request_id from (
          select * from audit_event
          where (${caller.spaces === '*'} or actor = ${caller.subject}) and (${after}::bigint is null or seq < ${after}) and (${query.kind ?? null}::text is null or kind = ${query.kind ?? null})
            and (${resource}::text is null or resource_id = ${resource} or at = ${born} and ${resource} = any(ids::text[]))
            and (${query.actor ?? null}::text is null or actor = ${query.actor ?? null})
            and (${query.action ?? null}::text is null or action = ${query.action ?? null})
            and (${query.requestId ?? null}::text is null or request_id = ${query.requestId ?? null} or ${query.requestId ?? null} = any(requests))
            and (${query.since ?? null}::timestamptz is null or at >= ${query.since ?? null}) and (${query.until ?? null}::timestamptz is null or at < ${query.until ?? null})
          order by seq desc limit ${query.limit + 1}
        ) r cross join lateral (
          select r.seq, r.resource_id, r.after, r.request_id where r.ids is null
          union all
          select r.seq + o.n - 1, o.id::text, o.after::json, o.request
          from unnest(r.ids, r.requests, string_to_array(r.afters, e'\\x01')) with ordinality as o(id, request, after, n)
        ) e
        where (${after}::bigint is null or e.seq < ${after}) and (${resource}::text is null or e.resource_id = ${resource})
          and (${query.requestId ?? null}::text is null or e.request_id = ${query.requestId ?? null})
        order by e.seq desc limit ${query.limit + 1}`,
    );
    return pageFrom(rows, query.limit, ({ seq }) => [Number(seq)], auditView);
  }

  /** When the allocation was created: its event may be one of many in a row, which is found by time and not by resource. */
  async #birthOf(id: string): Promise<string | null> {
    if (!isId(id)) return null;
    const row = await rowOf(
      this.db,
      sql<{ born: string | null }>`select coalesce((select created_at from allocation where id = ${id}),
        (select (state ->> 'created_at')::timestamptz from allocation_history where allocation_id = ${id} limit 1))::text as born`,
    );
    return row?.born ?? null;
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
