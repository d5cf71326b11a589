import { Injectable } from '@nestjs/common';
import type { Problem } from '@podspan/errors';
import { sql } from 'kysely';
import type { ImportKind, ImportRow, RowOutcome } from '../domain/imports/import-row.js';
import { type Db, rowOf, rowsOf } from '../postgres/db.js';
import type { ImportCounts } from './import-schemas.js';

/** A row as it waits to be written. */
export interface StagedRow {
  readonly no: number;
  readonly at: string;
  readonly kind: ImportKind;
  readonly name: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What became of a row. */
export interface Verdict {
  readonly no: number;
  readonly outcome: RowOutcome;
  readonly problems?: readonly Problem[];
}

const BATCH = 1000;
/** More are still counted; nobody reads a row with hundreds. */
const MOST_PROBLEMS_A_ROW = 20;

/**
 * The rows of one import in a table of its transaction, so that a file of any length costs the service one batch of memory and
 * is judged by sets. Gone with the transaction.
 */
@Injectable()
export class ImportStage {
  /** @returns how many rows there are */
  async fill(db: Db, rows: AsyncIterable<ImportRow>): Promise<number> {
    // The default of 8 MB would write a long table to disk and read it back at every step. Taken as far as it is used.
    await sql`set local temp_buffers = '64MB'`.execute(db);
    // Rows are held against what is there by its indexes. A plan made while nobody has counted the tables since they were small
    // would read them whole for each row of the file.
    await sql`set local enable_seqscan = off`.execute(db);
    await sql`create temp table import_stage (
      no int primary key, at text not null, kind text, name text, body jsonb not null, outcome text, problems jsonb not null default '[]',
      cidr cidr, held cidr, space_id uuid, target uuid
    ) on commit drop`.execute(db);
    let batch: object[] = [];
    let no = 0;
    // The rows after it are read while a batch is written.
    let written = Promise.resolve();
    for await (const { at, kind, name, values, problems, outcome } of rows) {
      no += 1;
      batch.push({
        no,
        at,
        kind,
        name: name?.slice(0, 512) ?? null,
        body: values,
        outcome,
        problems: problems.slice(0, MOST_PROBLEMS_A_ROW),
      });
      if (batch.length < BATCH) continue;
      await written;
      written = this.#add(db, batch);
      // Whoever reads may fail before anybody waits for this.
      written.catch(() => undefined);
      batch = [];
    }
    await written;
    if (batch.length > 0) await this.#add(db, batch);
    await sql`create index on import_stage (kind, no) where outcome is null`.execute(db);
    await sql`analyze import_stage`.execute(db);
    return no;
  }

  async #add(db: Db, batch: readonly object[]): Promise<void> {
    await sql`insert into import_stage (no, at, kind, name, body, outcome, problems, cidr, held)
      select no, at, kind, name, body, outcome, problems, case when kind in ('ALLOCATION', 'DISCOVERED_RANGE') then (body ->> 'cidr')::cidr end,
        case when kind = 'ALLOCATION' then coalesce(body ->> 'growthBlock', body ->> 'cidr')::cidr end
      from jsonb_to_recordset(${storable(batch)}::jsonb) as r(no int, at text, kind text, name text, body jsonb, outcome text, problems jsonb)`.execute(
      db,
    );
  }

  async kinds(db: Db): Promise<ReadonlyMap<ImportKind, number>> {
    const rows = await rowsOf(
      db,
      sql<{ kind: ImportKind; count: number }>`select kind, count(*)::int as count from import_stage where outcome is null group by kind`,
    );
    return new Map(rows.map(({ kind, count }) => [kind, count]));
  }

  /** Rows of a kind that are not decided yet, in the order of the file. */
  async open(db: Db, kind: ImportKind, after: number, limit: number): Promise<readonly StagedRow[]> {
    return rowsOf(
      db,
      sql<StagedRow>`select no, at, kind, name, body from import_stage
        where kind = ${kind} and outcome is null and no > ${after} order by no limit ${limit}`,
    );
  }

  async decide(db: Db, verdicts: readonly Verdict[]): Promise<void> {
    if (verdicts.length === 0) return;
    await sql`update import_stage s set outcome = v.outcome, problems = s.problems || coalesce(v.problems, '[]')
      from jsonb_to_recordset(${storable(verdicts)}::jsonb) as v(no int, outcome text, problems jsonb) where v.no = s.no`.execute(db);
  }

  /** Whether one row at least is refused, and nothing is to be written therefore. */
  async isRefused(db: Db): Promise<boolean> {
    return (await rowOf(db, sql`select 1 from import_stage where outcome = 'REFUSED' limit 1`)) !== undefined;
  }

  /** Rows of a kind that would have been written. */
  async leave(db: Db, kind: ImportKind): Promise<void> {
    await sql`update import_stage set outcome = 'SKIPPED' where kind = ${kind} and (outcome is null or outcome in ('CREATED', 'UPDATED'))`.execute(
      db,
    );
  }

  async counts(db: Db): Promise<ImportCounts> {
    const row = await rowOf(
      db,
      sql<ImportCounts>`select count(*)::int as total,
        count(*) filter (where outcome = 'CREATED')::int as created, count(*) filter (where outcome = 'UPDATED')::int as updated,
        count(*) filter (where outcome = 'UNCHANGED')::int as unchanged, count(*) filter (where outcome = 'SKIPPED')::int as skipped,
        count(*) filter (where outcome = 'REFUSED')::int as refused from import_stage`,
    );
    return row ?? { total: 0, created: 0, updated: 0, unchanged: 0, skipped: 0, refused: 0 };
  }

  async codes(db: Db): Promise<Readonly<Record<string, number>>> {
    const rows = await rowsOf(
      db,
      sql<{ code: string; count: number }>`select p.value ->> 'code' as code, count(distinct no)::int as count
        from import_stage, jsonb_array_elements(problems) p group by 1 order by 2 desc, 1`,
    );
    return Object.fromEntries(rows.map(({ code, count }) => [code, count]));
  }

  /** The first problems of refused rows, for an answer that names them. */
  async refusals(db: Db, limit: number): Promise<readonly Problem[]> {
    const rows = await rowsOf(
      db,
      sql<{ problem: Problem }>`select p.value as problem from import_stage s cross join lateral jsonb_array_elements(s.problems) p
        where s.outcome = 'REFUSED' order by s.no limit ${limit}`,
    );
    return rows.map(({ problem }) => problem);
  }

  /** Keeps the report with what the transaction writes. */
  async keep(db: Db, importId: string): Promise<void> {
    await sql`insert into import_row (import_id, no, at, kind, name, outcome, problems)
      select ${importId}, no, at, kind, name, coalesce(outcome, 'SKIPPED'), problems from import_stage order by no`.execute(db);
  }

  /** The report for another connection, a page at a time. */
  async *report(db: Db): AsyncGenerator<string> {
    for (let after = 0; ; after += BATCH) {
      const row = await rowOf(
        db,
        sql<{
          rows: string | null;
        }>`select jsonb_agg(jsonb_build_object('no', no, 'at', at, 'kind', kind, 'name', name, 'outcome', outcome, 'problems', problems))::text as rows
          from import_stage where no > ${after} and no <= ${after + BATCH}`,
      );
      if (row?.rows === null || row?.rows === undefined) return;
      yield row.rows;
    }
  }
}

/**
 * JSON that PostgreSQL can keep: no zero characters and no half of a surrogate pair. Those are the only characters that are written
 * as escapes of these kinds, so a text without such an escape, which is nearly every one, is told by one look.
 */
export function storable(value: unknown): string {
  const text = JSON.stringify(value);
  if (!/\\u(?:0000|d[89a-f])/.test(text)) return text;
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'string' ? member.replace(/\p{Surrogate}/gu, '\uFFFD').replaceAll('\0', '\uFFFD') : member,
  );
}
