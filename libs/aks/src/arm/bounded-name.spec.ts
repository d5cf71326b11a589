import { describe, expect, it } from 'vitest';
import { boundedName } from './bounded-name.js';

describe(boundedName, () => {
  it('leaves a name that fits as it is', () => {
    expect(boundedName('snet-west-01', 12)).toBe('snet-west-01');
  });

  it('cuts one that does not, and keeps two of them apart', () => {
    const [a, b] = [boundedName(`${'a'.repeat(80)}1`, 63), boundedName(`${'a'.repeat(80)}2`, 63)];
    expect([a.length, b.length]).toEqual([63, 63]);
    expect(a).not.toBe(b);
  });

  it('leaves no separator before the hash', () => {
    expect(boundedName('abc-_.defghijklmnopqrst', 15)).toMatch(/^abc-[0-9a-f]{8}$/);
  });
});
