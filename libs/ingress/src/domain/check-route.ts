import type { Problem } from '@podspan/errors';
import type { RenderedGateway } from './gateway-intent.js';
import { onlyOnApplicationGateway } from './check-application-gateway.js';
import { checkRule, checkSplit } from './check-rule.js';
import { nameInvalid } from './check-text.js';
import { isDnsLabel, isDnsSubdomain, isHostname } from './kubernetes-names.js';
import { exceeded } from './limits.js';
import { defaultRouteName } from './render-manifests.js';
import type { RouteIntent } from './route-intent.js';
import { parentRefs } from './route-object.js';
import { tooOldFor } from './target-features.js';

/** Everything wrong with one route by itself: names, paths and the maxima of the Gateway API (AGC-55). */
export function checkRoute(gateway: RenderedGateway, route: RouteIntent): readonly Problem[] {
  return [
    ...checkName(route.name),
    ...checkHostnames(route.hostnames),
    ...(route.protocol === 'GRPC' ? tooOldFor('grpc', gateway, 'protocol', 'GRPC') : []),
    ...checkTls(gateway, route),
    ...checkFrontends(gateway, route),
    ...onlyOnApplicationGateway('applicationGateway', route.applicationGateway),
    ...exceeded('parentRefs', parentRefs(gateway, route).length, 'hostnames'),
    ...(route.rules.length === 0 ? [{ path: 'rules', code: 'rules_missing', message: 'a route needs at least one rule' }] : []),
    ...checkSplit(route),
    ...route.rules.flatMap((rule, index) => checkRule(gateway, route, rule, `rules[${index}]`)),
  ];
}

export function checkName(name: string): readonly Problem[] {
  if (name === defaultRouteName) {
    const message = `'${defaultRouteName}' is the route of the default backend`;
    return [
      {
        path: 'name',
        code: 'name_reserved',
        message,
        value: name,
        suggestion: `set defaultBackend on the gateway, or choose another name`,
      },
    ];
  }
  return isDnsLabel(name) ? [] : [nameInvalid('name', name, 'a lower-case DNS label of at most 63 characters')];
}

export function checkHostnames(hostnames: readonly string[]): readonly Problem[] {
  return [
    ...exceeded('hostnames', hostnames.length, 'hostnames'),
    ...hostnames.flatMap((hostname, index): Problem[] => {
      const path = `hostnames[${index}]`;
      if (!isHostname(hostname)) {
        const suggestion = isHostname(hostname.toLowerCase())
          ? hostname.toLowerCase()
          : 'a lower-case DNS name such as shop.example.com or *.example.com';
        return [
          { path, code: 'hostname_invalid', message: 'not a host name the Gateway API takes', value: hostname, suggestion, rule: 'AGC-55' },
        ];
      }
      const first = hostnames.indexOf(hostname);
      return first === index
        ? []
        : [{ path, code: 'duplicate', message: 'named twice', value: hostname, conflictsWith: `hostnames[${first}]` }];
    }),
  ];
}

/** AGC-62. */
const tlsPolicies = ['2023-06', '2023-06-S'];

export function checkTls(gateway: RenderedGateway, { tls }: RouteIntent): readonly Problem[] {
  if (!tls) return [];
  return [
    ...(isDnsSubdomain(tls.secret) ? [] : [nameInvalid('tls.secret', tls.secret, 'the name of a Secret')]),
    ...(tls.namespace === undefined || isDnsLabel(tls.namespace) ? [] : [nameInvalid('tls.namespace', tls.namespace, 'a namespace')]),
    ...(tls.policy === undefined ? [] : tooOldFor('frontendTlsPolicy', gateway, 'tls.policy', tls.policy)),
    ...(tls.policy === undefined || tlsPolicies.includes(tls.policy)
      ? []
      : [
          {
            path: 'tls.policy',
            code: 'tls_policy_unknown',
            message: 'not a predefined TLS policy of AGC',
            value: tls.policy,
            suggestion: tlsPolicies.join(' or '),
            rule: 'AGC-62',
          },
        ]),
  ];
}

export function checkFrontends(gateway: RenderedGateway, { frontends }: RouteIntent): readonly Problem[] {
  if (!frontends) return [];
  if (frontends.length === 0)
    return [{ path: 'frontends', code: 'frontends_missing', message: 'name a frontend, or leave the member out for all' }];
  return frontends.flatMap((frontend, index): Problem[] => {
    const path = `frontends[${index}]`;
    if (frontends.indexOf(frontend) !== index) return [{ path, code: 'duplicate', message: 'named twice', value: frontend }];
    if (gateway.frontends.includes(frontend)) return [];
    const message = `ingress gateway '${gateway.name}' has no such frontend`;
    return [{ path, code: 'unknown_frontend', message, value: frontend, suggestion: gateway.frontends.join(' or ') }];
  });
}
