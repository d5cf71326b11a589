import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { CsvError, type InfoRecord, parse, type Parser } from 'csv-parse';

const CHUNK_BYTES = 64 * 1024;
/** A line longer than this is no line of a table. */
const MOST_RECORD_CHARACTERS = 65_536;
/** A beginning that stops at once costs little; a file of nothing else is none. */
const MOST_BEGINNINGS = 1000;
const FIRST_CHUNK = 4096;
const NEWLINE = 0x0a;
const QUOTE = 0x22;

/** A record, or what is wrong with a line; `line` counts from 1. */
export type CsvRecord =
  | { readonly line: number; readonly cells: readonly string[] }
  | { readonly line: number; readonly code: string; readonly message: string };

interface Parsed {
  readonly record: string[];
  readonly info: InfoRecord;
}

const codes: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'quote_not_closed',
  CSV_MAX_RECORD_SIZE: 'line_too_long',
  INVALID_OPENING_QUOTE: 'invalid_quote',
  CSV_INVALID_CLOSING_QUOTE: 'invalid_quote',
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: 'invalid_quote',
};

const gaveUp = 'too many quotes are not closed: nothing from this line on was read';

/** Where the parser cannot go on: behind the line `last`, as it noticed in another. */
interface Stop {
  readonly last: number;
  readonly noticed: Fault;
}

type Fault = Extract<CsvRecord, { readonly code: string }>;

/**
 * Every line of the table in order. One that cannot be read does not take those behind it with it: where a quote is not closed, the
 * parser takes the next lines for the rest of the cell, so it begins anew behind the line with the quote.
 */
export async function* csvRecords(body: Buffer, delimiter: string): AsyncGenerator<CsvRecord> {
  let place = { offset: 0, line: 1 };
  for (let beginning = 1; ; beginning += 1) {
    const stop = yield* untilStopped(body.subarray(place.offset), delimiter, place.line - 1);
    if (!stop) return;
    const broken = nextFilled(body, advanced(body, place, stop.last + 1), delimiter);
    const behind = advanced(body, broken, broken.line + 1);
    if (beginning === MOST_BEGINNINGS) return yield { line: broken.line, code: 'quote_not_closed', message: gaveUp };
    yield broken.line === stop.noticed.line ? stop.noticed : { line: broken.line, ...faultOf(body.subarray(broken.offset, behind.offset)) };
    if (behind.offset >= body.length) return;
    place = behind;
  }
}

/** @returns undefined at the end of the file */
async function* untilStopped(part: Buffer, delimiter: string, before: number): AsyncGenerator<CsvRecord, Stop | undefined> {
  let found: CsvRecord[] = [];
  let last = before;
  const state: { noticed?: Fault } = {};
  const fail = (error: CsvError | undefined): undefined => {
    const fault = { line: before + linesOf(error), code: codes[error?.code ?? ''] ?? 'unreadable_line', message: messageOf(error) };
    // A line with two faults is told twice by the parser.
    if (state.noticed || fault.line === last) return;
    if (fault.line > last + 1 || fault.code === 'line_too_long' || fault.code === 'quote_not_closed') state.noticed = fault;
    else found.push(fault);
    last = state.noticed ? last : fault.line;
  };
  const parser = parse({
    bom: before === 0,
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    skip_records_with_error: true,
    max_record_size: MOST_RECORD_CHARACTERS,
    // Taken here and not from the stream, which forgets what is not fetched yet when it fails.
    on_record: (parsed: unknown): null => {
      const { record, info } = parsed as Parsed;
      if (!state.noticed) found.push({ line: before + info.lines, cells: record });
      last = state.noticed ? last : before + info.lines;
      return null;
    },
    on_skip: fail,
  });
  parser.on('error', (error) => fail(error instanceof CsvError ? error : undefined));
  parser.resume();
  for (let start = 0, size = FIRST_CHUNK; start < part.length && !state.noticed; start += size, size = Math.min(2 * size, CHUNK_BYTES)) {
    parser.write(part.subarray(start, start + size));
    await turn();
    yield* found;
    found = [];
  }
  if (!state.noticed) await ended(parser);
  parser.destroy();
  yield* found;
  return state.noticed && { last, noticed: state.noticed };
}

async function ended(parser: Parser): Promise<void> {
  parser.end();
  if (!parser.readableEnded && !parser.destroyed) await once(parser, 'close');
}

interface Place {
  readonly offset: number;
  readonly line: number;
}

/** Where the line begins, going on from a place before it; behind the end when there is none. */
function advanced(body: Buffer, from: Place, line: number): Place {
  let { offset } = from;
  for (let at = from.line; at < line; at += 1) {
    const end = body.indexOf(NEWLINE, offset);
    if (end < 0) return { offset: body.length, line };
    offset = end + 1;
  }
  return { offset, line };
}

/** The parser passes over lines without a value. */
function nextFilled(body: Buffer, from: Place, delimiter: string): Place {
  for (let place = from; ;) {
    const next = advanced(body, place, place.line + 1);
    const text = body.subarray(place.offset, next.offset).toString('utf8').replaceAll(delimiter, '').trim();
    if (text !== '' || next.offset >= body.length) return place;
    place = next;
  }
}

function faultOf(line: Buffer): { readonly code: string; readonly message: string } {
  const quotes = line.filter((byte) => byte === QUOTE).length;
  return quotes % 2 === 1
    ? { code: 'quote_not_closed', message: 'a quote in this line is not closed; only this line is passed over' }
    : { code: 'line_too_long', message: `the line is longer than ${MOST_RECORD_CHARACTERS} characters` };
}

function linesOf(error: CsvError | undefined): number {
  return typeof error?.['lines'] === 'number' ? error['lines'] : 0;
}

function messageOf(error: CsvError | undefined): string {
  return (error?.message ?? 'the line cannot be read').slice(0, 300);
}
