import { Injectable } from '@nestjs/common';
import { type Actor, type CallContext, newId } from '@podspan/platform';
import { type RawBuilder, sql } from 'kysely';
import { type Clash, topologyConflictKinds } from '../domain/conflicts.js';
import { type Db, instant, instantOrNull, rowsOf } from '../postgres/db.js';
import { visible } from './spaces.repository.js';
import type { ClashView, ConflictQuery, ConflictView } from './topology-schemas.js';

interface ConflictRow extends ClashView {
  readonly id: string;
  readonly opened_by: string;
  readonly opened_at: Date;
  readonly checked_at: Date;
  /** When Azure was last seen to hold the ranges; null where Podspan alone knows them. */
  readonly data_seen_at: Date | null;
  readonly resolved_at: Date | null;
  readonly resolved_by: string | null;
}

@Injectable()
export class ConflictsRepository {
  /**
   * Makes the open conflicts of the topology equal to the clashes there are: opens new ones, closes those that are gone, and
   * tells the present way of those that stay. What concerns discovered ranges is not touched.
   */
  async settle(db: Db, call: CallContext, clashes: readonly Clash[]): Promise<void> {
    const actor = call.actor.subject;
    await sql`update conflict_check set checked_at = now()`.execute(db);
    await sql`update conflict set resolved_at = now(), resolved_by = ${actor} where resolved_at is null
      and kind = any(${[...topologyConflictKinds]}::text[]) and not (key = any(${clashes.map(({ key }) => key)}::text[]))`.execute(db);
    if (clashes.length === 0) return;
    const rows = clashes.map((clash) => ({ ...clash, id: newId() }));
    await sql`insert into conflict (id, key, kind, rule, ranges, path, via, message, opened_by)
      select id, key, kind, rule, ranges, path, via, message, ${actor}
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as r(id uuid, key text, kind text, rule text, ranges jsonb, path jsonb, via jsonb, message text)
      on conflict (key) where resolved_at is null
        do update set rule = excluded.rule, path = excluded.path, via = excluded.via, message = excluded.message
        where conflict.message <> excluded.message or conflict.via <> excluded.via`.execute(db);
  }

  page(db: Db, actor: Actor, query: ConflictQuery, after: string | undefined): Promise<readonly ConflictRow[]> {
    const { kind, holder, limit } = query;
    return rowsOf(
      db,
      sql<ConflictRow>`select c.id, c.kind, c.rule, c.ranges, c.path, c.via, c.message, c.opened_by, c.opened_at, c.resolved_at, c.resolved_by,
          coalesce(c.resolved_at, d.seen_at, case when c.discovered_id is null then k.checked_at end, c.checked_at) as checked_at,
          coalesce(d.seen_at, (
            select min(g.seen_at) from jsonb_array_elements(c.ranges) r join network n on n.name = r.value ->> 'holder'
            join network_sighting g on g.network_id = n.id
            where r.value ->> 'holderKind' = 'NETWORK'
          )) as data_seen_at
        from conflict c cross join conflict_check k left join discovered_range d on d.id = c.discovered_id
        where ${standing(query)} and ${concerns(actor)} and (${after ?? null}::uuid is null or c.id > ${after ?? null})
          and (${kind ?? null}::text is null or c.kind = ${kind ?? null})
          and (${holder ?? null}::text is null or c.ranges @> jsonb_build_array(jsonb_build_object('holder', ${holder ?? null}::text)))
        order by c.id limit ${limit + 1}`,
    );
  }
}

/** One of its ranges lies in a space the actor reaches. What held it may be gone: then its network on the path says where it was. */
function concerns(actor: Actor): RawBuilder<unknown> {
  if (actor.spaces === '*') return sql`true`;
  return sql`exists (
    select from address_space s where ${visible(actor)} and (
      exists (select from allocation a where a.id = c.allocation_id and a.space_no = s.no)
      or exists (select from discovered_range r where r.id = c.discovered_id and r.space_id = s.id)
      or exists (select from jsonb_array_elements(c.ranges) r join network n on n.name = r.value ->> 'holder'
        where r.value ->> 'holderKind' = 'NETWORK' and n.space_id = s.id)
      or exists (select from jsonb_array_elements(c.ranges) r join planned_cluster l on l.name = r.value ->> 'holder'
        where r.value ->> 'holderKind' = 'CLUSTER' and l.space_id = s.id)))`;
}

/** Open now, open at a moment, or of the history. */
function standing({ asOf, status }: ConflictQuery): RawBuilder<unknown> {
  if (asOf !== undefined)
    return sql`c.opened_at <= ${asOf}::timestamptz and (c.resolved_at is null or c.resolved_at > ${asOf}::timestamptz)`;
  if (status === 'ALL') return sql`true`;
  return status === 'RESOLVED' ? sql`c.resolved_at is not null` : sql`c.resolved_at is null`;
}

export function conflictView(row: ConflictRow, now: Date): ConflictView {
  return {
    id: row.id,
    kind: row.kind,
    rule: row.rule,
    ranges: row.ranges,
    path: row.path,
    via: row.via,
    message: row.message,
    since: instant(row.opened_at),
    checkedAt: instant(row.checked_at),
    dataSeenAt: instantOrNull(row.data_seen_at),
    ageSeconds: Math.max(0, Math.round((now.getTime() - (row.data_seen_at ?? row.checked_at).getTime()) / 1000)),
    openedBy: row.opened_by,
    resolvedAt: instantOrNull(row.resolved_at),
    resolvedBy: row.resolved_by,
  };
}

export function clashView({ kind, rule, ranges, path, via, message }: Clash): ClashView {
  return { kind, rule, ranges: [...ranges], path: [...path], via: [...via], message };
}
