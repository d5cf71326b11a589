import { Injectable } from '@nestjs/common';
import { checkWafPolicyId } from '@podspan/aks';
import type { Problem } from '@podspan/errors';
import { AzureFacts } from './azure-facts.js';
import { subscriptionOf } from './domain/agc-names.js';
import { checkBlock, checkGivenSubnet, checkPool } from './domain/check-agc-placement.js';
import { checkWafPolicy } from './domain/check-waf-policy.js';
import { chooseSubnet, isChosen, type ChosenSubnet } from './domain/choose-subnet.js';
import type { ClusterFacts } from './domain/cluster-facts.js';
import type { GatewayIntent } from './domain/gateway-intent.js';
import { placeInPool, unknown, type Place, type PoolPlace } from './place-in-pool.js';
import { Clusters } from './ports/clusters.js';
import { Prefixes } from './ports/prefixes.js';

@Injectable()
export class GatherFacts {
  constructor(
    private readonly clusters: Clusters,
    private readonly prefixes: Prefixes,
    private readonly azure: AzureFacts,
  ) {}

  async execute(intent: GatewayIntent, authorization: string): Promise<Place> {
    const cluster = await this.clusters.find(intent.cluster, authorization);
    if (!cluster) return { cluster, subnet: undefined, networkPrefixes: undefined, problems: [unknown('cluster', intent.cluster)] };
    const [place, ...problems] = await Promise.all([
      this.#placeOf(intent, cluster, authorization),
      this.#preview(intent, cluster),
      this.#wafPolicy(intent, cluster),
    ]);
    return { ...place, problems: [...place.problems, ...problems.flat()] };
  }

  async #placeOf(intent: GatewayIntent, cluster: ClusterFacts, authorization: string): Promise<Place> {
    const choice = chooseSubnet(intent, cluster);
    if (!isChosen(choice)) return { cluster, subnet: undefined, networkPrefixes: undefined, problems: choice };
    if (choice.source === 'POOL') return this.#ofPool(intent, cluster, choice, authorization);
    if (choice.source === 'PLAN') return { cluster, subnet: choice, networkPrefixes: undefined, problems: [] };
    return { cluster, networkPrefixes: undefined, ...(await this.#given(choice)) };
  }

  #ofPool({ pool = '' }: GatewayIntent, cluster: ClusterFacts, subnet: ChosenSubnet, authorization: string): Promise<Place> {
    const check: PoolPlace['check'] = (facts, within) => [...checkPool(facts, cluster), ...checkBlock(subnet, cluster, within)];
    return placeInPool(this.prefixes, { pool, cluster, subnet, check }, authorization);
  }

  async #given(subnet: ChosenSubnet): Promise<Pick<Place, 'subnet' | 'problems'>> {
    const facts = await this.azure.subnet(subnet.id);
    if (!facts) return { subnet, problems: [unknown('subnetId', subnet.id)] };
    return { subnet: { ...subnet, cidr: facts.prefixes[0] }, problems: checkGivenSubnet(facts) };
  }

  /** AGC-42: AKS refuses the add-on to a subscription that has not asked for its previews; Podspan does not ask in its name. */
  async #preview({ deployment }: GatewayIntent, { subscriptionId }: ClusterFacts): Promise<readonly Problem[]> {
    if (deployment !== 'ADDON') return [];
    return (await this.azure.missingFeatures(subscriptionId)).map((feature) => ({
      path: 'deployment',
      code: 'preview_not_registered',
      message: `the subscription is not registered for the preview feature ${feature}`,
      value: 'ADDON',
      conflictsWith: { subscriptionId, feature },
      suggestion: `az feature register --namespace Microsoft.ContainerService --name ${feature}`,
      rule: 'AGC-42',
    }));
  }

  async #wafPolicy({ kind, wafPolicyId: id }: GatewayIntent, { region, subscriptionId }: ClusterFacts): Promise<readonly Problem[]> {
    // One of another subscription is refused for that; we may have no right to read it.
    if (
      kind !== 'AGC' ||
      id === undefined ||
      checkWafPolicyId('wafPolicyId', id).length > 0 ||
      subscriptionOf(id) !== subscriptionId.toLowerCase()
    )
      return [];
    const policy = await this.azure.wafPolicy(id);
    return policy === undefined ? [unknown('wafPolicyId', id)] : checkWafPolicy(policy, region, 'wafPolicyId');
  }
}
