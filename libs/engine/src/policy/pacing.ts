import { AKS_LIMITS, ARM_LIMITS, DEFAULT_BLOCK_SECONDS } from '@podspan/azure';

/**
 * Two kinds of seconds meet here. Durations of ours and of Azure's operations are Azure's time, which an emulator runs
 * `speed` times as fast; a Retry-After is always real seconds. All results are real seconds.
 */

const CAP_SECONDS = 600;
/** Azure's time. */
const LONGEST_BACKOFF = 60;

/** Operation-status reads that Azure grants per second in one subscription and region. */
export function statusReadsPerSecond(provider: string): number {
  return (provider === 'microsoft.containerservice' ? AKS_LIMITS['operation-status'] : ARM_LIMITS.READ).refillPerSecond;
}

export interface PollAsk {
  readonly provider: string;
  /** Real seconds since the write was sent. */
  readonly ageSeconds: number;
  readonly retryAfterSeconds?: number | undefined;
  /** Azure's time. */
  readonly baseSeconds: number;
  readonly speed: number;
  /** Real seconds before which hardly any operation of this kind ended, where that is known. */
  readonly earliestSeconds?: number | undefined;
}

/** Providers whose operations take minutes; asking after seconds only burns the budget. */
const slow: ReadonlySet<string> = new Set(['microsoft.containerservice', 'microsoft.servicenetworking']);

/** When to ask again about a running operation: in proportion to its age within bounds, never before Azure says. */
export function pollDelay(ask: PollAsk): number {
  return Math.max(byExperience(ask) ?? byAge(ask), capped(ask.retryAfterSeconds ?? 0));
}

function byAge({ provider, ageSeconds, baseSeconds, speed }: PollAsk): number {
  const [floor, ceiling] = slow.has(provider) ? [4 * baseSeconds, 6 * baseSeconds] : [0.25 * baseSeconds, 2 * baseSeconds];
  return Math.min(ceiling / speed, Math.max(floor / speed, ageSeconds / 4));
}

/** Not at all until the first of its kind have ended, then often: as many questions as by age, and the end is found sooner. */
function byExperience({ provider, ageSeconds, baseSeconds, speed, earliestSeconds }: PollAsk): number | undefined {
  if (earliestSeconds === undefined || !slow.has(provider)) return undefined;
  const [often, seldom, longest] = [(1.5 * baseSeconds) / speed, (6 * baseSeconds) / speed, (60 * baseSeconds) / speed];
  const left = earliestSeconds - ageSeconds;
  // A visit may begin a moment early: the question that was put off to the earliest end must not be asked twice for it.
  return left > 0 ? Math.min(Math.max(left, often), longest) : Math.min(seldom, Math.max(often, -left / 8));
}

/** Wait before the same call again: doubling, with jitter so that refused callers do not come back together. */
export function backoff(troubles: number, retryAfterSeconds: number | undefined, speed: number, random: number): number {
  const doubling = Math.min(LONGEST_BACKOFF, 2 ** Math.min(troubles, 6)) / speed;
  const own = Math.max(1 / speed, doubling * (0.5 + random / 2));
  return retryAfterSeconds === undefined ? own : Math.max(own, capped(retryAfterSeconds) * (1 + random / 5));
}

/** Until the same trouble has been over for others. No longer than any other wait, should it be over sooner this time. */
export function untilKnown(troubledSeconds: number, knownSeconds: number | undefined, speed: number): number {
  return knownSeconds === undefined ? 0 : Math.min(LONGEST_BACKOFF / speed, Math.max(0, knownSeconds - troubledSeconds));
}

/** How long a bucket stays closed after a 429. */
export function throttledFor(retryAfterSeconds: number | undefined, speed: number, random: number): number {
  return retryAfterSeconds === undefined ? (DEFAULT_BLOCK_SECONDS * (1 + random / 5)) / speed : capped(retryAfterSeconds);
}

function capped(seconds: number): number {
  return Number.isFinite(seconds) ? Math.min(CAP_SECONDS, Math.max(0, seconds)) : CAP_SECONDS;
}
