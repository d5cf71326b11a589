import { CidrText, Instant } from '@podspan/platform';
import { PageQuery } from '@podspan/platform';
import { z } from 'zod';
import { AsOf } from '../history/as-of.js';
import { OwnerKind } from '../pools/owner-kinds.js';
import { Labels, Strategy } from '../pools/pool-schemas.js';
import { Reference } from '../topology/topology-schemas.js';

export const allocationStatuses = ['RESERVED', 'ACTIVE', 'QUARANTINED', 'RELEASED', 'EXPIRED'] as const;
export const AllocationStatus = z.enum(allocationStatuses).meta({ id: 'AllocationStatus' });
export type AllocationStatus = z.infer<typeof AllocationStatus>;

export const Owner = z
  .strictObject({ kind: OwnerKind, id: z.string().min(1).max(256) })
  .meta({ id: 'Owner', description: 'Who holds the block. The same owner asking for the same purpose gets the same block again' });
export type Owner = z.infer<typeof Owner>;

const Ranges = z.union([CidrText, z.array(CidrText).max(1000)]);
const Purpose = z.string().min(1).max(100);

const request = {
  prefixLength: z.int().optional().describe('The length of the block wanted; the pool default when neither this nor cidr is sent'),
  addressCount: z
    .string()
    .regex(/^[1-9]\d{0,38}$/, 'a count of addresses is a decimal string from 1')
    .optional()
    .describe('Instead of a length: a block of at least so many addresses, rounded up to a power of two'),
  cidr: CidrText.optional().describe('Exactly this block; never together with prefixLength'),
  family: z.literal([4, 6]).optional().describe('For pools of both families'),
  strategy: Strategy.optional(),
  within: Ranges.optional().describe('Only from these ranges'),
  exclude: Ranges.optional().describe('Nothing that overlaps these ranges'),
  owner: Owner,
  purpose: Purpose,
  expiresAt: Instant.optional().describe('Makes it a reservation that ends by itself'),
  labels: Labels.optional(),
};

export const AllocationBody = z.strictObject(request).meta({ id: 'AllocationBody' });
export type AllocationBody = z.infer<typeof AllocationBody>;

/** Of one batch. */
export const MOST_ITEMS = 10_000;

export const AllocationBatchBody = z
  .strictObject({
    items: z
      .array(z.strictObject({ pool: Reference, ...request }))
      .min(1)
      .max(MOST_ITEMS),
  })
  .meta({ id: 'AllocationBatchBody', description: 'All of them or none' });
export type AllocationBatchBody = z.infer<typeof AllocationBatchBody>;

export const RenewBody = z.strictObject({ expiresAt: Instant.nullable().describe('null: hold without end') }).meta({ id: 'RenewBody' });
export type RenewBody = z.infer<typeof RenewBody>;

export const ExpandBody = z
  .strictObject({
    prefixLength: z.int().optional().describe('One bit shorter than now when neither this nor cidr is sent'),
    cidr: CidrText.optional(),
  })
  .meta({ id: 'ExpandBody', description: 'Growth to an enclosing block; never shrinks, never moves (OV-100)' });
export type ExpandBody = z.infer<typeof ExpandBody>;

export const AllocationView = z
  .object({
    id: z.uuid(),
    pool: z.string(),
    addressSpace: z.string(),
    cidr: CidrText,
    growthBlock: CidrText.nullable().describe('The enclosing block held back for growth'),
    status: AllocationStatus,
    owner: z.object({ kind: z.string(), id: z.string() }).meta({ id: 'AllocationOwner' }),
    purpose: z.string(),
    network: z.string().nullable(),
    addressPlan: z.string().nullable(),
    labels: Labels,
    expiresAt: Instant.nullable(),
    availableAt: Instant.nullable().describe('When a quarantined block may be given to others'),
    createdAt: Instant,
    createdBy: z.string(),
    updatedAt: Instant,
  })
  .meta({ id: 'Allocation' });
export type AllocationView = z.infer<typeof AllocationView>;

export const AllocationBatchView = z.object({ items: z.array(AllocationView) }).meta({ id: 'AllocationBatch' });

export const AllocationQuery = PageQuery.extend({
  contains: z.string().max(64).optional().describe('Holding this address or range'),
  within: CidrText.optional(),
  overlaps: CidrText.optional(),
  pool: Reference.optional(),
  addressSpace: Reference.optional(),
  owner: z.string().max(300).optional().describe('An owner id, or kind/id'),
  purpose: z.string().max(100).optional(),
  status: AllocationStatus.optional().describe('Without it: RESERVED, ACTIVE and QUARANTINED'),
  label: z.string().max(320).optional().describe('key or key=value'),
  asOf: AsOf,
}).strict();
export type AllocationQuery = z.infer<typeof AllocationQuery>;
