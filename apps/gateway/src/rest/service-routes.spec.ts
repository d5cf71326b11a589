import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ownerOf, SERVICES } from './service-routes.js';

describe('the owner of a path', () => {
  it.each([
    ['/v1/pools', 'ipam'],
    ['/v1/address-plans/p/release', 'ipam'],
    ['/v1/topologies', 'ipam'],
    ['/v1/rollouts/r/events', 'provisioning'],
    ['/v1/clusters', 'provisioning'],
    ['/v1/ingress-gateways/g/manifests', 'ingress'],
    ['/v1/ingress-translations', 'ingress'],
    ['/admin/queues/provisioning', 'provisioning'],
    ['/admin/queues/ingress/api/queues', 'ingress'],
  ])('%s is %s', (path, owner) => {
    expect(ownerOf(path)).toBe(owner);
  });

  it.each([
    '/admin/queues',
    '/admin/queues/ipam',
    '/admin/queues/x/../provisioning',
    '/v1',
    '/v1/',
    '/v2/pools',
    '/v1/toString',
    '/v1/pools/../rollouts',
    '/v1/pools/%2E%2e/x',
    '/v1/pools/..%5Cx',
    '/v1/pools/%zz',
  ])('%s has none', (path) => {
    expect(ownerOf(path)).toBeUndefined();
  });

  it.each(SERVICES)('%s is reached under every path of its document', (service) => {
    const file = new URL(`../../../../libs/client/openapi/${service}.json`, import.meta.url);
    const { paths } = JSON.parse(readFileSync(file, 'utf8')) as { paths: Readonly<Record<string, unknown>> };
    const lost = Object.keys(paths).filter((path) => path.startsWith('/v1/') && ownerOf(path) !== service);
    expect([lost, Object.keys(paths).length > 0]).toEqual([[], true]);
  });
});
