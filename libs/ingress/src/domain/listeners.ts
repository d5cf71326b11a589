import { shortHash } from '@podspan/aks';
import type { RenderedGateway } from './gateway-intent.js';
import type { RouteIntent, TlsIntent } from './route-intent.js';

/** One HTTPS listener: a host name (none: every host) and its certificates. */
export interface HttpsListener {
  readonly name: string;
  readonly hostname: string | undefined;
  /** At most two, one ECDSA and one RSA (AGC-17). */
  readonly certificates: readonly Certificate[];
  /** Name of a predefined TLS policy (AGC-62), if a route names one. */
  readonly policy: string | undefined;
}

export type Certificate = Required<Pick<TlsIntent, 'secret' | 'namespace'>>;

export const httpListenerName = 'http';

/** The frontends that serve a route: those it names, or all of the gateway's. */
export function frontendsOf(route: RouteIntent, gateway: Pick<RenderedGateway, 'frontends'>): readonly string[] {
  return route.frontends ?? gateway.frontends;
}

/** The HTTPS listeners that `routes` need on one frontend, by name. Routes of one host share a listener. */
export function httpsListeners(
  gateway: Pick<RenderedGateway, 'frontends' | 'namespace'>,
  frontend: string,
  routes: readonly RouteIntent[],
): readonly HttpsListener[] {
  const hosts = new Map<string | undefined, { certificates: Map<string, Certificate>; policy: string | undefined }>();
  for (const route of routes) {
    if (!route.tls || !frontendsOf(route, gateway).includes(frontend)) continue;
    const { secret, namespace = gateway.namespace, policy } = route.tls;
    for (const hostname of hostnamesOf(route)) {
      const held = hosts.get(hostname) ?? { certificates: new Map<string, Certificate>(), policy: undefined };
      hosts.set(hostname, held);
      held.certificates.set(`${namespace}/${secret}`, { secret, namespace });
      held.policy ??= policy;
    }
  }
  return [...hosts]
    .map(([hostname, { certificates, policy }]) => ({
      name: httpsListenerName(hostname),
      hostname,
      certificates: valuesByKey(certificates),
      policy,
    }))
    .sort((a, b) => byCodePoint(a.name, b.name));
}

/** The listeners a route attaches to: `http` without TLS, else one per host name. */
export function listenerNames(route: RouteIntent): readonly string[] {
  return route.tls ? hostnamesOf(route).map(httpsListenerName) : [httpListenerName];
}

/** None stands for every host. */
export function hostnamesOf(route: RouteIntent): readonly (string | undefined)[] {
  return route.hostnames.length === 0 ? [undefined] : [...route.hostnames].sort(byCodePoint);
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
