import { describe, expect, it } from 'vitest';
import { roleOf } from './role-of.js';

describe(roleOf, () => {
  it.each([
    [[], 'all'],
    [['--role', 'api'], 'api'],
    [['--role=worker'], 'worker'],
  ])('reads %j as %s', (args, role) => {
    expect(roleOf(args)).toBe(role);
  });

  it.each([[['--role']], [['--role', 'both']], [['--role=']]])('refuses %j', (args) => {
    expect(() => roleOf(args)).toThrow('--role is one of');
  });
});
