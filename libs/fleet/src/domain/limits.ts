import type { NumberOrPercent } from './cluster-spec.js';

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

function percentOf(text: string): number {
  return Number(text.slice(0, -1));
}
