import { describe, expect, it } from 'vitest';
import { aBackend, aGateway, aRoute } from '../testing/arbitrary-intent.js';
import { aCluster, anIntent, noNeighbours } from '../testing/builders.js';
import { agcUsage } from './agc-usage.js';
import { checkAgcLimits } from './check-agc-limits.js';
import { checkAgcPlacement } from './check-agc-placement.js';
import { checkIntent } from './check-intent.js';
import type { OtherGateway } from './controller-users.js';
import { exceeded, limits, type Limit } from './limits.js';
import { renderManifests } from './render-manifests.js';
import type { RouteIntent } from './route-intent.js';

const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
const names = (count: number): string[] => many(count, (index) => `f${index + 1}`);
const tls = (secret: string): Pick<RouteIntent, 'tls'> => ({ tls: { secret } });
const host = (index: number): string => `h${index}.example.com`;

/** Routes that use exactly `count` of one limit of an AGC, and none of another beyond it. */
const routesUsing: Readonly<Partial<Record<Limit, (count: number) => { frontends?: string[]; routes: RouteIntent[] }>>> = {
  routes: (count) => ({ routes: many(count, (index) => aRoute({ name: `r${index}` })) }),
  rules: (count) => ({
    routes: many(Math.ceil(count / 16), (index) =>
      aRoute({ name: `r${index}`, rules: many(Math.min(16, count - index * 16), () => ({ backends: [aBackend()] })) }),
    ),
  }),
  services: (count) => ({
    routes: many(count, (index) => aRoute({ name: `r${index}`, rules: [{ backends: [aBackend({ service: `s${index}` })] }] })),
  }),
  listenersPerGateway: (count) => ({
    routes: many(count - 1, (index) => aRoute({ name: `r${index}`, hostnames: [host(index)], ...tls('c') })),
  }),
  listeners: (count) => ({
    frontends: names(4),
    routes: many(count - 4, (index) =>
      aRoute({
        name: `r${index}`,
        hostnames: [host(index)],
        frontends: [`f${(index % 4) + 1}`],
        ...(index % 2 === 0 ? tls('c') : tls('d')),
      }),
    ),
  }),
  certificates: (count) => ({
    frontends: names(2),
    routes: many(count, (index) =>
      aRoute({ name: `r${index}`, hostnames: [host(index >> 1)], frontends: [`f${((index >> 1) % 2) + 1}`], ...tls(`c${index % 2}`) }),
    ),
  }),
  certificatesPerHost: (count) => ({ routes: many(count, (index) => aRoute({ name: `r${index}`, ...tls(`c${index}`) })) }),
  requestHeaderBytes: (count) => ({
    routes: [
      aRoute({
        rules: [
          {
            backends: [aBackend()],
            headers: {
              request: {
                set: many(15, (index) => ({ name: `x-${String(index).padStart(2, '0')}`, value: 'v'.repeat(4_000) })),
                add: [{ name: 'x-15', value: 'v'.repeat(count - 15 * 4_008 - 8) }],
              },
            },
          },
        ],
      }),
    ],
  }),
};

describe('the limits of AGC that routes add up to', () => {
  it.each(Object.entries(routesUsing) as [Limit, (count: number) => { frontends?: string[]; routes: RouteIntent[] }][])(
    '%s: exactly the limit passes, one above is named',
    (limit, using) => {
      const { most: max, rule } = limits[limit];
      const check = (count: number): readonly unknown[] => {
        const { frontends = ['frontend'], routes } = using(count);
        const problems = checkAgcLimits(aGateway({ frontends }), routes);
        // 201 routes have 201 rules, 200 listeners refer to as many certificates: one at a time.
        return problems.filter(({ conflictsWith }) => (conflictsWith as { limit: Limit }).limit === limit);
      };
      expect(check(max)).toEqual([]);
      expect(check(max + 1)).toMatchObject([{ code: 'agc_limit_exceeded', rule, value: max + 1, conflictsWith: { limit, max } }]);
    },
  );

  it('endpoints: as many as the Services are said to have (AGC-15)', () => {
    const routes = [aRoute(), aRoute({ name: 'other', rules: [{ backends: [aBackend({ service: 'other' })] }] })];
    expect(agcUsage(aGateway(), routes).endpoints).toBe(2);
    const { endpoints } = agcUsage(aGateway(), routes, (service) => (service === 'shop/web' ? 4_999 : 2));
    expect(exceeded('endpoints', endpoints, 'routes')).toMatchObject([{ rule: 'AGC-15', value: 5_001 }]);
    expect(exceeded('endpoints', endpoints - 1, 'routes')).toEqual([]);
  });

  it('one association, and one Gateway for each frontend, whatever the routes (AGC-11, AGC-19)', () => {
    const gateway = aGateway({ frontends: names(5), loadBalancer: { subnetId: '/s' } });
    const objects = renderManifests(
      gateway,
      many(8, (index) => aRoute({ name: `r${index}`, hostnames: [host(index)], ...tls('c') })),
    );
    expect(objects.filter(({ kind }) => kind === 'Gateway')).toHaveLength(5);
    expect(objects.flatMap((object) => (object.kind === 'ApplicationLoadBalancer' ? object.spec.associations : []))).toEqual(['/s']);
  });
});

describe('the limits of AGC that a gateway is counted against', () => {
  const other: OtherGateway = {
    name: 'other',
    kind: 'AGC',
    deployment: 'MANAGED',
    state: 'READY',
    removesController: false,
    wafPolicyId: undefined,
  };
  const placed = (over: object): readonly object[] => checkAgcPlacement(anIntent(), aCluster(), undefined, { ...noNeighbours, ...over });

  it.each<[string, string, number, (count: number) => readonly object[]]>([
    ['AGC per subscription', 'AGC-10', 1_000, (count) => placed({ inSubscription: count - 1 })],
    ['frontends per AGC', 'AGC-12', 5, (count) => checkIntent(anIntent({ frontends: names(count) }))],
    ['AGC per ALB Controller', 'AGC-13', 5, (count) => placed({ onCluster: count - 1 })],
    [
      'ALB Controllers per cluster',
      'AGC-18',
      1,
      (count) => placed({ others: many(2, () => ({ ...other, deployment: count > 1 ? 'ADDON' : 'MANAGED' })) }),
    ],
  ])('%s: exactly the limit passes, one above is named', (_, rule, max, check) => {
    expect(check(max)).toEqual([]);
    expect(check(max + 1)).toMatchObject([{ code: 'agc_limit_exceeded', rule, conflictsWith: { max } }]);
  });
});
