import type { Problem } from '@podspan/errors';
import type { RenderedGateway } from './gateway-intent.js';
import { duplicateOf, isHeaderName, isPath, nameInvalid, pathRule, regularExpressionFault } from './check-text.js';
import { exceeded } from './limits.js';
import type { GrpcMatch, MatchIntent, RouteIntent, ValueMatch } from './route-intent.js';
import { tooOldFor } from './target-features.js';

type Protocol = RouteIntent['protocol'];

/** Which requests a rule takes: what HTTPRoute and GRPCRoute can match on, and how much of it (AGC-55). */
export function checkMatch(gateway: RenderedGateway, protocol: Protocol, match: MatchIntent, path: string): readonly Problem[] {
  const { headers = [], query = [], methods = [], grpc } = match;
  return [
    ...checkProtocol(protocol, match, path),
    ...checkPath(gateway, match.path, `${path}.path`),
    ...exceeded('headersPerMatch', headers.length, `${path}.headers`),
    ...checkValues(gateway, headers, `${path}.headers`, { most: 4_096, same: (name) => name.toLowerCase() }),
    ...exceeded('queryPerMatch', query.length, `${path}.query`),
    ...checkValues(gateway, query, `${path}.query`, { most: 1_024, same: (name) => name }),
    ...methods.flatMap((method, index) => duplicateOf(methods, index, `${path}.methods[${index}]`, method)),
    ...(grpc ? checkGrpc(gateway, grpc, `${path}.grpc`) : []),
  ];
}

function checkProtocol(protocol: Protocol, match: MatchIntent, path: string): readonly Problem[] {
  const foreign = protocol === 'GRPC' ? (['path', 'query', 'methods'] as const) : (['grpc'] as const);
  return foreign.flatMap((member): Problem[] => {
    if (match[member] === undefined) return [];
    const message = protocol === 'GRPC' ? `a GRPCRoute does not match on ${member}` : 'only a route of protocol GRPC matches gRPC methods';
    const suggestion = protocol === 'GRPC' ? 'match.grpc with service and method' : "set the route's protocol to GRPC";
    return [{ path: `${path}.${member}`, code: 'not_expressible', message, value: match[member], suggestion, rule: 'AGC-54' }];
  });
}

function checkPath(gateway: RenderedGateway, wanted: MatchIntent['path'], path: string): readonly Problem[] {
  if (!wanted) return [];
  if (wanted.type !== 'REGULAR_EXPRESSION') {
    if (isPath(wanted.value)) return [];
    return [{ path: `${path}.value`, code: 'path_invalid', message: pathRule, value: wanted.value, suggestion: '/', rule: 'AGC-55' }];
  }
  return [
    ...tooOldFor('regularExpressions', gateway, `${path}.type`, wanted.type),
    ...checkExpression(wanted.value, 1_024, `${path}.value`),
  ];
}

function checkValues(
  gateway: RenderedGateway,
  values: readonly ValueMatch[],
  path: string,
  { most, same }: { readonly most: number; readonly same: (name: string) => string },
): readonly Problem[] {
  const names = values.map(({ name }) => same(name));
  return values.flatMap(({ name, value, type }, index): readonly Problem[] => {
    const at = `${path}[${index}]`;
    if (!isHeaderName(name)) return [nameInvalid(`${at}.name`, name, "a name of the Gateway API: letters, digits and !#$%&'*+-.^_`|~")];
    const repeated = duplicateOf(names, index, `${at}.name`, name);
    if (repeated.length > 0) return repeated;
    if (type === 'REGULAR_EXPRESSION')
      return [...tooOldFor('regularExpressions', gateway, `${at}.type`, type), ...checkExpression(value, most, `${at}.value`)];
    if (value.length >= 1 && value.length <= most) return [];
    return [{ path: `${at}.value`, code: 'header_value_invalid', message: `1 to ${most} characters`, rule: 'AGC-55' }];
  });
}

function checkExpression(value: string, most: number, path: string): readonly Problem[] {
  const message = value.length < 1 || value.length > most ? `1 to ${most} characters` : regularExpressionFault(value);
  if (message === undefined) return [];
  return [{ path, code: 'regular_expression_invalid', message, value, suggestion: 'an expression that RE2 takes', rule: 'AGC-55' }];
}

function checkGrpc(gateway: RenderedGateway, { service, method, type }: GrpcMatch, path: string): readonly Problem[] {
  if (service === undefined && method === undefined)
    return [{ path, code: 'grpc_match_invalid', message: 'name a service, a method, or both', rule: 'AGC-55' }];
  const members = Object.entries({ service, method }).filter((entry): entry is ['service' | 'method', string] => entry[1] !== undefined);
  if (type === 'REGULAR_EXPRESSION')
    return [
      ...tooOldFor('regularExpressions', gateway, `${path}.type`, type),
      ...members.flatMap(([member, value]) => checkExpression(value, 1_024, `${path}.${member}`)),
    ];
  const patterns = { service: /^\.?[a-z_][a-z_0-9]*(\.[a-z_][a-z_0-9]*)*$/i, method: /^[A-Za-z_][A-Za-z_0-9]*$/ };
  return members.flatMap(([member, value]): Problem[] =>
    value.length <= 1_024 && patterns[member].test(value)
      ? []
      : [
          {
            path: `${path}.${member}`,
            code: 'grpc_match_invalid',
            message: `not the name of a gRPC ${member}`,
            value,
            suggestion: { service: 'shop.v1.Orders', method: 'GetOrder' }[member],
            rule: 'AGC-55',
          },
        ],
  );
}
