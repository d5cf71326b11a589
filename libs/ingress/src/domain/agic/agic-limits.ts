import type { Problem } from '@podspan/errors';
import type { RouteIntent } from '../route-intent.js';
import { doorKey, doorsOf, type Door } from './agic-doors.js';
import type { RenderedAgic } from './agic-gateway.js';
import { agicIngresses, type AgicIngress } from './render-agic.js';

/**
 * AGIC-12: of one Application Gateway. Its listeners have a rule each, so the limit of rules (400, or 40) is never the first. Targets
 * of a pool (1,200) are pods: how many, nobody knows before they run, so they are not counted.
 */
export const agicLimits = {
  backendPools: { most: 100, of: 'backend pools (Services and ports, and a default one)' },
  backendSettings: { most: 100, of: 'backend settings (Ingresses by Service and port, and a default one)' },
  listeners: { most: 100, of: 'active listeners (frontends, ports and sets of host names)' },
  certificates: { most: 100, of: 'certificates' },
  redirects: { most: 100, of: 'redirects' },
  frontendPorts: { most: 100, of: 'frontend ports' },
  pathRules: { most: 100, of: 'path rules of one listener' },
  hostnames: { most: 5, of: 'host names of one listener' },
} as const;

export type AgicLimit = keyof typeof agicLimits;

/** AGIC-12: what the engine of a WAF with CRS 3.1 or older takes, of what it takes less of. */
const mostOfOldWaf = 40;
const loweredByOldWaf: readonly AgicLimit[] = ['backendSettings', 'listeners', 'certificates', 'redirects', 'frontendPorts'];

/** What all routes of a gateway come to, counted before anything is applied: AGIC writes a gateway whole, so one too many stalls all. */
export function checkAgicLimits(gateway: RenderedAgic, routes: readonly RouteIntent[]): readonly Problem[] {
  const counts = countAgic(gateway, routes);
  const at: Readonly<Record<AgicLimit, string>> = {
    backendPools: 'rules',
    backendSettings: 'rules',
    listeners: 'hostnames',
    certificates: 'tls',
    redirects: 'hostnames',
    frontendPorts: 'applicationGateway.frontendPort',
    pathRules: 'rules',
    hostnames: 'hostnames',
  };
  return (Object.keys(agicLimits) as AgicLimit[]).flatMap((limit): Problem[] => {
    const { most, of } = agicLimits[limit];
    const ruleSet = loweredByOldWaf.includes(limit) ? gateway.oldRuleSet : undefined;
    const max = ruleSet === undefined ? most : mostOfOldWaf;
    const count = counts[limit];
    if (count <= max) return [];
    const holder = ruleSet === undefined ? 'an Application Gateway' : `an Application Gateway whose WAF runs ${ruleSet}`;
    const message = `${count} is more than the limit of ${max} ${of} of ${holder}`;
    return [
      {
        path: at[limit],
        code: 'agic_limit_exceeded',
        message,
        value: count,
        conflictsWith: { limit, max, ...(ruleSet === undefined ? {} : { ruleSet }) },
        suggestion: `at most ${max} ${of}${ruleSet === undefined ? '' : `, or CRS 3.2 or newer, with which it is ${most}`}`,
        rule: 'AGIC-12',
      },
    ];
  });
}

/** Whether it matters which rules the WAF runs: the routes fit beside new ones alone. */
export function dependsOnRuleSet(gateway: RenderedAgic, routes: readonly RouteIntent[]): boolean {
  return gateway.sku === 'WAF_V2' && checkAgicLimits({ ...gateway, oldRuleSet: 'OWASP 3.1' }, routes).length > 0;
}

export function countAgic(gateway: RenderedAgic, routes: readonly RouteIntent[]): Readonly<Record<AgicLimit, number>> {
  const ingresses = agicIngresses(gateway, routes);
  const doors = new Map(ingresses.flatMap((ingress) => doorsIn(gateway, ingress).map((door) => [doorKey(door), door] as const)));
  const services = ingresses.flatMap(({ group, name }) =>
    group.rules.flatMap(({ backends }) =>
      backends.map(({ service, port }) => ({
        pool: `${group.namespace}/${service}:${port}`,
        setting: `${group.namespace}/${name} ${service}:${port}`,
      })),
    ),
  );
  const secrets = ingresses.flatMap(({ route, group }) =>
    route.tls ? [`${group.namespace}/${route.tls.secret}`] : (route.applicationGateway?.certificate ?? []),
  );
  return {
    backendPools: new Set(services.map(({ pool }) => pool)).size + 1,
    backendSettings: new Set(services.map(({ setting }) => setting)).size + 1,
    listeners: doors.size,
    certificates: new Set(secrets).size,
    redirects: redirectedDoors(gateway, ingresses),
    frontendPorts: new Set([...doors.values()].map(({ port }) => port)).size,
    pathRules: Math.max(0, ...pathRules(gateway, ingresses)),
    hostnames: Math.max(0, ...[...doors.values()].map(({ hosts }) => hosts.length)),
  };
}

/** The listeners an Ingress adds to, with those of the redirect. */
function doorsIn(gateway: RenderedAgic, { route, place, hostSets }: AgicIngress): readonly Door[] {
  const own = doorsOf(gateway, route).filter(
    ({ frontend, hosts }) => frontend === place.frontend && hostSets.some((set) => set.join() === hosts.join()),
  );
  return place.redirected ? own.flatMap((door) => [door, { ...door, port: 80, secured: false }]) : own;
}

function redirectedDoors(gateway: RenderedAgic, ingresses: readonly AgicIngress[]): number {
  const redirected = ingresses.filter(({ place }) => place.redirected);
  return new Set(
    redirected
      .flatMap((ingress) => doorsIn(gateway, ingress))
      .filter(({ secured }) => !secured)
      .map(doorKey),
  ).size;
}

/** A prefix is two path rules, an exact path one, `/` none: it is the listener's default. */
function pathRules(gateway: RenderedAgic, ingresses: readonly AgicIngress[]): readonly number[] {
  const counts = new Map<string, number>();
  for (const ingress of ingresses) {
    const rules = ingress.group.rules.reduce((sum, { match }) => sum + weightOf(match?.path), 0);
    for (const door of doorsIn(gateway, ingress)) counts.set(doorKey(door), (counts.get(doorKey(door)) ?? 0) + rules);
  }
  return [...counts.values()];
}

function weightOf(path: { readonly type: string; readonly value: string } = { type: 'PREFIX', value: '/' }): number {
  if (path.value === '/') return 0;
  return path.type === 'EXACT' ? 1 : 2;
}
