import type { Problem } from '@podspan/errors';
import type { RouteIntent, RuleIntent } from '../route-intent.js';
import { doorsOf, sameDoor } from './agic-doors.js';
import type { RenderedAgic } from './agic-gateway.js';
import { hides, pathOf } from './agic-groups.js';
import { agicIngresses, type AgicIngress } from './render-agic.js';

interface Listed {
  readonly ingress: AgicIngress;
  readonly rule: RuleIntent;
  /** In AGIC's list. */
  readonly position: number;
}

/** AGIC-31: Ingresses come by namespace and name, and the first path that fits wins. What would never be reached is refused. */
export function checkOrder(gateway: RenderedAgic, route: RouteIntent, others: readonly RouteIntent[]): readonly Problem[] {
  const listed = agicIngresses(gateway, [...others, route])
    .flatMap((ingress) => ingress.group.rules.map((rule) => ({ ingress, rule })))
    .map((entry, position): Listed => ({ ...entry, position }));
  const problems = new Map<string, Problem>();
  for (const mine of listed) {
    if (mine.ingress.route !== route) continue;
    for (const other of listed) {
      const [earlier, later] = mine.position < other.position ? [mine, other] : [other, mine];
      if (mine.ingress === other.ingress || !hides(earlier.rule, later.rule) || !meet(gateway, mine.ingress, other.ingress)) continue;
      // Of two rules of the route itself the one that is never reached is told.
      const told = other.ingress.route === route ? later : mine;
      const problem = hidden(route, told, told === earlier ? later : earlier, earlier, later);
      problems.set(`${problem.path} ${String(problem.conflictsWith)}`, problem);
    }
  }
  return [...problems.values()];
}

function hidden(route: RouteIntent, told: Listed, other: Listed, earlier: Listed, later: Listed): Problem {
  const shown = ({ rule, ingress }: Listed): string => `${pathOf(rule).value} of namespace ${ingress.group.namespace}`;
  return {
    path: `rules[${route.rules.indexOf(told.rule)}].match`,
    code: 'path_hidden',
    message: `AGIC lists ${shown(earlier)} before ${shown(later)}, which is then never reached`,
    value: pathOf(told.rule).value,
    conflictsWith: `route ${other.ingress.route.name}, rules[${other.ingress.route.rules.indexOf(other.rule)}]`,
    suggestion: 'both rules in one route with Services of one namespace, or a route name that sorts the more specific path first',
    rule: 'AGIC-31',
  };
}

function meet(gateway: RenderedAgic, a: AgicIngress, b: AgicIngress): boolean {
  if (a.place.frontend !== b.place.frontend) return false;
  const doors = doorsOf(gateway, b.route).filter(({ hosts }) => b.hostSets.some((set) => set.join() === hosts.join()));
  return doorsOf(gateway, a.route)
    .filter(({ hosts }) => a.hostSets.some((set) => set.join() === hosts.join()))
    .some((own) => doors.some((door) => sameDoor(own, door)));
}
