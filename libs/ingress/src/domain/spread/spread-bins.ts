import { agcUsage, type Endpoints } from '../agc-usage.js';
import { exceededBy } from '../check-agc-limits.js';
import { limits } from '../limits.js';
import type { RouteIntent } from '../route-intent.js';
import { onAnyFrontend, servicesOf } from './route-groups.js';

const frontend = 'frontend';

/** What routes take of an AGC. All of it adds up but the services, which several routes may share. */
export interface RoutesCost {
  readonly routes: number;
  readonly rules: number;
  /** On port 443; the one on port 80 belongs to the frontend. */
  readonly listeners: number;
  readonly certificates: number;
  readonly services: ReadonlySet<string>;
  readonly tooLarge: ReturnType<typeof exceededBy>;
}

/** `tooLarge` says which limits the routes break although they have an AGC to themselves. */
export function costOf(routes: readonly RouteIntent[], namespace: string, endpoints: Endpoints): RoutesCost {
  if (routes.length === 0) return { routes: 0, rules: 0, listeners: 0, certificates: 0, services: new Set(), tooLarge: [] };
  const usage = agcUsage({ frontends: [frontend], namespace }, routes.map(onAnyFrontend), endpoints);
  return {
    routes: usage.routes,
    rules: usage.rules,
    listeners: usage.listeners - 1,
    certificates: usage.certificates,
    services: new Set(servicesOf(routes)),
    tooLarge: exceededBy(usage),
  };
}

/** One frontend and what stands on it. */
export interface FrontendBin {
  readonly name: string;
  readonly routes: RouteIntent[];
  listeners: number;
}

/** One AGC being filled. `common` stands on each of its frontends. */
export class AgcBin {
  readonly name: string;
  readonly exists: boolean;
  readonly frontends: FrontendBin[] = [];
  #totals = { routes: 0, rules: 0, listeners: 0, certificates: 0 };
  #services: ReadonlySet<string>;

  constructor(
    { name, exists, frontends }: { readonly name: string; readonly exists: boolean; readonly frontends: readonly string[] },
    private readonly common: RoutesCost,
    private readonly endpoints: Endpoints,
  ) {
    this.name = name;
    this.exists = exists;
    this.#totals = { ...this.#totals, routes: common.routes, rules: common.rules };
    this.#services = common.services;
    for (const held of frontends) this.open(held);
  }

  /** Frontends of a gateway that exists are what they are. */
  get canGrow(): boolean {
    return !this.exists && this.frontends.length < limits.frontendsPerGateway.most;
  }

  open(name: string): FrontendBin {
    const opened = { name, routes: [], listeners: 1 + this.common.listeners };
    this.frontends.push(opened);
    this.#totals.listeners += opened.listeners;
    this.#totals.certificates += this.common.certificates;
    return opened;
  }

  /** Whether routes of this cost fit on a frontend, or on another one that would be opened for them. */
  takes(cost: RoutesCost, on: FrontendBin | 'NEW'): boolean {
    const opened =
      on === 'NEW' ? { listeners: 1 + this.common.listeners, certificates: this.common.certificates } : { listeners: 0, certificates: 0 };
    const held = on === 'NEW' ? opened.listeners : on.listeners;
    const services = new Set([...this.#services, ...cost.services]);
    return (
      held + cost.listeners <= limits.listenersPerGateway.most &&
      this.#totals.routes + cost.routes <= limits.routes.most &&
      this.#totals.rules + cost.rules <= limits.rules.most &&
      this.#totals.listeners + opened.listeners + cost.listeners <= limits.listeners.most &&
      this.#totals.certificates + opened.certificates + cost.certificates <= limits.certificates.most &&
      services.size <= limits.services.most &&
      [...services].reduce((total, service) => total + this.endpoints(service), 0) <= limits.endpoints.most
    );
  }

  put(routes: readonly RouteIntent[], cost: RoutesCost, on: FrontendBin): void {
    on.routes.push(...routes);
    on.listeners += cost.listeners;
    this.#totals.routes += cost.routes;
    this.#totals.rules += cost.rules;
    this.#totals.listeners += cost.listeners;
    this.#totals.certificates += cost.certificates;
    this.#services = new Set([...this.#services, ...cost.services]);
  }
}
