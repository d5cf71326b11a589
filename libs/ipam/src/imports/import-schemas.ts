import { Instant, PageQuery } from '@podspan/platform';
import { z } from 'zod';
import { importKinds, rowOutcomes } from '../domain/imports/import-row.js';
import { Flag, Reference } from '../topology/topology-schemas.js';

export const importFormats = ['CSV', 'AZURE_JSON', 'RESOURCE_GRAPH', 'PODSPAN_JSON'] as const;
export const ImportFormat = z.enum(importFormats).meta({ id: 'ImportFormat' });
export const ImportKind = z.enum(importKinds).meta({ id: 'ImportKind' });
export const RowOutcome = z.enum(rowOutcomes).meta({ id: 'ImportRowOutcome' });

/** In any case, so that `?format=csv` and `?onError=skip` work as people type them. */
const upper = (text: unknown): unknown => (typeof text === 'string' ? text.toUpperCase().replaceAll('-', '_') : text);

const options = {
  format: z.preprocess(upper, z.enum([...importFormats, 'AZURE', 'JSON']).optional()).describe('Without it: told by the first character'),
  onError: z
    .preprocess(upper, z.enum(['REFUSE', 'SKIP']).default('REFUSE'))
    .describe('refuse: all rows or none; skip: write the good ones'),
  addressSpace: Reference.optional().describe('For rows that name none; needed for Azure JSON when there are several'),
  kind: z.preprocess(upper, ImportKind.optional()).describe('The kind of CSV rows that say none'),
  fileName: z.string().max(256).optional(),
};

export const ImportQuery = z
  .object({
    ...options,
    force: Flag.describe('admin: record networks and links although they make conflicts'),
    dryRun: z.string().optional(),
  })
  .meta({ id: 'ImportQuery' });
export type ImportQuery = z.infer<typeof ImportQuery>;

export const ImportBody = z
  .strictObject({ content: z.string().max(32 * 1024 * 1024), force: z.boolean().optional(), ...options })
  .meta({ id: 'ImportBody', description: 'A file as text, CSV or JSON' });

const Problem = z
  .object({
    path: z.string(),
    code: z.string(),
    message: z.string(),
    value: z.unknown().optional(),
    conflictsWith: z.unknown().optional(),
    suggestion: z.string().optional(),
    rule: z.string().optional(),
  })
  .meta({ id: 'ImportProblem' });

export const ImportRowView = z
  .object({
    row: z.int().describe('Rows count from 1 in the order they were read'),
    at: z.string().describe('Where in the file: lines[17], or [3].subnets[0]'),
    kind: ImportKind.nullable(),
    name: z.string().nullable(),
    outcome: RowOutcome,
    problems: z.array(Problem).describe('Why it was refused or skipped, or what is remarkable about it'),
  })
  .meta({ id: 'ImportRow' });
export type ImportRowView = z.infer<typeof ImportRowView>;

export const ImportCounts = z
  .object({ total: z.int(), created: z.int(), updated: z.int(), unchanged: z.int(), skipped: z.int(), refused: z.int() })
  .meta({ id: 'ImportCounts' });
export type ImportCounts = z.infer<typeof ImportCounts>;

export const ImportView = z
  .object({
    id: z.uuid(),
    status: z.enum(['RUNNING', 'APPLIED', 'REFUSED', 'REHEARSED', 'FAILED']).meta({ id: 'ImportStatus' }),
    format: ImportFormat.nullable(),
    fileName: z.string().nullable(),
    onError: z.enum(['REFUSE', 'SKIP']).meta({ id: 'ImportOnError' }),
    dryRun: z.boolean(),
    actor: z.string(),
    counts: ImportCounts,
    codes: z.record(z.string(), z.int()).describe('How many rows have a problem of each code'),
    remarks: z
      .array(z.object({ code: z.string(), message: z.string() }).meta({ id: 'ImportRemark' }))
      .describe('About the file as a whole'),
    ignored: z
      .array(z.object({ field: z.string(), at: z.string(), count: z.int().optional() }).meta({ id: 'ImportIgnored' }))
      .describe('Columns and members that nothing was read from, once each with the place of the first'),
    startedAt: Instant,
    finishedAt: Instant.nullable(),
  })
  .meta({ id: 'Import' });
export type ImportView = z.infer<typeof ImportView>;

export const ImportReport = ImportView.extend({
  rows: z.array(ImportRowView).describe('The first 1000 rows; all of them under /v1/imports/{import}/rows'),
}).meta({ id: 'ImportReport' });
export type ImportReport = z.infer<typeof ImportReport>;

export const ImportRowQuery = PageQuery.extend({
  outcome: z.preprocess(upper, RowOutcome.optional()),
  code: z.string().max(64).optional().describe('Only rows with a problem of this code'),
}).strict();
export type ImportRowQuery = z.infer<typeof ImportRowQuery>;
