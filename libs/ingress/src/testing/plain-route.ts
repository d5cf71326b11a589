import type { RouteIntent, RuleIntent } from '../domain/route-intent.js';

/** A route without what no Ingress can say, so that arbitrary ones can be rendered as Ingresses. */
export function plainRoute({ name, hostnames, tls, frontends, rules }: RouteIntent): RouteIntent {
  const namespace = rules[0]?.backends[0]?.namespace ?? 'shop';
  return {
    name,
    hostnames,
    ...(frontends ? { frontends } : {}),
    ...(tls ? { tls: { secret: tls.secret, namespace } } : {}),
    rules: rules.map((rule, index) => plainRule(rule, index, namespace)),
  };
}

function plainRule(rule: RuleIntent, index: number, namespace: string): RuleIntent {
  const { match, backends, rewrite, redirect, headers, timeout, affinity, healthCheck, backendTls } = rule;
  const path =
    match?.path?.type === 'EXACT' ? match.path : { type: 'PREFIX' as const, value: match?.path?.value.replaceAll(/[^/a-z]/g, '') ?? '/' };
  return {
    match: { path: { ...path, value: index === 0 ? path.value : `/${index}${path.value}` } },
    backends: backends.slice(0, 1).map(({ service, port }) => ({ service, port, namespace })),
    ...(rewrite && Object.keys(rewrite).length > 0 ? { rewrite } : {}),
    ...(redirect ? { redirect: redirect.status === 308 ? { ...redirect, status: 307 } : redirect } : {}),
    ...(headers && !redirect ? { headers } : {}),
    ...Object.fromEntries(Object.entries({ timeout, affinity, healthCheck, backendTls }).filter(([, value]) => value !== undefined)),
  };
}
