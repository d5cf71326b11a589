import { describe, expect, it } from 'vitest';
import { concurrencyOf, failuresOf, strictConcurrency } from './limits.js';

describe('limits of a rollout', () => {
  it.each`
    limit     | count | expected | because
    ${5}      | ${48} | ${5}     | ${'a number is taken as it is'}
    ${'10%'}  | ${48} | ${4}     | ${'4.8 rounds down'}
    ${'1%'}   | ${48} | ${1}     | ${'one is always allowed'}
    ${'0%'}   | ${48} | ${1}     | ${'nothing at all would never end'}
    ${'100%'} | ${48} | ${48}    | ${'all'}
  `('concurrency $limit of $count is $expected: $because', ({ limit, count, expected }) => {
    expect(concurrencyOf(limit, count)).toBe(expected);
  });

  it.each`
    limit    | count | expected | because
    ${0}     | ${48} | ${0}     | ${'none may fail'}
    ${'10%'} | ${48} | ${5}     | ${'4.8 rounds up'}
    ${'0%'}  | ${48} | ${0}     | ${'none may fail'}
    ${'1%'}  | ${3}  | ${1}     | ${'0.03 rounds up'}
  `('failure budget $limit of $count is $expected: $because', ({ limit, count, expected }) => {
    expect(failuresOf(limit, count)).toBe(expected);
  });

  it('lets one item run at a time when STRICT allows no failure', () => {
    expect(strictConcurrency(20, 0)).toBe(1);
    expect(strictConcurrency(20, 4, 2)).toBe(3);
    expect(strictConcurrency(2, 9)).toBe(2);
  });
});
