import { checkAgcNetworkPlugin, checkAgcSubnet, checkNodeSubnet } from '@podspan/aks';
import { Cidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import type { NetworkFacts } from './addresses.js';
import type { PlacedCluster } from './check-clusters.js';
import type { ClusterSpec } from './cluster-spec.js';
import { vnetIdOf } from './create/freeze-cluster.js';
import { clusterId, subnetName } from './create/names.js';

/** A subnet as Azure has it. */
export interface ExistingSubnet {
  readonly name: string;
  readonly cidr: Cidr;
  /** Services it is delegated to. */
  readonly delegations: readonly string[];
}

export interface ExistingCluster {
  /** Lower case. */
  readonly id: string;
  readonly subscriptionId: string;
  readonly region: string;
  readonly networkPlugin: string;
}

/** What stands in Azure, whoever made it. Ids are lower case. */
export interface AzureEstate {
  readonly subnets: ReadonlyMap<string, readonly ExistingSubnet[]>;
  readonly clusters: ReadonlyMap<string, ExistingCluster>;
}

/** OV-114, AGC-20, AGC-21, AGC-25: what only Azure knows, and would refuse after half of a cluster was made. */
export function checkAgainstAzure(
  clusters: readonly PlacedCluster[],
  networks: ReadonlyMap<string, NetworkFacts>,
  estate: AzureEstate,
): readonly Problem[] {
  return clusters.flatMap(({ index, spec }) => {
    const at = `clusters[${index}]`;
    const network = networks.get(spec.network);
    const subnets = network === undefined ? [] : (estate.subnets.get(vnetIdOf(spec, network).toLowerCase()) ?? []);
    const elsewhere = network === undefined ? [] : otherNetwork(spec, vnetIdOf(spec, network), at);
    return [
      ...nodeSubnetProblems(spec, subnets, at),
      ...gatewayProblems(spec, subnets, at),
      ...elsewhere,
      ...pluginProblems(spec, estate, at),
    ];
  });
}

/** A pool takes the subnet that has the name we give it, or the range that the request gives it. */
function nodeSubnetProblems({ name, nodePools }: ClusterSpec, subnets: readonly ExistingSubnet[], at: string): readonly Problem[] {
  return nodePools.flatMap((pool, position) => {
    const found = subnetFor(subnets, subnetName(name, nodePools.length === 1 ? 'nodes' : pool.name), pool.subnetCidr);
    if (!found) return [];
    const path = `${at}.nodePools[${position}]${pool.subnetCidr === undefined ? '' : '.subnetCidr'}`;
    const problems = checkNodeSubnet({ subnet: found.cidr, demand: { peakNodes: 0 }, delegations: found.delegations }, path);
    return problems
      .filter(({ code }) => code === 'node_subnet_delegated')
      .map((problem) => ({ ...problem, message: `subnet ${found.name}: ${problem.message}` }));
  });
}

function gatewayProblems({ name, network, ingress }: ClusterSpec, subnets: readonly ExistingSubnet[], at: string): readonly Problem[] {
  if (ingress?.kind !== 'AGC') return [];
  const { subnetCidr, subnetId } = ingress;
  const found = subnetFor(subnets, subnetId?.split('/').at(-1) ?? subnetName(name, 'agc'), subnetCidr);
  if (!found) return [];
  const path = `${at}.ingress${subnetId !== undefined ? '.subnetId' : subnetCidr !== undefined ? '.subnetCidr' : ''}`;
  const problems = checkAgcSubnet({ subnet: found.cidr, delegations: found.delegations, network, nodeNetwork: network }, path);
  return problems.map((problem) => ({ ...problem, message: `subnet ${found.name}: ${problem.message}` }));
}

/** AGC-23: a subnet of another network, peered or not. */
function otherNetwork({ ingress, network }: ClusterSpec, vnetId: string, at: string): readonly Problem[] {
  const subnetId = ingress?.kind === 'AGC' ? ingress.subnetId : undefined;
  const other = subnetId?.replace(/\/subnets\/[^/]*$/i, '');
  if (subnetId === undefined || other === undefined || other.toLowerCase() === vnetId.toLowerCase()) return [];
  const message = `the gateway's subnet is in ${other}, the nodes are in ${vnetId}; peering does not help`;
  return [
    {
      path: `${at}.ingress.subnetId`,
      code: 'agc_vnet_mismatch',
      rule: 'AGC-23',
      message,
      value: subnetId,
      conflictsWith: vnetId,
      suggestion: `a delegated /24 in ${network}`,
    },
  ];
}

function pluginProblems(
  { name, subscriptionId, resourceGroup, ingress }: ClusterSpec,
  { clusters }: AzureEstate,
  at: string,
): readonly Problem[] {
  const existing = ingress?.kind === 'AGC' ? clusters.get(clusterId(subscriptionId, resourceGroup, name).toLowerCase()) : undefined;
  return existing?.networkPlugin === 'kubenet' ? checkAgcNetworkPlugin('KUBENET', `${at}.ingress.kind`) : [];
}

function subnetFor(subnets: readonly ExistingSubnet[], name: string, range: string | undefined): ExistingSubnet | undefined {
  return subnets.find((subnet) => subnet.name.toLowerCase() === name.toLowerCase() || String(subnet.cidr) === range);
}
