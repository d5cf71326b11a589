import { describe, expect, it } from 'vitest';
import { CannotStart } from './cannot-start.js';
import { BadConfiguration } from './config.js';
import { whyNot } from './start-or-exit.js';

const DATABASE = 'DATABASE_URL says where PostgreSQL answers: start it there, or correct DATABASE_URL';
const refused = (port: number) => Object.assign(new Error(`connect ECONNREFUSED 127.0.0.1:${port}`), { code: 'ECONNREFUSED' });

describe(whyNot, () => {
  it.each([
    [new BadConfiguration(['API_TOKENS_FILE: no such file']), 'The configuration is invalid:\n- API_TOKENS_FILE: no such file'],
    [new CannotStart('the server does not start; see its log'), 'cannot start: the server does not start; see its log'],
    [refused(1), `cannot start: connect ECONNREFUSED 127.0.0.1:1. ${DATABASE}`],
    [
      Object.assign(new AggregateError([refused(1), refused(2)]), { code: 'ECONNREFUSED' }),
      `cannot start: connect ECONNREFUSED 127.0.0.1:1; connect ECONNREFUSED 127.0.0.1:2. ${DATABASE}`,
    ],
    [
      Object.assign(new Error('password authentication failed for user "u"'), { code: '28P01' }),
      `cannot start: password authentication failed for user "u". ${DATABASE}`,
    ],
    [new Error('timeout exceeded when trying to connect'), `cannot start: timeout exceeded when trying to connect. ${DATABASE}`],
    [
      Object.assign(new Error('getaddrinfo ENOTFOUND db'), { code: 'ENOTFOUND', syscall: 'getaddrinfo' }),
      'cannot start: getaddrinfo ENOTFOUND db. Correct the host of DATABASE_URL, or HOST',
    ],
    [
      Object.assign(new Error('listen EADDRINUSE: address already in use :::1'), { code: 'EADDRINUSE', syscall: 'listen' }),
      'cannot start: listen EADDRINUSE: address already in use :::1. Another process has that port: stop it, or set PORT to another',
    ],
    [
      Object.assign(new Error("EACCES: permission denied, mkdir '/x'"), { code: 'EACCES', syscall: 'mkdir', path: '/x' }),
      "cannot start: EACCES: permission denied, mkdir '/x'. PODSPAN_HOME must be a folder that this user may write",
    ],
  ])('says %s without a stack', (error, words) => {
    expect(whyNot(error)).toBe(words);
  });

  it('keeps the stack of what nobody has foreseen', () => {
    expect(whyNot(new TypeError('x is not a function'))).toContain('start-or-exit.spec.ts');
  });
});
