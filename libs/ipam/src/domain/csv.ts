/**
 * One line of RFC 4180, ended by CRLF. A cell that a spreadsheet would take for a formula gets an apostrophe in front,
 * which spreadsheets hide.
 */
export function csvLine(cells: readonly unknown[]): string {
  return `${cells.map((cell) => csvCell(cellText(cell))).join(',')}\r\n`;
}

function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Lists with blanks between, members as key=value with semicolons between: what an import reads again. */
function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map((item) => (typeof item === 'object' ? JSON.stringify(item) : String(item))).join(' ');
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return value.toString();
  if (typeof value !== 'object') return '';
  const entries = Object.entries(value);
  return entries.every(([, member]) => typeof member !== 'object')
    ? entries.map(([key, member]) => `${key}=${String(member)}`).join(';')
    : JSON.stringify(value);
}
