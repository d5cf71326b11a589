import { frontendsOf, hostnamesOf } from '../listeners.js';
import type { RouteIntent, RuleIntent } from '../route-intent.js';
import type { RenderedAgic } from './agic-gateway.js';

/** A listener of the Application Gateway: an address, a port, up to five host names; none of them is every host. */
export interface Door {
  readonly frontend: string;
  readonly port: number;
  readonly secured: boolean;
  readonly hosts: readonly string[];
}

/** Whether a route is served with a certificate, from a Secret or from the gateway (AGIC-44). */
export function isSecured({ tls, applicationGateway }: RouteIntent): boolean {
  return tls !== undefined || applicationGateway?.certificate !== undefined;
}

export function portOf(route: RouteIntent): number {
  return route.applicationGateway?.frontendPort ?? (isSecured(route) ? 443 : 80);
}

/** AGIC-43: what `ssl-redirect` does, and nothing else: every path of a host, from HTTP to HTTPS, with 301. */
export function isSslRedirect({ redirect, match }: RuleIntent): boolean {
  if (!redirect || (match?.path && (match.path.type !== 'PREFIX' || match.path.value !== '/'))) return false;
  const { scheme, status, ...rest } = redirect;
  return scheme === 'HTTPS' && status === 301 && Object.values(rest).every((value) => value === undefined);
}

/** Rules that AGIC serves with a backend of their own. */
export function forwards({ rules }: RouteIntent): readonly RuleIntent[] {
  return rules.filter(({ redirect }) => !redirect);
}

/** The sets of host names that share a listener: one each, or all together (AGIC-64). */
export function hostSets(route: RouteIntent): readonly (readonly string[])[] {
  const hosts = hostnamesOf(route).flatMap((host) => host ?? []);
  if (hosts.length === 0) return [[]];
  return route.applicationGateway?.sharedListener ? [hosts] : hosts.map((host) => [host]);
}

/** The listeners of a route itself; what `ssl-redirect` adds is in {@link redirectedDoors}. */
export function doorsOf(gateway: Pick<RenderedAgic, 'frontends'>, route: RouteIntent): readonly Door[] {
  const [port, secured] = [portOf(route), isSecured(route)];
  return frontendsOf(route, gateway).flatMap((frontend) => hostSets(route).map((hosts) => ({ frontend, port, secured, hosts })));
}

/** Which hosts of which frontends answer HTTP with a redirect: `frontend host`, the host empty for every host. */
export function redirectedHosts(gateway: Pick<RenderedAgic, 'frontends'>, routes: readonly RouteIntent[]): ReadonlySet<string> {
  return new Set(
    routes
      .filter((route) => !isSecured(route) && route.rules.some(isSslRedirect))
      .flatMap((route) => frontendsOf(route, gateway).flatMap((frontend) => hostnamesOf(route).map((host) => placeKey(frontend, host)))),
  );
}

export function placeKey(frontend: string, host: string | undefined): string {
  return `${frontend} ${host ?? ''}`;
}

export function doorKey({ frontend, port, hosts }: Door): string {
  return `${frontend} ${port} ${hosts.join()}`;
}

export function sameDoor(a: Door, b: Door): boolean {
  return doorKey(a) === doorKey(b);
}
