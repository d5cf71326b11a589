import { strictConcurrency } from './limits.js';
import type { Action } from './rollout-request.js';
import type { FailureMode } from './states.js';

/** Seconds an item takes: half of them are done after `p50`, nine of ten after `p90`. */
export interface Durations {
  readonly p50: number;
  readonly p90: number;
  /** Whether these come from items that ran, or are assumed. */
  readonly basis: 'KNOWN' | 'ASSUMED';
}

/**
 * Without history this is what we assume: a new cluster with its network takes 5 to 12 minutes; what reimages or replaces every node
 * takes as long as the nodes need; a wider pod range is written and no more.
 */
const assumed: Readonly<Record<Action, readonly [p50: number, p90: number]>> = {
  CREATE: [420, 780],
  MIGRATE_TO_OVERLAY: [900, 2400],
  EXPAND_POD_CIDR: [240, 600],
  ENABLE_CILIUM: [900, 2400],
  UPGRADE: [1500, 4500],
  DELETE: [420, 900],
  // Approvals not counted: the gateway, the draining, one write of the cluster.
  MIGRATE_INGRESS: [1200, 2400],
};

export function assumedFor(action: Action): Durations {
  const [p50, p90] = assumed[action];
  return { p50, p90, basis: 'ASSUMED' };
}

/** What is assumed where Azure's time runs faster: in the emulator. */
export function atSpeed(speed: number, action: Action): Durations {
  const { p50, p90, basis } = assumedFor(action);
  return { p50: p50 / speed, p90: p90 / speed, basis };
}

/** Items left in one place, running ones included. */
export interface Left {
  readonly subscriptionId: string;
  readonly region: string;
  readonly network: string;
  readonly count: number;
}

/** Most items at a time of one subscription, and of a region or a network in it. Absent: no limit of its own. */
export interface PlaceLimits {
  readonly perSubscription?: number | undefined;
  readonly perRegion?: number | undefined;
  readonly perNetwork?: number | undefined;
}

export interface WaveToGo {
  readonly left: readonly Left[];
  readonly maxConcurrency: number;
  readonly soakSeconds: number;
  /** Until a time that was set for it, or until the soak before it is over. */
  readonly startsInSeconds?: number | undefined;
  /** Until the maintenance windows of the last of its items open; these start then at the earliest. */
  readonly opensInSeconds?: number | undefined;
  /** How many items those are. */
  readonly opensFor?: number | undefined;
}

export interface EtaInput {
  readonly waves: readonly WaveToGo[];
  readonly durations: Durations;
  readonly limits: PlaceLimits;
  readonly failureMode: FailureMode;
  readonly maxFailures: number;
  readonly failed: number;
  /** Seconds that Azure's token buckets need for the writes that are left, per subscription the longest. */
  readonly bucketSeconds: number;
}

/** Seconds from now. A range, never a point; approvals and pauses are not in it, for nobody knows when a person answers. */
export interface EtaRange {
  readonly earliestSeconds: number;
  readonly latestSeconds: number;
}

/** Walks the waves that are left with the limits that hold. */
export function estimate(input: EtaInput): EtaRange {
  const walk = (seconds: number): number =>
    input.waves.reduce((clock, wave, index) => {
      const begins = Math.max(clock, wave.startsInSeconds ?? 0);
      const last = Math.ceil((wave.opensFor ?? 1) / slotsOf(wave, input));
      const opens = wave.opensInSeconds === undefined ? 0 : wave.opensInSeconds + last * seconds;
      const ends = Math.max(begins + roundsOf(wave, input) * seconds, opens);
      return ends + (input.waves[index + 1] ? wave.soakSeconds : 0);
    }, 0);
  const { durations, bucketSeconds } = input;
  // Only what takes its time is uncertain, not the hour that is set for a start.
  const slow = Math.max(durations.p90, durations.p50 * 1.1);
  return {
    earliestSeconds: Math.round(Math.max(walk(durations.p50), bucketSeconds)),
    latestSeconds: Math.round(Math.max(walk(slow), bucketSeconds * 1.1)),
  };
}

function slotsOf({ maxConcurrency }: WaveToGo, { failureMode, maxFailures, failed }: EtaInput): number {
  return failureMode === 'STRICT' ? strictConcurrency(maxConcurrency, maxFailures, failed) : maxConcurrency;
}

/** The limit that needs the most rounds decides. */
function roundsOf(wave: WaveToGo, input: EtaInput): number {
  const { limits } = input;
  const slots = slotsOf(wave, input);
  const rounds = (limit: number | undefined, placeOf: (left: Left) => string): number =>
    Math.max(0, ...[...countsBy(wave.left, placeOf).values()].map((count) => Math.ceil(count / (limit ?? slots))));
  return Math.max(
    rounds(slots, () => ''),
    rounds(limits.perSubscription, ({ subscriptionId }) => subscriptionId),
    rounds(limits.perRegion, ({ subscriptionId, region }) => `${subscriptionId} ${region}`),
    rounds(limits.perNetwork, ({ subscriptionId, network }) => `${subscriptionId} ${network}`),
  );
}

/** Items by place. */
export function countsBy(left: readonly Left[], placeOf: (left: Left) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const entry of left) counts.set(placeOf(entry), (counts.get(placeOf(entry)) ?? 0) + entry.count);
  return counts;
}

/** Nearest-rank percentiles of what took place, once there are enough to say something. */
export function durationsOf(seconds: readonly number[]): Durations | undefined {
  if (seconds.length < 3) return undefined;
  const sorted = seconds.toSorted((left, right) => left - right);
  const rank = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: rank(0.5), p90: rank(0.9), basis: 'KNOWN' };
}
