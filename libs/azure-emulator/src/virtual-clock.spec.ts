import { describe, expect, it } from 'vitest';
import { VirtualClock } from './virtual-clock.js';

const clockAt = (speed: number, manual = false) => {
  const real = { now: 0 };
  return { real, clock: new VirtualClock({ speed, manual, startAt: 0 }, () => real.now) };
};

describe('the virtual clock', () => {
  it('runs as fast as it is told', () => {
    const { real, clock } = clockAt(60);
    real.now = 1000;
    expect(clock.now()).toBe(60_000);
  });

  it('keeps the time it has when its speed changes', () => {
    const { real, clock } = clockAt(60);
    real.now = 1000;
    clock.change({ speed: 1 });
    real.now = 2000;
    expect(clock.now()).toBe(61_000);
  });

  it('stands still by hand until it is advanced', () => {
    const { real, clock } = clockAt(60, true);
    real.now = 1_000_000;
    expect(clock.now()).toBe(0);
    clock.advance(5);
    expect(clock.now()).toBe(5000);
  });

  it.each([
    [1, 10, { 'retry-after': '10' }],
    [3, 10, { 'retry-after': '4' }],
    [60, 10, {}],
  ])('at speed %d a wait of %d virtual seconds is told as %o', (speed, seconds, expected) => {
    expect(clockAt(speed).clock.retryAfter(seconds)).toEqual(expected);
  });

  it('tells a throttled client its wait in milliseconds when it is under a second', () => {
    expect(clockAt(60).clock.retryAfterThrottle(30)).toEqual({ 'retry-after-ms': '500' });
    expect(clockAt(1).clock.retryAfterThrottle(30)).toEqual({ 'retry-after': '30' });
    expect(clockAt(1, true).clock.retryAfterThrottle(30)).toEqual({});
  });
});
