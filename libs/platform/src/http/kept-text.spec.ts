import { describe, expect, it } from 'vitest';
import { textNotKept } from './kept-text.js';

describe('text that cannot be kept', () => {
  it.each([
    ['a\0b', ['']],
    [{ name: 'a', owner: { id: 'x\0' } }, ['owner.id']],
    [{ items: ['a', 'b\0', { labels: { k: '\ud800' } }] }, ['items[1]', 'items[2].labels.k']],
    [{ labels: { 'a\0': 'b' } }, ['labels']],
    ['\udc00\ud800', ['']],
  ])('is found in %j', (value, paths) => {
    expect(
      textNotKept(value)
        .map(({ path }) => path)
        .sort(),
    ).toEqual(paths);
  });

  it.each([['plain'], ['pair \ud83d\ude00'], [{ a: [1, null, true, undefined] }], [Buffer.from('\0')], [undefined]])(
    'is not found in %j',
    (value) => {
      expect(textNotKept(value)).toEqual([]);
    },
  );

  it('says what it could be', () => {
    expect(textNotKept('a\0b', 'name')).toEqual([
      {
        path: 'name',
        code: 'invalid_characters',
        message: 'text has neither U+0000 nor half of a surrogate pair',
        value: 'a\0b',
        suggestion: 'ab',
      },
    ]);
  });

  it('is found at any depth, and not told without end', () => {
    let deep: unknown = '\0';
    for (let level = 0; level < 100_000; level++) deep = [deep];
    expect(textNotKept(deep)).toHaveLength(1);
    expect(textNotKept(Array.from({ length: 5000 }, () => '\0')).length).toBe(100);
  });
});
