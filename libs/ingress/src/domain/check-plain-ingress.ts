import type { Problem } from '@podspan/errors';
import type { RenderedGateway } from './gateway-intent.js';
import { plainPrefix } from './ingress-place.js';
import { frontendsOf, hostnamesOf } from './listeners.js';
import type { MatchIntent, RouteIntent, RuleIntent } from './route-intent.js';

/** `not_expressible`: the target has no way to say it. */
export function notInIngress(path: string, message: string, suggestion: string, rule: string, value?: unknown): Problem {
  return { path, code: 'not_expressible', message, ...(value === undefined ? {} : { value }), suggestion, rule };
}

/** What networking.k8s.io/v1 has no field for, whoever reads it: gRPC, matches beside the path, regular expressions, shares (AGC-54). */
export function ruleLosses(
  { protocol }: Pick<RouteIntent, 'protocol'>,
  { match, backends }: RuleIntent,
  path: string,
  instead: string,
): readonly Problem[] {
  const lost = (at: string, what: string, value: unknown): Problem =>
    notInIngress(`${path}.${at}`, `an Ingress has no ${what}`, instead, 'AGC-54', value);
  const weighted = backends.length > 1 || backends.some(({ weight = 1 }) => weight === 0);
  return [
    ...(protocol === 'GRPC' ? [lost('match', 'gRPC routes', match ?? {})] : []),
    ...(['headers', 'query', 'methods'] as const).flatMap((member) =>
      (match?.[member]?.length ?? 0) > 0 ? [lost(`match.${member}`, `matches on ${member}`, match?.[member])] : [],
    ),
    ...(match?.path?.type === 'REGULAR_EXPRESSION' ? [lost('match.path.type', 'regular expressions', match.path.type)] : []),
    ...(weighted ? [lost('backends', 'shares of several backends', backends)] : []),
  ];
}

type Served = Pick<RenderedGateway, 'frontends'>;

interface Telling {
  readonly fold: (path: string) => string;
  /** Where else requests may come in apart from each other: by scheme, or by port. */
  readonly door?: (route: RouteIntent) => string;
  readonly rule: string;
}

const schemeOf = ({ tls }: RouteIntent): string => (tls ? 'HTTPS' : 'HTTP');

interface Taken {
  readonly route: string;
  readonly at: string;
}

/**
 * The same host and path twice on one frontend: Ingresses have no order that anybody chose. `fold` makes paths that the target
 * cannot tell apart the same.
 */
export function repeatedPaths(
  gateway: Served,
  route: RouteIntent,
  others: readonly RouteIntent[],
  { fold, rule, door = schemeOf }: Telling,
): readonly Problem[] {
  const taken = new Map<string, Taken>();
  for (const other of others) {
    other.rules.forEach(({ match }, index) => {
      for (const key of placesOf(gateway, other, match, { fold, door })) taken.set(key, { route: other.name, at: `rules[${index}]` });
    });
  }
  return route.rules.flatMap(({ match }, index): Problem[] => {
    const places = placesOf(gateway, route, match, { fold, door });
    const first = places.map((place) => taken.get(place)).find((held) => held !== undefined);
    for (const place of places) if (!taken.has(place)) taken.set(place, { route: route.name, at: `rules[${index}]` });
    if (!first) return [];
    return [
      {
        path: `rules[${index}].match`,
        code: 'path_taken',
        message: 'the same host and path as another rule; which of two Ingresses wins, nobody chose',
        value: match?.path?.value ?? '/',
        conflictsWith: `route ${first.route}, ${first.at}`,
        suggestion: 'another host or path, or leave one of the rules out',
        rule,
      },
    ];
  });
}

function placesOf(
  gateway: Served,
  route: RouteIntent,
  { path = { type: 'PREFIX', value: '/' } }: MatchIntent = {},
  { fold, door }: Required<Pick<Telling, 'fold' | 'door'>>,
): readonly string[] {
  const value = fold(path.type === 'EXACT' ? path.value : plainPrefix(path.value));
  return frontendsOf(route, gateway).flatMap((frontend) =>
    hostnamesOf(route).map((host) => JSON.stringify([frontend, door(route), host ?? null, path.type, value])),
  );
}
