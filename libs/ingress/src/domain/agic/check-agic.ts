import type { Problem } from '@podspan/errors';
import { defaultRoute } from '../render-manifests.js';
import type { RouteIntent } from '../route-intent.js';
import type { RenderedAgic } from './agic-gateway.js';
import { checkAgicLimits } from './agic-limits.js';
import { checkAgicRoute, repeatedAgicPaths } from './check-agic-route.js';
import { checkRedirects } from './check-agic-redirects.js';
import { checkAgicTogether } from './check-agic-together.js';

/** A route that is about to be kept, beside the others of its gateway. Paths are those of the route. */
export function checkRouteOnAgic(gateway: RenderedAgic, route: RouteIntent, others: readonly RouteIntent[]): readonly Problem[] {
  const alone = checkAgicRoute(gateway, route);
  // What the routes come to together can be told of a route that can be rendered.
  if (alone.length > 0) return alone;
  const all = [...others, ...defaultRoute(gateway, [...others, route])];
  return [
    ...repeatedAgicPaths(gateway, route, all),
    ...checkAgicTogether(gateway, route, all),
    ...checkAgicLimits(gateway, [...others, route]),
  ];
}

/**
 * What is kept, once more: the route with TLS that a redirect needs may have been deleted or changed since. Nothing else can come about
 * by a deletion. Each problem under `routes.{name}`.
 */
export function checkAgic(gateway: RenderedAgic, routes: readonly RouteIntent[]): readonly Problem[] {
  return routes.flatMap((route) =>
    checkRedirects(
      gateway,
      route,
      routes.filter((other) => other !== route),
    ).map((problem) => ({ ...problem, path: `routes.${route.name}.${problem.path}` })),
  );
}
