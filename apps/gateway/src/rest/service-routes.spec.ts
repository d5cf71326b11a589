import { describe, expect, it } from 'vitest';
import { ownerOf } from './service-routes.js';

describe('the owner of a path', () => {
  it.each([
    ['/v1/pools', 'ipam'],
    ['/v1/address-plans/p/release', 'ipam'],
    ['/v1/topologies', 'ipam'],
    ['/v1/rollouts/r/events', 'provisioning'],
    ['/v1/clusters', 'provisioning'],
    ['/v1/ingress-gateways/g/manifests', 'ingress'],
    ['/v1/ingress-translations', 'ingress'],
  ])('%s is %s', (path, owner) => {
    expect(ownerOf(path)).toBe(owner);
  });

  it.each(['/v1', '/v1/', '/v2/pools', '/v1/toString', '/v1/pools/../rollouts', '/v1/pools/%2E%2e/x', '/v1/pools/..%5Cx', '/v1/pools/%zz'])(
    '%s has none',
    (path) => {
      expect(ownerOf(path)).toBeUndefined();
    },
  );
});
