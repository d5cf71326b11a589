import { Cidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import { problem } from '../findings.js';
import {
  API_SERVER_ADDRESSES,
  API_SERVER_LONGEST_PREFIX,
  apiServersIn,
  apiServerSubnetPrefixFor,
  LONGEST_SUBNET_PREFIX,
  nodeSubnetAddresses,
  type NodeSubnetDemand,
  nodeSubnetPrefixFor,
  RESERVED_ADDRESSES,
  usableAddresses,
} from '../sizing/subnet-size.js';
import { checkPublic, checkReserved } from './check-pod-cidr.js';
import { vnetForbiddenRanges } from './reserved-ranges.js';

export const AGC_DELEGATION = 'Microsoft.ServiceNetworking/trafficControllers';
export const API_SERVER_DELEGATION = 'Microsoft.ContainerService/managedClusters';
const SHORTEST_SUBNET_PREFIX = 2;

export interface NodeSubnetFacts {
  readonly subnet: Cidr;
  readonly demand: NodeSubnetDemand;
  /** Services the subnet is delegated to, as read from Azure. */
  readonly delegations?: readonly string[] | undefined;
}

/** SN-13 and OV-114: room for every node of an upgrade, and no delegation. */
export function checkNodeSubnet({ subnet, demand, delegations = [] }: NodeSubnetFacts, path = 'nodeSubnet'): readonly Problem[] {
  return [...checkSubnetRange(subnet, path), ...checkRoom(subnet, demand, path), ...checkUndelegated(subnet, delegations, path)];
}

function checkRoom(subnet: Cidr, demand: NodeSubnetDemand, path: string): readonly Problem[] {
  const needed = nodeSubnetAddresses(demand);
  const usable = usableAddresses(subnet.length);
  if (subnet.family === 6 || usable >= needed) return [];
  const total = needed + RESERVED_ADDRESSES;
  const fitting = nodeSubnetPrefixFor(demand);
  return [
    problem({
      path,
      code: 'node_subnet_too_small',
      rule: 'SN-13',
      message: `${String(subnet)} has ${usable} usable addresses; ${needed} + ${RESERVED_ADDRESSES} reserved = ${total} are needed; use /${fitting}`,
      value: String(subnet),
      conflictsWith: total,
      suggestion: String(Cidr.around(subnet.firstAddress, fitting)),
    }),
  ];
}

function checkUndelegated(subnet: Cidr, delegations: readonly string[], path: string): readonly Problem[] {
  return delegations.map((delegation) =>
    problem({
      path,
      code: 'node_subnet_delegated',
      rule: 'OV-114',
      message: `${String(subnet)} is delegated to ${delegation}; nodes need a subnet without delegation`,
      value: String(subnet),
      conflictsWith: delegation,
      suggestion: 'use a subnet without delegation',
    }),
  );
}

/** SN-40: delegated, /28 or larger, and nine addresses for every cluster in it. */
export function checkApiServerSubnet(
  { subnet, clusters, delegations }: { subnet: Cidr; clusters: number; delegations?: readonly string[] | undefined },
  path = 'apiServerSubnet',
): readonly Problem[] {
  const found: Problem[] = [];
  const facts = { path, rule: 'SN-40', value: String(subnet) };
  if (apiServersIn(subnet.length) < clusters || subnet.length > API_SERVER_LONGEST_PREFIX) {
    const fitting = apiServerSubnetPrefixFor(clusters);
    const message = `${String(subnet)} serves ${apiServersIn(subnet.length)} API servers of ${API_SERVER_ADDRESSES} addresses, ${clusters} are planned; use /${fitting}`;
    const suggestion = String(Cidr.around(subnet.firstAddress, fitting));
    found.push(problem({ ...facts, code: 'api_server_subnet_too_small', message, conflictsWith: clusters, suggestion }));
  }
  if (delegations && !delegations.includes(API_SERVER_DELEGATION)) {
    const message = `${String(subnet)} is not delegated to ${API_SERVER_DELEGATION}`;
    const suggestion = `delegate it to ${API_SERVER_DELEGATION}`;
    found.push(problem({ ...facts, code: 'api_server_subnet_not_delegated', message, conflictsWith: delegations, suggestion }));
  }
  return found;
}

/** SN-02: the lengths a subnet may have. */
export function checkSubnetRange(subnet: Cidr, path: string): readonly Problem[] {
  const fits =
    subnet.family === 6 ? subnet.length === 64 : subnet.length >= SHORTEST_SUBNET_PREFIX && subnet.length <= LONGEST_SUBNET_PREFIX;
  if (fits) return [];
  const allowed = subnet.family === 6 ? '/64 exactly' : `/${SHORTEST_SUBNET_PREFIX} to /${LONGEST_SUBNET_PREFIX}`;
  const message = `a subnet of this family is ${allowed}`;
  return [
    problem({
      path,
      code: 'subnet_prefix_out_of_range',
      rule: 'SN-02',
      message,
      value: String(subnet),
      suggestion: allowed,
    }),
  ];
}

/** SN-03, OV-70, OV-72: what the address space of a cluster's network may be. */
export function checkNetworkPrefix(prefix: Cidr, path: string): readonly Problem[] {
  const value = String(prefix);
  const forbidden = vnetForbiddenRanges.filter((range) => range.overlaps(prefix)).map(String);
  if (forbidden.length > 0) {
    const message = `${value} overlaps ${forbidden.join(' and ')}, which no virtual network may use`;
    return [problem({ path, code: 'vnet_forbidden_range', rule: 'OV-72', message, value, conflictsWith: forbidden })];
  }
  return [...checkReserved(prefix, path, 'vnet'), ...checkPublic(prefix, path, 'vnet', 'SN-03')];
}
