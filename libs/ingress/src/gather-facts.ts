import { Injectable } from '@nestjs/common';
import { readSubnet } from '@podspan/aks';
import { Cidr } from '@podspan/cidr';
import { apiVersions, Arm, ArmFailure } from '@podspan/azure';
import { NotFound, Transient, type Problem } from '@podspan/errors';
import { checkGivenSubnet, checkPool } from './domain/check-agc-placement.js';
import { chooseSubnet, isChosen, type ChosenSubnet } from './domain/choose-subnet.js';
import type { ClusterFacts, SubnetFacts } from './domain/cluster-facts.js';
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
    private readonly arm: Arm,
  ) {}

  async execute(intent: GatewayIntent, authorization: string): Promise<Place> {
    const cluster = await this.clusters.find(intent.cluster, authorization);
    if (!cluster) return { cluster, subnet: undefined, networkPrefixes: undefined, problems: [unknown('cluster', intent.cluster)] };
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
    const facts = await this.#readSubnet(subnet.id);
    if (!facts) return { subnet, problems: [unknown('subnetId', subnet.id)] };
    return { subnet: { ...subnet, cidr: facts.prefixes[0] }, problems: checkGivenSubnet(facts) };
  }

  async #readSubnet(id: string): Promise<SubnetFacts | undefined> {
    try {
      const resource = await this.arm.get(id, apiVersions.network);
      return resource && { id, ...readSubnet(resource.raw) };
    } catch (error) {
      if (!(error instanceof ArmFailure)) throw error;
      throw new Transient(
        'azure_unavailable',
        `Azure could not be asked about the subnet: ${error.message}`,
        error.facts.retryAfterSeconds ?? 5,
        { cause: error },
      );
    }
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

function unknown(path: 'cluster' | 'pool' | 'subnetId', value: string): Problem {
  const what = { cluster: 'cluster', pool: 'pool', subnetId: 'subnet in Azure' }[path];
  return { path, code: `unknown_${path === 'subnetId' ? 'subnet' : path}`, message: `there is no ${what} '${value}'`, value };
}
