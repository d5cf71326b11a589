import { z } from 'zod';
import { IngressMigrationSpec } from './ingress/ingress-migration.js';
import { ClusterSpec, NumberOrPercent } from './cluster-spec.js';

export const actions = [
  'CREATE',
  'MIGRATE_TO_OVERLAY',
  'EXPAND_POD_CIDR',
  'ENABLE_CILIUM',
  'UPGRADE',
  'DELETE',
  'MIGRATE_INGRESS',
] as const;
export type Action = (typeof actions)[number];

const oneOrMore = z.union([z.string().min(1).max(200), z.array(z.string().min(1).max(200)).min(1).max(1_000)]);

/** Picks clusters: every member that is given must match; of a list, one entry must. */
export const Selector = z
  .strictObject({
    names: oneOrMore.optional(),
    region: oneOrMore.optional(),
    subscriptionId: oneOrMore.optional(),
    network: oneOrMore.optional(),
    mesh: oneOrMore.optional(),
    tags: z.record(z.string(), z.string()).optional(),
  })
  .meta({ id: 'ClusterSelector' });
export type Selector = z.infer<typeof Selector>;

/** A time with its offset from UTC. */
const When = z.iso.datetime({ offset: true, error: 'must be a time such as 2026-11-23T22:00:00Z' });

const weekdays = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;

/** When the clusters it is for may be started. Without clusters and selector it is for all. */
export const MaintenanceWindow = z
  .strictObject({
    clusters: z.array(z.string().min(1).max(200)).min(1).max(5_000).optional(),
    selector: Selector.optional(),
    days: z.array(z.enum(weekdays)).min(1).max(7).optional().describe('Every day when left out'),
    start: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'must be a time of the day such as 22:30' }),
    durationMinutes: z.int().min(15).max(1_440),
    timeZone: z
      .string()
      .max(64)
      .refine(isTimeZone, { error: 'must be a time zone such as Europe/Amsterdam or UTC' })
      .describe('IANA name; the hours of the clock there, also on the days it is changed'),
  })
  .meta({ id: 'RolloutMaintenanceWindow' });
export type MaintenanceWindow = z.infer<typeof MaintenanceWindow>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** A wave names its clusters or selects them. One wave may do neither: it takes those no other wave has. */
export const WaveSpec = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?$/, { error: 'must be 1 to 63 letters, digits, dots, dashes or underscores' }),
    selector: Selector.optional(),
    clusters: z.array(z.string().min(1).max(200)).min(1).max(5_000).optional(),
    maxConcurrency: NumberOrPercent.optional(),
    maxFailures: NumberOrPercent.optional(),
    /** Seconds between the end of this wave and the start of the next. */
    soakSeconds: z
      .int()
      .min(0)
      .max(30 * 86_400)
      .optional(),
    /** A person must approve before this wave starts. */
    approval: z.boolean().optional(),
    notBefore: When.optional().describe('The wave does not start before this time'),
  })
  .meta({ id: 'WaveSpec' });
export type WaveSpec = z.infer<typeof WaveSpec>;

/** As it is sent. Defaults are not written into the schema: generated clients would demand what has one. */
export const StrategyBody = z
  .strictObject({
    waves: z.array(WaveSpec).min(1).max(200).optional(),
    maxConcurrency: NumberOrPercent.optional().describe('10 when left out; percentages round down, 1 at least'),
    maxConcurrencyPerSubscription: NumberOrPercent.optional(),
    maxConcurrencyPerRegion: NumberOrPercent.optional(),
    maxConcurrencyPerNetwork: NumberOrPercent.optional().describe('Items at a time in one VNet; writes to a VNet are one at a time anyhow'),
    maxFailures: NumberOrPercent.optional().describe('0 when left out; percentages round up'),
    failureMode: z.enum(['STRICT', 'FAST']).optional().describe('STRICT when left out: items in flight count as failures to come'),
    onCancel: z.enum(['ABORT', 'FINISH']).optional().describe('FINISH when left out'),
    startAt: When.optional().describe('Nothing starts before this time'),
    maintenanceWindows: z
      .array(MaintenanceWindow)
      .min(1)
      .max(50)
      .optional()
      .describe('A cluster that has any starts while one of them is open'),
  })
  .meta({ id: 'RolloutStrategy' });

/** With the defaults filled in. */
export const Strategy = StrategyBody.transform((given) => ({
  ...given,
  maxConcurrency: given.maxConcurrency ?? 10,
  maxFailures: given.maxFailures ?? 0,
  failureMode: given.failureMode ?? ('STRICT' as const),
  onCancel: given.onCancel ?? ('FINISH' as const),
}));
export type Strategy = z.infer<typeof Strategy>;

/** Names of the pools the addresses come from. */
export const PlanPools = z.strictObject({
  nodeSubnet: z.string().min(1),
  podCidr: z.string().min(1),
  podCidrUnique: z.string().min(1).optional(),
  serviceCidr: z.string().min(1).optional(),
  gatewaySubnet: z.string().min(1).optional(),
  apiServerSubnet: z.string().min(1).optional(),
});
export type PlanPools = z.infer<typeof PlanPools>;

/** As they are sent: which of them are needed depends on the action. */
const PoolsBody = PlanPools.partial().meta({
  id: 'RolloutPools',
  description: 'CREATE needs nodeSubnet and podCidr; MIGRATE_TO_OVERLAY podCidr',
});

/** A cluster that exists, and what is wanted of it beside what the action says for all. */
export const ClusterReference = z
  .strictObject({
    ref: z.string().min(1).max(1_024).describe('Name or id in Podspan, or the ARM id of any cluster'),
    podCidr: z.string().max(64).optional().describe('MIGRATE_TO_OVERLAY, EXPAND_POD_CIDR: exactly this pod range'),
    kubernetesVersion: z.string().min(1).max(32).optional().describe('UPGRADE: in place of upgrade.kubernetesVersion'),
    dataplane: z.enum(['AZURE', 'CILIUM']).optional(),
    ingress: IngressMigrationSpec.optional().describe('MIGRATE_INGRESS: over the members of `ingress`'),
  })
  .meta({ id: 'ClusterReference' });
export type ClusterReference = z.infer<typeof ClusterReference>;

/** UPGRADE: at least one of the two. A version brings the newest node image along. */
export const UpgradeSpec = z
  .strictObject({
    kubernetesVersion: z.string().min(1).max(32).optional().describe('Full, or a minor: then its newest patch, resolved once at the start'),
    nodeImage: z.boolean().optional().describe('The newest node image of each pool'),
  })
  .meta({ id: 'UpgradeSpec' });
export type UpgradeSpec = z.infer<typeof UpgradeSpec>;

export const RolloutName = z
  .string()
  .regex(/^[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?$/, { error: 'must be 1 to 63 letters, digits, dots, dashes or underscores' })
  .regex(/^(?![0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$)/i, { error: 'must not look like an id' });

/** The whole request, for the documents. {@link readRolloutRequest} reads it piece by piece, so that every problem is told at once. */
export const RolloutBody = z
  .strictObject({
    name: RolloutName,
    action: z.enum(actions),
    clusters: z
      .array(z.union([ClusterSpec, ClusterReference]))
      .min(1)
      .max(5_000)
      .optional(),
    selector: Selector.optional(),
    pools: PoolsBody.optional(),
    upgrade: UpgradeSpec.optional(),
    ingress: IngressMigrationSpec.optional(),
    strategy: StrategyBody.optional(),
    confirmIrreversible: z.boolean().optional(),
    /** With `dryRun` only: networks, pools and links to assume, handed to the address plan and kept by nobody. */
    topology: z.unknown().optional(),
  })
  .meta({ id: 'RolloutBody' });
export type RolloutBody = z.infer<typeof RolloutBody>;
