import { describe, expect, it } from 'vitest';
import { block, type BucketState, faster, feed, fullBucket, refill, take } from './token-bucket.js';

const SHAPE = { burst: 3, refillPerSecond: 0.5 };

function drain(state: BucketState, now: number, times: number): BucketState {
  return Array.from({ length: times }).reduce<BucketState>((current) => take(SHAPE, current, now).state, state);
}

describe('a token bucket', () => {
  it('gives its burst at once and then says when the next token is there', () => {
    const empty = drain(fullBucket(SHAPE, 1_000), 1_000, 3);
    expect(take(SHAPE, empty, 1_000)).toMatchObject({ granted: false, retryAt: 3_000 });
    expect(take(SHAPE, empty, 2_999)).toMatchObject({ granted: false, retryAt: 3_000 });
    expect(take(SHAPE, empty, 3_000).granted).toBe(true);
  });

  it('never fills above its burst', () => {
    expect(refill(SHAPE, drain(fullBucket(SHAPE, 0), 0, 3), 1_000_000).tokens).toBe(3);
  });

  it('never gives more than burst plus refill over any time, however it is asked', () => {
    let state = fullBucket(SHAPE, 0);
    let granted = 0;
    for (let now = 0; now <= 60_000; now += 37) {
      const taken = take(SHAPE, state, now);
      state = taken.state;
      if (taken.granted) granted += 1;
    }
    expect(granted).toBeLessThanOrEqual(3 + 30);
    expect(granted).toBeGreaterThanOrEqual(3 + 29);
  });

  it('does not fill and does not empty when the clock steps back (F23)', () => {
    const state = drain(fullBucket(SHAPE, 10_000), 10_000, 2);
    expect(refill(SHAPE, state, 4_000)).toEqual(state);
  });

  it('is lowered by what Azure says is left, never raised', () => {
    const full = fullBucket(SHAPE, 0);
    expect(feed(SHAPE, full, 1, 0).tokens).toBe(1);
    expect(feed(SHAPE, feed(SHAPE, full, 1, 0), 200, 0).tokens).toBe(1);
    expect(feed(SHAPE, full, -4, 0).tokens).toBe(0);
  });

  it('blocked by a 429 gives nothing until the end of the wait, then one at a time (F14)', () => {
    const blocked = block(SHAPE, fullBucket(SHAPE, 0), 30_000, 0);
    expect(take(SHAPE, blocked, 29_999)).toMatchObject({ granted: false, retryAt: 30_000 });
    const first = take(SHAPE, blocked, 30_000);
    expect(first.granted).toBe(true);
    expect(take(SHAPE, first.state, 30_000)).toMatchObject({ granted: false, retryAt: 32_000 });
  });

  it('stays blocked when a later answer names an earlier end', () => {
    const blocked = block(SHAPE, block(SHAPE, fullBucket(SHAPE, 0), 30_000, 0), 10_000, 0);
    expect(blocked.blockedUntil).toBe(30_000);
  });

  it('refills faster where time runs faster', () => {
    const shape = faster(SHAPE, 10);
    const empty = { tokens: 0, at: 0, blockedUntil: 0 };
    expect(take(shape, empty, 0)).toMatchObject({ granted: false, retryAt: 200 });
  });
});
