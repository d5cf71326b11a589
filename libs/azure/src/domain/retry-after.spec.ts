import { describe, expect, it } from 'vitest';
import { parseRetryAfter, waitOf } from './retry-after.js';

const NOW = Date.parse('2026-11-23T01:00:00Z');

describe('Retry-After', () => {
  it.each([
    ['30', 30],
    [' 17 ', 17],
    ['2.5', 2.5],
    ['0', 1],
    ['-5', 1],
    ['3600', 600],
    ['99999999999999999999', 600],
    ['Mon, 23 Nov 2026 01:00:45 GMT', 45],
    ['Mon, 23 Nov 2026 00:00:00 GMT', 1],
    ['Tue, 24 Nov 2026 01:00:00 GMT', 600],
    ['soon', undefined],
    ['2026', 600],
    ['1e3', undefined],
    ['NaN', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('of %j asks to wait %s seconds (F16)', (value, seconds) => {
    expect(parseRetryAfter(value, NOW)).toBe(seconds);
  });

  it('is kept in the bounds of the installation', () => {
    const bounds = { floorSeconds: 0.01, maxSeconds: 5 };
    expect(parseRetryAfter('0', NOW, bounds)).toBe(0.01);
    expect(parseRetryAfter('30', NOW, bounds)).toBe(5);
  });

  it('as a date is measured by the clock of the server that wrote it (F23)', () => {
    const skewed = { 'retry-after': 'Mon, 23 Nov 2026 02:00:20 GMT', date: 'Mon, 23 Nov 2026 02:00:00 GMT' };
    expect(waitOf(skewed, NOW)).toBe(20);
  });

  it('in milliseconds wins over seconds, as in the SDK', () => {
    expect(waitOf({ 'retry-after-ms': '2500', 'retry-after': '9' }, NOW)).toBe(2.5);
    expect(waitOf({ 'x-ms-retry-after-ms': '1500' }, NOW)).toBe(1.5);
    expect(waitOf({ 'retry-after-ms': '40' }, NOW)).toBe(0.04);
    expect(waitOf({ 'retry-after-ms': '0' }, NOW)).toBe(0.01);
    expect(waitOf({ 'retry-after-ms': 'x', 'retry-after': '9' }, NOW)).toBe(9);
    expect(waitOf({}, NOW)).toBeUndefined();
  });
});
