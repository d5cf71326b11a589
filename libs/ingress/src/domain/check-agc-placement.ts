import { AGC_DELEGATION, checkAgcNetworkPlugin, checkAgcRegion } from '@podspan/aks';
import { Cidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import { vnetOf } from './agc-names.js';
import { isInside, type ChosenSubnet } from './choose-subnet.js';
import type { ClusterFacts, PoolFacts, SubnetFacts } from './cluster-facts.js';
import { checkController, type OtherGateway } from './controller-users.js';
import { checkControllerVersion, checkNoControllerVersion } from './controller-version.js';
import type { GatewayIntent } from './gateway-intent.js';
import { exceeded } from './limits.js';

/** What stands in the way already. */
export interface Neighbours {
  readonly onCluster: number;
  readonly inSubscription: number;
  /** The gateway that holds the chosen subnet. */
  readonly subnetHolder: string | undefined;
  /** The other gateways of the cluster. */
  readonly others: readonly OtherGateway[];
}

/** AGC-10, 13, 18, 20..25, 32, 70 for a gateway on a cluster: all violations together. */
export function checkAgcPlacement(
  intent: GatewayIntent,
  cluster: ClusterFacts,
  subnet: ChosenSubnet | undefined,
  neighbours: Neighbours,
): readonly Problem[] {
  return [
    ...checkCluster(cluster),
    ...checkVersion(intent, cluster),
    ...checkController(neighbours.others, intent.deployment),
    ...exceeded('gatewaysPerCluster', neighbours.onCluster + 1, 'cluster'),
    ...exceeded('gatewaysPerSubscription', neighbours.inSubscription + 1, 'cluster'),
    ...(subnet ? checkHolder(subnet, neighbours.subnetHolder) : []),
    ...(subnet ? checkVnet(subnet, cluster) : []),
    ...(subnet?.cidr === undefined ? [] : checkLength(pathOf(subnet), subnet.cidr, cluster)),
  ];
}

/** A subnet the caller brings: AGC-20, AGC-22. Its length is judged with the placement. */
export function checkGivenSubnet(subnet: SubnetFacts): readonly Problem[] {
  const delegated = subnet.delegations.some((service) => service.toLowerCase() === AGC_DELEGATION.toLowerCase());
  return [
    ...(delegated ? [] : [notDelegated(subnet)]),
    ...(subnet.occupied ? [inUse('subnetId', subnet.id, 'resources that Podspan did not put there')] : []),
  ];
}

/** AGC-23 before any block is taken: a pool of another network gives no subnet in the nodes' VNet. */
export function checkPool(pool: PoolFacts, cluster: ClusterFacts): readonly Problem[] {
  if (pool.network === undefined || pool.network === cluster.network) return [];
  const message = `pool '${pool.name}' belongs to network '${pool.network}', the nodes to '${cluster.network}'; AGC does not work across peerings`;
  return [
    {
      path: 'pool',
      code: 'agc_vnet_mismatch',
      message,
      value: pool.name,
      conflictsWith: cluster.network,
      suggestion: `a pool of network ${cluster.network}`,
      rule: 'AGC-23',
    },
  ];
}

/** AGC-23: a block that somebody names, of a pool that is wider than the VNet. */
export function checkBlock({ cidr }: ChosenSubnet, { network }: ClusterFacts, prefixes: readonly string[] | undefined): readonly Problem[] {
  if (isInside(cidr, prefixes)) return [];
  return [
    {
      path: 'subnetCidr',
      code: 'agc_vnet_mismatch',
      message: `the block is outside network '${network}', and AGC must be in the VNet of the nodes`,
      value: cidr,
      conflictsWith: prefixes,
      suggestion: 'a /24 inside the network',
      rule: 'AGC-23',
    },
  ];
}

function checkCluster({ cni, region }: ClusterFacts): readonly Problem[] {
  const plugin = { OVERLAY: 'OVERLAY', FLAT: 'NODE_SUBNET', KUBENET: 'KUBENET' } as const;
  return [...checkAgcNetworkPlugin(plugin[cni], 'cluster'), ...checkAgcRegion(region, 'cluster')];
}

function checkVersion({ controllerVersion, deployment }: GatewayIntent, { kubernetesVersion, cni }: ClusterFacts): readonly Problem[] {
  if (controllerVersion === undefined) return [];
  if (deployment === 'ADDON') return checkNoControllerVersion(controllerVersion, kubernetesVersion);
  return checkControllerVersion(controllerVersion, kubernetesVersion, cni === 'OVERLAY');
}

function checkHolder(subnet: ChosenSubnet, holder: string | undefined): readonly Problem[] {
  return holder === undefined ? [] : [inUse(pathOf(subnet), subnet.id, holder)];
}

function checkVnet({ id, vnetId }: ChosenSubnet, cluster: ClusterFacts): readonly Problem[] {
  if (cluster.cni === 'FLAT' || vnetOf(id) === vnetId.toLowerCase()) return [];
  const message = 'the AGC subnet must be in the VNet of the nodes; peering does not do';
  return [
    {
      path: 'subnetId',
      code: 'agc_vnet_mismatch',
      message,
      value: id,
      conflictsWith: vnetId,
      suggestion: `a subnet of ${vnetId}`,
      rule: 'AGC-23',
    },
  ];
}

/** Exactly /24 with overlay, /24 or larger with flat networking. */
function checkLength(path: string, cidr: string, { cni }: ClusterFacts): readonly Problem[] {
  const { length } = Cidr.parse(cidr);
  if (cni === 'OVERLAY' ? length === 24 : length <= 24) return [];
  const message =
    cni === 'OVERLAY' ? 'with overlay the AGC subnet is exactly a /24, neither larger nor smaller' : 'the AGC subnet is a /24 or larger';
  return [{ path, code: 'agc_subnet_not_24', message, value: cidr, suggestion: suggestedBlock(cidr), rule: 'AGC-21' }];
}

function suggestedBlock(cidr: string): string {
  const { length, family } = Cidr.parse(cidr);
  if (family === 6 || length > 24) return 'a /24';
  return cidr.replace(/\/\d+$/, '/24');
}

function notDelegated({ id, delegations: held }: SubnetFacts): Problem {
  const message = `the subnet is not delegated to ${AGC_DELEGATION}`;
  return {
    path: 'subnetId',
    code: 'agc_subnet_not_delegated',
    message,
    value: id,
    conflictsWith: held,
    suggestion: `delegate it to ${AGC_DELEGATION}`,
    rule: 'AGC-20',
  };
}

function inUse(path: string, id: string, holder: string): Problem {
  const message = 'one AGC deployment per subnet with overlay; this subnet has one';
  return {
    path,
    code: 'agc_subnet_in_use',
    message,
    value: id,
    conflictsWith: holder,
    suggestion: 'name a pool to take another /24 from',
    rule: 'AGC-22',
  };
}

function pathOf({ source }: ChosenSubnet): string {
  return { GIVEN: 'subnetId', POOL: 'subnetCidr', PLAN: 'cluster' }[source];
}
