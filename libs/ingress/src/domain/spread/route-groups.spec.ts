import { describe, expect, it } from 'vitest';
import { aBackend, aRoute } from '../../testing/arbitrary-intent.js';
import type { RouteIntent } from '../route-intent.js';
import { groupRoutes } from './route-groups.js';

const route = (name: string, hostnames: string[], over: Partial<RouteIntent> = {}): RouteIntent =>
  aRoute({ name, hostnames, rules: [{ backends: [aBackend({ service: name })] }], ...over });

describe(groupRoutes, () => {
  it.each<[string, readonly RouteIntent[], readonly string[], readonly string[]]>([
    ['different hosts apart', [route('a', ['a.example']), route('b', ['b.example'])], ['a', 'b'], []],
    ['one host together', [route('a', ['x.example']), route('b', ['x.example', 'y.example'])], ['a+b'], ['host x.example']],
    [
      'what is tied over a third',
      [route('a', ['x.example']), route('c', ['y.example']), route('b', ['x.example', 'y.example'])],
      ['a+b+c'],
      ['host x.example', 'host y.example'],
    ],
    ['a host and the wildcard over it', [route('a', ['a.b.example']), route('w', ['*.example'])], ['a+w'], ['host *.example']],
    ['a wildcard and the wider one', [route('v', ['*.b.example']), route('w', ['*.example'])], ['v+w'], ['host *.example']],
    ['a wildcard and what it does not cover', [route('a', ['example']), route('w', ['*.example'])], ['a', 'w'], []],
    [
      'one Secret together',
      [route('a', ['a.example'], { tls: { secret: 'cert' } }), route('b', ['b.example'], { tls: { secret: 'cert', namespace: 'shop' } })],
      ['a+b'],
      ['Secret shop/cert'],
    ],
    [
      'Secrets of one name in two namespaces apart',
      [route('a', ['a.example'], { tls: { secret: 'cert' } }), route('b', ['b.example'], { tls: { secret: 'cert', namespace: 'web' } })],
      ['a', 'b'],
      [],
    ],
    [
      'a Service that nobody probes apart',
      [
        route('a', ['a.example'], { rules: [{ backends: [aBackend()] }] }),
        route('b', ['b.example'], { rules: [{ backends: [aBackend()] }] }),
      ],
      ['a', 'b'],
      [],
    ],
    [
      'a Service that one of them probes together (AGC-63)',
      [
        route('a', ['a.example'], { rules: [{ backends: [aBackend()], healthCheck: {} }] }),
        route('b', ['b.example'], { rules: [{ backends: [aBackend()] }] }),
      ],
      ['a+b'],
      ['Service shop/web'],
    ],
    [
      'a Service that one of them reaches over TLS together (AGC-61)',
      [
        route('a', ['a.example'], { rules: [{ backends: [aBackend()], backendTls: {} }] }),
        route('b', ['b.example'], { rules: [{ backends: [aBackend()] }] }),
      ],
      ['a+b'],
      ['Service shop/web'],
    ],
  ])('keeps %s', (_, routes, names, shared) => {
    const { groups } = groupRoutes(routes, 'shop');
    expect(groups.map((group) => group.routes.map(({ name }) => name).join('+'))).toEqual(names);
    expect(groups.flatMap((group) => group.shared)).toEqual(shared);
  });

  it('puts routes of every host on every frontend', () => {
    const { groups, everywhere } = groupRoutes([route('all', []), route('a', ['a.example'])], 'shop');
    expect([groups.length, everywhere.map(({ name }) => name)]).toEqual([1, ['all']]);
  });
});
