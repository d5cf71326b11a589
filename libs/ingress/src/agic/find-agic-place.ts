import { Injectable } from '@nestjs/common';
import { checkWafPolicyId } from '@podspan/aks';
import type { Problem } from '@podspan/errors';
import { AzureFacts } from '../azure-facts.js';
import type { AgicOptions } from '../domain/agic/agic-gateway.js';
import { checkAgicBlock, checkAgicPool, checkExistingSubnet, chooseAgicSubnet } from '../domain/agic/check-agic-placement.js';
import { checkSubnetGuards } from '../domain/agic/check-subnet-guards.js';
import { checkWafRegion, checkWafSubscription } from '../domain/check-waf-policy.js';
import type { ChosenSubnet } from '../domain/choose-subnet.js';
import type { ClusterFacts } from '../domain/cluster-facts.js';
import type { GatewayIntent } from '../domain/gateway-intent.js';
import { placeInPool, unknown, type Place, type PoolPlace } from '../place-in-pool.js';
import { Clusters } from '../ports/clusters.js';
import { Prefixes } from '../ports/prefixes.js';

@Injectable()
export class FindAgicPlace {
  constructor(
    private readonly clusters: Clusters,
    private readonly prefixes: Prefixes,
    private readonly azure: AzureFacts,
  ) {}

  async execute(intent: GatewayIntent, options: AgicOptions, authorization: string): Promise<Place> {
    const cluster = await this.clusters.find(intent.cluster, authorization);
    if (!cluster) return { cluster, subnet: undefined, networkPrefixes: undefined, problems: [unknown('cluster', intent.cluster)] };
    const [place, waf] = await Promise.all([this.#placeOf(intent, options, cluster, authorization), this.#wafPolicy(intent, cluster)]);
    return { ...place, problems: [...place.problems, ...waf] };
  }

  async #placeOf(intent: GatewayIntent, options: AgicOptions, cluster: ClusterFacts, authorization: string): Promise<Place> {
    const subnet = chooseAgicSubnet(intent, options, cluster);
    if (!('source' in subnet)) return { cluster, subnet: undefined, networkPrefixes: undefined, problems: subnet };
    if (subnet.source === 'POOL') return this.#ofPool(intent, cluster, subnet, authorization);
    const facts = await this.azure.subnet(subnet.id);
    const path = subnet.source === 'GIVEN' ? 'subnetId' : 'cluster';
    if (!facts) return { cluster, subnet, networkPrefixes: undefined, problems: [{ ...unknown('subnetId', subnet.id), path }] };
    const guards = await this.azure.guardsOf(subnet.id);
    return {
      cluster,
      // AGIC reads the first prefix of the subnet (AGIC-23).
      subnet: { ...subnet, cidr: facts.prefixes[0] },
      networkPrefixes: undefined,
      problems: [...checkExistingSubnet(facts, path), ...checkSubnetGuards(guards, path)],
    };
  }

  #ofPool({ pool = '' }: GatewayIntent, cluster: ClusterFacts, subnet: ChosenSubnet, authorization: string): Promise<Place> {
    const check: PoolPlace['check'] = (facts, within) => [...checkAgicPool(facts, cluster), ...checkAgicBlock(subnet, cluster, within)];
    return placeInPool(this.prefixes, { pool, cluster, subnet, check }, authorization);
  }

  async #wafPolicy({ wafPolicyId: id }: GatewayIntent, { region, subscriptionId }: ClusterFacts): Promise<readonly Problem[]> {
    if (id === undefined) return [];
    const elsewhere = checkWafSubscription(id, subscriptionId, 'wafPolicyId');
    if (elsewhere.length > 0 || checkWafPolicyId('wafPolicyId', id).length > 0) return elsewhere;
    const policy = await this.azure.wafPolicy(id);
    return policy === undefined ? [unknown('wafPolicyId', id)] : checkWafRegion(policy, region, 'wafPolicyId', 'AGIC-54');
  }
}
