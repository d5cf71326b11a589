import type { Problem } from '@podspan/errors';
import { canonical } from './canonical.js';
import { onlyOnApplicationGateway } from './check-application-gateway.js';
import { checkFilters } from './check-filters.js';
import { checkHealthCheck } from './check-health-check.js';
import { checkMatch } from './check-match.js';
import { checkPolicies } from './check-policies.js';
import { isPort, nameInvalid } from './check-text.js';
import type { RenderedGateway } from './gateway-intent.js';
import { isDnsLabel, isServiceName } from './kubernetes-names.js';
import { exceeded } from './limits.js';
import type { BackendIntent, MatchIntent, RouteIntent, RuleIntent } from './route-intent.js';
import { matchesOf, partsOf } from './route-parts.js';

/** Everything wrong with one rule by itself. */
export function checkRule(gateway: RenderedGateway, route: RouteIntent, rule: RuleIntent, path: string): readonly Problem[] {
  const { match, backends, redirect, healthCheck } = rule;
  return [
    ...(match ? checkMatch(gateway, route.protocol, match, `${path}.match`) : []),
    ...(backends.length === 0 && !redirect
      ? [{ path: `${path}.backends`, code: 'backends_missing', message: 'a rule needs at least one backend, or a redirect' }]
      : []),
    ...exceeded('backendsPerRule', backends.length, `${path}.backends`),
    ...backends.flatMap((backend, index) => checkBackend(backend, `${path}.backends[${index}]`)),
    ...checkFilters(gateway, route, rule, path),
    ...checkPolicies(gateway, route, rule, path),
    ...(healthCheck ? checkHealthCheck(healthCheck, `${path}.healthCheck`) : []),
    ...onlyOnApplicationGateway(`${path}.applicationGateway`, rule.applicationGateway),
  ];
}

export function checkBackend({ service, namespace, port, weight = 1 }: BackendIntent, path: string): readonly Problem[] {
  return [
    ...(isServiceName(service) ? [] : [nameInvalid(`${path}.service`, service, 'the name of a Service')]),
    ...(isDnsLabel(namespace) ? [] : [nameInvalid(`${path}.namespace`, namespace, 'a namespace')]),
    ...(isPort(port) ? [] : [{ path: `${path}.port`, code: 'port_out_of_range', message: 'a port is 1 to 65535', value: port }]),
    ...(Number.isInteger(weight) && weight >= 0 && weight <= 1_000_000
      ? []
      : [{ path: `${path}.weight`, code: 'weight_out_of_range', message: 'a weight is 0 to 1000000', value: weight, rule: 'AGC-55' }]),
  ];
}

/** What the objects of a route hold, and whether it matters that there is more than one. */
export function checkSplit(route: RouteIntent): readonly Problem[] {
  const parts = partsOf(route);
  const rules = Math.max(route.rules.length, ...parts.map((part) => part.rules.length));
  const matches = Math.max(0, ...parts.map((part) => part.rules.reduce((sum, rule) => sum + matchesOf(rule), 0)));
  return [
    ...exceeded('rulesPerRoute', rules, 'rules'),
    ...(rules > 16 ? [] : exceeded('matchesPerRoute', matches, 'rules')),
    ...(parts.length > 1 ? checkSameMatches(route) : []),
  ];
}

/** Within one HTTPRoute the first of two equal matches wins; among several the oldest object does, which nobody chose. */
function checkSameMatches({ rules }: RouteIntent): readonly Problem[] {
  const seen = new Map<string, number>();
  return rules.flatMap(({ match = {} }, index): Problem[] => {
    const first = keysOf(match)
      .map((key) => seen.get(key))
      .find((earlier) => earlier !== undefined);
    for (const key of keysOf(match)) if (!seen.has(key)) seen.set(key, index);
    if (first === undefined) return [];
    return [
      {
        path: `rules[${index}].match`,
        code: 'match_repeated',
        message:
          'the same requests as an earlier rule; timeout, affinity or waf differ somewhere, so the rules stand in several HTTPRoutes',
        conflictsWith: `rules[${first}]`,
        suggestion: 'leave one of the rules out',
        rule: 'AGC-55',
      },
    ];
  });
}

function keysOf({ path = { type: 'PREFIX', value: '/' }, headers = [], query = [], methods = [], grpc }: MatchIntent): readonly string[] {
  const rest = [path, sorted(headers), sorted(query), grpc];
  return (methods.length === 0 ? [null] : methods).map((method) =>
    JSON.stringify(canonical([method, ...rest.map((part) => part ?? null)])),
  );
}

function sorted(values: readonly object[]): readonly string[] {
  return values.map((value) => JSON.stringify(canonical(value))).sort();
}
