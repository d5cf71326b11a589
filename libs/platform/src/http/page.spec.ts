import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from './page.js';

const id = '01a20825-7a91-7301-949b-027ab8d501a8';

describe('a cursor', () => {
  it.each([
    [['id'], [id]],
    [['text'], ['aks-1']],
    [['place'], [2_147_483_647]],
    [['sequence'], [9_007_199_254_740_991]],
    [
      ['range', 'text', 'id'],
      ['10.0.0.0/8', '', id],
    ],
  ] as const)('of %j is read as it was made', (kinds, key) => {
    expect(decodeCursor(encodeCursor(key), kinds)).toEqual(key);
  });

  it('that nobody sent is none', () => expect(decodeCursor(undefined, ['id'])).toBeUndefined());

  it.each([
    ['id', ['a']],
    ['id', [1]],
    ['id', [id, id]],
    ['id', []],
    ['place', [2_147_483_648]],
    ['place', [-1]],
    ['place', ['1']],
    ['sequence', [1.5]],
    ['sequence', [1e300]],
    ['range', ['10.0.0.1/8']],
    ['range', ['zz']],
    ['range', ['10.0.0.0']],
    ['text', ['a\0']],
    ['text', ['\ud800']],
    ['text', [7]],
  ] as const)('of %s is not made of %j', (kind, key) => {
    expect(() => decodeCursor(encodeCursor(key), [kind])).toThrow(expect.objectContaining({ code: 'invalid_cursor' }));
  });

  it.each(['', 'x', 'bnVsbA', 'e30', 'WyI'])('is no other text, such as %j', (text) => {
    expect(() => decodeCursor(text, ['text'])).toThrow(expect.objectContaining({ code: 'invalid_cursor' }));
  });
});
