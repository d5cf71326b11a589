import { describe, expect, it } from 'vitest';
import { contains, holds, overlap, rangeOf, usableAddresses } from './ip-range.js';

const range = (text: string) => {
  const found = rangeOf(text);
  if (!found) throw new Error(text);
  return found;
};

describe('IP ranges', () => {
  it.each(['10.0.0.0/8', '0.0.0.0/0', '10.1.2.3/32', '::/0', 'fd00::/64', '2001:db8:1::/48'])('takes %s', (text) => {
    expect(rangeOf(text)?.text).toBe(text);
  });

  it.each(['10.0.0.1/8', '10.0.0.0', '10.0.0.0/33', '10.0.0/8', '10.0.0.256/32', 'fd00::1/64', '1.2.3.4/-1', '10.0.0.0/8/8', ''])(
    'refuses %s',
    (text) => expect(rangeOf(text)).toBeUndefined(),
  );

  it.each([
    ['10.0.0.0/8', '10.255.0.0/16', true],
    ['10.0.0.0/9', '10.128.0.0/9', false],
    ['10.0.0.0/8', '::/0', false],
    ['fd00::/8', 'fd12:3456::/32', true],
  ])('%s and %s overlap: %s', (a, b, expected) => {
    expect(overlap(range(a), range(b))).toBe(expected);
    expect(overlap(range(b), range(a))).toBe(expected);
  });

  it('contains what lies inside, its own bounds included', () => {
    expect(contains(range('10.0.0.0/16'), range('10.0.0.0/16'))).toBe(true);
    expect(contains(range('10.0.0.0/16'), range('10.0.0.0/15'))).toBe(false);
    expect(holds(range('10.0.0.0/30'), '10.0.0.3')).toBe(true);
    expect(holds(range('10.0.0.0/30'), '10.0.0.4')).toBe(false);
  });

  it('leaves Azure five addresses of every subnet (SN-01)', () => {
    expect(usableAddresses(range('10.0.0.0/24'))).toBe(251);
    expect(usableAddresses(range('10.0.0.0/29'))).toBe(3);
  });
});
