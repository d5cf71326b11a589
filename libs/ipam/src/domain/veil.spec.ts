import { describe, expect, it } from 'vitest';
import { Veil } from './veil.js';

const hidden = new Set(['secret-hub', 'secret', '10.99.0.0/16', 'fd00:99::/48']);
const veil = new Veil(hidden, '{"from":"mine"}');

describe('what a caller sees of others', () => {
  it.each([
    [
      '10.1.0.0/16 of mine overlaps 10.99.0.0/16 of secret-hub: mine -> hub -> secret-hub.',
      '10.1.0.0/16 of mine overlaps hidden of hidden: mine -> hub -> hidden.',
    ],
    ['mine--secret--peering', 'mine--hidden--peering'],
    ['/subscriptions/1/virtualNetworks/secret/subnets/a', '/subscriptions/1/virtualNetworks/hidden/subnets/a'],
    ['fd00:99::/48', 'hidden'],
    ['secrets and secret-hubs, 10.99.0.0/17 and 110.99.0.0/16', 'secrets and secret-hubs, 10.99.0.0/17 and 110.99.0.0/16'],
  ])('%s', (text, shown) => expect(veil.text(text)).toBe(shown));

  it('covers texts at any depth, keeps how many there are, and leaves the rest as it is', () => {
    const answer = { path: ['mine', 'secret-hub', 'secret'], facts: { secret: 1, at: null, list: [{ cidr: '10.99.0.0/16' }] } };
    expect(veil.over(answer)).toEqual({ path: ['mine', 'hidden', 'hidden'], facts: { secret: 1, at: null, list: [{ cidr: 'hidden' }] } });
  });

  it('does not cover what the caller said', () => {
    expect(new Veil(hidden, '{"cidr":"10.99.0.0/16"}').text('10.99.0.0/16 of secret')).toBe('10.99.0.0/16 of hidden');
  });
});
