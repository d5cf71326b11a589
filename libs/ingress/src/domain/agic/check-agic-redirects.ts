import type { Problem } from '@podspan/errors';
import { notInIngress } from '../check-plain-ingress.js';
import { frontendsOf, hostnamesOf } from '../listeners.js';
import type { RouteIntent } from '../route-intent.js';
import { forwards, isSecured, isSslRedirect, placeKey, portOf, redirectedHosts } from './agic-doors.js';
import type { RenderedAgic } from './agic-gateway.js';

/** AGIC-43: the redirect is an annotation of what serves the host over HTTPS, and takes the whole host. */
export function checkRedirects(gateway: RenderedAgic, route: RouteIntent, others: readonly RouteIntent[]): readonly Problem[] {
  const all = [...others, route];
  const index = route.rules.findIndex(isSslRedirect);
  if (isSecured(route)) return strained(gateway, route, redirectedHosts(gateway, all));
  return [
    ...(index < 0 ? [] : checkTarget(gateway, route, all, `rules[${index}].redirect`)),
    ...(portOf(route) === 80 ? mixed(gateway, route, all) : []),
  ];
}

/** What a redirect leads to has to be there, and has to bear it. */
function checkTarget(gateway: RenderedAgic, route: RouteIntent, all: readonly RouteIntent[], path: string): readonly Problem[] {
  const secured = all.filter((other) => isSecured(other) && portOf(other) === 443 && forwards(other).length > 0);
  const missing = placesOf(gateway, route).filter((place) => !secured.some((other) => placesOf(gateway, other).includes(place)));
  const redirected = redirectedHosts(gateway, all);
  return [
    ...(missing.length === 0
      ? []
      : [
          lost(
            path,
            'no route of the gateway serves these hosts over HTTPS on port 443',
            'put a route with TLS for the same host names first',
            missing,
          ),
        ]),
    ...(portOf(route) === 80 ? [] : [lost('applicationGateway.frontendPort', 'AGIC redirects port 80', 'leave it out', portOf(route))]),
    ...secured.flatMap((other) =>
      strained(gateway, other, redirected).map((problem) => ({
        ...problem,
        path,
        message: `${problem.message}, and route ${other.name} asks for it`,
        conflictsWith: `route ${other.name}, ${problem.path}`,
      })),
    ),
  ];
}

/** What a route with TLS asks for and cannot have once hosts of it are redirected. */
function strained(gateway: RenderedAgic, route: RouteIntent, redirected: ReadonlySet<string>): readonly Problem[] {
  const places = placesOf(gateway, route);
  const hit = places.filter((place) => redirected.has(place));
  const { sharedListener, priority } = route.applicationGateway ?? {};
  return [
    ...(sharedListener && hit.length > 0 && hit.length < places.length
      ? [lost('applicationGateway.sharedListener', 'a listener redirects all of its hosts or none', 'redirect all of them', hit)]
      : []),
    ...(hit.length > 0 && priority !== undefined
      ? [lost('applicationGateway.priority', 'with a redirect two listeners would have one priority', 'leave it out', priority)]
      : []),
  ];
}

function lost(path: string, message: string, suggestion: string, value?: unknown): Problem {
  return notInIngress(path, message, suggestion, 'AGIC-43', value);
}

/** A host that redirects serves nothing else over HTTP. */
function mixed(gateway: RenderedAgic, route: RouteIntent, all: readonly RouteIntent[]): readonly Problem[] {
  const plain = all.filter((other) => !isSecured(other) && portOf(other) === 80);
  const redirected = redirectedHosts(gateway, plain);
  const other = plain.find(
    (candidate) => forwards(candidate).length > 0 && placesOf(gateway, candidate).some((place) => redirected.has(place)),
  );
  if (!other || !placesOf(gateway, route).some((place) => redirected.has(place))) return [];
  return [
    {
      ...notInIngress(
        'rules',
        'AGIC redirects a host as a whole; the same host has other rules over HTTP',
        'leave one of the two out',
        'AGIC-43',
        route.hostnames,
      ),
      conflictsWith: `route ${other.name}`,
    },
  ];
}

function placesOf(gateway: RenderedAgic, route: RouteIntent): readonly string[] {
  return frontendsOf(route, gateway).flatMap((frontend) => hostnamesOf(route).map((host) => placeKey(frontend, host)));
}
