import { describe, expect, it } from 'vitest';
import { backoff, pollDelay, throttledFor, untilKnown } from './pacing.js';

describe('how often Azure is asked', () => {
  const cluster = { provider: 'microsoft.containerservice', baseSeconds: 10, speed: 1 };
  const network = { ...cluster, provider: 'microsoft.network' };

  it('asks about a subnet after seconds and about a cluster after the better part of a minute', () => {
    expect(pollDelay({ ...network, ageSeconds: 0 })).toBe(2.5);
    expect(pollDelay({ ...network, ageSeconds: 40 })).toBe(10);
    expect(pollDelay({ ...cluster, ageSeconds: 0 })).toBe(40);
    expect(pollDelay({ ...cluster, ageSeconds: 3600 })).toBe(60);
  });

  it('does not ask before the earliest end it has seen, then often, then less often', () => {
    const known = { ...cluster, earliestSeconds: 240 };
    expect(pollDelay({ ...known, ageSeconds: 0 })).toBe(240);
    expect(pollDelay({ ...known, ageSeconds: 200 })).toBe(40);
    expect(pollDelay({ ...known, ageSeconds: 239.9 })).toBe(15);
    expect(pollDelay({ ...known, ageSeconds: 240 })).toBe(15);
    expect(pollDelay({ ...known, ageSeconds: 480 })).toBe(30);
    expect(pollDelay({ ...known, ageSeconds: 3600 })).toBe(60);
    expect(pollDelay({ ...known, ageSeconds: 0, earliestSeconds: 7200 })).toBe(600);
    expect(pollDelay({ ...network, earliestSeconds: 240, ageSeconds: 0 })).toBe(2.5);
  });

  it("runs with the emulator's clock, save for a Retry-After, which is always real", () => {
    expect(pollDelay({ ...cluster, speed: 100, ageSeconds: 0 })).toBeCloseTo(0.4);
    expect(pollDelay({ ...cluster, speed: 100, ageSeconds: 0, retryAfterSeconds: 3 })).toBe(3);
    expect(throttledFor(undefined, 60, 0)).toBe(1);
    expect(throttledFor(30, 60, 0.5)).toBe(30);
  });

  it('believes no Retry-After beyond ten minutes, and none that is no number (F16)', () => {
    expect(throttledFor(3600, 1, 0)).toBe(600);
    expect(throttledFor(Number.NaN, 1, 0)).toBe(600);
    expect(throttledFor(-5, 1, 0)).toBe(0);
    expect(pollDelay({ ...network, ageSeconds: 0, retryAfterSeconds: 1e9 })).toBe(600);
  });

  it('doubles its patience up to a minute, and never comes back at once', () => {
    expect([0, 1, 2, 5, 6, 60].map((troubles) => backoff(troubles, undefined, 1, 1))).toEqual([1, 2, 4, 32, 60, 60]);
    expect(backoff(0, undefined, 1, 0)).toBe(1);
    expect(backoff(3, 20, 1, 0)).toBe(20);
  });

  it('waits until the same trouble was over for others, a minute at most', () => {
    expect(untilKnown(0, undefined, 1)).toBe(0);
    expect(untilKnown(0, 10, 1)).toBe(10);
    expect(untilKnown(8, 10, 1)).toBe(2);
    expect(untilKnown(12, 10, 1)).toBe(0);
    expect(untilKnown(0, 3600, 10)).toBe(6);
  });
});
