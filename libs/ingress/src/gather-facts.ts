import { Injectable } from '@nestjs/common';
import { checkWafPolicyId } from '@podspan/aks';
import { Cidr } from '@podspan/cidr';
import { NotFound, type Problem } from '@podspan/errors';
import { AzureFacts } from './azure-facts.js';
import { subscriptionOf } from './domain/agc-names.js';
import { checkGivenSubnet, checkPool } from './domain/check-agc-placement.js';
import { checkWafPolicy } from './domain/check-waf-policy.js';
import { chooseSubnet, isChosen, type ChosenSubnet } from './domain/choose-subnet.js';
import type { ClusterFacts } from './domain/cluster-facts.js';
import type { GatewayIntent } from './domain/gateway-intent.js';
import { Clusters } from './ports/clusters.js';
import { Prefixes } from './ports/prefixes.js';

/** What others say about the place a gateway is to have, and what is wrong with it. */
export interface Place {
  readonly cluster: ClusterFacts | undefined;
  readonly subnet: ChosenSubnet | undefined;
  /** The VNet's prefixes, when the pool is not the network's own. */
  readonly networkPrefixes: readonly string[] | undefined;
  readonly problems: readonly Problem[];
}

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

  async #ofPool({ pool = '' }: GatewayIntent, cluster: ClusterFacts, subnet: ChosenSubnet, authorization: string): Promise<Place> {
    const facts = await this.prefixes.pool(pool, authorization);
    if (!facts) return { cluster, subnet, networkPrefixes: undefined, problems: [unknown('pool', pool)] };
    const networkPrefixes = facts.network === undefined ? await this.#prefixesOf(cluster.network, authorization) : undefined;
    return {
      cluster,
      subnet,
      networkPrefixes,
      problems: [...checkPool(facts, cluster), ...outsideNetwork(subnet, cluster, networkPrefixes)],
    };
  }

  async #prefixesOf(network: string, authorization: string): Promise<readonly string[]> {
    const prefixes = await this.prefixes.networkPrefixes(network, authorization);
    if (!prefixes) throw new NotFound('network', network);
    return prefixes;
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

function outsideNetwork(subnet: ChosenSubnet, cluster: ClusterFacts, prefixes: readonly string[] | undefined): readonly Problem[] {
  const { cidr } = subnet;
  if (cidr === undefined || prefixes === undefined) return [];
  const block = Cidr.parse(cidr);
  if (prefixes.some((prefix) => Cidr.parse(prefix).contains(block))) return [];
  const message = `the block is outside network '${cluster.network}', and AGC must be in the VNet of the nodes`;
  return [
    {
      path: 'subnetCidr',
      code: 'agc_vnet_mismatch',
      message,
      value: cidr,
      conflictsWith: prefixes,
      suggestion: 'a /24 inside the network',
      rule: 'AGC-23',
    },
  ];
}

const nouns = {
  cluster: ['cluster', 'unknown_cluster'],
  pool: ['pool', 'unknown_pool'],
  subnetId: ['subnet in Azure', 'unknown_subnet'],
  wafPolicyId: ['WAF policy in Azure', 'unknown_waf_policy'],
} as const;

export function unknown(path: keyof typeof nouns, value: string): Problem {
  const [what, code] = nouns[path];
  return { path, code, message: `there is no ${what} '${value}'`, value };
}
