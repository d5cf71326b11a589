import type { RouteIntent, RuleIntent } from './route-intent.js';

type Home = { readonly namespace: string };

/** Where the Ingress of a rule stands: it reaches Services and Secrets of its own namespace only. */
export function ingressNamespace(gateway: Home, route: RouteIntent, rule: RuleIntent): string {
  return rule.backends[0]?.namespace ?? secretNamespace(gateway, route);
}

export function secretNamespace(gateway: Home, { tls }: RouteIntent): string {
  return tls?.namespace ?? gateway.namespace;
}

/** Without the slash at its end, which a prefix does not mind. */
export function plainPrefix(value: string): string {
  return value === '/' ? value : value.replace(/\/+$/, '') || '/';
}
