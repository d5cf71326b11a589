import { DomainError, type Problem, problemsOf } from '@podspan/errors';
import { withoutEchoes } from '@podspan/platform';
import { sql } from 'kysely';
import type { Db } from '../database.js';
import type { NetworkFacts } from '../domain/addresses.js';
import { checkClusters, type Existing, placeOf, type PlacedCluster } from '../domain/check-clusters.js';
import { createCoreProblems } from '../domain/create/check-cores.js';
import { clusterId } from '../domain/create/names.js';
import { checkFamilies } from '../domain/check-families.js';
import { checkStrategy, strategyWarnings } from '../domain/check-strategy.js';
import { checkVersions } from '../domain/check-versions.js';
import type { ClusterSpec } from '../domain/cluster-spec.js';
import type { PlanPools, Strategy } from '../domain/rollout-request.js';
import { planWindows } from '../domain/maintenance-windows.js';
import { type PlannedWave, planWaves } from '../domain/waves.js';
import type { Surroundings } from './look-around.js';
import type { AddressPlanRequest, Ipam, OnBehalf } from '../ports/ipam.js';
import type { ReadRequest } from './read-request.js';

/** A request without a problem of ours; ipam still has its say. */
export interface CheckedRequest {
  readonly name: string;
  readonly clusters: readonly ClusterSpec[];
  readonly strategy: Strategy;
  readonly pools: PlanPools;
  readonly topology: unknown;
  readonly waves: readonly PlannedWave[];
  readonly windowsOf: ReadonlyMap<string, readonly number[]>;
  readonly warnings: readonly Problem[];
}

/** Finds everything that is wrong with a request, in it and against what exists here and in Azure. */
export async function checkRequest(
  db: Db,
  request: ReadRequest,
  around: Surroundings,
): Promise<{ readonly checked?: CheckedRequest; readonly problems: readonly Problem[] }> {
  const { name, clusters, members, strategy, pools, topology } = request;
  const plan = strategy ? planWaves(strategy, members) : undefined;
  const windows = strategy ? planWindows(strategy, members) : undefined;
  const found = [
    // Of an action that cannot be read nobody knows what it needs.
    ...(request.action === 'CREATE' ? shapeProblems(request) : []),
    ...checkClusters(clusters, await existingFor(db, clusters, around)),
    ...createCoreProblems(clusters, await plannedElsewhere(db, around), around.cores),
    ...clusters.flatMap(checkFamilies),
    ...clusters.flatMap(({ index, spec }) => checkVersions(spec, `clusters[${index}]`, around.versions)),
    ...(strategy ? checkStrategy(strategy, members.length) : []),
    ...(plan?.problems ?? []),
    ...(windows?.problems ?? []),
    ...around.problems,
  ];
  const problems = [...request.problems, ...withoutEchoes(found, request.problems)];
  if (problems.length > 0 || !name || !strategy || !pools || !plan || !windows) return { problems };
  const specs = clusters.map(({ spec }) => spec);
  return {
    problems,
    checked: {
      name,
      clusters: specs,
      strategy,
      pools,
      topology,
      waves: plan.waves,
      windowsOf: windows.windowsOf,
      warnings: strategyWarnings(strategy, specs.length),
    },
  };
}

/**
 * A request that we refuse is still put to ipam, so that the caller hears everything at once. It goes there as it came: ipam reads as
 * far as it can, too.
 */
export async function problemsOfIpam(
  ipam: Ipam,
  { rawClusters, rawPools, topology }: ReadRequest,
  caller: OnBehalf,
): Promise<readonly Problem[]> {
  const found: Problem[] = [];
  for (let start = 0; start < rawClusters.length; start += plannedAtOnce) {
    const clusters = rawClusters.slice(start, start + plannedAtOnce);
    const request = { name: 'check', clusters, pools: rawPools, ...(topology === undefined ? {} : { topology }) };
    try {
      await ipam.planDry(request as AddressPlanRequest, caller);
    } catch (error) {
      // Only what it says about the request; a service that is away must not hide what we found ourselves.
      if (error instanceof DomainError && (error.kind === 'invalid' || error.kind === 'conflict'))
        found.push(...problemsOf(error).map((problem) => ({ ...problem, path: movedBy(start, problem.path) })));
      else return found;
    }
  }
  return found;
}

/** The entry of the whole request that an entry of a part is. */
function movedBy(start: number, path: string): string {
  return path.replace(/^clusters\[(\d+)\]/, (_, index: string) => `clusters[${Number(index) + start}]`);
}

/** Clusters that ipam judges in one request. */
const plannedAtOnce = 1_000;

/** What a schema says of a member. */
const shapeCodes: ReadonlySet<string> = new Set([
  'invalid_type',
  'invalid_value',
  'invalid_format',
  'too_small',
  'too_big',
  'required',
  'unknown_field',
]);

/**
 * The same problem may be ours and ipam's: said once. At one place the one with a rule says more than one about the shape. Two of one
 * kind at one place are two when they are about different things.
 */
export function joined(ours: readonly Problem[], theirs: readonly Problem[]): Problem[] {
  const shape = ours.filter(({ code }) => shapeCodes.has(code));
  const shapePaths = new Set(shape.map(({ path }) => path));
  const better = theirs.filter(({ path, rule }) => rule !== undefined && shapePaths.has(path));
  const replaced = new Set(better.map(({ path }) => path));
  const kept = ours.filter(({ path, code }) => !shapeCodes.has(code) || !replaced.has(path));
  const said = new Set(kept.map(({ path, code }) => `${path} ${code}`));
  const others = withoutEchoes(theirs, shape).filter(({ path, code }) => !said.has(`${path} ${code}`));
  return [
    ...new Map(
      [...kept, ...better, ...others].map((problem) => [JSON.stringify([problem.path, problem.code, problem.message]), problem]),
    ).values(),
  ];
}

/** What CREATE needs, and what it can make nothing of. */
function shapeProblems(request: ReadRequest): readonly Problem[] {
  const { members, pools, problems } = request;
  return [
    ...(members.length === 0 ? [required('clusters', 'CREATE needs the clusters to create')] : []),
    ...unexpected(request),
    ...(pools === undefined && !problems.some(({ path }) => path.startsWith('pools'))
      ? [required('pools', 'CREATE takes addresses from pools: name at least nodeSubnet and podCidr')]
      : []),
  ];
}

function unexpected({ selector, upgrade }: ReadRequest): readonly Problem[] {
  const of = (path: string, message: string): Problem => ({ path, code: 'unexpected_field', message, suggestion: `leave ${path} out` });
  return [
    ...(selector === undefined ? [] : [of('selector', 'a selector chooses among clusters that exist; CREATE needs their specs')]),
    ...(upgrade === undefined ? [] : [of('upgrade', 'CREATE upgrades nothing')]),
  ];
}

async function existingFor(db: Db, clusters: readonly PlacedCluster[], around: Surroundings): Promise<Existing> {
  const names = clusters.map(({ spec }) => spec.name.toLowerCase());
  const taken = await sql<{ name: string; rollout: string | null }>`
    select lower(c.name) as name, (select r.name from item i join rollout r on r.id = i.rollout_id where i.cluster = c.name order by r.id desc limit 1) as rollout
    from cluster c where lower(c.name) = any(${names})
  `.execute(db);
  const counts = await sql<{ subscription_id: string; region: string; count: number }>`
    select subscription_id, region, count(*)::int as count from cluster group by subscription_id, region
  `.execute(db);
  const ours = await sql<{
    id: string;
  }>`select lower(resource_id) as id from cluster where lower(resource_id) = any(${around.clusters.map(({ id }) => id)})`.execute(db);
  const known = new Set(ours.rows.map(({ id }) => id));
  const perRegion = new Map(counts.rows.map((row) => [placeOf({ subscriptionId: row.subscription_id, region: row.region }), row.count]));
  // The quota counts every cluster, whoever made it (QUO-02).
  for (const cluster of around.clusters.filter(({ id }) => !known.has(id)))
    perRegion.set(placeOf(cluster), (perRegion.get(placeOf(cluster)) ?? 0) + 1);
  return {
    perRegion,
    names: new Map(taken.rows.map(({ name, rollout }) => [name, rollout === null ? 'an existing cluster' : `rollout ${rollout}`])),
  };
}

/** Clusters of other rollouts whose nodes Azure does not count yet. */
async function plannedElsewhere(db: Db, { clusters, cores }: Surroundings): Promise<readonly ClusterSpec[]> {
  if (cores.size === 0) return [];
  const { rows } = await sql<{ cluster: ClusterSpec }>`
    select input->'cluster' as cluster from cluster
    where state in ('PLANNED', 'CREATING') and lower(subscription_id || '/' || region) = any(${[...cores.keys()]})
      and not lower(resource_id) = any(${clusters.map(({ id }) => id)})
  `.execute(db);
  return rows.map(({ cluster }) => cluster);
}

/** What exists in Azure under the name of a cluster to create, and is not ours: the dry run shows it as BLOCKED, a start is refused. */
export async function foreignClusters(db: Db, { clusters }: ReadRequest, around: Surroundings): Promise<readonly Problem[]> {
  const existing = new Map(around.clusters.map(({ id }) => [id, id]));
  const taken = clusters.flatMap(({ index, spec }) => {
    const id = clusterId(spec.subscriptionId, spec.resourceGroup, spec.name).toLowerCase();
    return existing.has(id) ? [{ index, id, name: spec.name }] : [];
  });
  if (taken.length === 0) return [];
  const { rows } = await sql<{
    id: string;
  }>`select lower(resource_id) as id from cluster where lower(resource_id) = any(${taken.map(({ id }) => id)})`.execute(db);
  const ours = new Set(rows.map(({ id }) => id));
  return taken
    .filter(({ id }) => !ours.has(id))
    .map(({ index, id, name }) => ({
      path: `clusters[${index}].name`,
      code: 'name_taken',
      message: `there is a cluster '${name}' in this resource group already, which Podspan did not make`,
      value: name,
      conflictsWith: id,
      suggestion: 'another name, or another resource group',
    }));
}

/** The networks of the clusters, as far as they exist. @throws DomainError as ipam says it */
export function networksOf(ipam: Ipam, clusters: readonly ClusterSpec[], caller: OnBehalf): Promise<ReadonlyMap<string, NetworkFacts>> {
  return ipam.networks([...new Set(clusters.map(({ network }) => network))], caller);
}

function required(path: string, message: string): Problem {
  return { path, code: 'required', message };
}
