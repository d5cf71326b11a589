import type { Arm } from '@podspan/azure';
import type { Problem } from '@podspan/errors';
import type { ForeseenResource, Look } from '../domain/create/foresee.js';
import { assumedFor, atSpeed, estimate } from '../domain/eta.js';
import type { ItemInput } from '../domain/frozen-plan.js';
import { concurrencyOf, failuresOf, slotsOf } from '../domain/limits.js';
import type { NumberOrPercent } from '../domain/cluster-spec.js';
import type { Action, Strategy } from '../domain/rollout-request.js';
import type { PlannedWave } from '../domain/waves.js';
import { inTurn } from '../in-turn.js';
import { lastOpening, openWindows } from '../domain/maintenance-windows.js';
import { bucketSeconds } from '../dispatch/forecast.js';
import type { RolloutPlan } from './plan-view.js';

/** Reads at a time: Azure's read bucket gives 25 a second. */
const looksAtOnce = 8;

/** What of a checked request says how it runs. */
interface Planned {
  /** Indexes of the maintenance windows of each cluster that has any. */
  readonly windowsOf: ReadonlyMap<string, readonly number[]>;
  readonly action?: Action;
  readonly strategy: Strategy;
  readonly waves: readonly PlannedWave[];
}

/** Foresees each item; a resource that several of them look at is read once. */
export async function foresee<I>(
  arm: Arm,
  inputs: readonly I[],
  of: (input: I, look: Look) => Promise<readonly ForeseenResource[]>,
): Promise<readonly (readonly ForeseenResource[])[]> {
  const seen = new Map<string, ReturnType<Look>>();
  const look: Look = (id, apiVersion) => {
    const key = id.toLowerCase();
    const known = seen.get(key) ?? arm.get(id, apiVersion).then((resource) => resource?.raw as Awaited<ReturnType<Look>>);
    seen.set(key, known);
    return known;
  };
  return inTurn(inputs, looksAtOnce, (input) => of(input, look));
}

/** Distinct resources by what would happen to them. A right that does not exist yet has no id of its own. */
export function countsOfChanges(all: readonly ForeseenResource[]): RolloutPlan['resources'] {
  const count = (change: ForeseenResource['change']): number =>
    new Set(
      all
        .filter((entry) => entry.change === change)
        .map(({ resourceId, step }) => (resourceId.endsWith('(new)') ? `${resourceId}${step}` : resourceId.toLowerCase())),
    ).size;
  return { create: count('CREATE'), update: count('UPDATE'), delete: count('DELETE'), none: count('NONE'), blocked: count('BLOCKED') };
}

export function waveViews(planned: Planned, count: number): RolloutPlan['waves'] {
  return planned.waves.map((wave) => ({
    ...wave,
    clusters: [...wave.clusters],
    maxConcurrency: slotsOf(planned.strategy, count, wave),
    maxFailures: wave.maxFailures ?? null,
  }));
}

/** What two services say alike is said once. */
export function plainProblems(problems: readonly Problem[]): RolloutPlan['warnings'] {
  const once = new Map(problems.map((found) => [JSON.stringify([found.path, found.code, found.message]), found]));
  return [...once.values()].map((found) => ({ ...found }));
}

export function etaOfPlan(
  { action = 'CREATE', strategy, waves, windowsOf }: Planned,
  inputs: readonly ItemInput[],
  foreseen: readonly (readonly ForeseenResource[])[],
  speed: number,
  now = Date.now(),
): RolloutPlan['eta'] {
  const windows = openWindows(strategy.maintenanceWindows ?? [], now);
  const inSeconds = (times: readonly (number | undefined)[]): number =>
    Math.max(0, ...times.map((time) => (time === undefined ? 0 : (time - now) / 1_000)));
  const timeOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Date.parse(text));
  const count = inputs.length;
  const placeOf = new Map(inputs.map(({ cluster }) => [cluster.name, { ...cluster, count: 1 }]));
  const limit = (given: NumberOrPercent | undefined): number | undefined => (given === undefined ? undefined : concurrencyOf(given, count));
  const writes = foreseen.flat().filter(({ change }) => change === 'CREATE' || change === 'UPDATE' || change === 'DELETE').length;
  const { earliestSeconds, latestSeconds } = estimate({
    waves: waves.map((wave) => ({
      left: wave.clusters.flatMap((name) => placeOf.get(name) ?? []),
      maxConcurrency: Math.min(concurrencyOf(strategy.maxConcurrency, count), wave.maxConcurrency ?? Infinity),
      soakSeconds: wave.soakSeconds,
      startsInSeconds: inSeconds([timeOf(strategy.startAt), timeOf(wave.notBefore)]),
      ...opensIn(lastOpening(wave.clusters.map((name) => ({ opens: windows.opensAt(windowsOf.get(name) ?? []), items: 1 }))), inSeconds),
    })),
    durations: atSpeed(speed, action),
    limits: {
      perSubscription: limit(strategy.maxConcurrencyPerSubscription),
      perRegion: limit(strategy.maxConcurrencyPerRegion),
      perNetwork: limit(strategy.maxConcurrencyPerNetwork),
    },
    failureMode: strategy.failureMode,
    maxFailures: failuresOf(strategy.maxFailures, count),
    failed: 0,
    bucketSeconds:
      bucketSeconds(Math.ceil(writes / Math.max(1, new Set(inputs.map(({ cluster }) => cluster.subscriptionId)).size))) / speed,
  });
  return { earliestSeconds, latestSeconds, basis: assumedFor(action).basis };
}

function opensIn(
  last: ReturnType<typeof lastOpening>,
  inSeconds: (times: readonly number[]) => number,
): { readonly opensInSeconds?: number; readonly opensFor?: number } {
  return last ? { opensInSeconds: inSeconds([last.at]), opensFor: last.items } : {};
}
