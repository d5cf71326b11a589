import { describe, expect, it } from 'vitest';
import { TokenBuckets } from './token-buckets.js';

const put = { key: 'put', burst: 20, perSecond: 1 / 60 };
const all = { key: 'all', burst: 100, perSecond: 10 };

describe('token buckets', () => {
  it('let a burst through, then one a minute (QUO-20)', () => {
    const buckets = new TokenBuckets();
    for (let count = 0; count < 20; count += 1) expect(buckets.take([put], 0).refused).toBeUndefined();
    expect(buckets.take([put], 0).refused?.waitSeconds).toBe(60);
    expect(buckets.take([put], 59_000).refused?.waitSeconds).toBeCloseTo(1);
    expect(buckets.take([put], 61_000).refused).toBeUndefined();
    expect(buckets.take([put], 61_000).refused).toBeDefined();
  });

  it('take from none when one is empty', () => {
    const buckets = new TokenBuckets();
    for (let count = 0; count < 20; count += 1) buckets.take([all, put], 0);
    expect(buckets.take([all, put], 0).refused?.demand).toBe(put);
    expect(buckets.take([all], 0).remaining.get('all')).toBe(79);
  });

  it('never hold more than the burst', () => {
    const buckets = new TokenBuckets();
    buckets.take([all], 0);
    expect(buckets.take([all], 1e9).remaining.get('all')).toBe(99);
  });
});
