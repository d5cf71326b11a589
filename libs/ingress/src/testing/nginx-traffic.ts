import type { PlainBackend, PlainIngress } from './agic-traffic.js';
import { hostRank, nowhere, redirectAnswer, shareAnswer, type TrafficAnswer, type TrafficRequest } from './traffic.js';

/** A `location` of a server: what an Ingress wants for a path, and what a canary wants of it. */
interface Location {
  readonly path: string;
  readonly exact: boolean;
  /** As the Ingress wrote it: canaries are found by it. */
  readonly written: string;
  readonly ingress: PlainIngress;
  /** Absent: the page that says 404. */
  readonly backend: PlainBackend | undefined;
  canary?: { readonly ingress: PlainIngress; readonly backend: PlainBackend };
}

interface Server {
  readonly host: string;
  readonly names: string[];
  readonly written: (Omit<Location, 'exact' | 'written'> & { readonly pathType: string })[];
  locations: readonly Location[];
  /** What the host has for every path before any Ingress asks for one: of the Ingress that named it first. */
  root: Pick<Location, 'ingress' | 'backend'> | undefined;
  certified: boolean;
  expressions: boolean;
}

export type PortOf = (namespace: string, backend: PlainBackend) => number | undefined;

/**
 * What ingress-nginx answers, worked out on its own from how it writes its configuration: servers by host, locations by path, and
 * one expression or rewrite that turns all locations of its host into case-insensitive expressions, the longest first.
 */
export function nginxTraffic(ingresses: readonly PlainIngress[], portOf: PortOf): (request: TrafficRequest) => TrafficAnswer {
  const servers = serversOf(ingresses);
  return (request) => {
    const server = serverFor([...servers.values()], request.host);
    if (!server) return nowhere;
    // Without a certificate of its own nginx answers with a self-signed one, which nobody means.
    if (request.scheme === 'HTTPS' && !server.certified) return { ...nowhere, narrowed: true };
    const below = slashAdded(server, request.path);
    if (below !== undefined) return redirectAnswer(301, request.scheme.toLowerCase(), request.host, below);
    const location = locationFor(server, request.path);
    if (!location) return nowhere;
    return { ...answer(server, location, request, portOf), narrowed: isCapital(location, request.path) };
  };
}

/** Two locations of one text are a configuration that nginx does not load, unless they are expressions. */
export function isRefusedByNginx(ingresses: readonly PlainIngress[]): boolean {
  return [...serversOf(ingresses).values()].some(({ locations, expressions }) => {
    const keys = locations.map(({ path, exact }) => `${path} ${exact}`);
    return !expressions && new Set(keys).size < keys.length;
  });
}

function serversOf(ingresses: readonly PlainIngress[]): ReadonlyMap<string, Server> {
  const sorted = [...ingresses].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
  const servers = new Map<string, Server>();
  for (const ingress of sorted) if (!isOn(ingress, 'canary')) declare(ingress, servers);
  for (const server of servers.values()) configure(server);
  for (const ingress of sorted) if (isOn(ingress, 'canary')) join(ingress, servers);
  return servers;
}

function declare(ingress: PlainIngress, servers: Map<string, Server>): void {
  const { spec } = ingress;
  if (!spec.rules?.length && spec.defaultBackend) serverOf(servers, '').root ??= { ingress, backend: spec.defaultBackend };
  for (const { host = '', http } of spec.rules ?? []) {
    const isFirst = !servers.has(host);
    const server = serverOf(servers, host);
    if (isFirst && host !== '') server.root = { ingress, backend: spec.defaultBackend };
    server.names.push(...aliasesOf(ingress));
    server.certified ||= (spec.tls ?? []).some(({ hosts = [] }) => hosts.includes(host));
    for (const { path = '', pathType, backend } of http?.paths ?? []) {
      const wanted = { path: path === '' ? '/' : path, pathType, ingress, backend };
      if (!server.written.some((held) => held.path === wanted.path && typeOf(held) === typeOf(wanted))) server.written.push(wanted);
    }
  }
}

/** `/` is one location however it is typed, unless it is exact. */
function typeOf({ path, pathType }: { readonly path: string; readonly pathType: string }): string {
  return path === '/' && pathType !== 'Exact' ? 'Prefix' : pathType;
}

/** A prefix is two locations: the path alone, and what lies below it. */
function configure(server: Server): void {
  const exact = new Set(server.written.filter(({ pathType }) => pathType === 'Exact').map(({ path }) => path));
  const locations = server.written.flatMap(({ pathType, ...wanted }): Location[] => {
    const { path } = wanted;
    const plain = { ...wanted, written: path, exact: pathType === 'Exact' };
    if (path === '/' || pathType !== 'Prefix' || isOn(wanted.ingress, 'use-regex')) return [plain];
    const below = { ...plain, path: path.endsWith('/') ? path : `${path}/` };
    return exact.has(path) ? [below] : [below, { ...plain, exact: true }];
  });
  if (server.root && !locations.some(({ path, exact: only }) => path === '/' && !only))
    locations.push({ path: '/', written: '', exact: false, ...server.root });
  server.locations = [...locations]
    .sort((a, b) => (a.path > b.path ? -1 : a.path < b.path ? 1 : 0))
    .sort((a, b) => b.path.length - a.path.length);
  server.expressions = server.locations.some(({ ingress, path }) => isOn(ingress, 'use-regex') || rewrites(ingress, path));
}

/** A canary is a second backend of the location it names; all it says besides is not heard. */
function join(ingress: PlainIngress, servers: ReadonlyMap<string, Server>): void {
  for (const { host = '', http } of ingress.spec.rules ?? []) {
    for (const { path = '', backend } of http?.paths ?? []) {
      for (const location of servers.get(host)?.locations ?? [])
        if (location.written === (path || '/')) location.canary ??= { ingress, backend };
    }
  }
}

function serverFor(servers: readonly Server[], host: string): Server | undefined {
  const exact = servers.find((server) => server.host === host) ?? servers.find(({ names }) => names.includes(host));
  if (exact) return exact;
  const wild = servers
    .filter((server) => server.host.startsWith('*.') && hostRank(server.host, host) !== undefined)
    .sort((a, b) => b.host.length - a.host.length)[0];
  return wild ?? servers.find((server) => server.host === '');
}

/** nginx leads from `/a` to a location `/a/` that proxies, before anything else, unless `/a` is a location of its own. */
function slashAdded({ locations, expressions }: Server, path: string): string | undefined {
  if (expressions || path === '' || locations.some((location) => location.path === path)) return undefined;
  return locations.find((location) => !location.exact && location.path === `${path}/` && path !== '')?.path;
}

function locationFor({ locations, expressions }: Server, path: string): Location | undefined {
  if (expressions) return locations.find((location) => new RegExp(`^${location.path}`, 'i').test(path));
  const exact = locations.find((location) => location.exact && location.path === path);
  return exact ?? locations.find((location) => !location.exact && path.startsWith(location.path));
}

function answer(
  server: Server,
  { ingress, backend, path: pattern, canary }: Location,
  request: TrafficRequest,
  portOf: PortOf,
): TrafficAnswer {
  const redirect = text(ingress, 'permanent-redirect');
  if (redirect !== undefined) {
    const url = new URL(redirect);
    return redirectAnswer(301, url.protocol.slice(0, -1), url.hostname, url.pathname);
  }
  const root = text(ingress, 'app-root');
  if (root !== undefined && request.path === '/') return redirectAnswer(302, request.scheme.toLowerCase(), request.host, root);
  const secure = isOn(ingress, 'force-ssl-redirect') || (server.certified && text(ingress, 'ssl-redirect') !== 'false');
  if (request.scheme === 'HTTP' && secure) return redirectAnswer(308, 'https', request.host, request.path);
  const { namespace } = ingress.metadata;
  const port = backend && portOf(namespace, backend);
  if (!backend || port === undefined) return nowhere;
  const target = { host: text(ingress, 'upstream-vhost') ?? request.host, path: rewritten(ingress, pattern, request.path) };
  const shares = sharesOf(canary?.ingress, request).map(({ weight, main }) => {
    const chosen = main || !canary ? { namespace, backend } : { namespace: canary.ingress.metadata.namespace, backend: canary.backend };
    return {
      weight,
      namespace: chosen.namespace,
      service: chosen.backend.service.name,
      port: portOf(chosen.namespace, chosen.backend) ?? 0,
    };
  });
  return shareAnswer(shares, target.host, target.path);
}

/** By header before by weight; `never` also keeps the weight out. */
function sharesOf(
  canary: PlainIngress | undefined,
  { headers = {} }: TrafficRequest,
): readonly { readonly weight: number; readonly main: boolean }[] {
  if (!canary) return [{ weight: 1, main: true }];
  const header = text(canary, 'canary-by-header');
  const value = header === undefined ? undefined : headers[header.toLowerCase()];
  const wanted = text(canary, 'canary-by-header-value');
  if (value !== undefined && value === (wanted ?? 'always')) return [{ weight: 1, main: false }];
  if (value === 'never' && wanted === undefined) return [{ weight: 1, main: true }];
  const total = Number(text(canary, 'canary-weight-total') ?? 100);
  const weight = Math.min(total, Number(text(canary, 'canary-weight') ?? 0));
  return [
    { weight: total - weight, main: true },
    { weight, main: false },
  ];
}

/** Reported as a WARNING of MAP-42: a prefix that is rewritten by what its groups caught minds capitals afterwards. */
function isCapital({ ingress, path: pattern }: Location, path: string): boolean {
  return text(ingress, 'rewrite-target')?.includes('$') === true && !new RegExp(`^${pattern}`).test(path);
}

function rewrites(ingress: PlainIngress, path: string): boolean {
  const target = text(ingress, 'rewrite-target');
  return target !== undefined && target !== path;
}

/** `rewrite "(?i)path" target break`: the whole path is replaced, with what the groups have caught. */
function rewritten(ingress: PlainIngress, pattern: string, path: string): string {
  const target = text(ingress, 'rewrite-target');
  if (target === undefined || target === pattern) return path;
  const found = new RegExp(pattern, 'i').exec(path);
  if (!found) return path;
  const result = target.replace(/\$(\d)/g, (_, group: string) => found[Number(group)] ?? '');
  return result.startsWith('/') ? result : `/${result}`;
}

function serverOf(servers: Map<string, Server>, host: string): Server {
  const server = servers.get(host) ?? {
    host,
    names: [],
    written: [],
    locations: [],
    root: undefined,
    certified: false,
    expressions: false,
  };
  servers.set(host, server);
  return server;
}

function aliasesOf(ingress: PlainIngress): readonly string[] {
  return (text(ingress, 'server-alias') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
}

function text(ingress: PlainIngress, name: string): string | undefined {
  return ingress.metadata.annotations?.[`nginx.ingress.kubernetes.io/${name}`];
}

function isOn(ingress: PlainIngress, name: string): boolean {
  return text(ingress, name) === 'true';
}

function idOf({ metadata }: PlainIngress): string {
  return `${metadata.namespace}/${metadata.name}`;
}
