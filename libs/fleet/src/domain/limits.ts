import type { NumberOrPercent } from './cluster-spec.js';
import type { Strategy } from './rollout-request.js';

/** How many of `count` may be under way at once: percentages round down, and one is always allowed. */
export function concurrencyOf(limit: NumberOrPercent, count: number): number {
  return Math.max(1, typeof limit === 'number' ? limit : Math.floor((count * percentOf(limit)) / 100));
}

/** How many of `count` may fail before the rollout stops: percentages round up. */
export function failuresOf(limit: NumberOrPercent, count: number): number {
  return typeof limit === 'number' ? limit : Math.ceil((count * percentOf(limit)) / 100);
}

/** What STRICT leaves of a concurrency: each item in flight is counted as if it were to fail. */
export function strictConcurrency(maxConcurrency: number, maxFailures: number, failed = 0): number {
  return Math.max(1, Math.min(maxConcurrency, maxFailures - failed + 1));
}

/** How many of a wave run at a time at most, of a rollout of `count`. STRICT also keeps to what the wave itself may lose. */
export function slotsOf(
  { maxConcurrency, maxFailures, failureMode }: Pick<Strategy, 'maxConcurrency' | 'maxFailures' | 'failureMode'>,
  count: number,
  wave: { readonly clusters: readonly string[]; readonly maxConcurrency?: number; readonly maxFailures?: number },
): number {
  const limit = Math.min(concurrencyOf(maxConcurrency, count), wave.maxConcurrency ?? Infinity, Math.max(1, wave.clusters.length));
  if (failureMode !== 'STRICT') return limit;
  return strictConcurrency(limit, Math.min(failuresOf(maxFailures, count), wave.maxFailures ?? Infinity));
}

/** How many of a wave are under way at a time in one place, to which the strategy may give limits of its own. */
export function slotsAt(
  strategy: Parameters<typeof slotsOf>[0],
  count: number,
  wave: Parameters<typeof slotsOf>[2],
  limits: readonly (NumberOrPercent | undefined)[],
): number {
  return Math.min(slotsOf(strategy, count, wave), ...limits.flatMap((limit) => (limit === undefined ? [] : [concurrencyOf(limit, count)])));
}

function percentOf(text: string): number {
  return Number(text.slice(0, -1));
}
