import { AddressCount, CidrText, Instant } from '@podspan/platform';
import { z } from 'zod';
import { Flag } from '../topology/topology-schemas.js';

export const AdviceQuery = z.object({
  prefixLength: z.coerce.number().int().min(0).max(128).describe('The length that is wanted'),
  family: z.coerce.number().int().optional().describe('4 or 6, for pools of both'),
  includeRebuilds: Flag.describe('true: also blocks in which something would have to be built anew'),
});
export type AdviceQuery = z.infer<typeof AdviceQuery>;

const MoveView = z
  .object({
    allocation: z.string(),
    cidr: CidrText,
    held: CidrText.describe('With what is kept for growth: all of it leaves'),
    owner: z.object({ kind: z.string(), id: z.string() }).meta({ id: 'MoveOwner' }),
    purpose: z.string(),
    how: z.enum(['WAIT', 'MOVE', 'REBUILD']).meta({
      id: 'MoveKind',
      description:
        'WAIT: rests in quarantine. MOVE: its owner takes another block. REBUILD: what uses it cannot change its range (OV-100, SN-05)',
    }),
    until: Instant.nullable().describe('When waiting is enough'),
  })
  .meta({ id: 'AdvisedMove' });

export const AdviceView = z
  .object({
    pool: z.string(),
    prefixLength: z.int(),
    available: AddressCount.describe('Blocks of the length that are free already; advice is given when there is none'),
    reason: z.enum(['NOT_NEEDED', 'NOTHING_TO_MOVE', 'ADVICE']).meta({ id: 'AdviceReason' }),
    message: z.string(),
    options: z
      .array(
        z
          .object({
            block: CidrText.describe('Would be free'),
            allocations: z.int().describe('How many have to leave'),
            addresses: AddressCount.describe('How much they hold'),
            moves: z.array(MoveView),
          })
          .meta({ id: 'AdviceOption' }),
      )
      .describe('The fewest moves first'),
  })
  .meta({ id: 'Advice' });
export type AdviceView = z.infer<typeof AdviceView>;
