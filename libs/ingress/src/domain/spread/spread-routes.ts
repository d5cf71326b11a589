import type { Problem } from '@podspan/errors';
import { agcUsage, type AgcUsage, type Endpoints } from '../agc-usage.js';
import { byCodePoint } from '../listeners.js';
import type { RouteIntent } from '../route-intent.js';
import { groupRoutes, onAnyFrontend, type RouteGroup } from './route-groups.js';
import { noRoom, tooLarge } from './spread-problems.js';
import { AgcBin, costOf, type FrontendBin, type RoutesCost } from './spread-bins.js';

export interface SpreadRequest {
  /** Of the first gateway; the others are `name-2`, `name-3`, ... */
  readonly name: string;
  readonly namespace: string;
  readonly routes: readonly RouteIntent[];
  /** Where routes are now, or were in an earlier answer. They stay there as long as they fit. */
  readonly current: readonly CurrentGateway[];
  /** How many AGC the cluster may have for these routes (AGC-13). */
  readonly mostGateways: number;
  readonly endpoints?: Endpoints;
}

export interface CurrentGateway {
  readonly name: string;
  /** One that exists keeps its frontends; of one that was only planned there may be more. */
  readonly exists: boolean;
  readonly frontends: readonly { readonly name: string; readonly routes: readonly string[] }[];
}

export interface SpreadGateway {
  readonly name: string;
  readonly exists: boolean;
  readonly frontends: readonly { readonly name: string; readonly hostnames: readonly string[]; readonly routes: readonly string[] }[];
  readonly usage: AgcUsage;
}

export interface Place {
  readonly gateway: string;
  readonly frontend: string;
}

export interface RouteSpread {
  readonly gateways: readonly SpreadGateway[];
  readonly moves: readonly { readonly route: string; readonly from: Place; readonly to: Place }[];
  readonly problems: readonly Problem[];
}

/**
 * How many AGC, each with a /24 of its own, a set of routes needs, and what stands where (MAP-33, AGC-12 to AGC-15). First fit by
 * name: the same for the same set however it comes. With `current` a further route moves none of the others, unless it ties
 * together what stood apart.
 */
export function spreadRoutes(request: SpreadRequest): RouteSpread {
  const { routes, namespace, endpoints = () => 1 } = request;
  const { groups, everywhere } = groupRoutes(routes, namespace);
  const common = costOf(everywhere, namespace, endpoints);
  const bins = new Bins(request, common, endpoints);
  const homes = homesOf(request.current);
  const costOfGroup = (group: RouteGroup): RoutesCost => ({
    ...costOf(group.routes, namespace, endpoints),
    // Alone on a frontend it is still beside what stands everywhere.
    tooLarge: costOf([...everywhere, ...group.routes], namespace, endpoints).tooLarge,
  });
  if (common.tooLarge.length > 0)
    return { gateways: [], moves: [], problems: tooLarge({ routes: everywhere, shared: ['every host'] }, common) };
  const placed = groups.map((group) => ({ group, cost: costOfGroup(group), home: homeOf(group, homes) }));
  const problems: Problem[] = [];
  // Whoever is whole in a place goes first, then who has grown there, so that nobody takes their room.
  for (const { group, cost, home } of placed.toSorted((a, b) => turnOf(a, homes) - turnOf(b, homes))) {
    if (cost.tooLarge.length > 0) problems.push(...tooLarge(group, cost));
    else if (!bins.place(group, cost, home)) problems.push(...noRoom(group, request));
  }
  if (bins.all.length === 0) bins.open();
  const gateways = bins.all.map((bin) => viewOf(bin, everywhere, namespace, endpoints));
  return { gateways, moves: movesOf(gateways, homes, everywhere), problems };
}

class Bins {
  readonly all: AgcBin[];

  constructor(
    private readonly request: SpreadRequest,
    private readonly common: RoutesCost,
    private readonly endpoints: Endpoints,
  ) {
    this.all = request.current.map(
      ({ name, exists, frontends }) => new AgcBin({ name, exists, frontends: frontends.map((held) => held.name) }, common, endpoints),
    );
  }

  place({ routes }: RouteGroup, cost: RoutesCost, home: Place | undefined): boolean {
    const found = this.#at(home, cost) ?? this.#firstFit(cost) ?? this.#another();
    if (!found) return false;
    found.bin.put(routes, cost, found.on);
    return true;
  }

  open(): AgcBin {
    const opened = new AgcBin({ name: this.#freeName(), exists: false, frontends: ['frontend'] }, this.common, this.endpoints);
    this.all.push(opened);
    return opened;
  }

  #at(home: Place | undefined, cost: RoutesCost): { bin: AgcBin; on: FrontendBin } | undefined {
    const bin = this.all.find(({ name }) => name === home?.gateway);
    const on = bin?.frontends.find(({ name }) => name === home?.frontend);
    return bin && on && bin.takes(cost, on) ? { bin, on } : undefined;
  }

  #firstFit(cost: RoutesCost): { bin: AgcBin; on: FrontendBin } | undefined {
    for (const bin of this.all) {
      const on = bin.frontends.find((held) => bin.takes(cost, held));
      if (on) return { bin, on };
      if (bin.canGrow && bin.takes(cost, 'NEW')) return { bin, on: bin.open(freeFrontend(bin)) };
    }
    return undefined;
  }

  #another(): { bin: AgcBin; on: FrontendBin } | undefined {
    if (this.all.length >= this.request.mostGateways) return undefined;
    const bin = this.open();
    const [on] = bin.frontends;
    return on && { bin, on };
  }

  #freeName(): string {
    const { name } = this.request;
    const taken = new Set(this.all.map((bin) => bin.name.toLowerCase()));
    for (let number = 1; ; number++) {
      const candidate = number === 1 ? name : `${name}-${number}`;
      if (!taken.has(candidate.toLowerCase())) return candidate;
    }
  }
}

function freeFrontend({ frontends }: AgcBin): string {
  for (let number = frontends.length + 1; ; number++) {
    const candidate = `frontend-${number}`;
    if (!frontends.some(({ name }) => name === candidate)) return candidate;
  }
}

function homesOf(current: readonly CurrentGateway[]): ReadonlyMap<string, Place> {
  return new Map(
    current.flatMap(({ name: gateway, frontends }) =>
      frontends.flatMap(({ name: frontend, routes }) => routes.map((route) => [route, { gateway, frontend }] as const)),
    ),
  );
}

function turnOf({ group, home }: { group: RouteGroup; home: Place | undefined }, homes: ReadonlyMap<string, Place>): number {
  if (!home) return 2;
  const whole = group.routes.every(({ name }) => {
    const at = homes.get(name);
    return at?.gateway === home.gateway && at.frontend === home.frontend;
  });
  return whole ? 0 : 1;
}

/** Where most of the group is; of two alike, where its first route is. */
function homeOf({ routes }: RouteGroup, homes: ReadonlyMap<string, Place>): Place | undefined {
  const votes = new Map<string, { place: Place; count: number }>();
  for (const { name } of routes) {
    const place = homes.get(name);
    if (!place) continue;
    const key = `${place.gateway}/${place.frontend}`;
    votes.set(key, { place, count: (votes.get(key)?.count ?? 0) + 1 });
  }
  return [...votes.values()].toSorted((a, b) => b.count - a.count)[0]?.place;
}

function viewOf(bin: AgcBin, everywhere: readonly RouteIntent[], namespace: string, endpoints: Endpoints): SpreadGateway {
  const placed = bin.frontends.flatMap(({ name, routes }) => routes.map((route) => ({ ...route, frontends: [name] })));
  return {
    name: bin.name,
    exists: bin.exists,
    frontends: bin.frontends.map(({ name, routes }) => ({
      name,
      hostnames: [...new Set(routes.flatMap(({ hostnames }) => hostnames))].sort(byCodePoint),
      routes: [...routes, ...everywhere].map((route) => route.name).sort(byCodePoint),
    })),
    usage: agcUsage(
      { frontends: bin.frontends.map(({ name }) => name), namespace },
      [...placed, ...everywhere.map(onAnyFrontend)],
      endpoints,
    ),
  };
}

function movesOf(
  gateways: readonly SpreadGateway[],
  homes: ReadonlyMap<string, Place>,
  everywhere: readonly RouteIntent[],
): RouteSpread['moves'] {
  const common = new Set(everywhere.map(({ name }) => name));
  return gateways.flatMap(({ name: gateway, frontends }) =>
    frontends.flatMap(({ name: frontend, routes }) =>
      routes.flatMap((route) => {
        const from = homes.get(route);
        const stays = from === undefined || common.has(route) || (from.gateway === gateway && from.frontend === frontend);
        return stays ? [] : [{ route, from, to: { gateway, frontend } }];
      }),
    ),
  );
}
