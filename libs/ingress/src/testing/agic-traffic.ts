import { backendAnswer, hostRank, nowhere, redirectAnswer, type TrafficAnswer, type TrafficRequest } from './traffic.js';

/* eslint-disable-next-line -- the shape of networking.k8s.io/v1 as it is written */
export interface PlainIngress {
  readonly metadata: { readonly namespace: string; readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[];
    readonly defaultBackend?: PlainBackend;
    readonly rules?: readonly {
      readonly host?: string;
      readonly http?: { readonly paths: readonly { readonly path?: string; readonly pathType: string; readonly backend: PlainBackend }[] };
    }[];
  };
}

export interface PlainBackend {
  readonly service: { readonly name: string; readonly port: { readonly number?: number; readonly name?: string } };
}

/** The path that a rewrite resource puts in place of the request's. */
export type ModifiedPath = (namespace: string, name: string) => string | undefined;

type Act = (request: TrafficRequest, matched: string | undefined, wildcard: boolean) => TrafficAnswer;

interface PathMap {
  readonly hosts: readonly string[];
  rules: { pattern: string; act: Act; prefixed: boolean }[];
  fallback: Act | undefined;
  redirected: boolean;
}

const annotation = (ingress: PlainIngress, name: string): string | undefined =>
  ingress.metadata.annotations?.[`appgw.ingress.kubernetes.io/${name}`];
const isTrue = (text: string | undefined): boolean => text !== undefined && ['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text);

/**
 * What an Application Gateway programmed by AGIC answers, worked out on its own from AGIC's rules (docs/translation.md): path
 * maps per listener, merged in the order of namespace and name, first path, last default, patterns tried in their order.
 * One deliberate difference: an Ingress of a default backend alone has a listener, as AGIC documents it.
 */
export function agicTraffic(
  ingresses: readonly PlainIngress[],
  portOf: (namespace: string, backend: PlainBackend) => number | undefined,
  modifiedPath: ModifiedPath = () => undefined,
): (request: TrafficRequest) => TrafficAnswer {
  const sorted = [...ingresses].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
  const redirects = new Map<string, boolean>();
  for (const ingress of sorted) {
    for (const rule of ingress.spec.rules ?? []) {
      if (rule.http && hasCertificate(ingress, rule.host ?? ''))
        redirects.set(hostsOf(ingress, rule.host).join(), isTrue(annotation(ingress, 'ssl-redirect')));
    }
  }
  const maps = { HTTP: new Map<string, PathMap>(), HTTPS: new Map<string, PathMap>() };
  for (const ingress of sorted) program(ingress, maps, redirects, portOf, modifiedPath);
  return (request) => answer([...maps[request.scheme].values()], request);
}

function program(
  ingress: PlainIngress,
  maps: Readonly<Record<'HTTP' | 'HTTPS', Map<string, PathMap>>>,
  redirects: ReadonlyMap<string, boolean>,
  portOf: (namespace: string, backend: PlainBackend) => number | undefined,
  modifiedPath: ModifiedPath,
): void {
  const { spec } = ingress;
  const wanted = isTrue(annotation(ingress, 'ssl-redirect'));
  if (!spec.rules?.length && spec.defaultBackend) {
    const map = mapOf(maps.HTTP, []);
    if (!map.redirected) map.fallback = forward(ingress, spec.defaultBackend, portOf, modifiedPath) ?? map.fallback;
  }
  for (const rule of spec.rules ?? []) {
    if (!rule.http) continue;
    const hosts = hostsOf(ingress, rule.host);
    const secured = hasCertificate(ingress, rule.host ?? '');
    const schemes = [...(secured ? (['HTTPS'] as const) : []), ...(!secured || wanted ? (['HTTP'] as const) : [])];
    for (const scheme of schemes) {
      const redirected = scheme === 'HTTP' && wanted && redirects.get(hosts.join()) === true;
      const map = mapOf(maps[scheme], hosts);
      let fallback = spec.defaultBackend && forward(ingress, spec.defaultBackend, portOf, modifiedPath);
      for (const { path = '', pathType, backend } of rule.http.paths) {
        const act = redirected ? toHttps : forward(ingress, backend, portOf, modifiedPath);
        if (path === '' || path === '/' || path === '/*') {
          fallback = act;
          continue;
        }
        const pattern = pathType === 'Exact' ? path.replace(/\*$/, '') : pathType === 'Prefix' && !path.endsWith('*') ? `${path}*` : path;
        const prefixed = annotation(ingress, 'backend-path-prefix') !== undefined && !redirected;
        if (act && !map.rules.some((known) => known.pattern === pattern)) map.rules.push({ pattern, act, prefixed });
      }
      if (redirected) Object.assign(map, { fallback: toHttps, redirected: true });
      else if (fallback && !map.redirected) map.fallback = fallback;
    }
  }
}

function answer(maps: readonly PathMap[], request: TrafficRequest): TrafficAnswer {
  let best: PathMap | undefined;
  let rank = -1;
  for (const map of maps) {
    for (const host of map.hosts.length === 0 ? [undefined] : map.hosts) {
      const found = hostRank(host, request.host);
      if (found !== undefined && found > rank) [best, rank] = [map, found];
    }
  }
  if (!best) return nowhere;
  for (const { pattern, act } of best.rules) {
    const wildcard = pattern.endsWith('*');
    const text = wildcard ? pattern.slice(0, -1) : pattern;
    if (wildcard ? !request.path.startsWith(text) : request.path !== text) continue;
    const inside = wildcard && !text.endsWith('/') && request.path.length > text.length && request.path[text.length] !== '/';
    const narrowed = inside && best.rules.some((other) => other.prefixed && other.pattern.endsWith('*') && other.pattern.startsWith(text));
    return { ...act(request, text, wildcard), narrowed, inside };
  }
  return best.fallback ? best.fallback(request, undefined, true) : nowhere;
}

function forward(
  ingress: PlainIngress,
  backend: PlainBackend,
  portOf: (namespace: string, backend: PlainBackend) => number | undefined,
  modifiedPath: ModifiedPath,
): Act | undefined {
  const { namespace } = ingress.metadata;
  const port = portOf(namespace, backend);
  if (port === undefined) return undefined;
  const prefix = annotation(ingress, 'backend-path-prefix');
  const hostname = annotation(ingress, 'backend-hostname');
  const replaced = modifiedPath(namespace, annotation(ingress, 'rewrite-rule-set-custom-resource') ?? '');
  return (request, matched, wildcard) => {
    if (replaced !== undefined) return backendAnswer(namespace, backend.service.name, port, hostname ?? request.host, replaced);
    const rest = request.path.slice((matched ?? '/').length).replace(/^\//, '');
    const rewritten = prefix === undefined ? request.path : wildcard && rest !== '' ? `${prefix.replace(/\/$/, '')}/${rest}` : prefix;
    return backendAnswer(namespace, backend.service.name, port, hostname ?? request.host, rewritten);
  };
}

const toHttps: Act = ({ host, path }) => redirectAnswer(301, 'https', host, path);

function mapOf(maps: Map<string, PathMap>, hosts: readonly string[]): PathMap {
  const map = maps.get(hosts.join()) ?? { hosts, rules: [], fallback: undefined, redirected: false };
  maps.set(hosts.join(), map);
  return map;
}

function hostsOf(ingress: PlainIngress, host = ''): readonly string[] {
  const more = (annotation(ingress, 'hostname-extension') ?? '').split(',').map((text) => text.trim());
  return [...new Set([host, ...more].filter((text) => text !== ''))].slice(0, 5);
}

function hasCertificate(ingress: PlainIngress, host: string): boolean {
  return (ingress.spec.tls ?? []).some(
    ({ hosts = [], secretName }) => !!secretName && (hosts.length === 0 || hosts.includes('') || (host !== '' && hosts.includes(host))),
  );
}

function idOf({ metadata }: PlainIngress): string {
  return `${metadata.namespace}/${metadata.name}`;
}
