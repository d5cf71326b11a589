import { shortHash } from '@podspan/aks';
import type { RenderedGateway } from './gateway-intent.js';
import type { RouteIntent, TlsIntent } from './route-intent.js';

/** One HTTPS listener: a host name (none: every host) and its certificates. */
export interface HttpsListener {
  readonly name: string;
  readonly hostname: string | undefined;
  /** At most two, one ECDSA and one RSA (AGC-17). */
  readonly certificates: readonly Required<TlsIntent>[];
}

export const httpListenerName = 'http';

/** The frontends that serve a route: those it names, or all of the gateway's. */
export function frontendsOf(route: RouteIntent, gateway: RenderedGateway): readonly string[] {
  return route.frontends ?? gateway.frontends;
}

/** The HTTPS listeners that `routes` need on one frontend, by name. Routes of one host share a listener. */
export function httpsListeners(gateway: RenderedGateway, frontend: string, routes: readonly RouteIntent[]): readonly HttpsListener[] {
  const hosts = new Map<string | undefined, Map<string, Required<TlsIntent>>>();
  for (const route of routes) {
    if (!route.tls || !frontendsOf(route, gateway).includes(frontend)) continue;
    const certificate = { secret: route.tls.secret, namespace: route.tls.namespace ?? gateway.namespace };
    for (const hostname of hostnamesOf(route)) {
      const held = hosts.get(hostname) ?? new Map<string, Required<TlsIntent>>();
      hosts.set(hostname, held.set(`${certificate.namespace}/${certificate.secret}`, certificate));
    }
  }
  return [...hosts]
    .map(([hostname, held]) => ({ name: httpsListenerName(hostname), hostname, certificates: valuesByKey(held) }))
    .sort((a, b) => byCodePoint(a.name, b.name));
}

/** The listeners a route attaches to: `http` without TLS, else one per host name. */
export function listenerNames(route: RouteIntent): readonly string[] {
  return route.tls ? hostnamesOf(route).map(httpsListenerName) : [httpListenerName];
}

function hostnamesOf(route: RouteIntent): readonly (string | undefined)[] {
  return route.hostnames.length === 0 ? [undefined] : route.hostnames;
}

/** Different for different hosts, and a legal section name: at most 253 characters, no `*`. */
export function httpsListenerName(hostname: string | undefined): string {
  if (hostname === undefined) return 'https';
  const name = hostname.startsWith('*.') ? `wildcard-https-${hostname.slice(2)}` : `https-${hostname}`;
  return name.length <= 253 ? name : `https-${shortHash(hostname, 32)}`;
}

function valuesByKey<V>(map: ReadonlyMap<string, V>): readonly V[] {
  return [...map].sort(([a], [b]) => byCodePoint(a, b)).map(([, value]) => value);
}

/** Code points, not a locale: the same order on every machine. */
export function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
