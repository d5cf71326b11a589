import type { HeaderChanges, RouteIntent, RuleIntent } from '../domain/route-intent.js';
import { plainRoute } from './plain-route.js';

/** A route without what AGIC cannot say, and with what only an Application Gateway has. */
export function agicRoute(intent: RouteIntent, index: number): RouteIntent {
  const { name, hostnames, tls, rules } = plainRoute(intent);
  return {
    name,
    hostnames,
    ...(tls ? { tls, applicationGateway: { sslProfile: 'strict', sharedListener: true, priority: 100 + index } } : {}),
    rules: rules.filter(({ redirect }) => !redirect).map(agicRule),
  };
}

function agicRule({ match, backends, rewrite, headers, timeout, affinity, healthCheck, backendTls }: RuleIntent): RuleIntent {
  const [request, response] = [changesOf(headers?.request), changesOf(headers?.response)];
  const changed = request ?? response;
  const { useTls: __, grpc: ___, healthyThreshold: ____, ...probe } = healthCheck ?? {};
  return {
    ...(match ? { match } : {}),
    backends,
    ...(rewrite ? { rewrite } : {}),
    ...(changed ? { headers: { ...(request ? { request } : {}), ...(response ? { response } : {}) } } : {}),
    ...(timeout ? { timeout: { requestSeconds: timeout.requestSeconds + 1 } } : {}),
    ...(affinity ? { affinity: { type: 'MANAGED_COOKIE' } } : {}),
    ...(healthCheck ? { healthCheck: probe } : {}),
    ...(backendTls ? { backendTls: {} } : {}),
    applicationGateway: {
      ...(affinity ? { distinctCookieName: true } : {}),
      ...(backendTls ? { trustedRootCertificates: ['root-1', 'root-2'] } : {}),
      ...(timeout ? { connectionDrainingSeconds: 45 } : {}),
      ...(changed || rewrite?.fullPath !== undefined ? {} : { rewriteRuleSet: 'on-the-gateway' }),
    },
  };
}

function changesOf({ set = [], remove = [] }: HeaderChanges = {}): HeaderChanges | undefined {
  return set.length + remove.length === 0 ? undefined : { set, remove };
}
