import { Injectable } from '@nestjs/common';
import { checkWafPolicyId } from '@podspan/aks';
import type { Problem } from '@podspan/errors';
import { AzureFacts } from '../azure-facts.js';
import type { GatewayRow } from '../database.js';
import { checkRouteOnAgic } from '../domain/agic/check-agic.js';
import { dependsOnRuleSet } from '../domain/agic/agic-limits.js';
import { subscriptionOf } from '../domain/agc-names.js';
import { checkWafPolicy, checkWafRegion, oldRuleSetOf } from '../domain/check-waf-policy.js';
import type { GatewayKind } from '../domain/gateway-intent.js';
import { isAgic } from '../domain/render-target.js';
import type { RouteIntent } from '../domain/route-intent.js';
import { uniqueIds, wafPoliciesOf, withoutGrant } from '../domain/route-waf-policies.js';
import { GatewaysRepository } from '../gateways.repository.js';
import { unknown } from '../place-in-pool.js';
import { RoutesRepository } from '../routes.repository.js';
import { renderedTarget } from '../view-gateway.js';
import { WafGrantsRepository } from './waf-grants.repository.js';

/** What Azure says about the WAF policies of a gateway with a route that is about to be kept. */
export interface WafFacts {
  readonly problems: readonly Problem[];
  /** CRS 3.1 or older, where it matters (AGIC-12). */
  readonly oldRuleSet: string | undefined;
}

export interface WafPlace {
  readonly kind: GatewayKind;
  readonly region: string;
  readonly subscriptionId: string;
}

const nothing: WafFacts = { problems: [], oldRuleSet: undefined };

/**
 * Asked before the gateway is locked, and only for what is new: a policy that the gateway has been given was there and fitted then.
 * @throws Transient when Azure cannot be asked
 */
@Injectable()
export class ReadRouteWaf {
  constructor(
    private readonly gateways: GatewaysRepository,
    private readonly routes: RoutesRepository,
    private readonly grants: WafGrantsRepository,
    private readonly azure: AzureFacts,
  ) {}

  async execute(key: string, route: RouteIntent): Promise<WafFacts> {
    const gateway = await this.gateways.find(key);
    if (!gateway) return nothing;
    const [problems, oldRuleSet] = await Promise.all([this.#problems(gateway, route), this.#oldRuleSet(gateway, route)]);
    return { problems, oldRuleSet };
  }

  async #problems(gateway: GatewayRow, route: RouteIntent): Promise<readonly Problem[]> {
    const named = wafPoliciesOf(route);
    if (named.length === 0) return [];
    const held = (await this.grants.of(gateway.id)).map(({ policy_id: id }) => id);
    const fresh = withoutGrant(named, [...held, ...ownOf(gateway)]);
    const place = { kind: gateway.intent.kind, region: gateway.region, subscriptionId: gateway.subscription_id };
    return (await Promise.all(fresh.map((id) => this.problemsOf(id, place, pathOf(route, id))))).flat();
  }

  /** Of a policy that a gateway at `place` is to take. */
  async problemsOf(id: string, { kind, region, subscriptionId }: WafPlace, path: string): Promise<readonly Problem[]> {
    // What is wrong with the id itself is said with the route; a policy of another subscription we may have no right to read.
    if (checkWafPolicyId(path, id).length > 0 || subscriptionOf(id) !== subscriptionId.toLowerCase()) return [];
    const agic = kind === 'AGIC';
    const policy = await this.azure.wafPolicy(id);
    if (policy === undefined) return [{ ...unknown('wafPolicyId', id), path, rule: agic ? 'AGIC-54' : 'AGC-66' }];
    return agic ? checkWafRegion(policy, region, path, 'AGIC-54') : checkWafPolicy(policy, region, path);
  }

  /** Read again each time it matters: rule sets of a policy are changed in place. */
  async #oldRuleSet(gateway: GatewayRow, route: RouteIntent): Promise<string | undefined> {
    const target = renderedTarget(gateway);
    if (!isAgic(target)) return undefined;
    const others = (await this.routes.of(gateway.id)).filter(({ name }) => name !== route.name).map(({ intent }) => intent);
    const all = [...others, route];
    if (checkRouteOnAgic(target, route, others).length > 0 || !dependsOnRuleSet(target, all)) return undefined;
    const used = uniqueIds([...ownOf(gateway), ...all.flatMap(wafPoliciesOf)]);
    const policies = await Promise.all(used.map((id) => this.azure.wafPolicy(id)));
    return policies.map(oldRuleSetOf).find((ruleSet) => ruleSet !== undefined);
  }
}

function ownOf({ intent: { wafPolicyId } }: GatewayRow): readonly string[] {
  return wafPolicyId === undefined ? [] : [wafPolicyId];
}

export function pathOf({ rules }: RouteIntent, id: string): string {
  return `rules[${rules.findIndex(({ waf }) => waf?.policyId === id)}].waf.policyId`;
}
