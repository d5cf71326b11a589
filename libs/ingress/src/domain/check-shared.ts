import type { Problem } from '@podspan/errors';
import { sameJson } from './canonical.js';
import { checkHealthChecks } from './check-health-check.js';
import type { RenderedGateway } from './gateway-intent.js';
import { byCodePoint, frontendsOf, hostnamesOf, listenerNames } from './listeners.js';
import type { BackendTlsIntent, RouteIntent } from './route-intent.js';

/**
 * What one route and the others of its gateway have in common and must agree on: a Service has one probe and one way to be
 * reached, a listener one TLS policy and, for a host, one kind of route.
 */
export function checkShared(gateway: RenderedGateway, others: readonly RouteIntent[], route: RouteIntent): readonly Problem[] {
  const ordered = [...others].sort((a, b) => byCodePoint(a.name, b.name));
  return [
    ...checkHealthChecks(ordered, route),
    ...checkBackendTls(ordered, route),
    ...checkTlsPolicies(gateway, ordered, route),
    ...checkProtocols(gateway, ordered, route),
  ];
}

function checkBackendTls(others: readonly RouteIntent[], route: RouteIntent): readonly Problem[] {
  const held = new Map<string, { tls: BackendTlsIntent; at: string }>();
  const problems: Problem[] = [];
  for (const { name, rules } of [...others, route]) {
    rules.forEach(({ backends, backendTls: tls }, index) => {
      if (!tls) return;
      for (const { service, namespace } of backends) {
        const key = `${namespace}/${service}`;
        const first = held.get(key);
        if (!first) held.set(key, { tls, at: `route ${name}, rules[${index}]` });
        else if (name === route.name && !sameJson(first.tls, tls))
          problems.push({
            path: `rules[${index}].backendTls`,
            code: 'backend_tls_conflict',
            message: `Service ${key} is reached over TLS in another way already; AGC has one BackendTLSPolicy for a Service`,
            value: key,
            conflictsWith: first.at,
            suggestion: 'use the same backendTls wherever the Service is a backend',
            rule: 'AGC-61',
          });
      }
    });
  }
  return problems;
}

function checkTlsPolicies(gateway: RenderedGateway, others: readonly RouteIntent[], route: RouteIntent): readonly Problem[] {
  const policy = route.tls?.policy;
  if (policy === undefined) return [];
  const other = others.find(
    ({ tls, ...rest }) => tls?.policy !== undefined && tls.policy !== policy && sharesListener(gateway, { ...rest, tls }, route),
  );
  if (!other) return [];
  return [
    {
      path: 'tls.policy',
      code: 'tls_policy_conflict',
      message: 'another route asks for another TLS policy on a listener that both share',
      value: policy,
      conflictsWith: `route ${other.name}, ${other.tls?.policy}`,
      suggestion: 'name the same policy, or leave it out in one',
      rule: 'AGC-62',
    },
  ];
}

/** Gateway API: of an HTTPRoute and a GRPCRoute whose hosts overlap on one listener, one is not accepted. */
function checkProtocols(gateway: RenderedGateway, others: readonly RouteIntent[], route: RouteIntent): readonly Problem[] {
  return others
    .filter((other) => other.protocol !== route.protocol && sharesListener(gateway, other, route) && hostsMeet(other, route))
    .slice(0, 1)
    .map(({ name, protocol = 'HTTP', hostnames }) => ({
      path: 'hostnames',
      code: 'protocol_conflict',
      message: `a route of protocol ${protocol} serves a host of these on the same listener; the Gateway API accepts one of the two`,
      value: route.hostnames,
      conflictsWith: `route ${name}, ${hostnames.join(', ') || 'every host'}`,
      suggestion: 'give gRPC host names of its own',
      rule: 'AGC-56',
    }));
}

function sharesListener(gateway: RenderedGateway, a: RouteIntent, b: RouteIntent): boolean {
  const [listeners, frontends] = [listenerNames(b), frontendsOf(b, gateway)];
  return (
    listenerNames(a).some((listener) => listeners.includes(listener)) && frontendsOf(a, gateway).some((name) => frontends.includes(name))
  );
}

function hostsMeet(a: RouteIntent, b: RouteIntent): boolean {
  return hostnamesOf(a).some((one) => hostnamesOf(b).some((two) => covers(one, two) || covers(two, one)));
}

function covers(outer: string | undefined, inner: string | undefined): boolean {
  if (outer === undefined || outer === inner) return true;
  return inner !== undefined && outer.startsWith('*.') && inner.endsWith(outer.slice(1));
}
