import { hostRank, nowhere, redirectAnswer, shareAnswer, type TrafficAnswer, type TrafficRequest } from './traffic.js';

interface PathModifier {
  readonly type: string;
  readonly replaceFullPath?: string;
  readonly replacePrefixMatch?: string;
}

interface Rule {
  readonly matches?: readonly {
    readonly path?: { readonly type: string; readonly value: string };
    readonly headers?: readonly { readonly name: string; readonly value: string }[];
  }[];
  readonly filters?: readonly {
    readonly requestRedirect?: {
      readonly scheme?: string;
      readonly hostname?: string;
      readonly statusCode?: number;
      readonly path?: PathModifier;
    };
    readonly urlRewrite?: { readonly hostname?: string; readonly path?: PathModifier };
  }[];
  readonly backendRefs?: readonly { readonly name: string; readonly namespace?: string; readonly port: number; readonly weight?: number }[];
}

interface AnyObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: object;
}

interface Listener {
  readonly name: string;
  readonly protocol: string;
  readonly hostname?: string;
  readonly tls?: { readonly certificateRefs?: readonly { readonly name: string; readonly namespace?: string }[] };
}

interface Candidate {
  readonly gateway: string;
  readonly listener: string;
  readonly host: string | undefined;
  readonly type: string;
  readonly value: string;
  readonly expression: RegExp | undefined;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly rule: Rule;
  readonly namespace: string;
}

const typeRank: Readonly<Record<string, number>> = { Exact: 3, RegularExpression: 2, PathPrefix: 1 };

/**
 * What Gateways with HTTPRoutes answer by the Gateway API: most specific listener, most specific host name, then exact before
 * regular expression before prefix, the longer before the shorter. References that no grant allows lead nowhere.
 * @param isolated whether a host whose routes do not match ends there, or less specific hosts are tried: implementations differ
 */
export function gatewayTraffic(objects: readonly AnyObject[], isolated: boolean): (request: TrafficRequest) => TrafficAnswer {
  const granted = grantsOf(objects);
  const gateways = objects.filter(({ kind }) => kind === 'Gateway');
  const candidates = objects.filter(({ kind }) => kind === 'HTTPRoute').flatMap(candidatesOf);
  return (request) => {
    for (const gateway of gateways) {
      const listener = listenerFor(gateway, request, granted);
      if (!listener) continue;
      const found = best(candidates, gateway.metadata.name, listener.name, request, isolated);
      if (found) return act(found, request, granted);
    }
    return nowhere;
  };
}

function candidatesOf({ metadata, spec }: AnyObject): readonly Candidate[] {
  const route = spec as { parentRefs: { name: string; sectionName: string }[]; hostnames?: string[]; rules: Rule[] };
  return route.parentRefs.flatMap(({ name: gateway, sectionName: listener }) =>
    (route.hostnames ?? [undefined]).flatMap((host) =>
      route.rules.flatMap((rule) =>
        (rule.matches ?? [{}]).map(({ path = { type: 'PathPrefix', value: '/' }, headers = [] }) => ({
          gateway,
          listener,
          host,
          type: path.type,
          value: path.value,
          expression: path.type === 'RegularExpression' ? expressionOf(path.value) : undefined,
          headers,
          rule,
          namespace: metadata.namespace ?? '',
        })),
      ),
    ),
  );
}

/** RE2 writes the flag at the front. */
function expressionOf(text: string): RegExp {
  return text.startsWith('(?i)') ? new RegExp(`^(?:${text.slice(4)})$`, 'i') : new RegExp(`^(?:${text})$`);
}

function listenerFor(gateway: AnyObject, { scheme, host }: TrafficRequest, granted: ReadonlySet<string>): Listener | undefined {
  const { listeners } = gateway.spec as { listeners: Listener[] };
  let chosen: Listener | undefined;
  let rank = -1;
  for (const listener of listeners) {
    if (listener.protocol !== scheme) continue;
    const secrets = listener.tls?.certificateRefs ?? [];
    if (
      secrets.some(
        ({ name, namespace }) =>
          namespace !== undefined && !granted.has(`Gateway ${gateway.metadata.namespace} Secret ${namespace}/${name}`),
      )
    )
      continue;
    const found = hostRank(listener.hostname, host);
    if (found !== undefined && found > rank) [chosen, rank] = [listener, found];
  }
  return chosen;
}

function best(
  candidates: readonly Candidate[],
  gateway: string,
  listener: string,
  { host, path, headers = {} }: TrafficRequest,
  isolated: boolean,
): Candidate | undefined {
  let chosen: Candidate | undefined;
  let score = -1;
  let hostScore = -1;
  for (const candidate of candidates) {
    if (candidate.gateway !== gateway || candidate.listener !== listener) continue;
    const rank = hostRank(candidate.host, host);
    if (rank === undefined || rank < hostScore) continue;
    if (!matches(candidate, path) || candidate.headers.some(({ name, value }) => headers[name.toLowerCase()] !== value)) {
      if (isolated && rank > hostScore) [chosen, score, hostScore] = [undefined, -1, rank];
      continue;
    }
    const own = ((typeRank[candidate.type] ?? 0) * 10_000 + candidate.value.length) * 20 + candidate.headers.length;
    if (rank > hostScore || own > score) [chosen, score, hostScore] = [candidate, own, rank];
  }
  return chosen;
}

function matches({ type, value, expression }: Candidate, path: string): boolean {
  if (type === 'Exact') return path === value;
  if (expression) return expression.test(path);
  const base = value.replace(/\/$/, '');
  return path === base || path.startsWith(`${base}/`) || base === '';
}

function act({ rule, namespace, value, type }: Candidate, request: TrafficRequest, granted: ReadonlySet<string>): TrafficAnswer {
  const redirect = rule.filters?.find(({ requestRedirect }) => requestRedirect)?.requestRedirect;
  if (redirect) {
    const { statusCode = 302, scheme = request.scheme.toLowerCase(), hostname = request.host } = redirect;
    return redirectAnswer(statusCode, scheme, hostname, modified(redirect.path, request.path, value));
  }
  const shares = (rule.backendRefs ?? []).flatMap(({ name, namespace: target = namespace, port, weight = 1 }) =>
    target !== namespace && !granted.has(`HTTPRoute ${namespace} Service ${target}/${name}`)
      ? []
      : [{ weight, namespace: target, service: name, port }],
  );
  const rewrite = rule.filters?.find(({ urlRewrite }) => urlRewrite)?.urlRewrite;
  const path = modified(rewrite?.path, request.path, type === 'PathPrefix' ? value : undefined);
  return shareAnswer(shares, rewrite?.hostname ?? request.host, path);
}

function modified(modifier: PathModifier | undefined, path: string, prefix: string | undefined): string {
  if (modifier?.type === 'ReplaceFullPath') return modifier.replaceFullPath ?? path;
  if (modifier?.type !== 'ReplacePrefixMatch' || prefix === undefined) return path;
  const rest = path.slice(prefix.replace(/\/$/, '').length);
  const replaced = `${(modifier.replacePrefixMatch ?? '').replace(/\/$/, '')}${rest}`;
  return replaced.startsWith('/') ? replaced : `/${replaced}`;
}

function grantsOf(objects: readonly AnyObject[]): ReadonlySet<string> {
  return new Set(
    objects
      .filter(({ kind }) => kind === 'ReferenceGrant')
      .flatMap(({ metadata, spec }) => {
        const { from, to } = spec as { from: { kind: string; namespace: string }[]; to: { kind: string; name: string }[] };
        return from.flatMap((source) =>
          to.map((target) => `${source.kind} ${source.namespace} ${target.kind} ${metadata.namespace}/${target.name}`),
        );
      }),
  );
}
