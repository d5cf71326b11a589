import { Injectable } from '@nestjs/common';
import { type CallContext, newId } from '@podspan/platform';
import { type RawBuilder, sql } from 'kysely';
import type { Clash } from '../domain/conflicts.js';
import { type Db, instant, rowsOf } from '../postgres/db.js';
import type { ClashView, ConflictView } from './topology-schemas.js';

interface ConflictRow extends ClashView {
  readonly id: string;
  readonly opened_by: string;
  readonly opened_at: Date;
  readonly checked_at: Date;
}

@Injectable()
export class ConflictsRepository {
  /** Makes the open conflicts equal to the clashes there are: opens new ones, closes those that are gone. */
  async settle(db: Db, call: CallContext, clashes: readonly Clash[]): Promise<void> {
    await sql`update conflict set resolved_at = now() where resolved_at is null and not (key = any(${clashes.map(({ key }) => key)}::text[]))`.execute(
      db,
    );
    await sql`update conflict set checked_at = now() where resolved_at is null`.execute(db);
    for (const clash of clashes) {
      await sql`insert into conflict (id, key, kind, rule, ranges, path, message, opened_by)
        values (${newId()}, ${clash.key}, ${clash.kind}, ${clash.rule}, ${JSON.stringify(clash.ranges)}, ${JSON.stringify(clash.path)}, ${clash.message}, ${call.actor.subject})
        on conflict (key) where resolved_at is null do nothing`.execute(db);
    }
  }

  page(db: Db, after: string | undefined, limit: number, at?: string): Promise<readonly ConflictRow[]> {
    return rowsOf(
      db,
      sql<ConflictRow>`select id, kind, rule, ranges, path, message, opened_by, opened_at, checked_at from conflict
        where ${openAt(at)} and (${after ?? null}::uuid is null or id > ${after ?? null}) order by id limit ${limit + 1}`,
    );
  }
}

function openAt(at: string | undefined): RawBuilder<unknown> {
  return at === undefined
    ? sql`resolved_at is null`
    : sql`opened_at <= ${at}::timestamptz and (resolved_at is null or resolved_at > ${at}::timestamptz)`;
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
    ageSeconds: Math.max(0, Math.round((now.getTime() - row.checked_at.getTime()) / 1000)),
    openedBy: row.opened_by,
  };
}

export function clashView({ kind, rule, ranges, path, message }: Clash): ClashView {
  return { kind, rule, ranges: [...ranges], path: [...path], message };
}
