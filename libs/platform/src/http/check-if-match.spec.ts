import { PreconditionFailed } from '@podspan/errors';
import { describe, expect, it } from 'vitest';
import { checkIfMatch } from './check-if-match.js';

describe('If-Match', () => {
  it.each([undefined, '*', '"3"', 'W/"3"', '"1", "3"', '"1",W/"3" , "9"'])('%s is met by "3"', (ifMatch) => {
    expect(() => checkIfMatch({ ifMatch }, '"3"')).not.toThrow();
  });

  it.each(['', '"2"', '3', '"1", "2"', 'W/"33"'])('%s is not', (ifMatch) => {
    expect(() => checkIfMatch({ ifMatch }, '"3"')).toThrow(PreconditionFailed);
  });
});
