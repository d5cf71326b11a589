import { Injectable } from '@nestjs/common';
import { InvalidRequest, type Problem } from '@podspan/errors';
import { renderedFor } from '../domain/alb-controller.js';
import { usageLimits, type AgcUsage } from '../domain/agc-usage.js';
import { checkAgcPlacement } from '../domain/check-agc-placement.js';
import { checkIntent } from '../domain/check-intent.js';
import type { ClusterFacts } from '../domain/cluster-facts.js';
import type { GatewayIntent, RenderedGateway } from '../domain/gateway-intent.js';
import { kubernetesName } from '../domain/kubernetes-names.js';
import { limits } from '../domain/limits.js';
import { frontendsOf } from '../domain/listeners.js';
import type { RouteIntent } from '../domain/route-intent.js';
import { uniqueIds, wafPoliciesOf } from '../domain/route-waf-policies.js';
import { onAnyFrontend } from '../domain/spread/route-groups.js';
import { spreadRoutes, type CurrentGateway, type RouteSpread } from '../domain/spread/spread-routes.js';
import type { GatewayRow } from '../database.js';
import { GatewaysRepository } from '../gateways.repository.js';
import { inParallel } from '../in-parallel.js';
import { routeIntentOf } from '../intent-of.js';
import { Clusters } from '../ports/clusters.js';
import { RoutesRepository } from '../routes.repository.js';
import { pathOf, ReadRouteWaf } from '../waf/read-route-waf.js';
import { checkPlannedRoutes } from './check-planned-routes.js';
import type { GatewayPlanBody, GatewayPlanView, PlannedRouteBody } from './plan-schemas.js';

/** Of Azure, for one plan. */
const readsAtOnce = 8;

/** The gateways of the cluster that the plan is about, and how many others there are. */
interface Held {
  readonly current: readonly CurrentGateway[];
  readonly routes: readonly RouteIntent[];
  readonly others: number;
}

@Injectable()
export class PlanGateways {
  constructor(
    private readonly clusters: Clusters,
    private readonly gateways: GatewaysRepository,
    private readonly routes: RoutesRepository,
    private readonly readWaf: ReadRouteWaf,
  ) {}

  /**
   * Which gateways, frontends and subnets a set of routes needs (MAP-33). Nothing is written; the same request gets the same answer,
   * and once its gateways exist, further routes leave the others where they are. @throws InvalidRequest with every problem
   */
  async execute(body: GatewayPlanBody, authorization: string): Promise<GatewayPlanView> {
    const intent = intentOf(body);
    const cluster = await this.clusters.find(body.cluster, authorization);
    const rendered = renderedGateway(intent, cluster);
    const asked = body.routes.map(routeOf);
    const problems: Problem[] = [
      ...checkIntent(intent, { acceptPreview: true }).filter(({ path }) => path !== 'frontends'),
      ...(cluster ? [] : [unknownCluster(body.cluster)]),
      ...checkPlannedRoutes(rendered, asked),
      ...(cluster ? await this.#wafPolicies(asked, cluster) : []),
    ];
    const held = await this.#held(body, cluster?.name ?? body.cluster);
    const all = [...held.routes.filter(({ name }) => asked.every((route) => route.name !== name)), ...asked];
    const spread = spreadRoutes({
      name: body.name,
      namespace: intent.namespace,
      routes: all,
      current: held.current,
      mostGateways: limits.gatewaysPerCluster.most - held.others,
      endpoints: endpointsOf(body),
    });
    problems.push(...spread.problems, ...(cluster ? await this.#placement(intent, cluster, spread) : []));
    if (problems.length > 0) throw new InvalidRequest(problems);
    return viewOf(spread);
  }

  /** Gateways under the name, and those that `current` names, with what stands on them. */
  async #held({ name, current = [] }: GatewayPlanBody, cluster: string): Promise<Held> {
    const rows = (await this.gateways.ofClusters([cluster])).filter(({ intent }) => intent.kind === 'AGC');
    const mine = rows.filter((row) => belongs(row.name, name) || current.some((gateway) => same(gateway.name, row.name)));
    const existing = await Promise.all(mine.map((row) => this.#existing(row)));
    const planned = current.filter((gateway) => mine.every((row) => !same(gateway.name, row.name)));
    return {
      current: [...existing.map(({ gateway }) => gateway), ...planned.map((gateway) => ({ ...gateway, exists: false }))],
      routes: existing.flatMap(({ routes }) => routes),
      others: rows.length - mine.length,
    };
  }

  async #existing(row: GatewayRow): Promise<{ readonly gateway: CurrentGateway; readonly routes: readonly RouteIntent[] }> {
    const routes = (await this.routes.of(row.id)).map(({ intent }) => intent);
    const frontends = row.intent.frontends.map((name) => ({
      name,
      routes: routes.filter((route) => frontendsOf(route, row.intent)[0] === name).map((route) => route.name),
    }));
    return { gateway: { name: row.name, exists: true, frontends }, routes };
  }

  /** AGC-66: each policy once, where it is first named. */
  async #wafPolicies(routes: readonly RouteIntent[], { region, subscriptionId }: ClusterFacts): Promise<readonly Problem[]> {
    const found = await inParallel(uniqueIds(routes.flatMap(wafPoliciesOf)), readsAtOnce, (id) => {
      const index = routes.findIndex((route) => wafPoliciesOf(route).includes(id));
      const path = routes[index] ? `routes[${index}].${pathOf(routes[index], id)}` : 'routes';
      return this.readWaf.problemsOf(id, { kind: 'AGC', region, subscriptionId }, path);
    });
    return found.flat();
  }

  /** AGC-10, AGC-18, AGC-25, AGC-70: whether the cluster takes as many gateways as it needs. */
  async #placement(intent: GatewayIntent, cluster: ClusterFacts, spread: RouteSpread): Promise<readonly Problem[]> {
    const fresh = spread.gateways.filter(({ exists }) => !exists).length;
    if (fresh === 0) return [];
    const { name, subscriptionId } = cluster;
    const neighbours = await this.gateways.neighbours({ cluster: name, subscriptionId, subnetId: undefined });
    // The spread has counted those of the cluster (AGC-13) and says for which routes there is no room.
    return checkAgcPlacement(intent, cluster, undefined, {
      ...neighbours,
      onCluster: 0,
      inSubscription: neighbours.inSubscription + fresh - 1,
    });
  }
}

function intentOf({ name, cluster, deployment, controllerVersion, namespace = kubernetesName(name) }: GatewayPlanBody): GatewayIntent {
  const version = controllerVersion === undefined ? {} : { controllerVersion };
  return { name, cluster, kind: 'AGC', deployment, frontends: ['frontend'], namespace, ...version };
}

function renderedGateway(intent: GatewayIntent, cluster: ClusterFacts | undefined): RenderedGateway {
  const { name, namespace, deployment, controllerVersion: wanted } = intent;
  return {
    name,
    namespace,
    frontends: ['frontend'],
    subscriptionId: cluster?.subscriptionId ?? '',
    loadBalancer: { subnetId: '' },
    api: 'GATEWAY',
    ...renderedFor({ deployment, kubernetesVersion: cluster?.kubernetesVersion, wanted }),
  };
}

function routeOf({ name, ...body }: PlannedRouteBody): RouteIntent {
  return onAnyFrontend(routeIntentOf(name, body));
}

function endpointsOf({ endpoints = [] }: GatewayPlanBody): (service: string) => number {
  const counts = new Map<string, number>(endpoints.map(({ namespace, service, count }) => [`${namespace}/${service}`, count]));
  return (service) => counts.get(service) ?? 1;
}

function belongs(gateway: string, base: string): boolean {
  return same(gateway.replace(/-\d+$/, ''), base) || same(gateway, base);
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function unknownCluster(value: string): Problem {
  return { path: 'cluster', code: 'unknown_cluster', message: `there is no cluster '${value}'`, value };
}

function viewOf({ gateways, moves }: RouteSpread): GatewayPlanView {
  const fresh = gateways.filter(({ exists }) => !exists).length;
  return {
    gateways: gateways.map(({ name, exists, frontends, usage }) => ({
      name,
      exists,
      frontends: frontends.map((frontend) => ({ ...frontend, hostnames: [...frontend.hostnames], routes: [...frontend.routes] })),
      usage: usageView(usage),
    })),
    newGateways: fresh,
    newSubnets: fresh,
    moves: [...moves],
  };
}

function usageView(usage: AgcUsage): GatewayPlanView['gateways'][number]['usage'] {
  return usageLimits.map((limit) => {
    const { rule, most: max, of } = limits[limit];
    return { limit, rule, count: usage[limit], max, of };
  });
}
