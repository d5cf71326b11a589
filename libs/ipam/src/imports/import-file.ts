import { Inject, Injectable } from '@nestjs/common';
import { DomainError, Forbidden, InvalidRequest } from '@podspan/errors';
import { audit, type CallContext, hasRole, newId, pageFrom, runWrite, WriteResult } from '@podspan/platform';
import { Kysely } from 'kysely';
import { type Db, type Trx } from '../postgres/db.js';
import type { ImportQuery, ImportReport } from './import-schemas.js';
import { ImportsRepository, type ImportEnd } from './imports.repository.js';
import { type ImportReading, readImport } from './read-import.js';
import { ImportStage } from './stage.js';
import { WriteStage } from './write-stage.js';

/** Rows the answer itself carries; the others are read page by page. */
const ROWS_IN_ANSWER = 1000;
/** Each runs on two connections and takes turns at the topology anyway. */
const MOST_AT_ONCE = 4;

/** Writes what a file says: all of it or nothing, or with `onError=skip` what can be written. Twice is once. */
@Injectable()
export class ImportFile {
  #running = 0;

  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly imports: ImportsRepository,
    private readonly stage: ImportStage,
    private readonly writeStage: WriteStage,
  ) {}

  /**
   * @param body bytes of a CSV or of JSON, or JSON that was read already
   * @throws InvalidRequest `import_refused` with the first problems and where the report is; nothing is written then
   */
  async execute(call: CallContext, body: unknown, options: ImportQuery): Promise<WriteResult<ImportReport>> {
    if (options.force && !hasRole(call.actor, 'admin'))
      throw new Forbidden('only an admin may force an import that makes conflicts', { needed: 'admin' });
    if (this.#running >= MOST_AT_ONCE)
      throw new DomainError('throttled', 'too_many_imports', `${MOST_AT_ONCE} imports are running`, { retryAfterSeconds: 5 });
    this.#running += 1;
    const id = newId();
    try {
      return await runWrite(this.db, call, (trx) => this.#run(trx, call, id, body, options));
    } catch (error) {
      await this.imports.fail(this.db, id).catch(() => undefined);
      throw error;
    } finally {
      this.#running -= 1;
    }
  }

  async #run(trx: Trx, call: CallContext, id: string, body: unknown, options: ImportQuery): Promise<WriteResult<ImportReport>> {
    // Beside the transaction: the report is there although nothing else may be kept.
    await this.imports.begin(this.db, call, id, options);
    const reading = readImport(body, options);
    await this.stage.fill(trx, reading.rows);
    await this.writeStage.execute(trx, call, {
      seen: reading.format !== 'CSV' && reading.format !== 'PODSPAN_JSON',
      scope: 'import',
      source: reading.format,
      addressSpace: options.addressSpace,
      complete: false,
      force: options.force,
      allOrNothing: options.onError === 'REFUSE' && !call.dryRun,
    });
    const end = await this.#end(trx, call, reading, options);
    if (end.status === 'REFUSED') throw await this.#refused(trx, id, end);
    const keeper = call.dryRun ? this.db : trx;
    if (call.dryRun) await this.#keepBeside(trx, id);
    else await this.stage.keep(trx, id);
    await this.imports.end(keeper, id, end);
    if (!call.dryRun)
      await audit(trx, call, { action: 'import.applied', kind: 'import', id, after: { format: end.format, counts: end.counts } });
    return WriteResult.created(await this.#report(keeper, call, id), { location: `/v1/imports/${id}` });
  }

  async #end(trx: Trx, call: CallContext, reading: ImportReading, { onError }: ImportQuery): Promise<ImportEnd> {
    const counts = await this.stage.counts(trx);
    const refused = counts.refused > 0 && onError === 'REFUSE';
    return {
      status: call.dryRun ? 'REHEARSED' : refused ? 'REFUSED' : 'APPLIED',
      format: reading.format,
      counts,
      codes: await this.stage.codes(trx),
      remarks: [
        ...reading.remarks,
        ...(call.dryRun && refused
          ? [{ code: 'would_be_refused', message: `${counts.refused} rows are wrong: nothing would be written` }]
          : []),
        ...(counts.total === 0 ? [{ code: 'no_rows', message: 'the file holds no rows' }] : []),
      ],
      ignored: reading.ignored(),
    };
  }

  /** The report of what the transaction takes back. */
  async #keepBeside(trx: Trx, id: string): Promise<void> {
    // Read on one connection while the other writes.
    let written = Promise.resolve();
    for await (const rows of this.stage.report(trx)) {
      await written;
      written = this.imports.addRows(this.db, id, rows);
      written.catch(() => undefined);
    }
    await written;
  }

  async #refused(trx: Trx, id: string, end: ImportEnd): Promise<InvalidRequest> {
    await this.#keepBeside(trx, id);
    await this.imports.end(this.db, id, end);
    const problems = await this.stage.refusals(trx, ROWS_IN_ANSWER);
    return new InvalidRequest(problems, {
      code: 'import_refused',
      facts: { import: id, counts: end.counts, codes: end.codes, ignored: end.ignored, rows: `/v1/imports/${id}/rows?outcome=REFUSED` },
    });
  }

  async #report(db: Db, call: CallContext, id: string): Promise<ImportReport> {
    const view = await this.imports.get(db, call.actor, id);
    const rows = await this.imports.rows(db, id, { limit: ROWS_IN_ANSWER }, 0);
    return {
      ...view,
      rows: [
        ...pageFrom(
          rows,
          ROWS_IN_ANSWER,
          ({ row }) => [row],
          (row) => row,
        ).items,
      ],
    };
  }
}
