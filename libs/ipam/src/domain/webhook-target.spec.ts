import { Cidr } from '@podspan/cidr';
import { describe, expect, it } from 'vitest';
import { isBlockedAddress, targetProblem } from './webhook-target.js';

const strict = { allowLoopback: false, allowed: [] };
const local = { allowLoopback: true, allowed: [] };

describe('a receiver of webhooks', () => {
  it.each([
    'http://example.com/hook',
    'ftp://example.com',
    'nonsense',
    'https://user:secret@example.com/',
    'https://127.0.0.1/',
    'https://localhost:8443/',
    'https://[::1]/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://169.254.169.254/metadata/instance',
    'https://[::ffff:169.254.169.254]/',
    'https://[fe80::1]/',
    'https://168.63.129.16/',
    'https://0.0.0.0/',
    'https://[::]/',
  ])('is not %s', (url) => {
    expect(targetProblem(url, strict)).toBeDefined();
  });

  it.each(['https://example.com/hook', 'https://10.1.2.3:8443/x', 'https://[2001:db8::1]/'])('may be %s', (url) => {
    expect(targetProblem(url, strict)).toBeUndefined();
  });

  it('may be this machine in local mode, also over http, and nothing else without TLS', () => {
    expect(targetProblem('http://127.0.0.1:9/hook', local)).toBeUndefined();
    expect(targetProblem('http://localhost:9/hook', local)).toBeUndefined();
    expect(targetProblem('http://10.0.0.1/hook', local)).toBe('is not https');
    expect(targetProblem('https://169.254.169.254/', local)).toBeDefined();
  });

  it('is judged by the address a name resolves to; ranges of the configuration are allowed', () => {
    expect(isBlockedAddress('::ffff:7f00:1', strict)).toBe(true);
    expect(isBlockedAddress('169.254.1.1', strict)).toBe(true);
    expect(isBlockedAddress('169.254.1.1', { ...strict, allowed: [Cidr.parse('169.254.1.0/24')] })).toBe(false);
    expect(isBlockedAddress('10.0.0.1', strict)).toBe(false);
    expect(isBlockedAddress('not an address', strict)).toBe(true);
  });
});
