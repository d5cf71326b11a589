import { describe, expect, it } from 'vitest';
import { durationsOf, estimate, type EtaInput } from './eta.js';

const left = (subscriptionId: string, count: number, region = 'weu', network = `${subscriptionId}-spoke`) => ({
  subscriptionId,
  region,
  network,
  count,
});

const input = (change: Partial<EtaInput> = {}): EtaInput => ({
  waves: [
    { left: [left('s1', 6), left('s2', 4)], maxConcurrency: 5, soakSeconds: 100 },
    { left: [left('s1', 5)], maxConcurrency: 5, soakSeconds: 999 },
  ],
  durations: { p50: 60, p90: 120, basis: 'KNOWN' },
  limits: {},
  failureMode: 'FAST',
  maxFailures: 0,
  failed: 0,
  bucketSeconds: 0,
  ...change,
});

describe(estimate.name, () => {
  it('adds rounds of each wave and the soak between waves, not the one after the last', () => {
    expect(estimate(input())).toEqual({ earliestSeconds: 2 * 60 + 100 + 60, latestSeconds: 2 * 120 + 100 + 120 });
  });

  it('counts the limit per subscription', () => {
    expect(estimate(input({ limits: { perSubscription: 2 } })).earliestSeconds).toBe(3 * 60 + 100 + 3 * 60);
  });

  it('counts the limits per region and per network, each within its subscription', () => {
    const waves = [
      { left: [left('s1', 4, 'weu', 'a'), left('s1', 2, 'neu', 'b'), left('s2', 4, 'weu', 'a')], maxConcurrency: 10, soakSeconds: 0 },
    ];
    const rounds = (limits: EtaInput['limits']) => estimate(input({ waves, limits })).earliestSeconds / 60;
    expect([{}, { perRegion: 2 }, { perNetwork: 1 }, { perRegion: 2, perSubscription: 1 }].map(rounds)).toEqual([1, 2, 4, 6]);
  });

  it('counts that STRICT keeps items in flight within the budget', () => {
    expect(estimate(input({ failureMode: 'STRICT', maxFailures: 0 })).earliestSeconds).toBe(10 * 60 + 100 + 5 * 60);
  });

  it('is never earlier than the throttle buckets allow', () => {
    expect(estimate(input({ bucketSeconds: 5_000 })).earliestSeconds).toBe(5_000);
  });

  it('waits for the hour that is set for a wave, from where the waves before it end', () => {
    const [first, second] = input().waves as [EtaInput['waves'][number], EtaInput['waves'][number]];
    const waves = (startsInSeconds: number) => [first, { ...second, startsInSeconds }];
    expect(estimate(input({ waves: waves(100) })).earliestSeconds).toBe(2 * 60 + 100 + 60);
    expect(estimate(input({ waves: waves(5_000) }))).toEqual({
      earliestSeconds: 5_000 + 60,
      latestSeconds: 5_000 + 120,
    });
    expect(estimate(input({ waves: [{ ...first, startsInSeconds: 300 }, second] })).earliestSeconds).toBe(300 + 2 * 60 + 100 + 60);
  });

  it('waits for the maintenance windows of the last of its items', () => {
    const [first] = input().waves as [EtaInput['waves'][number]];
    expect(estimate(input({ waves: [{ ...first, opensInSeconds: 30 }] })).earliestSeconds).toBe(2 * 60);
    expect(estimate(input({ waves: [{ ...first, opensInSeconds: 7_200 }] })).earliestSeconds).toBe(7_200 + 60);
    expect(estimate(input({ waves: [{ ...first, opensInSeconds: 7_200, opensFor: 6 }] })).earliestSeconds).toBe(7_200 + 2 * 60);
  });

  it('is a range however alike the items were, and not one of months because a start is months away', () => {
    const durations = { p50: 60, p90: 60, basis: 'KNOWN' } as const;
    const waves = [{ left: [left('s1', 1)], maxConcurrency: 1, soakSeconds: 0, startsInSeconds: 1_000_000 }];
    expect(estimate(input({ waves, durations }))).toEqual({ earliestSeconds: 1_000_060, latestSeconds: 1_000_066 });
  });

  it('is over when nothing is left', () => {
    expect(estimate(input({ waves: [] }))).toEqual({ earliestSeconds: 0, latestSeconds: 0 });
  });
});

describe(durationsOf.name, () => {
  it('knows nothing until three items have ended', () => {
    expect(durationsOf([1, 2])).toBeUndefined();
    expect(durationsOf([30, 10, 20])).toEqual({ p50: 20, p90: 30, basis: 'KNOWN' });
  });
});
