import { describe, expect, it } from 'vitest';
import { BadConfiguration } from './config.js';
import { whyNot } from './start-or-exit.js';

const refused = (port: number) => Object.assign(new Error(`connect ECONNREFUSED 127.0.0.1:${port}`), { code: 'ECONNREFUSED' });

describe(whyNot, () => {
  it.each([
    [new BadConfiguration(['API_TOKENS_FILE: no such file']), 'The configuration is invalid:\n- API_TOKENS_FILE: no such file'],
    [refused(1), 'cannot start: connect ECONNREFUSED 127.0.0.1:1'],
    [
      Object.assign(new AggregateError([refused(1), refused(2)]), { code: 'ECONNREFUSED' }),
      'cannot start: Error: connect ECONNREFUSED 127.0.0.1:1; Error: connect ECONNREFUSED 127.0.0.1:2',
    ],
  ])('says %s without a stack', (error, words) => {
    expect(whyNot(error)).toBe(words);
  });

  it('keeps the stack of what nobody has foreseen', () => {
    expect(whyNot(new TypeError('x is not a function'))).toContain('start-or-exit.spec.ts');
  });
});
