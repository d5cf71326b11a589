import { isAtLeast, problem, surgeNodes } from '@podspan/aks';
import type { Problem } from '@podspan/errors';
import { type Cores, type CoreQuotas, coresOf, freeCores, inWords } from '../cores.js';
import { groupBy } from '../group-by.js';
import { slotsAt } from '../limits.js';
import type { Strategy } from '../rollout-request.js';
import type { PlannedWave } from '../waves.js';
import type { AzureCluster, AzureNodePool } from './azure-cluster.js';
import type { ChangeSurroundings, ChangeTarget } from './change-target.js';

/** From here on an upgrade that is short of addresses or cores goes on with one node more (SN-23). */
const fallsBackFrom = '1.35.0';

/** Nodes that a pool has beside its own while it is upgraded. */
export function surgeOf({ count, maxSurge }: AzureNodePool, to: string): number {
  const surge = surgeNodes(count, maxSurge);
  return isAtLeast(to, fallsBackFrom) ? Math.min(1, surge) : surge;
}

/** QUO-08: the nodes of an upgrade take cores of their family and of the region while they are there. */
export function surgeCoreProblems(cluster: AzureCluster, to: string, { cores }: Pick<ChangeSurroundings, 'cores'>): readonly Problem[] {
  const quota = cores.get(placeOf(cluster));
  if (!quota) return [];
  return [...surgeCores(cluster, to, quota)].flatMap(([family, count]) => {
    const free = freeCores(quota, family);
    if (count <= free) return [];
    return [
      problem({
        path: 'nodePools',
        code: 'vcpu_quota_exceeded',
        rule: 'QUO-08',
        message: `the upgrade needs ${inWords(count, family)} more in ${cluster.region}, whose quota has ${free} left`,
        value: count,
        conflictsWith: free,
        suggestion: 'a smaller maxSurge, or ask Azure for more',
      }),
    ];
  });
}

/** Of a strategy, what says how many clusters are upgraded at a time. */
export type Pace = Pick<
  Strategy,
  | 'maxConcurrency'
  | 'maxConcurrencyPerSubscription'
  | 'maxConcurrencyPerRegion'
  | 'maxConcurrencyPerNetwork'
  | 'maxFailures'
  | 'failureMode'
>;

/**
 * QUO-08 of clusters that are upgraded at the same time in one subscription and region: those of a wave with the largest surge, as many
 * as the strategy lets run at once there. One that does not fit alone is told by {@link surgeCoreProblems}.
 */
export function sharedSurgeProblems(
  targets: readonly Pick<ChangeTarget, 'name' | 'azure' | 'asked'>[],
  { waves, strategy }: { readonly waves: readonly PlannedWave[]; readonly strategy: Pace },
  { cores }: Pick<ChangeSurroundings, 'cores'>,
): readonly Problem[] {
  const byName = new Map(targets.map((target) => [target.name, target]));
  return waves.flatMap((wave) => {
    const atOnce = slotsAt(strategy, targets.length, wave, [strategy.maxConcurrencyPerSubscription, strategy.maxConcurrencyPerRegion]);
    const members = wave.clusters
      .flatMap((name) => byName.get(name) ?? [])
      .flatMap(({ azure, asked }) => (azure ? [{ azure, asked }] : []));
    return [...groupBy(members, ({ azure }) => placeOf(azure))].flatMap(([place, there]) => {
      const quota = cores.get(place);
      const [first] = there;
      if (!quota || !first) return [];
      const surges = there.map(({ azure, asked }) => surgeCores(azure, asked.kubernetesVersion ?? azure.kubernetesVersion, quota));
      return overcommitted(surges, atOnce, quota).map((found) => sharedProblem(found, wave.name, first.azure));
    });
  });
}

interface Overcommitted {
  readonly family: string;
  readonly clusters: number;
  readonly needed: number;
  readonly free: number;
  /** How many of the largest fit at a time. */
  readonly fit: number;
}

function overcommitted(surges: readonly Cores[], atOnce: number, quota: CoreQuotas): readonly Overcommitted[] {
  const families = new Set(surges.flatMap((cores) => [...cores.keys()]));
  return [...families].flatMap((family) => {
    const largest = surges
      .map((cores) => cores.get(family) ?? 0)
      .filter((count) => count > 0)
      .toSorted((left, right) => right - left)
      .slice(0, atOnce);
    const free = freeCores(quota, family);
    const needed = total(largest);
    const fit = largest.findIndex((_, index) => total(largest.slice(0, index + 1)) > free);
    return fit < 1 ? [] : [{ family, clusters: largest.length, needed, free, fit }];
  });
}

function sharedProblem({ family, clusters, needed, free, fit }: Overcommitted, wave: string, { region, subscriptionId }: AzureCluster) {
  return problem({
    path: 'strategy.maxConcurrencyPerRegion',
    code: 'vcpu_quota_exceeded',
    rule: 'QUO-08',
    message: `wave '${wave}' upgrades up to ${clusters} clusters at a time in ${region} of subscription ${subscriptionId}; together they need ${inWords(needed, family)} more, and the quota has ${free} left`,
    value: needed,
    conflictsWith: free,
    suggestion: `maxConcurrencyPerRegion ${fit}, a smaller maxSurge, or ask Azure for more`,
  });
}

function surgeCores({ nodePools }: AzureCluster, to: string, quota: CoreQuotas): Cores {
  return coresOf(
    nodePools.map((pool) => ({ vmSize: pool.vmSize, nodes: surgeOf(pool, to) })),
    quota,
  );
}

function placeOf({ subscriptionId, region }: AzureCluster): string {
  return `${subscriptionId}/${region}`.toLowerCase();
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
