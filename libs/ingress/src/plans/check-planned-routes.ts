import type { Problem } from '@podspan/errors';
import { checkRoute } from '../domain/check-route.js';
import { checkShared } from '../domain/check-shared.js';
import type { RenderedGateway } from '../domain/gateway-intent.js';
import type { RouteIntent } from '../domain/route-intent.js';
import { groupRoutes } from '../domain/spread/route-groups.js';

/** What a PUT of each route would be refused for, under `routes[i]`. What routes must agree on is compared where they stand together. */
export function checkPlannedRoutes(gateway: RenderedGateway, routes: readonly RouteIntent[]): readonly Problem[] {
  const at = new Map(routes.map((route, index) => [route, index] as const));
  const under = (route: RouteIntent, problems: readonly Problem[]): readonly Problem[] =>
    problems.map((problem) => ({ ...problem, path: `routes[${at.get(route) ?? 0}].${problem.path}` }));
  const { groups, everywhere } = groupRoutes(routes, gateway.namespace);
  return [
    ...checkNames(routes),
    ...routes.flatMap((route) => under(route, checkRoute(gateway, route))),
    ...groups.flatMap((group) => {
      const together = [...everywhere, ...group.routes];
      return group.routes.flatMap((route, index) =>
        under(route, checkShared(gateway, together.slice(0, everywhere.length + index), route)),
      );
    }),
  ];
}

function checkNames(routes: readonly RouteIntent[]): readonly Problem[] {
  const names = routes.map(({ name }) => name);
  return names.flatMap((name, index): readonly Problem[] => {
    const first = names.indexOf(name);
    if (first === index) return [];
    return [
      {
        path: `routes[${index}].name`,
        code: 'duplicate',
        message: 'named twice',
        value: name,
        conflictsWith: `routes[${first}].name`,
        suggestion: 'another name',
      },
    ];
  });
}
