import { backendAnswer, hostRank, nowhere, redirectAnswer, type TrafficAnswer, type TrafficRequest } from './traffic.js';

interface AnyObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec?: object;
}

interface PathModifier {
  readonly type: string;
  readonly replaceFullPath?: string;
  readonly replacePrefixMatch?: string;
}

interface Extension {
  readonly rules?: readonly {
    readonly host: string;
    readonly requestRedirect?: {
      readonly scheme?: string;
      readonly hostname?: string;
      readonly statusCode?: number;
      readonly path?: PathModifier;
    };
    readonly rewrites?: readonly { readonly urlRewrite?: { readonly hostname?: string; readonly path?: PathModifier } }[];
  }[];
}

interface IngressSpec {
  readonly tls?: readonly object[];
  readonly rules: readonly {
    readonly host?: string;
    readonly http: {
      readonly paths: readonly {
        readonly path: string;
        readonly pathType: string;
        readonly backend: { service: { name: string; port: { number: number } } };
      }[];
    };
  }[];
}

/**
 * What AGC answers for Ingress objects of one frontend: by host, then exact before prefix, the longer first; prefixes end at path
 * elements; an Ingress with tls is on 443, one without on 80; the extension of the Ingress rewrites or redirects.
 */
export function agcIngressTraffic(objects: readonly AnyObject[]): (request: TrafficRequest) => TrafficAnswer {
  const extensions = new Map(
    objects
      .filter(({ kind }) => kind === 'IngressExtension')
      .map(({ metadata, spec }) => [`${metadata.namespace}/${metadata.name}`, spec as Extension]),
  );
  const candidates = objects
    .filter(({ kind }) => kind === 'Ingress')
    .flatMap(({ metadata, spec }) => {
      const { tls, rules } = spec as IngressSpec;
      const extension = extensions.get(`${metadata.namespace}/${metadata.annotations?.['alb.networking.azure.io/alb-ingress-extension']}`);
      return rules.flatMap(({ host, http }) =>
        http.paths.map((path) => ({
          scheme: tls ? 'HTTPS' : 'HTTP',
          host,
          ...path,
          namespace: metadata.namespace ?? '',
          extension: extension?.rules?.find((rule) => rule.host === (host ?? '')),
        })),
      );
    });
  return ({ scheme, host, path }) => {
    let chosen: (typeof candidates)[number] | undefined;
    let score = -1;
    for (const candidate of candidates) {
      if (candidate.scheme !== scheme) continue;
      const rank = hostRank(candidate.host, host);
      const base = candidate.path.replace(/\/$/, '');
      const hit = candidate.pathType === 'Exact' ? path === candidate.path : path === base || path.startsWith(`${base}/`);
      if (rank === undefined || !hit) continue;
      const own = rank * 100_000 + (candidate.pathType === 'Exact' ? 10_000 : 0) + candidate.path.length;
      if (own > score) [chosen, score] = [candidate, own];
    }
    if (!chosen) return nowhere;
    const { extension, namespace, backend } = chosen;
    const redirect = extension?.requestRedirect;
    if (redirect) {
      const { statusCode = 302, scheme: to = scheme.toLowerCase(), hostname = host } = redirect;
      return redirectAnswer(statusCode, to, hostname, modified(redirect.path, path, chosen.path));
    }
    const rewrite = extension?.rewrites?.find(({ urlRewrite }) => urlRewrite)?.urlRewrite;
    return backendAnswer(
      namespace,
      backend.service.name,
      backend.service.port.number,
      rewrite?.hostname ?? host,
      modified(rewrite?.path, path, chosen.path),
    );
  };
}

function modified(modifier: PathModifier | undefined, path: string, matched: string): string {
  if (modifier?.replaceFullPath !== undefined) return modifier.replaceFullPath;
  if (modifier?.replacePrefixMatch === undefined) return path;
  const replaced = `${modifier.replacePrefixMatch.replace(/\/$/, '')}${path.slice(matched.replace(/\/$/, '').length)}`;
  return replaced.startsWith('/') ? replaced : `/${replaced}`;
}
