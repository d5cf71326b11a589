import { InvalidRequest } from '@podspan/errors';
import type { ImportRow } from '../domain/imports/import-row.js';
import { readAzure } from '../domain/imports/read-azure.js';
import { isExport, readExport } from '../domain/imports/read-podspan.js';
import type { ImportQuery } from './import-schemas.js';
import { readCsv } from './read-csv.js';

type Format = 'CSV' | 'AZURE_JSON' | 'RESOURCE_GRAPH' | 'PODSPAN_JSON';

/** A file while it is read: its rows as they come, and what is told of it when the last has come. */
export interface ImportReading {
  /** Of JSON known when the first row comes. */
  format: Format;
  readonly rows: AsyncIterable<ImportRow>;
  remarks: readonly { readonly code: string; readonly message: string }[];
  ignored(): readonly { readonly field: string; readonly at: string; readonly count?: number }[];
}

/**
 * @param body bytes, or JSON that was read already
 * @throws InvalidRequest for a body that is neither CSV nor JSON, or not what `format` says
 */
export function readImport(body: unknown, options: Pick<ImportQuery, 'format' | 'kind' | 'addressSpace'>): ImportReading {
  if (Buffer.isBuffer(body) || typeof body === 'string') {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body);
    const wanted = options.format ?? (looksLikeJson(bytes) ? 'JSON' : 'CSV');
    return wanted === 'CSV' ? csvReading(bytes, options) : jsonReading(parseJson(bytes));
  }
  if (options.format === 'CSV') {
    throw new InvalidRequest([
      { path: 'format', code: 'format_mismatch', message: 'the body is JSON, not CSV', value: 'CSV', suggestion: 'send CSV as text/csv' },
    ]);
  }
  return jsonReading(body);
}

function csvReading(bytes: Buffer, { kind, addressSpace }: Pick<ImportQuery, 'kind' | 'addressSpace'>): ImportReading {
  const ignored = new Map<string, { at: string; count: number }>();
  return {
    format: 'CSV',
    rows: readCsv(bytes, { kind, addressSpace }, { ignored }),
    remarks: [],
    ignored: () => [...ignored].map(([field, { at, count }]) => ({ field, at, count })),
  };
}

function jsonReading(document: unknown): ImportReading {
  if (isExport(document)) return { format: 'PODSPAN_JSON', rows: each(readExport(document)), remarks: [], ignored: () => [] };
  const { format, rows, remarks, ignored } = readAzure(document);
  return { format, rows: each(rows), remarks, ignored: () => ignored.slice(0, 1000) };
}

async function* each(rows: readonly ImportRow[]): AsyncGenerator<ImportRow> {
  yield* rows;
}

function looksLikeJson(bytes: Buffer): boolean {
  const head = bytes
    .subarray(0, 1024)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  return head.startsWith('{') || head.startsWith('[');
}

/** @throws InvalidRequest `malformed_json` */
function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new InvalidRequest([
      {
        path: '',
        code: 'malformed_json',
        message: `the file is not JSON: ${error instanceof Error ? error.message : String(error)}`.slice(0, 300),
      },
    ]);
  }
}
