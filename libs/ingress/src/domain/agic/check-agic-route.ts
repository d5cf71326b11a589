import type { Problem } from '@podspan/errors';
import { checkFilters } from '../check-filters.js';
import { checkHealthCheck } from '../check-health-check.js';
import { checkMatch } from '../check-match.js';
import { notInIngress, repeatedPaths } from '../check-plain-ingress.js';
import { checkPolicies } from '../check-policies.js';
import { checkFrontends, checkHostnames, checkName, checkTls } from '../check-route.js';
import { checkBackend } from '../check-rule.js';
import type { RenderedGateway } from '../gateway-intent.js';
import { gatewayApiVersions } from '../schemas/bundles.js';
import type { RouteIntent, RuleIntent } from '../route-intent.js';
import { hostSets, isSecured, portOf } from './agic-doors.js';
import type { RenderedAgic } from './agic-gateway.js';
import { checkNumber, checkPartName } from './agic-problems.js';
import { checkAgicRule } from './check-agic-rule.js';
import { checkNotProhibited } from './prohibited-targets.js';

/** Everything wrong with one route on an Application Gateway by itself: its form, and what AGIC cannot say (AGIC-40 to AGIC-65). */
export function checkAgicRoute(gateway: RenderedAgic, route: RouteIntent): readonly Problem[] {
  const form = formOf(gateway);
  return [
    ...checkName(route.name),
    ...checkHostnames(route.hostnames),
    ...checkTls(form, route),
    ...checkFrontends(form, route),
    ...(route.rules.length === 0 ? [{ path: 'rules', code: 'rules_missing', message: 'a route needs at least one rule' }] : []),
    ...checkRouteExtras(route),
    ...route.rules.flatMap((rule, index) => [
      ...checkForm(form, route, rule, `rules[${index}]`),
      ...checkAgicRule(gateway, route, rule, `rules[${index}]`),
    ]),
    ...checkNotProhibited(gateway, route),
    ...checkWatched(gateway, route),
  ];
}

/** Which of its paths another route has on the same listener; Application Gateway does not tell case apart. */
export function repeatedAgicPaths(gateway: RenderedAgic, route: RouteIntent, others: readonly RouteIntent[]): readonly Problem[] {
  const door = (of: RouteIntent): string => String(portOf(of));
  return repeatedPaths(gateway, route, others, { fold: (path) => path.toLowerCase(), door, rule: 'AGIC-31' });
}

/** The form of a route is judged as any gateway's. AGIC has no controller or CRDs of AGC, so the newest versions rule nothing out. */
function formOf({ name, namespace, frontends, resourceId }: RenderedAgic): RenderedGateway {
  const gatewayApi = gatewayApiVersions.at(-1) ?? 'v1.2.1';
  return {
    name,
    namespace,
    frontends,
    subscriptionId: resourceId.split('/')[2] ?? '',
    loadBalancer: { albId: resourceId },
    api: 'INGRESS',
    controllerVersion: '9999.0.0',
    gatewayApi,
  };
}

function checkForm(form: RenderedGateway, route: RouteIntent, rule: RuleIntent, path: string): readonly Problem[] {
  const { match, backends, redirect, healthCheck } = rule;
  return [
    ...(match ? checkMatch(form, route.protocol, match, `${path}.match`) : []),
    ...(backends.length === 0 && !redirect
      ? [{ path: `${path}.backends`, code: 'backends_missing', message: 'a rule needs a backend, or a redirect' }]
      : []),
    ...backends.flatMap((backend, index) => checkBackend(backend, `${path}.backends[${index}]`)),
    ...checkFilters(form, route, rule, path),
    ...checkPolicies(form, route, rule, path),
    ...(healthCheck ? checkHealthCheck(healthCheck, `${path}.healthCheck`) : []),
  ];
}

function checkRouteExtras(route: RouteIntent): readonly Problem[] {
  const { tls, applicationGateway: extra = {} } = route;
  const at = 'applicationGateway';
  return [
    ...(tls?.policy === undefined
      ? []
      : [
          notInIngress(
            'tls.policy',
            'predefined policies are of AGC',
            `${at}.sslProfile with a profile of the gateway`,
            'AGIC-46',
            tls.policy,
          ),
        ]),
    ...(tls && extra.certificate !== undefined
      ? [
          {
            ...notInIngress(`${at}.certificate`, 'AGIC ignores it beside a Secret', 'leave it out, or tls', 'AGIC-44', extra.certificate),
            conflictsWith: tls,
          },
        ]
      : []),
    ...(extra.sslProfile !== undefined && !isSecured(route)
      ? [notInIngress(`${at}.sslProfile`, 'a profile is of HTTPS', 'tls, or leave it out', 'AGIC-46', extra.sslProfile)]
      : []),
    ...(['certificate', 'sslProfile'] as const).flatMap((member) =>
      extra[member] === undefined ? [] : checkPartName(extra[member], `${at}.${member}`),
    ),
    ...checkNumber('override-frontend-port', extra.frontendPort, `${at}.frontendPort`),
    ...checkNumber('rule-priority', extra.priority, `${at}.priority`),
    ...(extra.priority !== undefined && hostSets(route).length > 1
      ? [
          notInIngress(
            `${at}.priority`,
            'each host name has a listener, and a priority belongs to one',
            `${at}.sharedListener, or one host name`,
            'AGIC-65',
            extra.priority,
          ),
        ]
      : []),
    ...(extra.sharedListener && route.hostnames.length > 5
      ? [
          notInIngress(
            `${at}.sharedListener`,
            'a listener has at most 5 host names',
            'several routes, or a listener each',
            'AGIC-64',
            route.hostnames.length,
          ),
        ]
      : []),
  ];
}

/** AGIC-02: an Ingress in a namespace that AGIC does not watch is never served. */
function checkWatched({ watchNamespaces }: RenderedAgic, { rules }: RouteIntent): readonly Problem[] {
  if (!watchNamespaces) return [];
  return rules.flatMap(({ backends }, index) =>
    backends.flatMap(({ namespace }, at) =>
      watchNamespaces.includes(namespace) ? [] : [notWatched(`rules[${index}].backends[${at}].namespace`, namespace, watchNamespaces)],
    ),
  );
}

export function notWatched(path: string, namespace: string, watchNamespaces: readonly string[]): Problem {
  return {
    path,
    code: 'namespace_not_watched',
    message: 'AGIC of this gateway does not watch the namespace of the Service',
    value: namespace,
    conflictsWith: watchNamespaces,
    suggestion: 'a Service of a watched namespace, or a gateway that watches all',
    rule: 'AGIC-02',
  };
}
