import { AddressCount, CidrText, Instant, Name } from '@podspan/platform';
import { z } from 'zod';
import { reuseKinds, strategies } from '../domain/pool.js';
import { OwnerKind } from './owner-kinds.js';
import { Reference } from '../topology/topology-schemas.js';

export const ReuseKind = z.enum(reuseKinds).meta({
  id: 'ReuseKind',
  description: 'EXCLUSIVE: routed, no two blocks overlap. REUSABLE: pod and service ranges, the same block for many',
});
export const Strategy = z
  .enum(strategies)
  .meta({ id: 'Strategy', description: 'Lowest block, smallest free block that fits, or highest block' });

export const Labels = z.record(z.string().min(1).max(63), z.string().max(256)).meta({ description: 'Text by text, at most 64' });

const Length = z.int().min(0).max(128);

export const QuotaBody = z
  .strictObject({
    ownerKind: OwnerKind.optional().describe('The rule is for owners of this kind; for every owner when left out'),
    ownerId: z.string().min(1).max(256).optional().describe('The rule is for this owner alone; needs ownerKind'),
    maxAddresses: AddressCount.optional().describe('A block counts with what is held back for its growth'),
    maxAllocations: z.int().min(0).max(2_147_483_647).optional(),
  })
  .meta({ id: 'QuotaBody', description: 'What one owner may hold in the pool at most; the most exact rule about an owner counts' });

const Quotas = z.array(QuotaBody).max(1000).describe('What blocks at rest in quarantine take is not counted');

export const PoolBody = z
  .strictObject({
    name: Name,
    addressSpace: Reference,
    cidrs: z
      .array(CidrText)
      .max(1000)
      .superRefine((cidrs, context) => {
        if (cidrs.length === 0)
          context.addIssue({ code: 'custom', message: 'a pool has at least one range', params: { code: 'invalid_cidr' } });
      })
      .describe('Used in this order; neighbours are never joined'),
    reuse: ReuseKind,
    network: Reference.optional().describe('The network its subnets lie in'),
    parentPool: Reference.optional().describe('The pool it is carved from'),
    purposes: z.array(z.string().min(1).max(100)).max(50).optional(),
    minPrefixLength: Length.optional(),
    maxPrefixLength: Length.optional(),
    defaultPrefixLength: Length.optional(),
    strategy: Strategy.optional(),
    cooldownSeconds: z.int().min(0).max(31_536_000).optional().describe('How long a released block rests before others may have it'),
    quotas: Quotas.optional(),
    labels: Labels.optional(),
  })
  .meta({ id: 'PoolBody' });
export type PoolBody = z.infer<typeof PoolBody>;

export const PoolPatch = z
  .strictObject({
    cidrs: z.unknown().optional().describe('immutable'),
    reuse: z.unknown().optional().describe('immutable'),
    addressSpace: z.unknown().optional().describe('immutable'),
    parentPool: z.unknown().optional().describe('immutable'),
    name: Name.optional(),
    network: Reference.nullable().optional(),
    purposes: z.array(z.string().min(1).max(100)).max(50).optional(),
    minPrefixLength: Length.nullable().optional(),
    maxPrefixLength: Length.nullable().optional(),
    defaultPrefixLength: Length.nullable().optional(),
    strategy: Strategy.optional(),
    cooldownSeconds: z.int().min(0).max(31_536_000).optional(),
    quotas: Quotas.optional().describe('All rules anew; who holds more already keeps it and gets no more'),
    labels: Labels.optional(),
  })
  .meta({ id: 'PoolPatch', description: 'Merge patch: null clears a member' });
export type PoolPatch = z.infer<typeof PoolPatch>;

export const QuotaView = z
  .object({
    ownerKind: z.string().nullable(),
    ownerId: z.string().nullable(),
    maxAddresses: AddressCount.nullable(),
    maxAllocations: z.int().nullable(),
  })
  .meta({ id: 'Quota' });

export const PoolView = z
  .object({
    id: z.uuid(),
    name: z.string(),
    addressSpace: z.string(),
    cidrs: z.array(CidrText),
    reuse: ReuseKind,
    network: z.string().nullable(),
    parentPool: z.string().nullable(),
    purposes: z.array(z.string()),
    minPrefixLength: z.int().nullable(),
    maxPrefixLength: z.int().nullable(),
    defaultPrefixLength: z.int().nullable(),
    strategy: Strategy,
    cooldownSeconds: z.int(),
    quotas: z.array(QuotaView),
    labels: Labels,
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'Pool' });
export type PoolView = z.infer<typeof PoolView>;

export const UtilizationView = z
  .object({
    usedAddresses: AddressCount,
    totalAddresses: AddressCount,
    percent: z.number(),
    largestFreePrefixLength: z.int().nullable().describe('null when nothing is free'),
    freeByPrefixLength: z.record(z.string(), z.int()).describe('How many largest free blocks there are of each length'),
  })
  .meta({ id: 'Utilization' });
export type UtilizationView = z.infer<typeof UtilizationView>;

export const AvailableQuery = z.object({
  prefixLength: z.coerce.number().int().optional().describe('The pool default when left out'),
  count: z.coerce.number().int().default(10).describe('How many candidates to name, 0 to 1000; more is refused'),
  family: z.coerce.number().int().optional().describe('4 or 6, for pools of both'),
});
export type AvailableQuery = z.infer<typeof AvailableQuery>;

export const BlockView = z.object({ cidr: CidrText, addresses: AddressCount }).meta({ id: 'Block' });

export const AvailableView = z
  .object({
    prefixLength: z.int(),
    items: z.array(BlockView).describe('What first fit would give; nothing is held by asking'),
    count: AddressCount.describe('How many blocks of the length there are in all'),
    nextCursor: z.null(),
  })
  .meta({ id: 'Available' });
export type AvailableView = z.infer<typeof AvailableView>;
