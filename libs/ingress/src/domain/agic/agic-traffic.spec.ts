import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agicRoutes, anAgic, trafficOf } from '../../testing/agic-builders.js';
import { routes as anyRoutes } from '../../testing/arbitrary-intent.js';
import { servedRequests } from '../../testing/arbitrary-served.js';
import { intentTraffic } from '../../testing/intent-traffic.js';
import { agicRoute } from '../../testing/agic-route.js';
import { canonical } from '../canonical.js';
import type { RouteIntent } from '../route-intent.js';
import { objectFaults } from '../schemas/object-faults.js';
import { toYaml } from '../serialize-manifests.js';
import type { RenderedAgic } from './agic-gateway.js';
import { checkAgic, checkRouteOnAgic } from './check-agic.js';
import { renderAgic } from './render-agic.js';

/** Those that would be kept if they were put one after the other. */
function kept(gateway: RenderedAgic, routes: readonly RouteIntent[]): readonly RouteIntent[] {
  return routes.reduce<readonly RouteIntent[]>(
    (held, route) => (checkRouteOnAgic(gateway, route, held).length === 0 ? [...held, route] : held),
    [],
  );
}

describe('traffic through AGIC', () => {
  const gateway = anAgic();

  it('is answered as the routes say, wherever they are accepted', () => {
    let [requests, answered, redirected] = [0, 0, 0];
    fc.assert(
      fc.property(agicRoutes, (all) => {
        const routes = kept(gateway, all);
        if (routes.length === 0) return;
        expect(checkAgic(gateway, routes)).toEqual([]);
        const [promised, through] = [intentTraffic(routes, true), trafficOf(renderAgic(gateway, routes))];
        for (const request of servedRequests) {
          const { to } = promised(request);
          requests++;
          if (to !== 'none') answered++;
          if (to.startsWith('redirect')) redirected++;
          expect(through(request).to, `${request.scheme} ${request.host}${request.path}`).toBe(to);
        }
      }),
      { numRuns: 500, seed: 21, endOnFailure: true },
    );
    expect(requests).toBeGreaterThan(20_000);
    expect(answered).toBeGreaterThan(requests / 5);
    expect(redirected).toBeGreaterThan(500);
  }, 60_000);

  it.each<[string, (text: string) => string]>([
    ['a prefix without its slash', (text) => text.replace('"path":"/api/"', '"path":"/api"')],
    ['a lost redirect', (text) => text.replaceAll('ssl-redirect":"true"', 'ssl-redirect":"false"')],
    ['another rewritten path', (text) => text.replace('backend-path-prefix":"/p"', 'backend-path-prefix":"/q"')],
    ['another order', (text) => text.replace('"name":"shop.web.redirected.02"', '"name":"shop.a"')],
    ['a lost rewrite resource', (text) => text.replace('"modifiedPath":"/full"', '"modifiedPath":"/half"')],
  ])('is seen to differ after a planted mistake: %s', (_, mutate) => {
    const to = (service: string) => [{ service, namespace: 'blue', port: 80 }];
    const routes: RouteIntent[] = [
      {
        name: 'web',
        hostnames: ['a.example.com'],
        tls: { secret: 'cert', namespace: 'blue' },
        rules: [
          { match: { path: { type: 'PREFIX', value: '/api' } }, backends: to('one'), rewrite: { pathPrefix: '/p' } },
          { match: { path: { type: 'PREFIX', value: '/api/v1' } }, backends: to('two'), rewrite: { fullPath: '/full' } },
          { backends: to('three') },
        ],
      },
      { name: 'http', hostnames: ['a.example.com'], rules: [{ backends: [], redirect: { scheme: 'HTTPS', status: 301 } }] },
    ];
    expect(kept(gateway, routes)).toHaveLength(2);
    const text = JSON.stringify(renderAgic(gateway, routes));
    const promised = intentTraffic(routes, true);
    const differs = (json: string) => {
      const through = trafficOf(JSON.parse(json) as ReturnType<typeof renderAgic>);
      return servedRequests.some((request) => through(request).to !== promised(request).to);
    };
    expect(differs(text)).toBe(false);
    expect(mutate(text)).not.toBe(text);
    expect(differs(mutate(text))).toBe(true);
  });

  it('is written in the same bytes for the same content, valid by the CRDs and the definitions of Kubernetes', () => {
    let rendered = 0;
    fc.assert(
      fc.property(anyRoutes, fc.boolean(), (all, both) => {
        const on = anAgic({
          frontends: both ? ['public', 'private'] : ['public'],
          prohibitedTargets: [{ hostname: 'old.example.com', paths: ['/b/*', '/*'] }, {}],
        });
        const routes = kept({ ...on, prohibitedTargets: [] }, all.map(agicRoute));
        const objects = renderAgic(on, routes);
        const shuffled = [...routes].reverse().map((route) => JSON.parse(JSON.stringify(canonical(route))) as RouteIntent);
        expect(toYaml(renderAgic({ ...on, prohibitedTargets: [...on.prohibitedTargets].reverse() }, shuffled))).toBe(toYaml(objects));
        expect(objects.flatMap((object) => objectFaults(object))).toEqual([]);
        rendered += routes.length;
      }),
      { numRuns: 150, seed: 22 },
    );
    expect(rendered).toBeGreaterThan(30);
  });
});
