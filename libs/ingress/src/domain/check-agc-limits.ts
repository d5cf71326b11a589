import type { Problem } from '@podspan/errors';
import type { RenderedGateway } from './gateway-intent.js';
import { exceeded } from './limits.js';
import { httpsListeners } from './listeners.js';
import { defaultRoute } from './render-manifests.js';
import type { RouteIntent } from './route-intent.js';
import { partsOf } from './route-parts.js';

/** What all routes of one AGC add up to, counted before anything is applied: AGC-14, AGC-15, AGC-17. */
export function checkAgcLimits(gateway: RenderedGateway, routes: readonly RouteIntent[]): readonly Problem[] {
  const served = [...routes, ...defaultRoute(gateway, routes)];
  const rules = served.flatMap((route) => route.rules);
  const parts = served.flatMap(partsOf);
  const services = new Set(rules.flatMap(({ backends }) => backends.map(({ service, namespace }) => `${namespace}/${service}`)));
  const https = gateway.frontends.map((frontend) => httpsListeners(gateway, frontend, routes));
  const all = https.flat();
  return [
    ...exceeded('routes', parts.length, ''),
    ...exceeded('rules', sum(parts.map((part) => part.rules.length)), 'rules'),
    ...exceeded('services', services.size, 'rules'),
    ...https.flatMap((listeners) => exceeded('listenersPerGateway', listeners.length + 1, 'hostnames')).slice(0, 1),
    ...exceeded('listeners', all.length + gateway.frontends.length, 'hostnames'),
    ...exceeded('certificates', sum(all.map(({ certificates }) => certificates.length)), 'tls'),
    ...all.flatMap(({ certificates }) => exceeded('certificatesPerHost', certificates.length, 'tls.secret')).slice(0, 1),
  ];
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
