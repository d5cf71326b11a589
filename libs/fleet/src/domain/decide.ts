import type { CancelMode, FailureMode, Lifecycle, Outcome } from './states.js';

/** One wave with the states of its items counted. Times are milliseconds since the epoch, of the database's clock. */
export interface WaveCounts {
  readonly index: number;
  readonly name: string;
  /** Not started and free to start. */
  readonly pending: number;
  /** Not started and held back since the failure budget stopped the rollout. */
  readonly held: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Failures that count against the budget: a person who resumes accepts those before. */
  readonly countedFailures: number;
  readonly canceled: number;
  readonly skipped: number;
  readonly maxFailures: number | undefined;
  readonly soakSeconds: number;
  readonly approval: boolean;
  readonly approvedAt: number | undefined;
  readonly notBefore?: number | undefined;
  readonly openedAt: number | undefined;
  readonly settledAt: number | undefined;
}

export interface RolloutSnapshot {
  readonly paused: boolean;
  readonly pausedBy: string | undefined;
  readonly cancel: CancelMode | undefined;
  readonly rejectedBy: string | undefined;
  readonly maxFailures: number;
  readonly failureMode: FailureMode;
  readonly startAt?: number | undefined;
  readonly waves: readonly WaveCounts[];
  readonly now: number;
}

export const waitKinds = [
  'FIRST_DISPATCH',
  'ITEMS_IN_FLIGHT',
  'SLOT',
  'FAILURE_BUDGET',
  'MAINTENANCE_WINDOW',
  'SOAK',
  'SCHEDULE',
  'APPROVAL',
  'ITEM_APPROVAL',
  'RESUME',
  'STOPPING',
] as const;

/** Why a rollout does not go on faster. */
export interface Waiting {
  readonly kind: (typeof waitKinds)[number];
  readonly wave?: string;
  /** Milliseconds since the epoch, where time alone ends it. */
  readonly until?: number;
  readonly facts?: Readonly<Record<string, string | number>>;
}

/** What a dispatch does. It is a pure answer to what is, so a dispatch that runs twice decides the same. */
export interface Decision {
  readonly lifecycle: Lifecycle;
  readonly outcome?: Outcome;
  /** One sentence; `undefined` once the rollout is done. */
  readonly waitingFor: string | undefined;
  /** The same for machines; absent once the rollout is done. */
  readonly waiting?: Waiting;
  /** Indexes of waves that have just come to rest. */
  readonly settle: readonly number[];
  /** The wave whose gates have just opened. */
  readonly open?: number;
  /** The wave whose items may be admitted, as far as there are slots. */
  readonly admitFrom?: number;
  /** No item that has not started may start: the failure budget is exceeded. */
  readonly hold: boolean;
  /** When the decision may change by time alone. */
  readonly wakeAt?: number;
}

export function decide(rollout: RolloutSnapshot): Decision {
  const running = sum(rollout.waves, 'running');
  const settle = rollout.waves
    .filter(({ pending, held, running: active, settledAt }) => pending + held + active === 0 && settledAt === undefined)
    .map(({ index }) => index);
  const end = stopping(rollout, running) ?? finished(rollout, running) ?? paused(rollout, running);
  return { settle, hold: false, waitingFor: undefined, ...(end ?? advance(rollout)) };
}

type Partially = Pick<Decision, 'lifecycle'> & Partial<Decision>;

function stopping(rollout: RolloutSnapshot, running: number): Partially | undefined {
  if (rollout.cancel !== undefined || rollout.rejectedBy !== undefined) {
    const why = rollout.rejectedBy === undefined ? 'canceled' : `rejected by ${rollout.rejectedBy}`;
    return running > 0
      ? {
          lifecycle: 'STOPPING',
          waitingFor: `${why}: ${items(running)} in flight to ${rollout.cancel === 'ABORT' ? 'abort' : 'finish'}`,
          waiting: { kind: 'STOPPING', facts: { running } },
        }
      : { lifecycle: 'DONE', outcome: 'CANCELED' };
  }
  const exceeded = budgetExceeded(rollout);
  if (exceeded === undefined) return undefined;
  return running > 0
    ? {
        lifecycle: 'STOPPING',
        hold: true,
        waitingFor: `${exceeded}: ${items(running)} in flight to finish`,
        waiting: { kind: 'STOPPING', facts: { running } },
      }
    : { lifecycle: 'DONE', hold: true, outcome: 'FAILED' };
}

/** Says which budget is exceeded, if one is. */
export function budgetExceeded({ waves, maxFailures }: Pick<RolloutSnapshot, 'waves' | 'maxFailures'>): string | undefined {
  const failed = sum(waves, 'countedFailures');
  if (failed > maxFailures) return `${failed} failed, ${maxFailures} allowed`;
  const wave = waves.find(({ countedFailures, maxFailures: allowed }) => allowed !== undefined && countedFailures > allowed);
  return wave && `${wave.countedFailures} failed in wave '${wave.name}', ${wave.maxFailures} allowed`;
}

function finished({ waves }: RolloutSnapshot, running: number): Partially | undefined {
  if (running + sum(waves, 'pending') > 0) return undefined;
  const failed = sum(waves, 'failed') + sum(waves, 'canceled');
  if (sum(waves, 'held') > 0) return { lifecycle: 'DONE', outcome: 'FAILED' };
  if (failed === 0) return { lifecycle: 'DONE', outcome: 'SUCCEEDED' };
  return { lifecycle: 'DONE', outcome: sum(waves, 'succeeded') > 0 ? 'SUCCEEDED_WITH_FAILURES' : 'FAILED' };
}

function paused(rollout: RolloutSnapshot, running: number): Partially | undefined {
  if (!rollout.paused) return undefined;
  const by = rollout.pausedBy === undefined ? '' : ` by ${rollout.pausedBy}`;
  return {
    lifecycle: 'PAUSED',
    waitingFor: running > 0 ? `paused${by}: ${items(running)} in flight go on` : `paused${by}: waiting for resume`,
    waiting: { kind: 'RESUME', facts: { running, ...(rollout.pausedBy === undefined ? {} : { pausedBy: rollout.pausedBy }) } },
  };
}

/** The first wave with something to do is the current one; later ones wait until it is at rest and its soak is over. */
function advance(rollout: RolloutSnapshot): Partially {
  const current = rollout.waves.find(({ pending, running }) => pending + running > 0);
  if (!current) return { lifecycle: 'RUNNING', waitingFor: 'the next wave', waiting: { kind: 'SLOT' } };
  const { name: wave, running, pending } = current;
  const goesOn = { waitingFor: underWay(current), waiting: { kind: 'ITEMS_IN_FLIGHT', wave, facts: { running, pending } } } as const;
  if (current.openedAt !== undefined) return { lifecycle: 'RUNNING', admitFrom: current.index, ...goesOn };
  return (
    untilTime(rollout, current) ??
    untilApproved(current) ?? { lifecycle: 'RUNNING', open: current.index, admitFrom: current.index, ...goesOn }
  );
}

/** The soak of the waves before, then the hour that was set. */
function untilTime(rollout: RolloutSnapshot, { index, name: wave, notBefore = 0 }: WaveCounts): Partially | undefined {
  const soakedAt = soakEnd(rollout, index);
  const startsAt = Math.max(notBefore, rollout.startAt ?? 0);
  const [until, kind, why] =
    soakedAt >= startsAt ? ([soakedAt, 'SOAK', 'soak before'] as const) : ([startsAt, 'SCHEDULE', 'scheduled start of'] as const);
  if (until <= rollout.now) return undefined;
  const text = `${why} wave '${wave}' until ${new Date(until).toISOString()}`;
  return { lifecycle: 'WAITING', waitingFor: text, wakeAt: until, waiting: { kind, wave, until } };
}

function untilApproved({ approval, approvedAt, name: wave }: WaveCounts): Partially | undefined {
  if (!approval || approvedAt !== undefined) return undefined;
  return { lifecycle: 'WAITING', waitingFor: `approval of wave '${wave}'`, waiting: { kind: 'APPROVAL', wave } };
}

/** A wave that comes to rest in this very moment starts its soak now. */
function soakEnd({ waves, now }: RolloutSnapshot, index: number): number {
  const before = waves.filter((wave) => wave.index < index && wave.openedAt !== undefined);
  return Math.max(0, ...before.map(({ settledAt, soakSeconds }) => (settledAt ?? now) + soakSeconds * 1_000));
}

function underWay({ name, running, pending }: WaveCounts): string {
  return `wave '${name}': ${running} in flight, ${pending} to start`;
}

function items(count: number): string {
  return count === 1 ? '1 item' : `${count} items`;
}

type Countable = 'pending' | 'held' | 'running' | 'succeeded' | 'failed' | 'countedFailures' | 'canceled' | 'skipped';

export function sum(waves: readonly WaveCounts[], member: Countable): number {
  return waves.reduce((total, wave) => total + wave[member], 0);
}
