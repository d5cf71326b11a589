import { Instant } from '@podspan/platform';
import { z } from 'zod';

export const DiscoverBody = z
  .strictObject({
    subscriptionIds: z
      .array(z.uuid())
      .min(1)
      .max(500)
      .optional()
      .describe('Where to look; by default every subscription that Podspan has clusters in'),
  })
  .meta({ id: 'ClusterDiscoveryInput' });
export type DiscoverBody = z.infer<typeof DiscoverBody>;

export const DriftView = z
  .object({ member: z.string(), expected: z.string().nullable(), actual: z.string().nullable() })
  .meta({ id: 'ClusterDrift', description: 'A member that Azure has in another way than Podspan made it' });

export const DiscoveryView = z
  .object({
    discoveredAt: Instant,
    subscriptions: z.array(
      z
        .object({
          subscriptionId: z.string(),
          clusters: z.int(),
          error: z.string().nullable().describe('Why nothing is known of it now; what was known stays'),
        })
        .meta({ id: 'DiscoveredSubscription' }),
    ),
    counts: z
      .object({ added: z.int(), updated: z.int(), unchanged: z.int(), drifted: z.int(), gone: z.int() })
      .meta({ id: 'DiscoveryCounts' }),
    clusters: z.array(
      z
        .object({
          name: z.string(),
          resourceId: z.string(),
          change: z.enum(['ADDED', 'UPDATED', 'UNCHANGED', 'BUSY', 'GONE']).meta({ id: 'DiscoveryChange' }),
          drift: z.array(DriftView),
        })
        .meta({ id: 'DiscoveredCluster' }),
    ),
  })
  .meta({ id: 'ClusterDiscovery' });
export type DiscoveryView = z.infer<typeof DiscoveryView>;
