import { describe, expect, it } from 'vitest';
import { aBackend, aGateway, aRoute } from '../testing/arbitrary-intent.js';
import { checkAgcLimits } from './check-agc-limits.js';
import { checkHealthChecks } from './check-health-check.js';
import { checkRoute } from './check-route.js';
import type { RouteIntent } from './route-intent.js';

const many = (count: number, make: (index: number) => RouteIntent): RouteIntent[] =>
  Array.from({ length: count }, (_, index) => make(index));

describe(checkRoute, () => {
  it('finds nothing wrong with a plain route', () => {
    expect(checkRoute(aGateway(), aRoute())).toEqual([]);
  });

  it.each<[string, Partial<RouteIntent>, string, string]>([
    ['a name that is no DNS label', { name: 'Web_1' }, 'name', 'name_invalid'],
    ['the name of the default route', { name: 'default-backend' }, 'name', 'name_reserved'],
    ['a host in capitals', { hostnames: ['Shop.example.com'] }, 'hostnames[0]', 'hostname_invalid'],
    ['an IP address as host', { hostnames: ['10.0.0.1'] }, 'hostnames[0]', 'hostname_invalid'],
    ['a wildcard inside', { hostnames: ['a.*.example.com'] }, 'hostnames[0]', 'hostname_invalid'],
    ['a host named twice', { hostnames: ['a.example', 'a.example'] }, 'hostnames[1]', 'duplicate'],
    ['seventeen hosts', { hostnames: Array.from({ length: 17 }, (_, index) => `h${index}.example`) }, 'hostnames', 'agc_limit_exceeded'],
    ['an unknown frontend', { frontends: ['other'] }, 'frontends[0]', 'unknown_frontend'],
    ['no rules', { rules: [] }, 'rules', 'rules_missing'],
    ['seventeen rules', { rules: Array.from({ length: 17 }, () => ({ backends: [aBackend()] })) }, 'rules', 'agc_limit_exceeded'],
    ['a rule without backends', { rules: [{ backends: [] }] }, 'rules[0].backends', 'backends_missing'],
    [
      'a Service that starts with a digit',
      { rules: [{ backends: [aBackend({ service: '1web' })] }] },
      'rules[0].backends[0].service',
      'name_invalid',
    ],
    ['port 0', { rules: [{ backends: [aBackend({ port: 0 })] }] }, 'rules[0].backends[0].port', 'port_out_of_range'],
    ['a negative weight', { rules: [{ backends: [aBackend({ weight: -1 })] }] }, 'rules[0].backends[0].weight', 'weight_out_of_range'],
    [
      'a path with //',
      { rules: [{ match: { path: { type: 'PREFIX', value: '/a//b' } }, backends: [aBackend()] }] },
      'rules[0].match.path.value',
      'path_invalid',
    ],
    [
      'a probe every 0 seconds (AGC-63)',
      { rules: [{ backends: [aBackend()], healthCheck: { intervalSeconds: 0 } }] },
      'rules[0].healthCheck.intervalSeconds',
      'health_check_invalid',
    ],
  ])('refuses %s', (_, over, path, code) => {
    expect(checkRoute(aGateway(), aRoute(over))).toMatchObject([{ path, code }]);
  });

  it('reports all problems of a route together', () => {
    const route = aRoute({ name: 'W', hostnames: ['-'], rules: [{ backends: [aBackend({ port: 70_000 }), aBackend({ service: 'A' })] }] });
    expect(checkRoute(aGateway(), route).map(({ path }) => path)).toEqual([
      'name',
      'hostnames[0]',
      'rules[0].backends[0].port',
      'rules[0].backends[1].service',
    ]);
  });

  it('counts the parents a route has: frontends times TLS hosts, at most 32 (AGC-55)', () => {
    const gateway = aGateway({ frontends: ['a', 'b', 'c'] });
    const hostnames = Array.from({ length: 11 }, (_, index) => `h${index}.example`);
    expect(checkRoute(gateway, aRoute({ hostnames }))).toEqual([]);
    expect(checkRoute(gateway, aRoute({ hostnames, tls: { secret: 'cert' } }))).toMatchObject([
      { code: 'agc_limit_exceeded', value: 33, rule: 'AGC-55' },
    ]);
  });
});

describe(checkHealthChecks, () => {
  it('refuses a second way to probe one Service, and names the first', () => {
    const first = aRoute({ name: 'a', rules: [{ backends: [aBackend()], healthCheck: { path: '/live' } }] });
    const second = aRoute({ name: 'b', rules: [{ backends: [aBackend()], healthCheck: { path: '/ready' } }] });
    expect(checkHealthChecks([first], second)).toMatchObject([
      { path: 'rules[0].healthCheck', conflictsWith: 'route a, rules[0]', rule: 'AGC-63' },
    ]);
  });

  it('takes a probe that spells out the defaults for the same', () => {
    const first = aRoute({ name: 'a', rules: [{ backends: [aBackend()], healthCheck: {} }] });
    const second = aRoute({
      name: 'b',
      rules: [{ backends: [aBackend()], healthCheck: { path: '/', host: 'localhost', intervalSeconds: 5 } }],
    });
    expect(checkHealthChecks([first], second)).toEqual([]);
  });
});

describe(checkAgcLimits, () => {
  it.each<[string, RouteIntent[], string, number]>([
    ['201 routes', many(201, (index) => aRoute({ name: `r${index}` })), 'AGC-15', 201],
    [
      '101 Services',
      many(101, (index) => aRoute({ name: `r${index}`, rules: [{ backends: [aBackend({ service: `s${index}` })] }] })),
      'AGC-15',
      101,
    ],
    ['64 TLS hosts beside port 80', many(4, (index) => tlsRoute(index, 16)), 'AGC-14', 65],
    ['a third certificate of one host', many(3, (index) => aRoute({ name: `r${index}`, tls: { secret: `c${index}` } })), 'AGC-17', 3],
  ])('refuses %s', (_, routes, rule, value) => {
    expect(checkAgcLimits(aGateway(), routes)).toContainEqual(expect.objectContaining({ code: 'agc_limit_exceeded', rule, value }));
  });

  it('allows exactly 63 TLS hosts', () => {
    expect(checkAgcLimits(aGateway(), [...many(3, (index) => tlsRoute(index, 16)), tlsRoute(3, 15)])).toEqual([]);
  });
});

function tlsRoute(index: number, hosts: number): RouteIntent {
  return aRoute({
    name: `r${index}`,
    hostnames: Array.from({ length: hosts }, (_, host) => `h${host}.r${index}.example`),
    tls: { secret: 'cert' },
  });
}
