import type { RenderedGateway } from './gateway-intent.js';
import type { Limit } from './limits.js';
import { httpsListeners } from './listeners.js';
import { defaultRoute } from './render-manifests.js';
import type { RouteIntent, RuleIntent } from './route-intent.js';
import { partsOf } from './route-parts.js';

/** The limits that the routes of one AGC add up to. */
export const usageLimits = [
  'associations',
  'frontendsPerGateway',
  'routes',
  'rules',
  'services',
  'endpoints',
  'listenersPerGateway',
  'listeners',
  'certificates',
  'certificatesPerHost',
  'requestHeaderBytes',
] as const satisfies readonly Limit[];

export type UsageLimit = (typeof usageLimits)[number];
/** How much of each limit is used; of those that hold for a part (a Gateway, a host, a rule), the part that uses most. */
export type AgcUsage = Readonly<Record<UsageLimit, number>>;

/** Pods behind a Service, `namespace/name`. What nobody knows is one at least. */
export type Endpoints = (service: string) => number;

export type CountedGateway = Pick<RenderedGateway, 'frontends' | 'namespace' | 'defaultBackend'>;

/** AGC-11 to AGC-17, as the manifests of the gateway will have it. */
export function agcUsage(gateway: CountedGateway, routes: readonly RouteIntent[], endpoints: Endpoints = () => 1): AgcUsage {
  const served = [...routes, ...defaultRoute(gateway, routes)];
  const rules = served.flatMap((route) => route.rules);
  const parts = served.flatMap(partsOf);
  const services = [...new Set(rules.flatMap(({ backends }) => backends.map(({ service, namespace }) => `${namespace}/${service}`)))];
  const https = gateway.frontends.map((frontend) => httpsListeners(gateway, frontend, routes));
  const all = https.flat();
  return {
    associations: 1,
    frontendsPerGateway: gateway.frontends.length,
    routes: parts.length,
    rules: sum(parts.map((part) => part.rules.length)),
    services: services.length,
    endpoints: sum(services.map(endpoints)),
    // Port 80 is a listener too.
    listenersPerGateway: most(https.map((listeners) => listeners.length + 1)),
    listeners: all.length + gateway.frontends.length,
    certificates: sum(all.map(({ certificates }) => certificates.length)),
    certificatesPerHost: most(all.map(({ certificates }) => certificates.length)),
    requestHeaderBytes: most(rules.map(headerBytes)),
  };
}

/** AGC-16: what a rule adds to the header of a request counts as on the wire: `name: value`, and the line's end. */
function headerBytes({ headers }: RuleIntent): number {
  const { set = [], add = [] } = headers?.request ?? {};
  return sum([...set, ...add].map(({ name, value }) => utf8Length(name) + utf8Length(value) + 4));
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

function most(counts: readonly number[]): number {
  return counts.reduce((left, right) => Math.max(left, right), 0);
}
