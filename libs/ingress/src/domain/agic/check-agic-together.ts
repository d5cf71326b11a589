import type { Problem } from '@podspan/errors';
import { notInIngress } from '../check-plain-ingress.js';
import type { RouteIntent } from '../route-intent.js';
import { doorsOf, portOf, sameDoor, type Door } from './agic-doors.js';
import type { RenderedAgic } from './agic-gateway.js';
import { pathOf } from './agic-groups.js';
import { checkOrder } from './check-agic-order.js';
import { checkRedirects } from './check-agic-redirects.js';

/** What a route and the others of its gateway must agree on: listeners, ports, priorities, redirects, firewalls, and the order of their paths. */
export function checkAgicTogether(gateway: RenderedAgic, route: RouteIntent, others: readonly RouteIntent[]): readonly Problem[] {
  return [
    ...checkDoors(gateway, route, others),
    ...checkRedirects(gateway, route, others),
    ...checkFirewalls(gateway, route, others),
    ...checkOrder(gateway, route, others),
  ];
}

function checkDoors(gateway: RenderedAgic, route: RouteIntent, others: readonly RouteIntent[]): readonly Problem[] {
  const mine = doorsOf(gateway, route);
  const theirs = others.flatMap((other) => doorsOf(gateway, other).map((door) => ({ other, door })));
  const priority = route.applicationGateway?.priority;
  return [
    ...firstOf(
      theirs,
      ({ door }) => mine.some((own) => own.frontend === door.frontend && own.port === door.port && own.secured !== door.secured),
      (other) => ({
        ...notInIngress(
          'applicationGateway.frontendPort',
          'a port speaks HTTP or HTTPS, not both',
          'another port',
          'AGIC-52',
          portOf(route),
        ),
        code: 'port_taken',
        conflictsWith: `route ${other.name}`,
      }),
    ),
    ...firstOf(
      theirs,
      ({ door }) => mine.some((own) => shadows(own, door)),
      (other) => ({
        ...notInIngress(
          'hostnames',
          'a host name belongs to one listener, and the two routes group theirs differently',
          'the same host names with sharedListener in both routes, or without it',
          'AGIC-64',
          route.hostnames,
        ),
        code: 'listener_conflict',
        conflictsWith: `route ${other.name}, ${other.hostnames.join(', ')}`,
      }),
    ),
    ...firstOf(
      theirs,
      ({ other, door }) => {
        const same = mine.some((own) => sameDoor(own, door));
        const given = other.applicationGateway?.priority;
        return same ? given !== priority : priority !== undefined && given === priority;
      },
      (other) => ({
        ...notInIngress(
          'applicationGateway.priority',
          'a priority belongs to one listener, and a listener has one',
          'the same priority in all routes of the listener, and another one elsewhere',
          'AGIC-65',
          priority ?? null,
        ),
        code: 'priority_conflict',
        conflictsWith: `route ${other.name}, ${other.applicationGateway?.priority ?? 'none'}`,
      }),
    ),
  ];
}

function firstOf(
  theirs: readonly { readonly other: RouteIntent; readonly door: Door }[],
  clashes: (entry: { readonly other: RouteIntent; readonly door: Door }) => boolean,
  problem: (other: RouteIntent) => Problem,
): readonly Problem[] {
  const found = theirs.find(clashes);
  return found ? [problem(found.other)] : [];
}

function shadows(a: Door, b: Door): boolean {
  return (
    a.frontend === b.frontend && a.port === b.port && a.hosts.join() !== b.hosts.join() && a.hosts.some((host) => b.hosts.includes(host))
  );
}

/** AGIC-54: AGIC attaches the policy of `/` to the whole listener, so every rule there needs one. */
function checkFirewalls(gateway: RenderedAgic, route: RouteIntent, others: readonly RouteIntent[]): readonly Problem[] {
  const mine = doorsOf(gateway, route);
  const sharing = others.filter((other) => doorsOf(gateway, other).some((door) => mine.some((own) => sameDoor(own, door))));
  const rules = [...sharing, route].flatMap(({ name, rules: all }) => all.map((rule, index) => ({ name, rule, index })));
  const whole = rules.find(({ rule }) => rule.waf && pathOf(rule).value === '/');
  if (!whole) return [];
  const bare = rules.find(({ rule }) => !rule.waf && !rule.redirect);
  if (!bare || (whole.name !== route.name && bare.name !== route.name)) return [];
  const at = whole.name === route.name ? whole : bare;
  return [
    {
      ...notInIngress(
        `rules[${at.index}].waf`,
        'AGIC attaches the policy of / to the whole listener, so it would hold for rules without one too',
        'a policy in every rule of these hosts, or wafPolicyId of the gateway',
        'AGIC-54',
      ),
      conflictsWith: at === whole ? `route ${bare.name}, rules[${bare.index}]` : `route ${whole.name}, rules[${whole.index}]`,
    },
  ];
}
