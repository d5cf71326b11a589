import type { RedirectIntent, RewriteIntent, RouteIntent, RuleIntent } from '../domain/route-intent.js';
import { backendAnswer, hostRank, nowhere, redirectAnswer, type TrafficAnswer, type TrafficRequest } from './traffic.js';

interface Candidate {
  readonly rule: RuleIntent;
  readonly exact: boolean;
  readonly value: string;
}

/**
 * What routes promise, read from the intent alone: TLS routes on HTTPS, others on HTTP; the most specific host; exact before prefix, the
 * longer prefix first; a prefix ends at a path element. Rules of one backend, or a redirect.
 * @param isolated whether a host whose rules do not match ends there, or less specific hosts are tried
 */
export function intentTraffic(routes: readonly RouteIntent[], isolated: boolean): (request: TrafficRequest) => TrafficAnswer {
  return (request) => {
    const ranks = new Map<number, Candidate[]>();
    for (const { tls, hostnames, rules, applicationGateway } of routes) {
      if ((tls || applicationGateway?.certificate !== undefined ? 'HTTPS' : 'HTTP') !== request.scheme) continue;
      for (const host of hostnames.length === 0 ? [undefined] : hostnames) {
        const rank = hostRank(host, request.host);
        if (rank === undefined) continue;
        const found = rules.map((rule) => ({ rule, exact: rule.match?.path?.type === 'EXACT', value: rule.match?.path?.value ?? '/' }));
        ranks.set(rank, [...(ranks.get(rank) ?? []), ...found]);
      }
    }
    const ordered = [...ranks].sort(([a], [b]) => b - a).map(([, candidates]) => candidates);
    for (const candidates of isolated ? ordered.slice(0, 1) : ordered) {
      const chosen = best(candidates, request.path);
      if (chosen) return answer(chosen, request);
    }
    return nowhere;
  };
}

function best(candidates: readonly Candidate[], path: string): Candidate | undefined {
  const fitting = candidates.filter(({ exact, value }) => (exact ? path === value : `${path}/`.startsWith(`${trimmed(value)}/`)));
  return fitting.sort((a, b) => Number(b.exact) - Number(a.exact) || trimmed(b.value).length - trimmed(a.value).length)[0];
}

function answer(
  { rule: { redirect, rewrite = {}, backends }, exact, value }: Candidate,
  { scheme, host, path }: TrafficRequest,
): TrafficAnswer {
  if (redirect)
    return redirectAnswer(
      redirect.status ?? 302,
      (redirect.scheme ?? scheme).toLowerCase(),
      redirect.host ?? host,
      changed(redirect, path, exact ? undefined : value),
    );
  const [backend] = backends;
  if (!backend) return nowhere;
  return backendAnswer(
    backend.namespace,
    backend.service,
    backend.port,
    rewrite.host ?? host,
    changed(rewrite, path, exact ? undefined : value),
  );
}

function changed({ fullPath, pathPrefix }: RewriteIntent | RedirectIntent, path: string, prefix: string | undefined): string {
  if (fullPath !== undefined) return fullPath;
  if (pathPrefix === undefined || prefix === undefined) return path;
  return `${trimmed(pathPrefix)}${path.slice(trimmed(prefix).length)}` || '/';
}

function trimmed(path: string): string {
  return path.replace(/\/$/, '');
}
