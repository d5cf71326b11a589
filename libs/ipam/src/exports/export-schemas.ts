import { z } from 'zod';
import { AsOf } from '../history/as-of.js';
import { Reference } from '../topology/topology-schemas.js';

/** What makes an estate, in the order in which an import of one needs the other; then what is said of it. */
export const estateThings = [
  'address-spaces',
  'networks',
  'links',
  'meshes',
  'pools',
  'allocations',
  'planned-clusters',
  'discovered-ranges',
] as const;
export const exportedThings = [...estateThings, 'conflicts', 'audit-events'] as const;
export const ExportedThing = z.enum(exportedThings);
export type ExportedThing = z.infer<typeof ExportedThing>;

export const ExportQuery = z
  .object({
    format: z
      .enum(['csv', 'json', 'jsonl'])
      .default('csv')
      .describe('csv: RFC 4180, the columns an import reads. json: one array. jsonl: one object a line'),
    asOf: AsOf,
    addressSpace: Reference.optional().describe('Of allocations: only in this address space'),
    pool: Reference.optional().describe('Of allocations: only of this pool'),
  })
  .strict();
export type ExportQuery = z.infer<typeof ExportQuery>;
