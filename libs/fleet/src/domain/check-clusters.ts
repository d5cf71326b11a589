import { checkClusterQuota, checkGatewayRequest, CLUSTERS_PER_REGION } from '@podspan/aks';
import type { Problem } from '@podspan/errors';
import type { ClusterSpec } from './cluster-spec.js';
import { groupBy } from './group-by.js';

/** A cluster of the request and where it stands there, so that its problems point at it. */
export interface PlacedCluster {
  readonly index: number;
  readonly spec: ClusterSpec;
}

/** What the service already holds. Names are compared in lower case. */
export interface Existing {
  /** Lower-case name of each cluster that exists or is being made, with the rollout that made it. */
  readonly names: ReadonlyMap<string, string>;
  /** Clusters by `subscription/region`, lower case. */
  readonly perRegion: ReadonlyMap<string, number>;
}

/** What ipam cannot know: names among the clusters, quotas, tags. Ranges and AKS rules come with the address plan. */
export function checkClusters(clusters: readonly PlacedCluster[], existing: Existing): Problem[] {
  return [
    ...duplicates(clusters, ({ name }) => ({ name, member: 'name' })),
    ...duplicates(clusters, gatewayName),
    ...taken(clusters, existing),
    ...overQuota(clusters, existing),
    ...clusters.flatMap(checkOne),
  ];
}

/** A name, and the member of the cluster that says it. */
interface Naming {
  readonly name: string;
  readonly member: string;
}

/** Its gateway has the cluster's name unless it is given one. */
function gatewayName({ name, ingress }: ClusterSpec): Naming | undefined {
  if (ingress?.kind !== 'AGC') return undefined;
  return ingress.name === undefined ? { name, member: 'name' } : { name: ingress.name, member: 'ingress.name' };
}

function duplicates(clusters: readonly PlacedCluster[], namingOf: (spec: ClusterSpec) => Naming | undefined): Problem[] {
  const first = new Map<string, string>();
  return clusters.flatMap(({ index, spec }) => {
    const naming = namingOf(spec);
    if (naming === undefined) return [];
    const { name, member } = naming;
    const path = `clusters[${index}].${member}`;
    const conflictsWith = first.get(name.toLowerCase());
    if (conflictsWith !== undefined)
      return [{ path, code: 'duplicate_name', message: `the name '${name}' is in the request twice`, value: name, conflictsWith }];
    first.set(name.toLowerCase(), path);
    return [];
  });
}

function taken(clusters: readonly PlacedCluster[], { names }: Existing): Problem[] {
  return clusters.flatMap(({ index, spec: { name } }) => {
    const plan = names.get(name.toLowerCase());
    return plan === undefined
      ? []
      : [
          {
            path: `clusters[${index}].name`,
            code: 'name_taken',
            message: `a cluster '${name}' exists already`,
            value: name,
            conflictsWith: plan,
          },
        ];
  });
}

function overQuota(clusters: readonly PlacedCluster[], { perRegion }: Existing): Problem[] {
  return [...groupBy(clusters, ({ spec }) => placeOf(spec))].flatMap(([place, wanted]) => {
    const current = perRegion.get(place) ?? 0;
    // Points at the first cluster that no longer fits.
    const beyond = wanted[Math.max(0, CLUSTERS_PER_REGION - current)];
    return beyond
      ? checkClusterQuota({ region: beyond.spec.region, current, requested: wanted.length }, `clusters[${beyond.index}].region`)
      : [];
  });
}

export function placeOf({ subscriptionId, region }: Pick<ClusterSpec, 'subscriptionId' | 'region'>): string {
  return `${subscriptionId}/${region}`.toLowerCase();
}

function checkOne({ index, spec }: PlacedCluster): Problem[] {
  return [...checkTags(spec.tags ?? {}, `clusters[${index}].tags`), ...checkScale(spec, index), ...checkIngress(spec, index)];
}

/** Azure takes 50 tags; two are ours. Names of 512 characters without `<>%&\?/`, values of 256. */
function checkTags(tags: Readonly<Record<string, string>>, path: string): Problem[] {
  const entries = Object.entries(tags);
  const many =
    entries.length > 48
      ? [
          {
            path,
            code: 'too_many_tags',
            message: `Azure takes 50 tags and two of them are Podspan's; these are ${entries.length}`,
            value: entries.length,
            suggestion: 'at most 48',
          },
        ]
      : [];
  return [
    ...many,
    ...entries.flatMap(([name, value]) => {
      if (name.toLowerCase().startsWith('podspan-'))
        return [tagProblem(path, name, 'names beginning with podspan- mark who owns a resource')];
      if (name.length > 512 || /[<>%&\\?/]/.test(name))
        return [tagProblem(path, name, 'a tag name has at most 512 characters and none of < > % & \\ ? /')];
      return value.length > 256 ? [tagProblem(path, name, 'a tag value has at most 256 characters')] : [];
    }),
  ];
}

function tagProblem(path: string, name: string, message: string): Problem {
  return { path: `${path}.${name}`, code: 'tag_invalid', message, value: name };
}

function checkScale({ nodePools }: ClusterSpec, index: number): Problem[] {
  return nodePools.flatMap(({ count, minCount, maxCount }, position): Problem[] => {
    const path = `clusters[${index}].nodePools[${position}]`;
    if (count === undefined && maxCount === undefined)
      return [{ path, code: 'required', message: 'a pool has a count, or minCount and maxCount', suggestion: 'add count' }];
    if (minCount !== undefined && maxCount !== undefined && minCount > maxCount)
      return [
        {
          path: `${path}.minCount`,
          code: 'invalid_value',
          message: `minCount ${minCount} is above maxCount ${maxCount}`,
          value: minCount,
          conflictsWith: maxCount,
        },
      ];
    return [];
  });
}

/** What the ingress service would refuse once the cluster exists is refused before. */
function checkIngress({ ingress }: ClusterSpec, index: number): readonly Problem[] {
  if (ingress === undefined || ingress.kind === 'NONE') return [];
  return checkGatewayRequest({ ...ingress, kind: ingress.kind }, `clusters[${index}].ingress`);
}
