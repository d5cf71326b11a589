import { z } from 'zod';
import { ClusterView } from '../clusters/cluster-view.js';
import { ActionName } from '../rollouts/views.js';

const Finding = z.object({ path: z.string(), code: z.string(), message: z.string() }).loose().meta({ id: 'RolloutWarning' });

/** The answer of a dry run. */
export const RolloutPlan = z
  .object({
    name: z.string(),
    action: ActionName,
    specHash: z.string(),
    clusters: z.array(
      z
        .object({
          name: z.string(),
          wave: z.string(),
          region: z.string(),
          subscriptionId: z.string(),
          network: z.string(),
          kubernetesVersion: z.string(),
          addresses: ClusterView.shape.addresses,
          peakNodes: z.int(),
          /** Why this pod range: the candidates before it that were refused, with the path of networks to the clash. */
          podCidrReason: z
            .object({ message: z.string(), refused: z.array(z.unknown()) })
            .meta({ id: 'PlannedPodCidrReason' })
            .nullable(),
          savings: z
            .object({ flatAddresses: z.string(), overlayAddresses: z.string(), savedAddresses: z.string() })
            .meta({ id: 'PlannedSavings' })
            .nullable(),
          warnings: z.array(Finding),
          /** Of a cluster that exists: what is different afterwards. */
          changes: z
            .array(z.object({ member: z.string(), from: z.string().nullable(), to: z.string() }).meta({ id: 'PlannedChange' }))
            .optional(),
          /** Of DELETE: what goes back to ipam, once Azure holds it no more. */
          addressesGivenBack: z.array(z.object({ cidr: z.string(), purpose: z.string() }).meta({ id: 'PlannedGiveBack' })).optional(),
          resources: z.array(
            z
              .object({
                step: z.string(),
                title: z.string(),
                resourceId: z.string(),
                change: z.enum(['CREATE', 'UPDATE', 'DELETE', 'NONE', 'BLOCKED']).meta({ id: 'ResourceChangeKind' }),
                reason: z.string().optional(),
              })
              .meta({ id: 'ResourceChange' }),
          ),
        })
        .meta({ id: 'PlannedCluster' }),
    ),
    /** Distinct resources by what would happen to them. */
    resources: z
      .object({ create: z.int(), update: z.int(), delete: z.int(), none: z.int(), blocked: z.int() })
      .meta({ id: 'ResourceChangeCounts' }),
    /** Calls by token bucket, and the seconds the bucket needs for them beyond its burst. */
    armCalls: z.array(
      z
        .object({
          bucket: z.enum(['ARM_WRITES', 'ARM_READS', 'AKS_STATUS_READS']).meta({ id: 'ArmBucket' }),
          subscriptionId: z.string(),
          region: z.string().nullable(),
          calls: z.int(),
          seconds: z.int(),
        })
        .meta({ id: 'ArmCalls' }),
    ),
    waves: z.array(
      z
        .object({
          index: z.int(),
          name: z.string(),
          clusters: z.array(z.string()),
          maxConcurrency: z.int(),
          maxFailures: z.int().nullable(),
          soakSeconds: z.int(),
          approval: z.boolean(),
        })
        .meta({ id: 'PlannedWave' }),
    ),
    /** Seconds from the start, approvals not counted. */
    eta: z
      .object({ earliestSeconds: z.int(), latestSeconds: z.int(), basis: z.enum(['KNOWN', 'ASSUMED']).meta({ id: 'EtaBasis' }) })
      .meta({ id: 'PlannedEta' }),
    warnings: z.array(Finding),
  })
  .meta({ id: 'RolloutPlan' });
export type RolloutPlan = z.infer<typeof RolloutPlan>;
