import { problem } from '@podspan/aks';
import type { Problem } from '@podspan/errors';
import { placeOf, type PlacedCluster } from '../check-clusters.js';
import type { ClusterSpec } from '../cluster-spec.js';
import { type Cores, type CoreQuotas, coresOf, freeCores, inWords } from '../cores.js';
import { groupBy } from '../group-by.js';
import { startingNodes } from './bodies.js';

/**
 * QUO-08: the nodes that clusters start with take cores of their family and of the region, and keep them. Clusters that are planned and
 * not in Azure yet have theirs to come. Points, for each family, at the first cluster that no longer fits.
 * @param quotas by `subscription/region`, lower case; a place that is absent is not judged
 */
export function createCoreProblems(
  clusters: readonly PlacedCluster[],
  planned: readonly Pick<ClusterSpec, 'subscriptionId' | 'region' | 'nodePools'>[],
  quotas: ReadonlyMap<string, CoreQuotas>,
): readonly Problem[] {
  const promised = groupBy(planned, placeOf);
  return [...groupBy(clusters, ({ spec }) => placeOf(spec))].flatMap(([place, wanted]) => {
    const quota = quotas.get(place);
    return quota ? beyond(wanted, sum((promised.get(place) ?? []).map((cluster) => coresOfCluster(cluster, quota))), quota) : [];
  });
}

function beyond(wanted: readonly PlacedCluster[], promised: Cores, quota: CoreQuotas): readonly Problem[] {
  const needs = wanted.map(({ spec }) => coresOfCluster(spec, quota));
  return [...sum(needs)].flatMap(([family, needed]) => {
    const left = Math.max(0, freeCores(quota, family) - (promised.get(family) ?? 0));
    const first = wanted[firstBeyond(needs, family, left)];
    if (!first) return [];
    const { region, subscriptionId, name } = first.spec;
    const whose = wanted.length === 1 ? `cluster '${name}' needs` : `the ${wanted.length} clusters of the request there need`;
    return [
      problem({
        path: `clusters[${first.index}].nodePools`,
        code: 'vcpu_quota_exceeded',
        rule: 'QUO-08',
        message: `${whose} ${inWords(needed, family)} in ${region} of subscription ${subscriptionId}, whose quota has ${left} left; from '${name}' on they do not fit`,
        value: needed,
        conflictsWith: left,
        suggestion: 'fewer or smaller nodes, another region or subscription, or ask Azure for more',
      }),
    ];
  });
}

function firstBeyond(needs: readonly Cores[], family: string, left: number): number {
  let total = 0;
  return needs.findIndex((need) => {
    total += need.get(family) ?? 0;
    return total > left;
  });
}

function coresOfCluster({ nodePools }: Pick<ClusterSpec, 'nodePools'>, quota: CoreQuotas): Cores {
  return coresOf(
    nodePools.map((pool) => ({ vmSize: pool.vmSize, nodes: startingNodes(pool) })),
    quota,
  );
}

function sum(all: readonly Cores[]): Cores {
  const total = new Map<string, number>();
  for (const cores of all) for (const [family, count] of cores) total.set(family, (total.get(family) ?? 0) + count);
  return total;
}
