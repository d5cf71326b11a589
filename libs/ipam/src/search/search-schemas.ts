import { CidrText, Instant } from '@podspan/platform';
import { PageQuery } from '@podspan/platform';
import { z } from 'zod';

export const SearchQuery = z
  .strictObject({
    contains: z.string().max(64).optional().describe('An address or a range: everything that holds it'),
    within: CidrText.optional().describe('Everything inside this range'),
    overlaps: CidrText.optional().describe('Everything that touches this range'),
    limit: PageQuery.shape.limit,
  })
  .meta({ id: 'SearchQuery' });
export type SearchQuery = z.infer<typeof SearchQuery>;

export const SearchHitView = z
  .object({
    kind: z.enum(['POOL', 'ALLOCATION', 'NETWORK', 'DISCOVERED']).meta({ id: 'SearchHitKind' }),
    id: z.string(),
    name: z.string().describe('Of an allocation: its owner and purpose'),
    cidr: CidrText,
    addressSpace: z.string(),
    pool: z.string().nullable(),
    status: z.string().nullable(),
  })
  .meta({ id: 'SearchHit' });
export type SearchHitView = z.infer<typeof SearchHitView>;

export const AuditQuery = PageQuery.extend({
  kind: z.string().max(64).optional().describe('allocation, pool, network, link, mesh, address_space, address_plan'),
  resource: z.string().max(256).optional().describe('The id of the resource'),
  actor: z.string().max(256).optional(),
}).strict();
export type AuditQuery = z.infer<typeof AuditQuery>;

export const AuditEventView = z
  .object({
    sequence: z.int(),
    at: Instant,
    actor: z.string(),
    action: z.string(),
    kind: z.string(),
    resourceId: z.string(),
    before: z.unknown().optional(),
    after: z.unknown().optional(),
    requestId: z.string(),
  })
  .meta({ id: 'AuditEvent' });
export type AuditEventView = z.infer<typeof AuditEventView>;
