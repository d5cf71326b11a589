import type { Problem } from '@podspan/errors';
import { checkAgcLimits } from './check-agc-limits.js';
import { checkRouteOnIngressApi } from './check-ingress-api.js';
import { checkRoute } from './check-route.js';
import { checkShared } from './check-shared.js';
import type { RenderedGateway } from './gateway-intent.js';
import { defaultRoute } from './render-manifests.js';
import type { RouteIntent } from './route-intent.js';

/** A route that is about to be kept on an AGC, beside the others of its gateway. Paths are those of the route. */
export function checkRouteOnAgc(gateway: RenderedGateway, route: RouteIntent, others: readonly RouteIntent[]): readonly Problem[] {
  const together = [...others, route];
  const rest = [...others, ...defaultRoute(gateway, together)];
  return [
    ...checkRoute(gateway, route),
    ...checkShared(gateway, rest, route),
    ...checkAgcLimits(gateway, together),
    ...(gateway.api === 'INGRESS' ? checkRouteOnIngressApi(gateway, route, rest) : []),
  ];
}
