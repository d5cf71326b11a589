import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stateByFree, stateByPercent, type ThresholdState } from './threshold.js';

describe('a threshold', () => {
  it.each([
    ['OK', 3n, 'OK'],
    ['OK', 2n, 'BREACHED'],
    ['BREACHED', 3n, 'BREACHED'],
    ['BREACHED', 5n, 'OK'],
    ['OK', 4n, 'OK'],
  ] as const)('of "fewer than three left", %s with %s free, is then %s', (state, free, then) => {
    expect(stateByFree(state, { minFree: 3n, recoverFree: 5n }, free)).toBe(then);
  });

  it.each([
    ['OK', 79.9, 'OK'],
    ['OK', 80, 'BREACHED'],
    ['BREACHED', 76, 'BREACHED'],
    ['BREACHED', 75, 'OK'],
  ] as const)('of 80 per cent, %s at %s, is then %s', (state, percent, then) => {
    expect(stateByPercent(state, { maxPercent: 80, recoverPercent: 75 }, percent)).toBe(then);
  });

  it('crosses at most as often as the measure passes both marks, and measuring twice changes nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt(0n, 10n), { minLength: 1 }), (measures) => {
        const marks = { minFree: 3n, recoverFree: 6n };
        let state: ThresholdState = 'OK';
        for (const free of measures) {
          const next = stateByFree(state, marks, free);
          expect(stateByFree(next, marks, free)).toBe(next);
          if (next !== state) expect(next === 'BREACHED' ? free < 3n : free >= 6n).toBe(true);
          state = next;
        }
      }),
    );
  });
});
