import type { Arm } from '@podspan/azure';
import { InvalidRequest, type Problem } from '@podspan/errors';
import type { CallContext } from '@podspan/platform';
import { armCallsOf } from './arm-calls.js';
import { checkRequest, networksOf, problemsOfIpam, joined, type CheckedRequest } from './check-request.js';
import { assumedNetworks } from './assumed-networks.js';
import { addressesView } from './cluster-view.js';
import type { Db } from './database.js';
import type { ClusterAddresses } from './domain/addresses.js';
import { versionWarnings } from './domain/check-versions.js';
import { currentApiVersions } from './current-api-versions.js';
import type { CreateInput } from './domain/create/create-input.js';
import { foreseeCreate, type ForeseenResource, type Look } from './domain/create/foresee.js';
import { assumedDurations, atSpeed, estimate } from './domain/eta.js';
import { specHashOf } from './hash-of.js';
import { concurrencyOf, failuresOf, strictConcurrency } from './domain/limits.js';
import { bucketSeconds } from './forecast.js';
import { lookAround } from './look-around.js';
import { freezeClusters, refuseSplitNetworks } from './freeze-clusters.js';
import type { AddressPlanRequest, Ipam } from './ports/ipam.js';
import type { RolloutPlan } from './plan-view.js';
import { readRequest } from './read-request.js';

/** Reads at a time: Azure's read bucket gives 25 a second. */
const looksAtOnce = 8;

/** The dry run: the whole plan of a rollout, with nothing kept anywhere. Asks ipam for a dry plan and Azure for what exists. */
export class PlanRollout {
  constructor(
    private readonly db: Db,
    private readonly ipam: Ipam,
    private readonly arm: Arm,
    /** Azure's seconds per second. */
    private readonly speed = 1,
  ) {}

  /** @throws InvalidRequest with every problem, ours and ipam's */
  async execute(body: unknown, call: CallContext): Promise<RolloutPlan> {
    const request = readRequest(body);
    const { checked, problems } = await checkRequest(this.db, request, await lookAround(this.arm, this.ipam, request, call));
    if (!checked) {
      const isOther = problems.some(({ code }) => code === 'action_not_available');
      throw new InvalidRequest(joined(problems, isOther ? [] : await problemsOfIpam(this.ipam, request, call)));
    }
    const asked: AddressPlanRequest = {
      name: `dry-run-${checked.name}`,
      clusters: checked.clusters,
      pools: checked.pools,
      ...(checked.topology === undefined ? {} : { topology: checked.topology }),
    };
    const { clusters } = await this.ipam.planDry(asked, call);
    const inputs = await this.#freeze(checked, clusters, call);
    const foreseen = await this.#foresee(inputs);
    return { ...planView(checked, clusters, inputs, foreseen), eta: etaOfPlan(checked, inputs, foreseen, this.speed) };
  }

  /** Networks of an assumed topology do not exist yet: their facts are read from it. */
  async #freeze(checked: CheckedRequest, addresses: readonly ClusterAddresses[], call: CallContext): Promise<readonly CreateInput[]> {
    const known = await networksOf(this.ipam, checked.clusters, call);
    const networks = new Map([...assumedNetworks(checked.topology), ...known]);
    refuseSplitNetworks(checked.clusters, networks);
    return freezeClusters(checked.clusters, addresses, networks, {
      rollout: { id: '', name: checked.name },
      apiVersions: currentApiVersions,
    });
  }

  async #foresee(inputs: readonly CreateInput[]): Promise<readonly (readonly ForeseenResource[])[]> {
    const seen = new Map<string, ReturnType<Look>>();
    const look: Look = (id, apiVersion) => {
      const key = id.toLowerCase();
      const known = seen.get(key) ?? this.arm.get(id, apiVersion).then((resource) => resource?.raw as Awaited<ReturnType<Look>>);
      seen.set(key, known);
      return known;
    };
    return inBatches(inputs, looksAtOnce, (input) => foreseeCreate(input, look));
  }
}

async function inBatches<T, R>(items: readonly T[], size: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += size) results.push(...(await Promise.all(items.slice(start, start + size).map(work))));
  return results;
}

function planView(
  checked: CheckedRequest,
  addresses: readonly ClusterAddresses[],
  inputs: readonly CreateInput[],
  foreseen: readonly (readonly ForeseenResource[])[],
): Omit<RolloutPlan, 'eta'> {
  const waveOf = new Map(checked.waves.flatMap(({ name, clusters }) => clusters.map((cluster) => [cluster, name] as const)));
  const facts = new Map(addresses.map((entry) => [entry.name, entry]));
  const all = foreseen.flat();
  const count = (change: ForeseenResource['change']): number =>
    new Set(
      all
        .filter((entry) => entry.change === change)
        .map(({ resourceId, step }) => (resourceId.endsWith('(new)') ? `${resourceId}${step}` : resourceId.toLowerCase())),
    ).size;
  return {
    name: checked.name,
    action: 'CREATE',
    specHash: specHashOf(inputs),
    clusters: inputs.map((input, index) => ({
      name: input.cluster.name,
      wave: waveOf.get(input.cluster.name) ?? '',
      region: input.cluster.region,
      subscriptionId: input.cluster.subscriptionId,
      network: input.cluster.network,
      kubernetesVersion: input.cluster.kubernetesVersion,
      addresses: addressesView(input),
      peakNodes: facts.get(input.cluster.name)?.peakNodes ?? 0,
      podCidrReason: reasonOf(facts.get(input.cluster.name)),
      savings: facts.get(input.cluster.name)?.savings ?? null,
      warnings: plain([...(facts.get(input.cluster.name)?.warnings ?? []), ...versionWarnings(input.cluster, `clusters[${index}]`)]),
      resources: [...(foreseen[index] ?? [])],
    })),
    resources: { create: count('CREATE'), update: count('UPDATE'), none: count('NONE'), blocked: count('BLOCKED') },
    armCalls: armCallsOf(inputs, foreseen),
    waves: checked.waves.map((wave) => ({
      ...wave,
      clusters: [...wave.clusters],
      maxConcurrency: slotsOf(checked, wave),
      maxFailures: wave.maxFailures ?? null,
    })),
    warnings: plain(checked.warnings),
  };
}

function reasonOf(addresses: ClusterAddresses | undefined): RolloutPlan['clusters'][number]['podCidrReason'] {
  const reason = addresses?.podCidrReason;
  return reason ? { message: reason.message, refused: [...reason.refused] } : null;
}

function plain(problems: readonly Problem[]): RolloutPlan['warnings'] {
  return problems.map((found) => ({ ...found }));
}

/** How many of the wave really run at a time. */
function slotsOf(
  { strategy, clusters }: CheckedRequest,
  { maxConcurrency, clusters: members }: { maxConcurrency?: number; clusters: readonly string[] },
): number {
  const limit = Math.min(concurrencyOf(strategy.maxConcurrency, clusters.length), maxConcurrency ?? Infinity, Math.max(1, members.length));
  return strategy.failureMode === 'STRICT' ? strictConcurrency(limit, failuresOf(strategy.maxFailures, clusters.length)) : limit;
}

function etaOfPlan(
  { strategy, waves, clusters }: CheckedRequest,
  inputs: readonly CreateInput[],
  foreseen: readonly (readonly ForeseenResource[])[],
  speed: number,
): RolloutPlan['eta'] {
  const subscriptionOf = new Map(inputs.map(({ cluster }) => [cluster.name, cluster.subscriptionId]));
  const writes = foreseen.flat().filter(({ change }) => change === 'CREATE' || change === 'UPDATE').length;
  const { earliestSeconds, latestSeconds } = estimate({
    waves: waves.map((wave) => ({
      left: countBy(wave.clusters.map((name) => subscriptionOf.get(name) ?? '')),
      maxConcurrency: Math.min(concurrencyOf(strategy.maxConcurrency, clusters.length), wave.maxConcurrency ?? Infinity),
      soakSeconds: wave.soakSeconds,
    })),
    durations: atSpeed(speed),
    maxConcurrencyPerSubscription:
      strategy.maxConcurrencyPerSubscription === undefined
        ? undefined
        : concurrencyOf(strategy.maxConcurrencyPerSubscription, clusters.length),
    failureMode: strategy.failureMode,
    maxFailures: failuresOf(strategy.maxFailures, clusters.length),
    failed: 0,
    bucketSeconds: bucketSeconds(Math.ceil(writes / Math.max(1, new Set(subscriptionOf.values()).size))) / speed,
  });
  return { earliestSeconds, latestSeconds, basis: assumedDurations.basis };
}

function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
