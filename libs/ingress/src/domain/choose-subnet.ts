import { Cidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import { subnetIdFor } from './agc-names.js';
import type { ClusterFacts } from './cluster-facts.js';
import type { GatewayIntent } from './gateway-intent.js';

/** Where the AGC's subnet comes from: the caller, a block we take and make a subnet of, or the cluster's address plan. */
export type SubnetSource = 'GIVEN' | 'POOL' | 'PLAN';

export interface ChosenSubnet {
  readonly source: SubnetSource;
  readonly id: string;
  readonly vnetId: string;
  /** Known once the block is taken. */
  readonly cidr: string | undefined;
}

/** A named pool goes before the plan's subnet: the second AGC of a cluster needs a /24 of its own (AGC-22). */
export function chooseSubnet(intent: GatewayIntent, cluster: ClusterFacts): ChosenSubnet | readonly Problem[] {
  const vnetId = cluster.vnetResourceId;
  if (intent.subnetId !== undefined) return { source: 'GIVEN', id: intent.subnetId, vnetId, cidr: undefined };
  if (intent.pool !== undefined) return { source: 'POOL', id: subnetIdFor(vnetId, intent.name), vnetId, cidr: intent.subnetCidr };
  if (intent.subnetCidr !== undefined && intent.subnetCidr !== cluster.gatewaySubnet?.cidr)
    return [poolMissing(intent.subnetCidr, cluster)];
  if (cluster.gatewaySubnet) return { source: 'PLAN', id: cluster.gatewaySubnet.subnetId, vnetId, cidr: cluster.gatewaySubnet.cidr };
  const message = `the address plan of cluster '${cluster.name}' holds no gateway subnet`;
  const suggestion = `name a pool with a free /24 in network ${cluster.network}`;
  return [{ path: 'pool', code: 'agc_subnet_missing', message, suggestion, rule: 'AGC-20' }];
}

/** A cluster's spec may name the block of its plan; any other block has to come from somewhere. */
function poolMissing(value: string, { name, gatewaySubnet }: ClusterFacts): Problem {
  const planned = gatewaySubnet ? { conflictsWith: gatewaySubnet.cidr } : {};
  const message = `the block is not the gateway subnet of cluster '${name}', and no pool is named to take it from`;
  return {
    path: 'subnetCidr',
    code: 'pool_missing',
    message,
    value,
    ...planned,
    suggestion: 'name the pool that holds it',
    rule: 'AGC-20',
  };
}

export function isChosen(choice: ChosenSubnet | readonly Problem[]): choice is ChosenSubnet {
  return 'source' in choice;
}

/** Whether a block that somebody names lies in a VNet; true as long as either is not known. */
export function isInside(cidr: string | undefined, prefixes: readonly string[] | undefined): boolean {
  if (cidr === undefined || prefixes === undefined) return true;
  const block = Cidr.parse(cidr);
  return prefixes.some((prefix) => Cidr.parse(prefix).contains(block));
}
