import { CidrText, Instant, PageQuery } from '@podspan/platform';
import { z } from 'zod';
import { Reference } from '../topology/topology-schemas.js';

export const rangeKinds = ['VIRTUAL_NETWORK', 'SUBNET', 'POD_CIDR', 'SERVICE_CIDR', 'OTHER'] as const;
export const RangeKind = z.enum(rangeKinds).meta({ id: 'DiscoveredRangeKind' });
export type RangeKind = z.infer<typeof RangeKind>;

export const clusterModes = ['OVERLAY', 'KUBENET', 'NODE_SUBNET', 'POD_SUBNET', 'BYO'] as const;
export const ClusterMode = z.enum(clusterModes).meta({ id: 'SeenClusterMode' });
export type ClusterMode = z.infer<typeof ClusterMode>;

export const BrokenRule = z.object({ rule: z.string(), code: z.string(), message: z.string() }).meta({ id: 'BrokenRule' });
export type BrokenRule = z.infer<typeof BrokenRule>;

export const rangeStates = ['LIVE', 'STALE', 'ENDED'] as const;

export const DiscoveredRangeView = z
  .object({
    id: z.uuid(),
    addressSpace: z.string(),
    cidr: CidrText,
    kind: RangeKind,
    name: z.string().nullable(),
    network: z.string().nullable().describe('The network of Podspan it belongs to'),
    cluster: z.string().nullable(),
    mode: ClusterMode.nullable().describe('How the pods of the cluster get their addresses'),
    routed: z.boolean().describe('Its addresses travel on the network; false for pods behind overlay and for services'),
    resourceId: z.string().nullable(),
    scope: z.string().describe("Who answers for it: 'azure:' and a subscription, or 'import'"),
    source: z.string(),
    state: z.enum(rangeStates).meta({ id: 'DiscoveredRangeState' }).describe('STALE: its subscription could not be read since'),
    grandfathered: z.boolean().describe('It breaks a rule of today and is kept all the same (OV-74)'),
    violations: z.array(BrokenRule),
    facts: z.record(z.string(), z.unknown()).describe('What else was seen of it'),
    since: Instant.describe('When it was first seen'),
    checkedAt: Instant.describe('When it was last seen'),
    ageSeconds: z.int().describe('Age of the data: seconds since checkedAt'),
    endedAt: Instant.nullable(),
  })
  .meta({ id: 'DiscoveredRange', description: 'A range seen in Azure or imported; may overlap others, always counts as occupied' });
export type DiscoveredRangeView = z.infer<typeof DiscoveredRangeView>;

const TrueOrFalse = z.enum(['true', 'false']).transform((text) => text === 'true');

export const DiscoveredRangeQuery = PageQuery.extend({
  contains: z.string().max(64).optional().describe('Holding this address or range'),
  within: CidrText.optional(),
  overlaps: CidrText.optional(),
  addressSpace: Reference.optional(),
  network: Reference.optional(),
  kind: RangeKind.optional(),
  cluster: z.string().max(128).optional(),
  scope: z.string().max(128).optional(),
  state: z.enum(rangeStates).optional().describe('Without it: LIVE and STALE'),
  grandfathered: z.union([z.boolean(), TrueOrFalse]).optional(),
}).strict();
export type DiscoveredRangeQuery = z.infer<typeof DiscoveredRangeQuery>;

export const driftKinds = [
  'SUBNET_PREFIX_DIFFERS',
  'ALLOCATED_NOT_SEEN',
  'SEEN_NOT_ALLOCATED',
  'NETWORK_PREFIXES_DIFFER',
  'NETWORK_NOT_SEEN',
  'LINK_NOT_SEEN',
] as const;
export const DriftKind = z.enum(driftKinds).meta({ id: 'DriftKind' });

export const DriftView = z
  .object({
    key: z.string().describe('The same as long as the difference lasts'),
    kind: DriftKind,
    addressSpace: z.string(),
    network: z.string().nullable(),
    allocation: z.uuid().nullable(),
    discoveredRange: z.uuid().nullable(),
    expected: z.array(z.string()).describe('What Podspan holds'),
    actual: z.array(z.string()).describe('What Azure has'),
    message: z.string(),
    since: Instant.describe('Since when both could be compared and differed'),
    checkedAt: Instant.describe('When Azure was last seen'),
    ageSeconds: z.int().describe('Age of the data: seconds since checkedAt'),
  })
  .meta({ id: 'Drift', description: 'A difference between what Azure has and what Podspan holds' });
export type DriftView = z.infer<typeof DriftView>;

export const DriftQuery = PageQuery.extend({
  kind: DriftKind.optional(),
  addressSpace: Reference.optional(),
  network: Reference.optional(),
}).strict();
export type DriftQuery = z.infer<typeof DriftQuery>;

export const DiscoveryBody = z
  .strictObject({
    subscriptions: z
      .array(z.string().min(1).max(64))
      .min(1)
      .max(1000)
      .optional()
      .describe('Without it: those of the configuration, else those of known networks'),
    addressSpace: Reference.optional().describe('Where networks go that Podspan does not know'),
  })
  .meta({ id: 'DiscoveryBody' });
export type DiscoveryBody = z.infer<typeof DiscoveryBody>;

export const DiscoveryView = z
  .object({
    id: z.uuid(),
    trigger: z.enum(['REQUEST', 'SCHEDULE']).meta({ id: 'DiscoveryTrigger' }),
    status: z.enum(['RUNNING', 'SUCCEEDED', 'PARTIAL', 'FAILED']).meta({ id: 'DiscoveryStatus' }),
    actor: z.string(),
    startedAt: Instant,
    finishedAt: Instant.nullable(),
    subscriptions: z.array(
      z
        .object({
          subscriptionId: z.string(),
          status: z.enum(['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED']).meta({ id: 'DiscoveryTaskStatus' }),
          attempts: z.int(),
          nextAttemptAt: Instant.nullable().describe('Azure asked to wait until then'),
          error: z.object({ code: z.string(), message: z.string() }).meta({ id: 'DiscoveryTaskError' }).nullable(),
          counts: z.record(z.string(), z.int()).nullable(),
        })
        .meta({ id: 'DiscoveryTask' }),
    ),
  })
  .meta({
    id: 'Discovery',
    description: 'A reading of networks and clusters of Azure. What fails leaves everything seen before, marked as stale',
  });
export type DiscoveryView = z.infer<typeof DiscoveryView>;
