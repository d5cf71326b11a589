import { Injectable } from '@nestjs/common';
import { type CallContext, newId } from '@podspan/platform';
import { type RawBuilder, sql } from 'kysely';
import type { Clash } from '../domain/conflicts.js';
import { type Db, instant, instantOrNull, rowsOf } from '../postgres/db.js';
import type { ClashView, ConflictView } from './topology-schemas.js';

interface ConflictRow extends ClashView {
  readonly id: string;
  readonly opened_by: string;
  readonly opened_at: Date;
  readonly checked_at: Date;
  /** When Azure was last seen to hold the ranges; null where Podspan alone knows them. */
  readonly data_seen_at: Date | null;
}

@Injectable()
export class ConflictsRepository {
  /** Makes the open conflicts equal to the clashes there are: opens new ones, closes those that are gone. */
  async settle(db: Db, call: CallContext, clashes: readonly Clash[]): Promise<void> {
    await sql`update conflict set resolved_at = now() where resolved_at is null and discovered_id is null and not (key = any(${clashes.map(({ key }) => key)}::text[]))`.execute(
      db,
    );
    await sql`update conflict set checked_at = now() where resolved_at is null and discovered_id is null`.execute(db);
    for (const clash of clashes) {
      await sql`insert into conflict (id, key, kind, rule, ranges, path, message, opened_by)
        values (${newId()}, ${clash.key}, ${clash.kind}, ${clash.rule}, ${JSON.stringify(clash.ranges)}, ${JSON.stringify(clash.path)}, ${clash.message}, ${call.actor.subject})
        on conflict (key) where resolved_at is null do nothing`.execute(db);
    }
  }

  page(db: Db, after: string | undefined, limit: number, at?: string): Promise<readonly ConflictRow[]> {
    return rowsOf(
      db,
      sql<ConflictRow>`select c.id, c.kind, c.rule, c.ranges, c.path, c.message, c.opened_by, c.opened_at,
          coalesce(d.seen_at, c.checked_at) as checked_at, coalesce(d.seen_at, (
            select min(g.seen_at) from jsonb_array_elements(c.ranges) r join network n on n.name = r.value ->> 'holder'
            join network_sighting g on g.network_id = n.id
            where r.value ->> 'holderKind' = 'NETWORK'
          )) as data_seen_at
        from conflict c left join discovered_range d on d.id = c.discovered_id
        where ${openAt(at)} and (${after ?? null}::uuid is null or c.id > ${after ?? null}) order by c.id limit ${limit + 1}`,
    );
  }
}

function openAt(at: string | undefined): RawBuilder<unknown> {
  return at === undefined
    ? sql`c.resolved_at is null`
    : sql`c.opened_at <= ${at}::timestamptz and (c.resolved_at is null or c.resolved_at > ${at}::timestamptz)`;
}

export function conflictView(row: ConflictRow, now: Date): ConflictView {
  return {
    id: row.id,
    kind: row.kind,
    rule: row.rule,
    ranges: row.ranges,
    path: row.path,
    message: row.message,
    since: instant(row.opened_at),
    checkedAt: instant(row.checked_at),
    dataSeenAt: instantOrNull(row.data_seen_at),
    ageSeconds: Math.max(0, Math.round((now.getTime() - (row.data_seen_at ?? row.checked_at).getTime()) / 1000)),
    openedBy: row.opened_by,
  };
}

export function clashView({ kind, rule, ranges, path, message }: Clash): ClashView {
  return { kind, rule, ranges: [...ranges], path: [...path], message };
}
