import { describe, expect, it } from 'vitest';
import { ThresholdBody } from './threshold-schemas.js';

function pathsOf(body: object): readonly string[] {
  return ThresholdBody.safeParse(body).error?.issues.map(({ path }) => path.join('.')) ?? [];
}

describe('a threshold', () => {
  it.each([
    [{ prefixLength: 24, minFree: 2, recoverFree: '3' }, []],
    [{ prefixLength: 24, minFree: '5', recoverFree: 3 }, ['recoverFree']],
    [{ prefixLength: 24, minFree: 'x', recoverFree: 0 }, ['minFree']],
    [{ prefixLength: 24, minFree: 2, recoverFree: "'" }, ['recoverFree']],
    [{ prefixLength: 24, minFree: '1e999', recoverFree: '0.5', maxPercent: 5 }, ['minFree', 'recoverFree', 'prefixLength']],
    [{ maxPercent: 80, recoverPercent: 90 }, ['recoverPercent']],
    [{}, ['prefixLength']],
  ])('%j is wrong at %j', (body, paths) => {
    expect(pathsOf(body)).toEqual(paths);
  });
});
