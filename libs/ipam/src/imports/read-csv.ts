import { isUtf8 } from 'node:buffer';
import { InvalidRequest } from '@podspan/errors';
import { type CsvDefaults, type CsvHeader, readHeader, readLine } from '../domain/imports/csv-columns.js';
import { type ImportRow, refusedRow } from '../domain/imports/import-row.js';
import { csvRecords } from './csv-records.js';

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
  let header: CsvHeader | undefined;
  const ignore = (column: string, at: string): void => {
    const known = notes.ignored.get(column);
    if (known) known.count += 1;
    else notes.ignored.set(column, { at, count: 1 });
  };
  for await (const record of csvRecords(body, delimiterOf(body))) {
    const at = `lines[${record.line}]`;
    if ('code' in record) yield brokenRow(at, record.code, record.message);
    else if (header) yield readLine(record.cells, header, at, defaults, ignore);
    else {
      header = readHeader(record.cells);
      if (header.problems.length > 0) throw new InvalidRequest(header.problems);
      for (const column of header.unknown) ignore(column, 'lines[1]');
    }
  }
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

function brokenRow(at: string, code: string, message: string): ImportRow {
  return refusedRow(at, null, [{ path: at, code, message, suggestion: 'double a quote inside a quoted cell, and close it' }]);
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
