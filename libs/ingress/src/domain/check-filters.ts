import type { Problem } from '@podspan/errors';
import type { RenderedGateway } from './gateway-intent.js';
import { duplicateOf, isHeaderName, isPath, isPort, nameInvalid, pathRule } from './check-text.js';
import { isDnsSubdomain, isHostname } from './kubernetes-names.js';
import { exceeded } from './limits.js';
import type { HeaderChanges, HeadersIntent, RedirectIntent, RewriteIntent, RouteIntent, RuleIntent } from './route-intent.js';
import { tooOldFor } from './target-features.js';

type Route = Pick<RouteIntent, 'protocol' | 'tls'>;

/** What a rule changes about requests and answers: the filters of HTTPRoute and GRPCRoute (AGC-54, AGC-55). */
export function checkFilters(gateway: RenderedGateway, route: Route, rule: RuleIntent, path: string): readonly Problem[] {
  const { rewrite, redirect, headers } = rule;
  return [
    ...checkTogether(route, rule, path),
    ...(rewrite ? checkRewrite(rewrite, rule, `${path}.rewrite`) : []),
    ...(redirect ? checkRedirect(gateway, route, redirect, rule, `${path}.redirect`) : []),
    ...(headers ? checkHeaders(headers, `${path}.headers`) : []),
  ];
}

function checkTogether({ protocol }: Route, rule: RuleIntent, path: string): readonly Problem[] {
  const grpc = (['rewrite', 'redirect'] as const).filter((member) => protocol === 'GRPC' && rule[member]);
  const redirected = (['rewrite', 'timeout', 'affinity', 'healthCheck', 'backendTls'] as const).filter(
    (member) => rule.redirect && rule[member],
  );
  return [
    ...grpc.map((member) => ({
      path: `${path}.${member}`,
      code: 'not_expressible',
      message: `a GRPCRoute has no ${member}`,
      suggestion: 'leave it out, or make the route one of HTTP',
      rule: 'AGC-54',
    })),
    ...(rule.redirect && rule.backends.length > 0
      ? [
          {
            path: `${path}.backends`,
            code: 'redirect_with_backends',
            message: 'a rule redirects or forwards, not both',
            suggestion: 'leave the backends out, or the redirect',
            rule: 'AGC-55',
          },
        ]
      : []),
    ...redirected.map((member) => ({
      path: `${path}.${member}`,
      code: 'redirect_with_backends',
      message: `nothing is forwarded by a rule that redirects: ${member} would do nothing`,
      suggestion: `leave ${member} out`,
      rule: 'AGC-55',
    })),
  ];
}

function checkRewrite(rewrite: RewriteIntent, rule: RuleIntent, path: string): readonly Problem[] {
  if (Object.keys(rewrite).length === 0)
    return [{ path, code: 'rewrite_empty', message: 'name a host, pathPrefix or fullPath', suggestion: 'leave it out', rule: 'AGC-55' }];
  return [...checkHost(rewrite.host, path), ...checkPaths(rewrite, rule, path)];
}

function checkRedirect(
  gateway: RenderedGateway,
  { tls }: Route,
  redirect: RedirectIntent,
  rule: RuleIntent,
  path: string,
): readonly Problem[] {
  const { scheme, host, port, pathPrefix, fullPath, status } = redirect;
  const own = tls ? 'HTTPS' : 'HTTP';
  const loops = host === undefined && port === undefined && pathPrefix === undefined && fullPath === undefined && (scheme ?? own) === own;
  return [
    ...(loops
      ? [
          {
            path,
            code: 'redirect_loop',
            message: `the answer leads to the request itself, since the route is served over ${own}`,
            suggestion: own === 'HTTP' ? 'scheme HTTPS, another host, or another path' : 'another host or path',
            rule: 'AGC-54',
          },
        ]
      : []),
    ...checkHost(host, path),
    ...(port === undefined || isPort(port)
      ? []
      : [{ path: `${path}.port`, code: 'port_out_of_range', message: 'a port is 1 to 65535', value: port }]),
    ...checkPaths(redirect, rule, path),
    ...checkStatus(gateway, status, `${path}.status`),
  ];
}

function checkStatus(gateway: RenderedGateway, status: number | undefined, path: string): readonly Problem[] {
  if (status === undefined || status === 301 || status === 302) return [];
  if (status === 303 || status === 307 || status === 308) return tooOldFor('redirectStatus', gateway, path, status);
  const message = 'AGC redirects with 301, 302, 303, 307 or 308';
  return [{ path, code: 'redirect_status_invalid', message, value: status, suggestion: '302', rule: 'AGC-54' }];
}

function checkHost(host: string | undefined, path: string): readonly Problem[] {
  if (host === undefined || (isDnsSubdomain(host) && isHostname(host))) return [];
  const message = 'not a host name; a wildcard cannot be written into a request';
  return [{ path: `${path}.host`, code: 'hostname_invalid', message, value: host, suggestion: 'shop.example.com', rule: 'AGC-55' }];
}

function checkPaths({ pathPrefix, fullPath }: RewriteIntent, { match }: RuleIntent, path: string): readonly Problem[] {
  const both = pathPrefix !== undefined && fullPath !== undefined;
  const type = match?.path?.type ?? 'PREFIX';
  return [
    ...(both
      ? [{ path, code: 'ambiguous_path', message: 'pathPrefix or fullPath, not both', suggestion: 'leave one out', rule: 'AGC-55' }]
      : []),
    ...Object.entries({ pathPrefix, fullPath }).flatMap(([member, value]): Problem[] =>
      value === undefined || isPath(value)
        ? []
        : [{ path: `${path}.${member}`, code: 'path_invalid', message: pathRule, value, suggestion: '/', rule: 'AGC-55' }],
    ),
    ...(pathPrefix !== undefined && type !== 'PREFIX'
      ? [
          {
            path: `${path}.pathPrefix`,
            code: 'prefix_not_matched',
            message: 'a prefix is replaced only where the rule matches one',
            value: pathPrefix,
            conflictsWith: type,
            suggestion: type === 'EXACT' ? 'fullPath' : 'fullPath, or a match of type PREFIX',
            rule: 'AGC-55',
          },
        ]
      : []),
  ];
}

function checkHeaders(headers: HeadersIntent, path: string): readonly Problem[] {
  const { request, response } = headers;
  if (!request && !response)
    return [{ path, code: 'headers_empty', message: 'name changes of request or response', suggestion: 'leave it out' }];
  return [...(request ? checkChanges(request, `${path}.request`) : []), ...(response ? checkChanges(response, `${path}.response`) : [])];
}

function checkChanges(changes: HeaderChanges, path: string): readonly Problem[] {
  const { set = [], add = [], remove = [] } = changes;
  if (set.length + add.length + remove.length === 0)
    return [{ path, code: 'headers_empty', message: 'name headers to set, add or remove', suggestion: 'leave it out' }];
  const values = { set, add };
  return [
    ...(['set', 'add'] as const).flatMap((list) => [
      ...exceeded('headersPerChange', values[list].length, `${path}.${list}`),
      ...checkNames(
        values[list].map(({ name }) => name),
        (index) => `${path}.${list}[${index}].name`,
      ),
      ...values[list].flatMap(({ value }, index): Problem[] =>
        value.length >= 1 && value.length <= 4_096 && !/[\r\n\0]/.test(value)
          ? []
          : [
              {
                path: `${path}.${list}[${index}].value`,
                code: 'header_value_invalid',
                message: '1 to 4096 characters, no line breaks',
                rule: 'AGC-55',
              },
            ],
      ),
    ]),
    ...exceeded('headersPerChange', remove.length, `${path}.remove`),
    ...checkNames(remove, (index) => `${path}.remove[${index}]`),
  ];
}

function checkNames(names: readonly string[], pathOf: (index: number) => string): readonly Problem[] {
  const lower = names.map((name) => name.toLowerCase());
  return names.flatMap((name, index) =>
    isHeaderName(name) ? duplicateOf(lower, index, pathOf(index), name) : [nameInvalid(pathOf(index), name, 'a header name')],
  );
}
