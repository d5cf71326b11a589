import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DayCount, type ForecastInput, forecastOf, HORIZON_DAYS } from './forecast.js';

const now = new Date('2026-06-01T00:00:00Z');

function input(days: readonly DayCount[], left: readonly (readonly [number, bigint])[], more: Partial<ForecastInput> = {}): ForecastInput {
  return {
    now,
    windowDays: 28,
    observedDays: 28,
    days,
    left: left.map(([prefixLength, available]) => ({ prefixLength, available })),
    ...more,
  };
}

const steady = (prefixLength: number, taken: number, released = 0, length = 28): DayCount[] =>
  Array.from({ length }, (_, daysAgo) => ({ daysAgo, prefixLength, taken, released }));

const daysUntil = (at: string | null | undefined): number | undefined =>
  at === null || at === undefined ? undefined : Math.round((Date.parse(at) - now.getTime()) / 86_400_000);

describe('the forecast of a length', () => {
  it.each([
    ['two a day of 100 left', steady(24, 2), 24, 100n, 50, 50],
    ['what comes back is taken off', steady(24, 3, 1), 24, 100n, 50, 50],
    ['smaller blocks may pack into one: surely nothing, at worst all of it', steady(26, 4), 24, 100n, 100, undefined],
    ['a larger block is many of this length', steady(22, 1), 24, 100n, 25, 25],
  ] as const)('%s', (_, days, length, left, earliest, latest) => {
    const [forecast] = forecastOf(input(days, [[length, left]]));
    expect([daysUntil(forecast?.runsOutAt?.earliest), daysUntil(forecast?.runsOutAt?.latest)]).toEqual([earliest, latest]);
    expect(forecast).toMatchObject({ confidence: 'HIGH', reason: null, blocksLeft: String(left) });
  });

  it('says why there is none', () => {
    const reasonOf = (given: ForecastInput): unknown => {
      const [forecast] = forecastOf(given);
      return [forecast?.reason, forecast?.runsOutAt === null ? null : daysUntil(forecast?.runsOutAt.earliest)];
    };
    expect(reasonOf(input([], [[24, 0n]]))).toEqual(['EXHAUSTED', 0]);
    expect(reasonOf(input([], [[24, 5n]]))).toEqual(['NO_GROWTH', null]);
    expect(reasonOf(input(steady(24, 1, 2), [[24, 5n]]))).toEqual(['NO_GROWTH', null]);
    expect(reasonOf(input(steady(24, 1, 0, 1), [[24, 5n]], { observedDays: 0.5 }))).toEqual(['TOO_YOUNG', null]);
    expect(reasonOf(input(steady(24, 1), [[24, 1n << 64n]]))).toEqual(['BEYOND_HORIZON', null]);
  });

  it('is wider and less sure when the days differ or are few', () => {
    const [burst] = forecastOf(input([{ daysAgo: 3, prefixLength: 24, taken: 56, released: 0 }], [[24, 100n]]));
    expect(daysUntil(burst?.runsOutAt?.earliest)).toBeLessThan(50);
    expect(burst).toMatchObject({ confidence: 'LOW', ownBlocksPerDay: 2, runsOutAt: { latest: null } });
    const [young] = forecastOf(input(steady(24, 2, 0, 3), [[24, 100n]], { observedDays: 3 }));
    expect(young).toMatchObject({ confidence: 'LOW', ownBlocksPerDay: 2 });
    expect(daysUntil(young?.runsOutAt?.earliest)).toBe(50);
  });

  const anyDay = fc.record({
    daysAgo: fc.integer({ min: 0, max: 27 }),
    prefixLength: fc.integer({ min: 20, max: 28 }),
    taken: fc.integer({ min: 0, max: 50 }),
    released: fc.integer({ min: 0, max: 50 }),
  });

  it('never ends before it begins, and more left never lasts shorter', () => {
    fc.assert(
      fc.property(fc.array(anyDay, { maxLength: 60 }), fc.integer({ min: 20, max: 28 }), fc.bigInt(1n, 1n << 40n), (days, length, left) => {
        const [less, more] = forecastOf(
          input(days, [
            [length, left],
            [length, left * 2n],
          ]),
        );
        const [from, to] = [daysUntil(less?.runsOutAt?.earliest), daysUntil(less?.runsOutAt?.latest)];
        if (from !== undefined && to !== undefined) expect(to).toBeGreaterThanOrEqual(from);
        if (from !== undefined) expect(from).toBeLessThanOrEqual(HORIZON_DAYS);
        const later = daysUntil(more?.runsOutAt?.earliest);
        if (from !== undefined && later !== undefined) expect(later).toBeGreaterThanOrEqual(from);
        expect(less?.runsOutAt === null).toBe(less?.reason !== null);
      }),
    );
  });

  it('never says that a shorter length lasts longer than a longer one of the same free space', () => {
    fc.assert(
      fc.property(fc.array(anyDay, { maxLength: 60 }), fc.bigInt(1n, 1n << 20n), (days, blocks) => {
        const [short, long] = forecastOf(
          input(days, [
            [22, blocks],
            [24, blocks * 4n],
          ]),
        );
        const [a, b] = [daysUntil(short?.runsOutAt?.earliest), daysUntil(long?.runsOutAt?.earliest)];
        if (a !== undefined && b !== undefined) expect(Math.abs(a - b)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
