import { Injectable } from '@nestjs/common';
import { NotFound } from '@podspan/errors';
import { type Actor, type CallContext, isId } from '@podspan/platform';
import { sql } from 'kysely';
import { type Db, instant, instantOrNull, rowOf, rowsOf } from '../postgres/db.js';
import type { ImportCounts, ImportQuery, ImportRowQuery, ImportRowView, ImportView } from './import-schemas.js';
import { storable } from './stage.js';

interface ImportDbRow {
  readonly id: string;
  readonly status: ImportView['status'];
  readonly format: ImportView['format'];
  readonly file_name: string | null;
  readonly on_error: ImportView['onError'];
  readonly dry_run: boolean;
  readonly actor: string;
  readonly counts: Partial<ImportCounts>;
  readonly codes: Readonly<Record<string, number>>;
  readonly remarks: ImportView['remarks'];
  readonly ignored: ImportView['ignored'];
  readonly started_at: Date;
  readonly finished_at: Date | null;
}

export interface ImportEnd {
  readonly status: ImportView['status'];
  readonly format: ImportView['format'];
  readonly counts: ImportCounts;
  readonly codes: Readonly<Record<string, number>>;
  readonly remarks: ImportView['remarks'];
  readonly ignored: readonly { readonly field: string; readonly at: string; readonly count?: number }[];
}

/** Reports are kept this long. */
const KEPT = sql`interval '30 days'`;

@Injectable()
export class ImportsRepository {
  /** Begins a report, or empties the one of an attempt that gave way. */
  async begin(db: Db, call: CallContext, id: string, { onError, fileName }: Pick<ImportQuery, 'onError' | 'fileName'>): Promise<void> {
    await sql`delete from import where started_at < now() - ${KEPT} or id = ${id}`.execute(db);
    await sql`insert into import (id, status, on_error, dry_run, actor, file_name)
      values (${id}, 'RUNNING', ${onError}, ${call.dryRun}, ${call.actor.subject}, ${fileName ?? null})`.execute(db);
  }

  async addRows(db: Db, id: string, rows: string): Promise<void> {
    await sql`insert into import_row (import_id, no, at, kind, name, outcome, problems)
      select ${id}, no, at, kind, name, coalesce(outcome, 'SKIPPED'), problems
      from jsonb_to_recordset(${rows}::jsonb) as r(no int, at text, kind text, name text, outcome text, problems jsonb)`.execute(db);
  }

  async end(db: Db, id: string, { status, format, counts, codes, remarks, ignored }: ImportEnd): Promise<void> {
    await sql`update import set status = ${status}, format = ${format}, counts = ${storable(counts)}, codes = ${storable(codes)},
      remarks = ${storable(remarks)}, ignored = ${storable(ignored)}, finished_at = clock_timestamp() where id = ${id}`.execute(db);
  }

  async fail(db: Db, id: string): Promise<void> {
    await sql`update import set status = 'FAILED', finished_at = clock_timestamp() where id = ${id} and status = 'RUNNING'`.execute(db);
  }

  /** @throws NotFound, also for an import of somebody else whom the caller may not look at */
  async get(db: Db, actor: Actor, id: string): Promise<ImportView> {
    const row = isId(id) ? await rowOf(db, sql<ImportDbRow>`select * from import where id = ${id} and ${mayRead(actor)}`) : undefined;
    if (!row) throw new NotFound('import', id);
    return importView(row);
  }

  async page(db: Db, actor: Actor, after: string | undefined, limit: number): Promise<readonly ImportView[]> {
    const rows = await rowsOf(
      db,
      sql<ImportDbRow>`select * from import where ${mayRead(actor)} and (${after ?? null}::uuid is null or id < ${after ?? null}) order by id desc limit ${limit + 1}`,
    );
    return rows.map(importView);
  }

  rows(db: Db, id: string, query: ImportRowQuery, after: number): Promise<readonly ImportRowView[]> {
    return rowsOf(
      db,
      sql<ImportRowView>`select no as row, at, kind, name, outcome, problems from import_row
        where import_id = ${id} and no > ${after} and (${query.outcome ?? null}::text is null or outcome = ${query.outcome ?? null})
          and (${query.code ?? null}::text is null or problems @> jsonb_build_array(jsonb_build_object('code', ${query.code ?? null}::text)))
        order by no limit ${query.limit + 1}`,
    );
  }
}

function mayRead(actor: Actor): ReturnType<typeof sql> {
  return sql`(${actor.spaces === '*'} or actor = ${actor.subject})`;
}

function importView(row: ImportDbRow): ImportView {
  const none = { total: 0, created: 0, updated: 0, unchanged: 0, skipped: 0, refused: 0 };
  return {
    id: row.id,
    status: row.status,
    format: row.format,
    fileName: row.file_name,
    onError: row.on_error,
    dryRun: row.dry_run,
    actor: row.actor,
    counts: { ...none, ...row.counts },
    codes: { ...row.codes },
    remarks: [...row.remarks],
    ignored: [...row.ignored],
    startedAt: instant(row.started_at),
    finishedAt: instantOrNull(row.finished_at),
  };
}
