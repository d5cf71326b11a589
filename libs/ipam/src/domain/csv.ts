import { stringify } from 'csv-stringify/sync';

/**
 * Lines of RFC 4180, each ended by CRLF. A cell that a spreadsheet would take for a formula gets an apostrophe in front, which
 * spreadsheets hide; so does a text that begins as such a cell does, which makes `unguarded` exact. Numbers stay numbers.
 */
export function csvLines(rows: readonly (readonly unknown[])[]): string {
  return stringify(
    rows.map((cells) => cells.map((cell) => guarded(cellText(cell)))),
    // Blanks at the ends are part of a cell; and the library itself quotes no line feed that is not the end of a line.
    { record_delimiter: 'windows', quoted_match: /^\s|\s$|[\r\n]/ },
  );
}

function guarded(text: string): string {
  return formula.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
}

/** The text that a cell was written for. */
export function unguarded(cell: string): string {
  return cell.charCodeAt(0) === APOSTROPHE && formula.test(cell) ? cell.slice(1) : cell;
}

/** With the wide forms of the signs, which some spreadsheets read alike. */
const formula = /^'*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;
const APOSTROPHE = 39;

/**
 * Lists with blanks between, members as key=value with semicolons between: what an import reads again. As JSON where a text would
 * be taken apart by that.
 */
function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value) && value.some((item) => typeof item === 'string' && /[\s,;|[\]]|^$/.test(item))) return JSON.stringify(value);
  if (Array.isArray(value)) return value.map((item) => (typeof item === 'object' ? JSON.stringify(item) : String(item))).join(' ');
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return value.toString();
  if (typeof value !== 'object') return '';
  const entries = Object.entries(value);
  return entries.every(([key, member]) => typeof member !== 'object' && isPlainPair(key, String(member)))
    ? entries.map(([key, member]) => `${key}=${String(member)}`).join(';')
    : JSON.stringify(value);
}

function isPlainPair(key: string, value: string): boolean {
  return !/[=;|{]/.test(key) && !/[;|]/.test(value) && key === key.trim() && value === value.trimEnd();
}
