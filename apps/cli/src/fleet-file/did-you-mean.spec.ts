import { describe, expect, it } from 'vitest';
import { didYouMean, distanceBetween } from './did-you-mean.js';

describe('what was meant', () => {
  it.each([
    ['netwroks', 'networks'],
    ['nodepools', 'nodePools'],
    ['cont', 'count'],
    ['VIRTUALNETWORK', 'VIRTUAL_NETWORK'],
  ])('%s is near %s', (word, meant) => {
    expect(didYouMean(word, ['networks', 'nodePools', 'count', 'VIRTUAL_NETWORK', 'links'])).toBe(meant);
  });

  it('is nothing when no known word is near', () => {
    expect(didYouMean('replicas', ['networks', 'count'])).toBeUndefined();
    expect(didYouMean('x', [])).toBeUndefined();
  });

  it('counts a swap of neighbours as one edit', () => {
    expect(distanceBetween('ab', 'ba')).toBe(1);
    expect(distanceBetween('', 'abc')).toBe(3);
    expect(distanceBetween('same', 'same')).toBe(0);
  });
});
