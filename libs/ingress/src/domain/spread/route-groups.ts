import { byCodePoint } from '../listeners.js';
import type { RouteIntent } from '../route-intent.js';

/** Routes that one frontend has to serve together. */
export interface RouteGroup {
  /** By name. */
  readonly routes: readonly RouteIntent[];
  /** What several of them have in common: `host shop.example.com`, `Secret shop/cert`, `Service shop/web`. */
  readonly shared: readonly string[];
}

export interface GroupedRoutes {
  /** By the name of their first route. */
  readonly groups: readonly RouteGroup[];
  /** Routes without host names serve every host, and so stand on every frontend. */
  readonly everywhere: readonly RouteIntent[];
}

/**
 * A host name has one DNS record and so one frontend; a wildcard is looked up only where no exact host is, so both stay together.
 * A Secret is read, and renewed, in one place. A Service has one probe and one BackendTLSPolicy, which one gateway writes (AGC-61, AGC-63).
 */
export function groupRoutes(routes: readonly RouteIntent[], namespace: string): GroupedRoutes {
  const ordered = [...routes].sort((a, b) => byCodePoint(a.name, b.name));
  const [everywhere, hosted] = [ordered.filter(isEverywhere), ordered.filter((route) => !isEverywhere(route))];
  const ties: Ties = { namespace, wildcards: wildcardsOf(hosted), policed: policedBy(ordered) };
  const keys = new Map(hosted.map((route) => [route, keysOf(route, ties)] as const));
  const sets = new DisjointSets();
  for (const route of hosted) for (const key of keys.get(route) ?? []) sets.join(`route ${route.name}`, key);
  const groups = new Map<string, RouteIntent[]>();
  for (const route of hosted) {
    const root = sets.rootOf(`route ${route.name}`);
    groups.set(root, [...(groups.get(root) ?? []), route]);
  }
  return {
    everywhere,
    groups: [...groups.values()].map((held) => ({ routes: held, shared: sharedKeys(held.map((route) => keys.get(route) ?? [])) })),
  };
}

function isEverywhere({ hostnames }: RouteIntent): boolean {
  return hostnames.length === 0;
}

/** What ties routes to one another. */
interface Ties {
  readonly namespace: string;
  readonly wildcards: ReadonlySet<string>;
  /** Services with a probe or with TLS, `namespace/name`. */
  readonly policed: ReadonlySet<string>;
}

function keysOf(route: RouteIntent, { namespace, wildcards, policed }: Ties): readonly string[] {
  const { hostnames, tls } = route;
  const hosts = [...hostnames, ...hostnames.flatMap(wildcardsOver).filter((wildcard) => wildcards.has(wildcard))];
  return [
    ...hosts.map((host) => `host ${host}`),
    ...(tls ? [`Secret ${tls.namespace ?? namespace}/${tls.secret}`] : []),
    ...servicesOf([route])
      .filter((service) => policed.has(service))
      .map((service) => `Service ${service}`),
  ];
}

function wildcardsOf(routes: readonly RouteIntent[]): ReadonlySet<string> {
  return new Set(routes.flatMap(({ hostnames }) => hostnames.filter((host) => host.startsWith('*.'))));
}

/** `*.b.c` and `*.c` for `a.b.c`: a wildcard of the Gateway API takes several labels. */
function wildcardsOver(host: string): readonly string[] {
  const labels = host.split('.').slice(1);
  return labels.map((_, index) => `*.${labels.slice(index).join('.')}`);
}

function policedBy(routes: readonly RouteIntent[]): ReadonlySet<string> {
  const policed = routes.map(({ rules, ...route }) => ({
    ...route,
    rules: rules.filter(({ healthCheck, backendTls }) => healthCheck !== undefined || backendTls !== undefined),
  }));
  return new Set(servicesOf(policed));
}

/** The plan chooses the frontends. */
export function onAnyFrontend(route: RouteIntent): RouteIntent {
  const { frontends: _, ...rest } = route;
  return rest;
}

export function servicesOf(routes: readonly RouteIntent[]): readonly string[] {
  const backends = routes.flatMap(({ rules }) => rules.flatMap((rule) => rule.backends));
  return [...new Set(backends.map(({ service, namespace }) => `${namespace}/${service}`))];
}

function sharedKeys(keys: readonly (readonly string[])[]): readonly string[] {
  const times = new Map<string, number>();
  for (const key of keys.flatMap((held) => [...new Set(held)])) times.set(key, (times.get(key) ?? 0) + 1);
  return [...times].flatMap(([key, count]) => (count > 1 ? [key] : [])).sort(byCodePoint);
}

/** Which of the joined belong together. */
class DisjointSets {
  readonly #parents = new Map<string, string>();

  rootOf(key: string): string {
    const parent = this.#parents.get(key) ?? key;
    if (parent === key) return key;
    const root = this.rootOf(parent);
    this.#parents.set(key, root);
    return root;
  }

  join(a: string, b: string): void {
    const [left, right] = [this.rootOf(a), this.rootOf(b)];
    if (left !== right) this.#parents.set(right, left);
  }
}
