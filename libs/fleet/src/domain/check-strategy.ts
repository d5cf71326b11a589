import type { Problem } from '@podspan/errors';
import { failuresOf, strictConcurrency, concurrencyOf } from './limits.js';
import type { Strategy } from './rollout-request.js';

/** Numbers that cannot mean anything for so many clusters. */
export function checkStrategy({ maxConcurrency, maxFailures, ...strategy }: Strategy, count: number): Problem[] {
  const problems: Problem[] = [];
  const positive = (path: string, value: number | string | undefined): void => {
    if (value === 0 || value === '0%')
      problems.push({
        path,
        code: 'too_small',
        message: 'with no item at a time the rollout would never begin',
        value,
        suggestion: 'at least 1',
      });
  };
  positive('strategy.maxConcurrency', maxConcurrency);
  for (const name of ['maxConcurrencyPerSubscription', 'maxConcurrencyPerRegion', 'maxConcurrencyPerNetwork'] as const)
    positive(`strategy.${name}`, strategy[name]);
  strategy.waves?.forEach((wave, index) => positive(`strategy.waves[${index}].maxConcurrency`, wave.maxConcurrency));
  if (typeof maxFailures === 'number' && maxFailures > count) {
    problems.push({
      path: 'strategy.maxFailures',
      code: 'budget_exceeds_count',
      message: `the rollout has ${count} ${count === 1 ? 'cluster' : 'clusters'}`,
      value: maxFailures,
      suggestion: `at most ${count}`,
    });
  }
  return problems;
}

/** What a person may not have meant; it does not refuse the request. */
export function strategyWarnings({ maxConcurrency, maxFailures, failureMode, waves }: Strategy, count: number): Problem[] {
  const warnings: Problem[] = [];
  const slots = concurrencyOf(maxConcurrency, count);
  const strict = strictConcurrency(slots, failuresOf(maxFailures, count));
  if (failureMode === 'STRICT' && strict < Math.min(slots, count)) {
    warnings.push({
      path: 'strategy.failureMode',
      code: 'strict_limits_concurrency',
      message: `STRICT keeps items in flight within the failure budget: ${strict} at a time instead of ${Math.min(slots, count)}`,
      suggestion: 'raise maxFailures, or use FAST, which may overshoot the budget',
    });
  }
  const last = (waves?.length ?? 0) - 1;
  if ((waves?.[last]?.soakSeconds ?? 0) > 0) {
    warnings.push({
      path: `strategy.waves[${last}].soakSeconds`,
      code: 'soak_without_effect',
      message: 'no wave comes after this one, so nothing waits for its soak',
    });
  }
  return warnings;
}
