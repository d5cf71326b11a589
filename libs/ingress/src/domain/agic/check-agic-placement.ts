import { checkAgicSubnet, applicationGatewayPrefixFor } from '@podspan/aks';
import { Cidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import { vnetOf } from '../agc-names.js';
import type { ClusterFacts, PoolFacts, SubnetFacts } from '../cluster-facts.js';
import { isInside, type ChosenSubnet } from '../choose-subnet.js';
import type { GatewayIntent } from '../gateway-intent.js';
import { privateFrontend, type AgicOptions } from './agic-gateway.js';
import { agicSubnetId } from './agic-names.js';
import { checkAgicVersion } from './agic-release.js';

/** AGIC-12. */
const gatewaysPerRegion = 1_000;
const delegation = 'microsoft.network/applicationgateways';

/** What stands in the way already. */
export interface AgicNeighbours {
  /** The gateway of kind AGIC that the cluster has. */
  readonly onCluster: string | undefined;
  readonly inRegion: number;
  /** The gateway that holds the chosen subnet. */
  readonly subnetHolder: string | undefined;
}

/** The addresses of the gateway decide how long its block is (AGIC-10): instances, a private frontend, Azure's five. */
export function agicPrefix({ frontends }: Pick<GatewayIntent, 'frontends'>, { maxInstances }: AgicOptions): number {
  return applicationGatewayPrefixFor(maxInstances, frontends.includes(privateFrontend));
}

/** A subnet somebody named, a block of a named pool, or the gateway subnet of the cluster's plan. */
export function chooseAgicSubnet(intent: GatewayIntent, options: AgicOptions, cluster: ClusterFacts): ChosenSubnet | readonly Problem[] {
  const { vnetResourceId: vnetId, gatewaySubnet } = cluster;
  if (intent.subnetId !== undefined) return { source: 'GIVEN', id: intent.subnetId, vnetId, cidr: undefined };
  if (intent.pool !== undefined) return { source: 'POOL', id: agicSubnetId(vnetId, intent.name), vnetId, cidr: intent.subnetCidr };
  if (gatewaySubnet && (intent.subnetCidr === undefined || intent.subnetCidr === gatewaySubnet.cidr))
    return { source: 'PLAN', id: gatewaySubnet.subnetId, vnetId, cidr: gatewaySubnet.cidr };
  const suggestion = `name a pool of network ${cluster.network} with a free /${agicPrefix(intent, options)}`;
  return [
    intent.subnetCidr === undefined
      ? {
          path: 'pool',
          code: 'agic_subnet_missing',
          message: `the address plan of cluster '${cluster.name}' holds no gateway subnet`,
          suggestion,
          rule: 'AGIC-10',
        }
      : {
          path: 'subnetCidr',
          code: 'pool_missing',
          message: 'the block is not the one of the address plan, and no pool is named to take it from',
          value: intent.subnetCidr,
          suggestion,
          rule: 'AGIC-10',
        },
  ];
}

/** AGIC-01, 10, 12, 20, 21, 22 for a gateway on a cluster: all violations together. */
export function checkAgicPlacement(
  intent: GatewayIntent,
  options: AgicOptions,
  cluster: ClusterFacts,
  subnet: ChosenSubnet | undefined,
  neighbours: AgicNeighbours,
): readonly Problem[] {
  const overlay = cluster.cni === 'OVERLAY';
  return [
    ...checkCloud(cluster),
    ...(intent.controllerVersion === undefined ? [] : checkAgicVersion(intent.controllerVersion, overlay)),
    ...checkNeighbours(neighbours, subnet),
    ...(subnet && overlay && vnetOf(subnet.id) !== subnet.vnetId.toLowerCase() ? [otherVnet('subnetId', subnet.id, subnet.vnetId)] : []),
    ...(subnet?.cidr === undefined ? [] : checkLength(intent, options, cluster, subnet, subnet.cidr)),
  ];
}

/** What lives in a subnet that exists: Application Gateways only (AGIC-10), and one deployment with overlay (AGIC-22). */
export function checkExistingSubnet(subnet: SubnetFacts, path: string): readonly Problem[] {
  const foreign = subnet.delegations.filter((service) => service.toLowerCase() !== delegation);
  return [
    ...foreign.map((service): Problem => ({
      path,
      code: 'agic_subnet_delegated',
      message: `the subnet is delegated to ${service}; only Application Gateways may live in theirs`,
      value: subnet.id,
      conflictsWith: service,
      suggestion: 'name a pool to take a block from',
      rule: 'AGIC-10',
    })),
    ...(subnet.occupied ? [inUse(path, subnet.id, 'resources that Podspan did not put there')] : []),
  ];
}

/** AGIC-22: a pool of another network gives no subnet in the nodes' VNet. */
export function checkAgicPool(pool: PoolFacts, cluster: ClusterFacts): readonly Problem[] {
  if (cluster.cni !== 'OVERLAY' || pool.network === undefined || pool.network === cluster.network) return [];
  return [otherVnet('pool', pool.name, cluster.network)];
}

/** AGIC-22: a block that somebody names, of a pool that is wider than the VNet. */
export function checkAgicBlock({ cidr }: ChosenSubnet, cluster: ClusterFacts, prefixes: readonly string[] | undefined): readonly Problem[] {
  if (cluster.cni !== 'OVERLAY' || isInside(cidr, prefixes)) return [];
  return [
    {
      path: 'subnetCidr',
      code: 'agic_vnet_mismatch',
      message: `the block is outside network '${cluster.network}', and with overlay the gateway must be in the VNet of the nodes`,
      value: cidr,
      conflictsWith: prefixes,
      suggestion: 'a block inside the network',
      rule: 'AGIC-22',
    },
  ];
}

function checkCloud({ region }: ClusterFacts): readonly Problem[] {
  if (!/^(usgov|usdod|china)/.test(region)) return [];
  const message = 'AGIC with overlay is not offered in Azure Government and Azure operated by 21Vianet';
  return [
    {
      path: 'cluster',
      code: 'agic_region_unavailable',
      message,
      value: region,
      suggestion: 'a cluster in a public region',
      rule: 'AGIC-22',
    },
  ];
}

function checkNeighbours({ onCluster, inRegion, subnetHolder }: AgicNeighbours, subnet: ChosenSubnet | undefined): readonly Problem[] {
  return [
    ...(onCluster === undefined
      ? []
      : [
          {
            path: 'cluster',
            code: 'agic_limit_exceeded',
            message: 'a cluster has one AGIC, which drives one gateway; this cluster has one',
            value: 2,
            conflictsWith: { limit: 'gatewaysPerCluster', max: 1, gateway: onCluster },
            suggestion: 'put the routes on that gateway, or make one of kind AGC',
            rule: 'AGIC-01',
          },
        ]),
    ...(inRegion < gatewaysPerRegion
      ? []
      : [
          {
            path: 'cluster',
            code: 'agic_limit_exceeded',
            message: `${inRegion + 1} is more than the limit of ${gatewaysPerRegion} Application Gateways per region and subscription`,
            value: inRegion + 1,
            conflictsWith: { limit: 'gatewaysPerRegion', max: gatewaysPerRegion },
            suggestion: 'another subscription or region',
            rule: 'AGIC-12',
          },
        ]),
    ...(subnet && subnetHolder !== undefined ? [inUse(pathOf(subnet), subnet.id, subnetHolder)] : []),
  ];
}

/** AGIC-21 holds beside overlay nodes alone; room for the instances is needed everywhere. */
function checkLength(
  { frontends }: GatewayIntent,
  { maxInstances: instances }: AgicOptions,
  { cni }: ClusterFacts,
  subnet: ChosenSubnet,
  cidr: string,
): readonly Problem[] {
  const facts = { subnet: Cidr.parse(cidr), network: '', nodeNetwork: '', instances, privateFrontend: frontends.includes(privateFrontend) };
  return checkAgicSubnet(facts, pathOf(subnet)).filter(({ rule }) => cni === 'OVERLAY' || rule !== 'AGIC-21');
}

function otherVnet(path: string, value: string, nodes: string): Problem {
  const message = 'with overlay the gateway must be in the VNet of the nodes; peering does not do';
  return {
    path,
    code: 'agic_vnet_mismatch',
    message,
    value,
    conflictsWith: nodes,
    suggestion: `a subnet or pool of ${nodes}`,
    rule: 'AGIC-22',
  };
}

function inUse(path: string, id: string, holder: string): Problem {
  const message = 'one deployment per subnet with overlay; this subnet has one';
  return {
    path,
    code: 'agic_subnet_in_use',
    message,
    value: id,
    conflictsWith: holder,
    suggestion: 'name a pool to take another block from',
    rule: 'AGIC-22',
  };
}

function pathOf({ source }: ChosenSubnet): string {
  return { GIVEN: 'subnetId', POOL: 'subnetCidr', PLAN: 'cluster' }[source];
}
