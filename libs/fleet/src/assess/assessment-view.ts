import { Instant } from '@podspan/platform';
import { z } from 'zod';
import type { Assessment } from '../domain/assess/assess-cluster.js';
import { type EndDate, endDatesOf, kubenetEnd } from '../domain/assess/end-dates.js';

/** What `az aks list` gives is read as it is: no cluster may be lost to a member that a newer Azure has. */
const Rows = z.array(z.unknown()).max(20_000);

export const AssessBody = z
  .strictObject({
    clusters: Rows.optional().describe('The output of az aks list, an ARM list, or rows of Resource Graph; without it, what Azure has now'),
    networks: Rows.optional().describe(
      'The output of az network vnet list, for ranges and peerings around the clusters, and of az network application-gateway list',
    ),
    subscriptionIds: z
      .array(z.uuid())
      .max(500)
      .optional()
      .describe('Where to look in Azure when no clusters are given; by default every subscription that Podspan has clusters in'),
    pool: z.string().min(1).max(200).optional().describe('Where new pod ranges come from; by default private space at large'),
  })
  .meta({ id: 'MigrationAssessmentInput' });
export type AssessBody = z.infer<typeof AssessBody>;

const Counted = z.string().describe('A number of addresses');
const DateView = z.object({ rule: z.string(), what: z.string(), date: z.string(), daysLeft: z.int() }).meta({ id: 'SupportEnd' });

export const AssessedCluster = z
  .object({
    name: z.string(),
    resourceId: z.string(),
    subscriptionId: z.string(),
    resourceGroup: z.string(),
    region: z.string(),
    networkMode: z
      .enum(['NODE_SUBNET', 'KUBENET', 'POD_SUBNET_DYNAMIC', 'POD_SUBNET_STATIC', 'OVERLAY', 'NONE'])
      .meta({ id: 'NetworkMode' }),
    kubernetesVersion: z.string(),
    networks: z.array(z.string()).describe('Of the nodes'),
    verdict: z.enum(['READY', 'BLOCKED', 'UNSUPPORTED']).meta({ id: 'MigrationVerdict' }),
    problems: z.array(
      z
        .object({
          path: z.string(),
          code: z.string(),
          message: z.string(),
          rule: z.string().optional(),
          value: z.unknown().optional(),
          conflictsWith: z.unknown().optional(),
          suggestion: z.string().optional(),
        })
        .meta({ id: 'FailedPrecondition' }),
    ),
    target: z
      .object({
        podCidr: z.string(),
        kept: z.boolean().describe('The range it has; only kubenet can keep it'),
        nodes: z.int().describe('How many the range holds'),
        checkedBy: z.enum(['IPAM', 'LISTING']).describe('Whether the whole graph of networks was looked at, or what Azure lists alone'),
      })
      .meta({ id: 'MigrationTarget' })
      .nullable(),
    sizes: z
      .object({ nodes: z.int(), peakNodes: z.int(), podPrefixLength: z.int(), nodeSubnetPrefixLength: z.int() })
      .meta({ id: 'MigrationSizes' }),
    addresses: z.object({ held: Counted, needed: Counted, givenBack: Counted }).meta({ id: 'MigrationAddresses' }),
    ingress: z.enum(['AGC', 'AGIC', 'NONE']).meta({ id: 'IngressSeen' }),
    moves: z.array(z.object({ title: z.string(), rule: z.string(), action: z.string().nullable() }).meta({ id: 'MigrationMove' })),
    ends: z.array(DateView),
    warnings: z.array(z.object({ rule: z.string(), message: z.string() }).meta({ id: 'MigrationWarning' })),
  })
  .meta({ id: 'AssessedCluster' });
export type AssessedCluster = z.infer<typeof AssessedCluster>;

export const AssessmentView = z
  .object({
    assessedAt: Instant,
    source: z.enum(['LISTING', 'AZURE']).meta({ id: 'AssessmentSource' }),
    summary: z
      .object({
        clusters: z.int(),
        ready: z.int(),
        blocked: z.int(),
        unsupported: z.int(),
        alreadyOverlay: z.int(),
        givenBackAddresses: Counted,
      })
      .meta({ id: 'AssessmentSummary' }),
    kubenetEnd: DateView,
    clusters: z.array(AssessedCluster),
  })
  .meta({ id: 'MigrationAssessment' });
export type AssessmentView = z.infer<typeof AssessmentView>;

/** One assessment with what was looked at for it. */
export type Assessed = Assessment & { readonly checkedBy: 'IPAM' | 'LISTING'; readonly networks: readonly string[] };

export function assessmentView(all: readonly Assessed[], source: AssessmentView['source'], now: number): AssessmentView {
  const clusters = all.map((one) => clusterView(one, now));
  const count = (verdict: AssessedCluster['verdict']): number => clusters.filter((cluster) => cluster.verdict === verdict).length;
  return {
    assessedAt: new Date(now).toISOString(),
    source,
    summary: {
      clusters: clusters.length,
      ready: count('READY'),
      blocked: count('BLOCKED'),
      unsupported: count('UNSUPPORTED'),
      alreadyOverlay: clusters.filter(({ networkMode }) => networkMode === 'OVERLAY').length,
      givenBackAddresses: String(
        all.reduce((sum, { verdict, sizes }) => sum + (verdict === 'UNSUPPORTED' ? 0 : sizes.givenBackAddresses), 0),
      ),
    },
    kubenetEnd: kubenetEnd(now),
    clusters,
  };
}

function clusterView(
  { cluster, verdict, problems, target, sizes, moves, ingress, warnings, checkedBy, networks }: Assessed,
  now: number,
): AssessedCluster {
  const { name, resourceId, subscriptionId, resourceGroup, region, networkMode, kubernetesVersion } = cluster;
  const { nodes, peakNodes, podPrefixLength, nodeSubnetPrefixLength } = sizes;
  return {
    name,
    resourceId,
    subscriptionId,
    resourceGroup,
    region,
    networkMode,
    kubernetesVersion,
    networks: [...networks],
    verdict,
    problems: problems.map((found) => ({ ...found })),
    target: target ? { podCidr: String(target.podCidr), kept: target.kept, nodes: sizes.podBlocks, checkedBy } : null,
    sizes: { nodes, peakNodes, podPrefixLength, nodeSubnetPrefixLength },
    addresses: { held: String(sizes.heldAddresses), needed: String(sizes.neededAddresses), givenBack: String(sizes.givenBackAddresses) },
    ingress,
    moves: moves.map((move) => ({ ...move })),
    ends: endDatesOf(cluster, now).map((end: EndDate) => ({ ...end })),
    warnings: warnings.map((warning) => ({ ...warning })),
  };
}
