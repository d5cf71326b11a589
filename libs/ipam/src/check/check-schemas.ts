import { Instant } from '@podspan/platform';
import { z } from 'zod';

export const IpamCheckView = z
  .object({
    clean: z.boolean().describe('Nothing is broken'),
    checkedAt: Instant.describe('All of it as it was at this moment'),
    tookMilliseconds: z.int(),
    counts: z
      .object({ allocations: z.int(), held: z.int(), pools: z.int(), freeBlocks: z.int(), networks: z.int(), openConflicts: z.int() })
      .meta({ id: 'IpamCheckCounts', description: 'What was looked at' }),
    invariants: z.array(
      z
        .object({
          name: z.string().describe('Stable, lower_snake'),
          rule: z.string().describe('What must hold'),
          broken: z.int().describe('In how many places it does not'),
          examples: z
            .array(z.object({ subject: z.string(), message: z.string() }).meta({ id: 'InvariantBreach' }))
            .describe('The first 20 of them'),
        })
        .meta({ id: 'Invariant' }),
    ),
  })
  .meta({ id: 'IpamCheck' });
export type IpamCheckView = z.infer<typeof IpamCheckView>;
