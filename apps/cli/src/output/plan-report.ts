import type { PlannedCluster, RefusedCandidate, RolloutPlan, Savings, TopologyChange } from '../api-views.js';
import { table } from './table.js';

/** The plan of a fleet for people: who gets which addresses, which pod ranges are shared and which refused, and what it takes. */
export function planReport(plan: RolloutPlan): string {
  const parts = [
    addressTable(plan.clusters),
    reuseReport(plan.clusters),
    savingsLine(plan.savings ?? totalSavings(plan.clusters)),
    effortReport(plan),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

export function addressTable(clusters: readonly PlannedCluster[]): string {
  const heads = ['CLUSTER', 'REGION', 'NODE SUBNET', 'POD CIDR', 'GROWTH', 'SERVICE CIDR', 'GATEWAY SUBNET', 'PEAK'];
  return table(
    heads,
    clusters.map(({ name, region, addresses, peakNodes }) => [
      name,
      region,
      [...new Set(addresses.nodeSubnets.map(({ cidr }) => cidr))].join(' '),
      addresses.podCidr,
      addresses.podCidrGrowth,
      addresses.serviceCidr,
      addresses.gatewaySubnet?.cidr,
      peakNodes,
    ]),
  );
}

function reuseReport(clusters: readonly PlannedCluster[]): string {
  const shared = groupBy(clusters, ({ addresses }) => addresses.podCidr).map(([cidr, holders]) => {
    const regions = [...new Set(holders.map(({ region }) => region))].sort().join(', ');
    return holders.length === 1
      ? `  ${cidr}  held by ${holders[0]?.name ?? ''} alone (${regions})`
      : `  ${cidr}  shared by ${holders.length} clusters (${regions})`;
  });
  const refused = groupBy(
    clusters.flatMap(({ name, region, podCidrReason }) =>
      (podCidrReason?.refused ?? []).map((candidate) => ({ ...candidate, name, region })),
    ),
    ({ cidr, region, rule, conflictsWith }) => [cidr, region, rule, conflictsWith].join(' '),
  ).flatMap(([, [first, ...others]]) =>
    first === undefined
      ? []
      : [
          `  ${first.cidr}  refused for ${others.length + 1} ${others.length === 0 ? 'cluster' : 'clusters'} in ${first.region}: ${first.message} [${[first.rule, ...wayOf(first)].join(', ')}]`,
        ],
  );
  return [`Pod ranges`, ...shared, ...refused].join('\n');
}

/** The way from the cluster to the clash, where the message does not tell it. */
function wayOf({ path, message }: RefusedCandidate): readonly string[] {
  const way = path.join(' -> ');
  return way === '' || message.includes(way) ? [] : [way];
}

function savingsLine(savings: Savings | undefined): string {
  if (savings === undefined) return '';
  return `Addresses: ${thousands(savings.overlayAddresses)} of the network instead of ${thousands(savings.flatAddresses)} in flat mode; ${thousands(savings.savedAddresses)} saved`;
}

/** The sum over the clusters, where the plan itself does not say one. */
function totalSavings(clusters: readonly PlannedCluster[]): Savings | undefined {
  const each = clusters.flatMap(({ savings }) => savings ?? []);
  if (each.length === 0) return undefined;
  const sum = (member: keyof Savings): string => each.reduce((total, savings) => total + BigInt(savings[member]), 0n).toString();
  return { flatAddresses: sum('flatAddresses'), overlayAddresses: sum('overlayAddresses'), savedAddresses: sum('savedAddresses') };
}

function deletions({ delete: gone = 0 }: NonNullable<RolloutPlan['resources']>): string {
  return gone === 0 ? '' : `${gone} to delete, `;
}

function effortReport({ resources, armCalls, waves, eta }: RolloutPlan): string {
  const lines = [
    ...(resources === undefined
      ? []
      : [
          `Resources: ${resources.create} to create, ${resources.update} to update, ${deletions(resources)}${resources.none} there already, ${resources.blocked} blocked`,
        ]),
    ...(waves === undefined
      ? []
      : [
          `Waves: ${waves.map(({ name, clusters, maxConcurrency }) => `${name} (${clusters.length}, ${maxConcurrency} at a time)`).join(', ')}`,
        ]),
    ...callLines(armCalls ?? []),
    ...(eta === undefined ? [] : [`Time: ${duration(eta.earliestSeconds)} to ${duration(eta.latestSeconds)}`]),
  ];
  return lines.join('\n');
}

function callLines(calls: NonNullable<RolloutPlan['armCalls']>): readonly string[] {
  return groupBy(calls, ({ bucket }) => bucket).map(([bucket, entries]) => {
    const total = entries.reduce((sum, entry) => sum + entry.calls, 0);
    const slowest = Math.max(...entries.map(({ seconds }) => seconds));
    return `Azure calls, ${bucket.toLowerCase().replaceAll('_', ' ')}: ${total}${slowest > 0 ? `, the fullest bucket needs ${duration(slowest)}` : ''}`;
  });
}

/** `created 3 networks: a, b, c` and so on; what stays as it is only as a count. */
export function changeReport(changes: readonly TopologyChange[]): string {
  const word = { CREATED: 'created', CHANGED: 'changed', UNCHANGED: 'left' } as const;
  return (['CREATED', 'CHANGED', 'UNCHANGED'] as const)
    .flatMap((change) =>
      groupBy(
        changes.filter((entry) => entry.change === change),
        ({ kind }) => kind,
      ).map(([kind, entries]) => {
        const names = change === 'UNCHANGED' ? '' : `: ${entries.map(({ name }) => name).join(', ')}`;
        return `${word[change].padEnd(8)}${entries.length} ${plural(kind, entries.length)}${names}`;
      }),
    )
    .join('\n');
}

function plural(kind: string, count: number): string {
  const noun = kind.toLowerCase().replaceAll('_', ' ');
  if (count === 1) return noun;
  return noun.endsWith('sh') ? `${noun}es` : `${noun}s`;
}

export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function thousands(count: string): string {
  return count.replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly [string, readonly T[]])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return [...groups];
}
