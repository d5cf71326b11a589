import { describe, expect, it } from 'vitest';
import { whatNext } from './what-next.js';

const rollout = (outcome: 'FAILED' | 'SUCCEEDED' | null, pending: number, failed: number) => ({
  name: 'spring',
  outcome,
  counts: { total: 8, pending, running: 0, succeeded: 0, failed, canceled: 0, skipped: 0 },
});

describe(whatNext, () => {
  it.each([
    [rollout('FAILED', 6, 1), '6 not started: podspan rollout retry spring for what failed, podspan rollout resume spring to go on'],
    [rollout('FAILED', 6, 0), '6 not started: podspan rollout resume spring to go on'],
    [rollout('FAILED', 0, 8), undefined],
    [rollout('SUCCEEDED', 0, 0), undefined],
    [rollout(null, 6, 1), undefined],
  ])('of %j', (view, told) => {
    expect(whatNext(view)).toBe(told);
  });
});
