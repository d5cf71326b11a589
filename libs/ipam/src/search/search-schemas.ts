import { CidrText, Instant } from '@podspan/platform';
import { PageQuery } from '@podspan/platform';
import { z } from 'zod';
import { Reference } from '../topology/topology-schemas.js';

export const SearchHitKind = z.enum(['POOL', 'ALLOCATION', 'GROWTH_BLOCK', 'NETWORK', 'DISCOVERED', 'CLUSTER']).meta({
  id: 'SearchHitKind',
  description: 'GROWTH_BLOCK: only what an allocation keeps for its growth is hit. CLUSTER: a range of a cluster that no pool gave',
});
export type SearchHitKind = z.infer<typeof SearchHitKind>;

export const SearchQuery = z.strictObject({
  contains: z.string().max(64).optional().describe('An address or a range: everything that holds it'),
  within: CidrText.optional().describe('Everything inside this range'),
  overlaps: CidrText.optional().describe('Everything that touches this range'),
  kind: SearchHitKind.optional().describe('Only these'),
  addressSpace: Reference.optional().describe('Only in this address space'),
  limit: PageQuery.shape.limit,
  cursor: PageQuery.shape.cursor,
});
export type SearchQuery = z.infer<typeof SearchQuery>;

export const SearchHitView = z
  .object({
    kind: SearchHitKind,
    id: z.string(),
    name: z.string().describe('Of an allocation: its owner and purpose'),
    cidr: CidrText,
    growthBlock: CidrText.nullable().describe('The block held back for growth around it'),
    addressSpace: z.string(),
    pool: z.string().nullable(),
    status: z.string().nullable(),
  })
  .meta({ id: 'SearchHit' });
export type SearchHitView = z.infer<typeof SearchHitView>;

export const AuditQuery = PageQuery.extend({
  kind: z
    .string()
    .max(64)
    .optional()
    .describe('allocation, pool, network, link, mesh, address_space, address_plan, webhook, pool_threshold'),
  action: z.string().max(64).optional().describe('Such as allocation.released'),
  requestId: z.string().max(128).optional(),
  since: Instant.optional().describe('At this moment or later'),
  until: Instant.optional().describe('Before this moment'),
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
