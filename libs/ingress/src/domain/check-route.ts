import type { Problem } from '@podspan/errors';
import type { RenderedGateway } from './gateway-intent.js';
import { checkHealthCheck } from './check-health-check.js';
import { parentRefs } from './http-route-object.js';
import { isDnsLabel, isDnsSubdomain, isHostname, isServiceName } from './kubernetes-names.js';
import { exceeded } from './limits.js';
import { defaultRouteName } from './render-manifests.js';
import type { BackendIntent, MatchIntent, RouteIntent, RuleIntent } from './route-intent.js';

/** Everything wrong with one route by itself: names, paths and the maxima of the Gateway API (AGC-55). */
export function checkRoute(gateway: RenderedGateway, route: RouteIntent): readonly Problem[] {
  return [
    ...checkName(route.name),
    ...checkHostnames(route.hostnames),
    ...checkTls(route),
    ...checkFrontends(gateway, route),
    ...exceeded('parentRefs', parentRefs(gateway, route).length, 'hostnames'),
    ...(route.rules.length === 0 ? [{ path: 'rules', code: 'rules_missing', message: 'a route needs at least one rule' }] : []),
    ...exceeded('rulesPerRoute', route.rules.length, 'rules'),
    ...route.rules.flatMap((rule, index) => checkRule(rule, `rules[${index}]`)),
  ];
}

function checkName(name: string): readonly Problem[] {
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

function checkHostnames(hostnames: readonly string[]): readonly Problem[] {
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

function checkTls({ tls }: RouteIntent): readonly Problem[] {
  if (!tls) return [];
  return [
    ...(isDnsSubdomain(tls.secret) ? [] : [nameInvalid('tls.secret', tls.secret, 'the name of a Secret')]),
    ...(tls.namespace === undefined || isDnsLabel(tls.namespace) ? [] : [nameInvalid('tls.namespace', tls.namespace, 'a namespace')]),
  ];
}

function checkFrontends(gateway: RenderedGateway, { frontends }: RouteIntent): readonly Problem[] {
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

function checkRule({ match, backends, healthCheck }: RuleIntent, path: string): readonly Problem[] {
  return [
    ...(match ? checkMatch(match, `${path}.match`) : []),
    ...(backends.length === 0
      ? [{ path: `${path}.backends`, code: 'backends_missing', message: 'a rule needs at least one backend' }]
      : []),
    ...exceeded('backendsPerRule', backends.length, `${path}.backends`),
    ...backends.flatMap((backend, index) => checkBackend(backend, `${path}.backends[${index}]`)),
    ...(healthCheck ? checkHealthCheck(healthCheck, `${path}.healthCheck`) : []),
  ];
}

function checkMatch({ path: wanted, headers = [] }: MatchIntent, path: string): readonly Problem[] {
  const names = headers.map(({ name }) => name.toLowerCase());
  return [
    ...(wanted && !isPath(wanted.value)
      ? [{ path: `${path}.path.value`, code: 'path_invalid', message: pathRule, value: wanted.value, suggestion: '/', rule: 'AGC-55' }]
      : []),
    ...exceeded('headersPerMatch', headers.length, `${path}.headers`),
    ...headers.flatMap(({ name, value }, index): Problem[] => {
      const at = `${path}.headers[${index}]`;
      if (!isHeaderName(name)) return [nameInvalid(`${at}.name`, name, 'a header name')];
      if (names.indexOf(name.toLowerCase()) !== index)
        return [{ path: `${at}.name`, code: 'duplicate', message: 'named twice', value: name }];
      return value.length >= 1 && value.length <= 4_096
        ? []
        : [{ path: `${at}.value`, code: 'header_value_invalid', message: '1 to 4096 characters', rule: 'AGC-55' }];
    }),
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

export function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

const pathRule = 'a path starts with /, has at most 1024 characters, and no //, /./, /../, %2f or #';

/** The CEL rules of HTTPPathMatch. */
export function isPath(path: string): boolean {
  const plain = /^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+$/.test(path);
  const odd = /\/\/|\/\.\/|\/\.\.\/|%2f|\/\.$|\/\.\.$/i.test(path);
  return path.startsWith('/') && path.length <= 1_024 && plain && !odd;
}

function isHeaderName(name: string): boolean {
  return name.length <= 256 && /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/.test(name);
}

export function nameInvalid(path: string, value: string, wanted: string): Problem {
  return { path, code: 'name_invalid', message: `'${value}' is not ${wanted}`, value };
}
