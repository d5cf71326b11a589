import type { Problem } from '@podspan/errors';
import { exceeded } from '../limits.js';
import type { RouteGroup } from './route-groups.js';
import type { RoutesCost } from './spread-bins.js';
import type { SpreadRequest } from './spread-routes.js';

export function tooLarge(group: RouteGroup, { tooLarge: found }: RoutesCost): readonly Problem[] {
  return found.map((problem) => ({
    ...problem,
    path: 'routes',
    message: `${togetherOf(group)} must stand on one frontend: ${problem.message}`,
  }));
}

/** AGC-13. */
export function noRoom(group: RouteGroup, { mostGateways, current }: Pick<SpreadRequest, 'mostGateways' | 'current'>): readonly Problem[] {
  const [problem] = exceeded('gatewaysPerCluster', Number.MAX_SAFE_INTEGER, 'routes');
  if (!problem) return [];
  const held = current.filter(({ exists }) => exists).length;
  return [
    {
      ...problem,
      message: `no room for ${togetherOf(group)}: the cluster can have ${mostGateways} AGC for these routes, ${held} of them exist`,
      value: group.routes.map(({ name }) => name),
      suggestion: 'put them on another cluster, or shorten the set',
    },
  ];
}

function togetherOf({ routes, shared }: RouteGroup): string {
  const names = routes.map(({ name }) => name);
  const some = names.length > 5 ? [...names.slice(0, 4), `${names.length - 4} more`] : names;
  const noun = names.length === 1 ? 'route' : 'routes';
  return `${noun} ${some.join(', ')}${shared.length === 0 ? '' : ` (${shared.slice(0, 3).join(', ')})`}`;
}
