import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aBackend, aRoute } from '../../testing/arbitrary-intent.js';
import { exceededBy } from '../check-agc-limits.js';
import type { RouteIntent } from '../route-intent.js';
import { groupRoutes } from './route-groups.js';
import { spreadRoutes, type CurrentGateway, type RouteSpread, type SpreadRequest } from './spread-routes.js';

const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
const numbered = (index: number): string => `r${String(index).padStart(4, '0')}`;
const plain = (index: number, over: Partial<RouteIntent> = {}): RouteIntent =>
  aRoute({ name: numbered(index), hostnames: [`h${index}.example`], ...over });
const secure = (index: number): RouteIntent => plain(index, { tls: { secret: `c${index}` } });

function spread(routes: readonly RouteIntent[], over: Partial<SpreadRequest> = {}): RouteSpread {
  return spreadRoutes({ name: 'shop', namespace: 'shop', routes, current: [], mostGateways: 5, ...over });
}

const shapeOf = ({ gateways }: RouteSpread): readonly (readonly number[])[] =>
  gateways.map(({ frontends }) => frontends.map(({ routes }) => routes.length));
const asCurrent = ({ gateways }: RouteSpread, exists = false): readonly CurrentGateway[] =>
  gateways.map((gateway) => ({ ...gateway, exists }));

describe(spreadRoutes, () => {
  it.each<[string, readonly RouteIntent[], readonly (readonly number[])[]]>([
    ['no route at all', [], [[0]]],
    ['one route', [plain(0)], [[1]]],
    ['63 TLS hosts on one frontend (AGC-14)', many(63, secure), [[63]]],
    ['64 TLS hosts on two frontends of one AGC', many(64, secure), [[63, 1]]],
    ['100 certificates in one AGC (AGC-15)', many(100, secure), [[63, 37]]],
    ['101 certificates in two AGC, each with a /24 (AGC-22)', many(101, secure), [[63, 37], [1]]],
    ['200 routes on one frontend of one AGC', many(200, plain), [[200]]],
    ['201 routes in two AGC', many(201, plain), [[200], [1]]],
    [
      '101 Services in two AGC',
      many(101, (index) => plain(index, { rules: [{ backends: [aBackend({ service: `s${index}` })] }] })),
      [[100], [1]],
    ],
  ])('places %s', (_, routes, shape) => {
    const found = spread(routes);
    expect(found.problems).toEqual([]);
    expect(shapeOf(found)).toEqual(shape);
    expect(found.gateways.map(({ name }) => name)).toEqual(shape.map((__, index) => (index === 0 ? 'shop' : `shop-${index + 1}`)));
  });

  it('counts the endpoints it is told of (AGC-15)', () => {
    const routes = many(3, (index) => plain(index, { rules: [{ backends: [aBackend({ service: `s${index}` })] }] }));
    expect(shapeOf(spread(routes, { endpoints: () => 2_500 }))).toEqual([[2], [1]]);
  });

  it('names what must stand together and is too much for one frontend', () => {
    const routes = many(5, (index) =>
      plain(index, { hostnames: many(16, (host) => `h${index}-${host}.example`), tls: { secret: 'cert' } }),
    );
    expect(spread(routes).problems).toMatchObject([
      {
        path: 'routes',
        code: 'agc_limit_exceeded',
        rule: 'AGC-14',
        value: 81,
        message: expect.stringMatching(
          /routes r0000, .* \(Secret shop\/cert\) must stand on one frontend: 81 is more than the limit of 64/,
        ),
      },
    ]);
  });

  it('names the routes for which the cluster has no AGC left (AGC-13)', () => {
    const found = spread(many(201, plain), { mostGateways: 1 });
    expect(found.problems).toMatchObject([{ code: 'agc_limit_exceeded', rule: 'AGC-13', value: [numbered(200)] }]);
    expect(shapeOf(found)).toEqual([[200]]);
  });

  it('puts a route of every host on every frontend, and counts it there', () => {
    const everywhere = aRoute({ name: 'all', hostnames: [], tls: { secret: 'default' } });
    const found = spread([...many(63, secure), everywhere]);
    expect(shapeOf(found)).toEqual([[63, 2]]);
    expect(found.gateways[0]?.usage).toMatchObject({ routes: 64, listenersPerGateway: 64, listeners: 67 });
  });

  it('keeps the frontends of a gateway that exists, and opens another gateway when they are full', () => {
    const current = [{ name: 'old', exists: true, frontends: [{ name: 'public', routes: many(63, numbered) }] }];
    const found = spread(many(64, secure), { current });
    expect(found.gateways).toMatchObject([
      { name: 'old', exists: true, frontends: [{ name: 'public' }] },
      { name: 'shop', exists: false, frontends: [{ routes: [numbered(63)] }] },
    ]);
    expect(found.moves).toEqual([]);
  });

  it('moves to the larger part what a new route ties together, and says so', () => {
    const apart = spread(many(64, secure));
    const tie = aRoute({ name: 'tie', hostnames: ['h0.example', 'h63.example'] });
    const tied = spread([...many(64, secure), tie], { current: asCurrent(apart) });
    expect(tied.moves).toEqual([
      { route: numbered(0), from: { gateway: 'shop', frontend: 'frontend' }, to: { gateway: 'shop', frontend: 'frontend-2' } },
    ]);
  });
});

const hosts = fc
  .integer({ min: 0, max: 60 })
  .map((index) => (index % 20 === 0 ? `*.d${index}.example` : `h.d${index - (index % 20)}.example`));
const anyRoute = (index: number): fc.Arbitrary<RouteIntent> =>
  fc
    .record({
      shares: fc.integer({ min: 0, max: 9 }),
      own: fc.integer({ min: 1, max: 4 }),
      host: hosts,
      secure: fc.boolean(),
      service: fc.integer({ min: 0, max: 150 }),
      probed: fc.integer({ min: 0, max: 30 }),
    })
    .map(({ shares, own, host, secure: tls, service, probed }) =>
      aRoute({
        name: numbered(index),
        hostnames: shares === 0 ? [host] : many(own, (at) => `r${index}-${at}.example`),
        ...(tls ? { tls: { secret: shares === 1 ? 'shared' : `c${index}` } } : {}),
        rules: many(own, () => ({ backends: [aBackend({ service: `s${service}` })], ...(probed === 0 ? { healthCheck: {} } : {}) })),
      }),
    );
const sets = fc.integer({ min: 1, max: 260 }).chain((count) => fc.tuple(...many(count, anyRoute)));

describe('a spread of any set of routes', () => {
  it('keeps every limit, leaves no route out, and parts nothing that must stay together', () => {
    fc.assert(
      fc.property(sets, (routes) => {
        const { gateways, problems } = spread(routes, { mostGateways: 50 });
        const unplaced = new Set(problems.flatMap(({ message }) => /routes? ([^(]*)/.exec(message)?.[1] ?? []));
        expect(gateways.flatMap(({ usage }) => exceededBy(usage))).toEqual([]);
        const places = new Map(
          gateways.flatMap(({ name, frontends }) =>
            frontends.flatMap((at) => at.routes.map((route) => [route, `${name}/${at.name}`] as const)),
          ),
        );
        for (const { routes: together } of groupRoutes(routes, 'shop').groups) {
          const found = new Set(together.map(({ name }) => places.get(name)));
          expect(found.size).toBe(1);
          expect(found.has(undefined)).toBe([...unplaced].some((text) => text.includes(together[0]?.name ?? '?')));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is the same however the routes come', () => {
    fc.assert(
      fc.property(sets, (routes) => {
        expect(spread(routes.toReversed())).toEqual(spread(routes));
      }),
      { numRuns: 25 },
    );
  });

  it('moves nothing when a route of its own host comes, or when nothing comes', () => {
    fc.assert(
      fc.property(sets, fc.string({ minLength: 1, maxLength: 3 }), (routes, first) => {
        const before = spread(routes, { mostGateways: 50 });
        const current = asCurrent(before);
        expect(spread(routes, { mostGateways: 50, current })).toEqual(before);
        const name = `${/^[a-z]$/.test(first) ? first : 'a'}-new`;
        const after = spread([...routes, aRoute({ name, hostnames: ['new.example'] })], { mostGateways: 50, current });
        expect(after.moves).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});
