import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import { InvalidRequest } from '@podspan/errors';
import { CsvError, type InfoRecord, parse } from 'csv-parse';
import { type CsvDefaults, type CsvHeader, readHeader, readLine } from '../domain/imports/csv-columns.js';
import { type ImportRow, refusedRow } from '../domain/imports/import-row.js';

const CHUNK_BYTES = 64 * 1024;
/** A line longer than this is no line of a table. */
const MOST_RECORD_CHARACTERS = 65_536;

interface Line {
  readonly record: string[];
  readonly info: InfoRecord;
}

/** What the reading of a CSV tells beside its rows. */
export interface CsvNotes {
  readonly ignored: Map<string, { at: string; count: number }>;
}

/**
 * Reads a CSV row by row: comma, semicolon, tab or bar between cells, told by the first line; quotes by RFC 4180; CRLF or LF;
 * with or without a byte order mark. A line that cannot be read is a refused row, and reading goes on behind it.
 * @throws InvalidRequest when there is no usable header
 */
export async function* readCsv(body: Buffer, defaults: CsvDefaults, notes: CsvNotes): AsyncGenerator<ImportRow> {
  refuseOtherEncodings(body);
  const broken: ImportRow[] = [];
  let lastBroken = '';
  const parser = Readable.from(chunksOf(body)).pipe(
    parse({
      bom: true,
      delimiter: delimiterOf(body),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      skip_records_with_error: true,
      max_record_size: MOST_RECORD_CHARACTERS,
      on_skip: (error): undefined => {
        const row = brokenRow(error);
        // A line with two faults is told twice by the parser.
        if (row.at !== lastBroken) broken.push(row);
        lastBroken = row.at;
      },
    }),
  );
  let header: CsvHeader | undefined;
  const ignore = (column: string, at: string): void => {
    const known = notes.ignored.get(column);
    if (known) known.count += 1;
    else notes.ignored.set(column, { at, count: 1 });
  };
  try {
    for await (const { record, info } of parser as AsyncIterable<Line>) {
      // The parser is ahead of what is read here.
      while (broken[0] !== undefined && lineOf(broken[0]) < info.lines) yield* broken.splice(0, 1);
      if (header === undefined) {
        header = readHeader(record);
        if (header.problems.length > 0) throw new InvalidRequest(header.problems);
        for (const column of header.unknown) ignore(column, 'lines[1]');
        continue;
      }
      yield readLine(record, header, `lines[${info.lines}]`, defaults, ignore);
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    broken.push(brokenRow(error));
  }
  yield* broken.splice(0);
  if (header === undefined) {
    throw new InvalidRequest([
      {
        path: 'lines[1]',
        code: 'header_required',
        message: 'the file has no lines; the first names the columns',
        suggestion: 'kind,name,addressSpace,cidr',
      },
    ]);
  }
}

function lineOf({ at }: ImportRow): number {
  return Number(at.slice('lines['.length, -1));
}

function brokenRow(error: CsvError | undefined): ImportRow {
  const line = typeof error?.['lines'] === 'number' ? error['lines'] : 0;
  const at = `lines[${line}]`;
  const codes: Readonly<Record<string, string>> = {
    CSV_QUOTE_NOT_CLOSED: 'quote_not_closed',
    CSV_MAX_RECORD_SIZE: 'line_too_long',
    INVALID_OPENING_QUOTE: 'invalid_quote',
    CSV_INVALID_CLOSING_QUOTE: 'invalid_quote',
    CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: 'invalid_quote',
  };
  const code = codes[error?.code ?? ''] ?? 'unreadable_line';
  const message = (error?.message ?? 'the line cannot be read').slice(0, 300);
  return refusedRow(at, null, [{ path: at, code, message, suggestion: 'double a quote inside a quoted cell, and close it' }]);
}

function* chunksOf(body: Buffer): Generator<Buffer> {
  for (let start = 0; start < body.length; start += CHUNK_BYTES) yield body.subarray(start, start + CHUNK_BYTES);
}

/** The separator that the header has most of, outside quotes. */
function delimiterOf(body: Buffer): string {
  const end = body.indexOf(0x0a);
  const head = body
    .subarray(0, Math.min(end < 0 ? body.length : end, 65_536))
    .toString('utf8')
    .replace(/"[^"]*"/g, '');
  const counts = [',', ';', '\t', '|'].map((one) => [one, head.split(one).length] as const);
  return counts.reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}

/** @throws InvalidRequest for UTF-16, which spreadsheets write when asked for "Unicode", and for the lines that are not UTF-8 */
function refuseOtherEncodings(body: Buffer): void {
  const mark = body.subarray(0, 2).toString('hex');
  const refused = (path: string, message: string, value: string): InvalidRequest =>
    new InvalidRequest([{ path, code: 'unsupported_encoding', message, value, suggestion: 'save it as UTF-8' }]);
  if (mark === 'fffe' || mark === 'feff') throw refused('', 'the file is UTF-16', mark);
  if (isUtf8(body)) return;
  for (let line = 1, start = 0; start < body.length; line += 1) {
    const end = body.indexOf(0x0a, start);
    const text = body.subarray(start, end < 0 ? body.length : end);
    if (!isUtf8(text)) throw refused(`lines[${line}]`, 'the line is the first that is not UTF-8', text.toString('latin1').slice(0, 100));
    start += text.length + 1;
  }
}
