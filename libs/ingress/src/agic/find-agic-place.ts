import { Injectable } from '@nestjs/common';
import { checkWafPolicyId } from '@podspan/aks';
import { Cidr } from '@podspan/cidr';
import { NotFound, type Problem } from '@podspan/errors';
import { AzureFacts } from '../azure-facts.js';
import type { AgicOptions } from '../domain/agic/agic-gateway.js';
import { checkAgicPool, checkExistingSubnet, chooseAgicSubnet, type AgicSubnet } from '../domain/agic/check-agic-placement.js';
import { checkSubnetGuards } from '../domain/agic/check-subnet-guards.js';
import { checkWafRegion, checkWafSubscription } from '../domain/check-waf-policy.js';
import type { ClusterFacts } from '../domain/cluster-facts.js';
import type { GatewayIntent } from '../domain/gateway-intent.js';
import { unknown } from '../gather-facts.js';
import { Clusters } from '../ports/clusters.js';
import { Prefixes } from '../ports/prefixes.js';

/** What others say about the place an Application Gateway is to have, and what is wrong with it. */
export interface AgicPlace {
  readonly cluster: ClusterFacts | undefined;
  readonly subnet: AgicSubnet | undefined;
  /** The VNet's prefixes, when the pool is not the network's own. */
  readonly networkPrefixes: readonly string[] | undefined;
  readonly problems: readonly Problem[];
}

@Injectable()
export class FindAgicPlace {
  constructor(
    private readonly clusters: Clusters,
    private readonly prefixes: Prefixes,
    private readonly azure: AzureFacts,
  ) {}

  async execute(intent: GatewayIntent, options: AgicOptions, authorization: string): Promise<AgicPlace> {
    const cluster = await this.clusters.find(intent.cluster, authorization);
    if (!cluster) return { cluster, subnet: undefined, networkPrefixes: undefined, problems: [unknown('cluster', intent.cluster)] };
    const [place, waf] = await Promise.all([this.#placeOf(intent, options, cluster, authorization), this.#wafPolicy(intent, cluster)]);
    return { ...place, problems: [...place.problems, ...waf] };
  }

  async #placeOf(intent: GatewayIntent, options: AgicOptions, cluster: ClusterFacts, authorization: string): Promise<AgicPlace> {
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

  async #ofPool({ pool = '' }: GatewayIntent, cluster: ClusterFacts, subnet: AgicSubnet, authorization: string): Promise<AgicPlace> {
    const facts = await this.prefixes.pool(pool, authorization);
    if (!facts) return { cluster, subnet, networkPrefixes: undefined, problems: [unknown('pool', pool)] };
    const networkPrefixes = facts.network === undefined ? await this.#prefixesOf(cluster.network, authorization) : undefined;
    return {
      cluster,
      subnet,
      networkPrefixes,
      problems: [...checkAgicPool(facts, cluster), ...outsideNetwork(subnet, cluster, networkPrefixes)],
    };
  }

  async #prefixesOf(network: string, authorization: string): Promise<readonly string[]> {
    const prefixes = await this.prefixes.networkPrefixes(network, authorization);
    if (!prefixes) throw new NotFound('network', network);
    return prefixes;
  }

  async #wafPolicy({ wafPolicyId: id }: GatewayIntent, { region, subscriptionId }: ClusterFacts): Promise<readonly Problem[]> {
    if (id === undefined) return [];
    const elsewhere = checkWafSubscription(id, subscriptionId, 'wafPolicyId');
    if (elsewhere.length > 0 || checkWafPolicyId('wafPolicyId', id).length > 0) return elsewhere;
    const policy = await this.azure.wafPolicy(id);
    return policy === undefined ? [unknown('wafPolicyId', id)] : checkWafRegion(policy, region, 'wafPolicyId', 'AGIC-54');
  }
}

function outsideNetwork({ cidr }: AgicSubnet, cluster: ClusterFacts, prefixes: readonly string[] | undefined): readonly Problem[] {
  if (cidr === undefined || prefixes === undefined || cluster.cni !== 'OVERLAY') return [];
  const block = Cidr.parse(cidr);
  if (prefixes.some((prefix) => Cidr.parse(prefix).contains(block))) return [];
  const message = `the block is outside network '${cluster.network}', and with overlay the gateway must be in the VNet of the nodes`;
  return [
    {
      path: 'subnetCidr',
      code: 'agic_vnet_mismatch',
      message,
      value: cidr,
      conflictsWith: prefixes,
      suggestion: 'a block inside the network',
      rule: 'AGIC-22',
    },
  ];
}
