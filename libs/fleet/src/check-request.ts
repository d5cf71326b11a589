import { DomainError, type Problem, problemsOf } from '@podspan/errors';
import { sql } from 'kysely';
import type { Db } from './database.js';
import type { NetworkFacts } from './domain/addresses.js';
import { availableActions, isAvailable } from './domain/actions.js';
import { checkClusters, type Existing, placeOf, type PlacedCluster } from './domain/check-clusters.js';
import { checkStrategy, strategyWarnings } from './domain/check-strategy.js';
import { checkVersions } from './domain/check-versions.js';
import type { ClusterSpec } from './domain/cluster-spec.js';
import type { PlanPools, Strategy } from './domain/rollout-request.js';
import { type PlannedWave, planWaves } from './domain/waves.js';
import type { AddressPlanRequest, Ipam, OnBehalf } from './ports/ipam.js';
import type { ReadRequest } from './read-request.js';

/** A request without a problem of ours; ipam still has its say. */
export interface CheckedRequest {
  readonly name: string;
  readonly clusters: readonly ClusterSpec[];
  readonly strategy: Strategy;
  readonly pools: PlanPools;
  readonly topology: unknown;
  readonly waves: readonly PlannedWave[];
  readonly warnings: readonly Problem[];
}

/** Finds everything that is wrong with a request, in it and against what exists. */
export async function checkRequest(db: Db, request: ReadRequest): Promise<{ readonly checked?: CheckedRequest; readonly problems: readonly Problem[] }> {
  const { name, action, clusters, strategy, pools, topology } = request;
  if (action !== undefined && !isAvailable(action)) return { problems: [notAvailable(action)] };
  const specs = clusters.map(({ spec }) => spec);
  const readable = !request.problems.some(({ path }) => /^clusters\[\d+\]/.test(path));
  const plan = strategy && readable ? planWaves(strategy, specs) : undefined;
  const problems = [
    ...request.problems,
    ...(request.clusters.length === 0 && readable ? [required('clusters', 'CREATE needs the clusters to create')] : []),
    ...(pools === undefined && !request.problems.some(({ path }) => path.startsWith('pools')) ? [required('pools', 'CREATE takes addresses from pools: name at least nodeSubnet and podCidr')] : []),
    ...checkClusters(clusters, await existingFor(db, clusters)),
    ...clusters.flatMap(({ index, spec }) => checkVersions(spec, `clusters[${index}]`)),
    ...(strategy && readable ? checkStrategy(strategy, specs.length) : []),
    ...(plan?.problems ?? []),
  ];
  if (problems.length > 0 || !name || !strategy || !pools || !plan) return { problems };
  return { problems, checked: { name, clusters: specs, strategy, pools, topology, waves: plan.waves, warnings: strategyWarnings(strategy, specs.length) } };
}

/** A request that we refuse is still put to ipam, so that the caller hears everything at once. */
export async function problemsOfIpam(ipam: Ipam, { clusters, pools, topology }: ReadRequest, caller: OnBehalf): Promise<readonly Problem[]> {
  if (clusters.length === 0 || !pools) return [];
  const request: AddressPlanRequest = { name: 'check', clusters: clusters.map(({ spec }) => spec), pools, ...(topology === undefined ? {} : { topology }) };
  try {
    await ipam.planDry(request, caller);
    return [];
  } catch (error) {
    // Only what it says about the request; a service that is away must not hide what we found ourselves.
    if (error instanceof DomainError && (error.kind === 'invalid' || error.kind === 'conflict')) return problemsOf(error).map((problem) => ({ ...problem, path: placed(problem.path, clusters) }));
    return [];
  }
}

/** The same problem may be ours and ipam's: said once. */
export function withoutRepeats(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ path, code }) => !seen.has(`${path} ${code}`) && seen.add(`${path} ${code}`));
}

/** ipam got only the clusters that could be read: its `clusters[1]` is maybe our `clusters[3]`. */
function placed(path: string, clusters: readonly PlacedCluster[]): string {
  return path.replace(/^clusters\[(\d+)\]/, (whole, index: string) => {
    const cluster = clusters[Number(index)];
    return cluster ? `clusters[${cluster.index}]` : whole;
  });
}

async function existingFor(db: Db, clusters: readonly PlacedCluster[]): Promise<Existing> {
  const names = clusters.map(({ spec }) => spec.name.toLowerCase());
  const taken = await sql<{ name: string; rollout: string | null }>`
    select lower(c.name) as name, (select r.name from item i join rollout r on r.id = i.rollout_id where i.cluster = c.name order by r.id desc limit 1) as rollout
    from cluster c where lower(c.name) = any(${names})
  `.execute(db);
  const counts = await sql<{ subscription_id: string; region: string; count: number }>`
    select subscription_id, region, count(*)::int as count from cluster group by subscription_id, region
  `.execute(db);
  return {
    names: new Map(taken.rows.map(({ name, rollout }) => [name, rollout === null ? 'an existing cluster' : `rollout ${rollout}`])),
    perRegion: new Map(counts.rows.map((row) => [placeOf({ subscriptionId: row.subscription_id, region: row.region }), row.count])),
  };
}

/** The networks of the clusters, as far as they exist. @throws DomainError as ipam says it */
export function networksOf(ipam: Ipam, clusters: readonly ClusterSpec[], caller: OnBehalf): Promise<ReadonlyMap<string, NetworkFacts>> {
  return ipam.networks([...new Set(clusters.map(({ network }) => network))], caller);
}

function notAvailable(action: string): Problem {
  return { path: 'action', code: 'action_not_available', message: `${action} is not available yet`, value: action, suggestion: `one of ${availableActions.join(', ')}` };
}

function required(path: string, message: string): Problem {
  return { path, code: 'required', message };
}
