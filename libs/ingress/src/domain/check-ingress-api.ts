import type { Problem } from '@podspan/errors';
import type { RenderedGateway } from './gateway-intent.js';
import { notInIngress, repeatedPaths, ruleLosses } from './check-plain-ingress.js';
import { secretNamespace } from './ingress-place.js';
import { defaultRoute } from './render-manifests.js';
import type { RouteIntent, RuleIntent } from './route-intent.js';

/** What AGC's Ingress API cannot say of a gateway itself, whatever its routes. Paths are those of the gateway. */
export function checkGatewayOnIngressApi({ wafPolicyId }: Pick<RenderedGateway, 'wafPolicyId'>): readonly Problem[] {
  if (wafPolicyId === undefined) return [];
  return [notInIngress('wafPolicyId', 'AGC attaches WAF policies to Gateway API objects only', 'api=GATEWAY', 'AGC-66', wafPolicyId)];
}

/** What AGC's Ingress API cannot say of one route (AGC-54, AGC-65), and which of its paths another route has. Paths are those of the route. */
export function checkRouteOnIngressApi(gateway: RenderedGateway, route: RouteIntent, others: readonly RouteIntent[]): readonly Problem[] {
  return [
    ...(route.tls?.policy === undefined
      ? []
      : [notInIngress('tls.policy', 'a FrontendTLSPolicy attaches to a Gateway', 'api=GATEWAY', 'AGC-62', route.tls.policy)]),
    ...route.rules.flatMap((rule, index) => [
      ...ruleLosses(route, rule, `rules[${index}]`, 'api=GATEWAY'),
      ...agcLosses(gateway, route, rule, `rules[${index}]`),
    ]),
    ...repeatedPaths(gateway, route, others, { fold: (path) => path, rule: 'AGC-54' }),
  ];
}

/** All routes together, each problem under `routes.{name}`. */
export function checkIngressApi(gateway: RenderedGateway, routes: readonly RouteIntent[]): readonly Problem[] {
  const served = [...routes, ...defaultRoute(gateway, routes)];
  return [
    ...checkGatewayOnIngressApi(gateway),
    ...served.flatMap((route, index) =>
      checkRouteOnIngressApi(gateway, route, served.slice(0, index)).map((problem) => ({
        ...problem,
        path: `routes.${route.name}.${problem.path}`,
      })),
    ),
  ];
}

function agcLosses(gateway: RenderedGateway, route: RouteIntent, rule: RuleIntent, path: string): readonly Problem[] {
  const { redirect, headers, waf, backends } = rule;
  const [backend] = backends;
  const secretAt = secretNamespace(gateway, route);
  return [
    ...(waf ? [notInIngress(`${path}.waf`, 'a WAF policy attaches to an HTTPRoute or a Gateway', 'api=GATEWAY', 'AGC-66', waf)] : []),
    ...(redirect?.status === 308
      ? [notInIngress(`${path}.redirect.status`, 'an IngressExtension knows 301, 302, 303 and 307', '307', 'AGC-65', 308)]
      : []),
    ...(redirect && headers
      ? [notInIngress(`${path}.headers`, 'a rule of an IngressExtension redirects or rewrites', 'leave it out', 'AGC-65', headers)]
      : []),
    ...(route.tls && backend && backend.namespace !== secretAt
      ? [
          {
            ...notInIngress(
              `${path}.backends[0].namespace`,
              'an Ingress reads the certificate from the namespace of its Services',
              `set tls.namespace to ${backend.namespace} and copy the Secret there, or api=GATEWAY`,
              'AGC-54',
              backend.namespace,
            ),
            conflictsWith: `Secret ${secretAt}/${route.tls.secret}`,
          },
        ]
      : []),
  ];
}
