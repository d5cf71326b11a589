import {
  checkAgcSubnet,
  agicDefaults,
  type AgicSubnetFacts,
  checkAgicSubnet,
  checkApiServerSubnet,
  checkNodeSubnet,
  type IngressKind,
  readRange,
} from '@podspan/aks';
import type { Cidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import type { ClusterDemand } from './cluster-demand.js';
import { type PlacedPool, Places, type PoolWithDescendants } from './place-pool.js';

export type SubnetRole = 'NODE_SUBNET' | 'GATEWAY_SUBNET' | 'API_SERVER_SUBNET';
export type SubnetPoolMember = 'nodeSubnet' | 'gatewaySubnet' | 'apiServerSubnet';

export interface SubnetPool extends PlacedPool {
  readonly minPrefixLength: number | null;
  readonly maxPrefixLength: number | null;
}

/** One subnet that a cluster needs. */
export interface SubnetRequest<P extends SubnetPool = SubnetPool> {
  readonly cluster: number;
  readonly role: SubnetRole;
  readonly nodePool?: string;
  /** Where it comes from, and the member of `pools` that says so. */
  readonly member: SubnetPoolMember;
  readonly pool: P;
  readonly within: readonly Cidr[];
  readonly length: number;
  readonly exact?: Cidr;
  /** The path of the explicit range in the request. */
  readonly path: string;
}

export interface SubnetSeeker {
  readonly index: number;
  readonly name: string;
  readonly network: { readonly name: string; readonly prefixes: readonly Cidr[] };
  readonly demand: ClusterDemand;
  readonly nodePools: readonly { readonly name: string; readonly subnetCidr?: string | undefined }[];
  readonly ingress?:
    | {
        readonly kind: IngressKind;
        readonly subnetCidr?: string | undefined;
        readonly privateFrontend?: boolean | undefined;
        readonly applicationGateway?: { readonly maxInstances?: number | undefined } | undefined;
      }
    | undefined;
}

interface Wish {
  readonly role: SubnetRole;
  readonly member: SubnetPoolMember;
  readonly length: number;
  readonly nodePool?: string;
  readonly text: string | undefined;
  readonly isAgc?: boolean;
  readonly path: string;
  readonly check: (subnet: Cidr, path: string) => readonly Problem[];
}

/** The subnets of one cluster with the pools they come from; what cannot be is a problem. `places`: shared by the clusters of a plan. */
export function subnetRequests<P extends SubnetPool>(
  seeker: SubnetSeeker,
  pools: Readonly<Record<SubnetPoolMember, PoolWithDescendants<P>>>,
  places = new Places<P>(),
): { readonly requests: readonly SubnetRequest<P>[]; readonly problems: readonly Problem[] } {
  const results = wishesOf(seeker).map((wish) => requestOf(wish, seeker, pools[wish.member], places));
  return { requests: results.flatMap(({ request }) => request ?? []), problems: results.flatMap(({ problems }) => problems) };
}

function wishesOf({ index, demand, network, nodePools, ingress }: SubnetSeeker): readonly Wish[] {
  const at = `clusters[${index}]`;
  const nodes = demand.nodeSubnets.map((subnet, position): Wish => ({
    role: 'NODE_SUBNET',
    member: 'nodeSubnet',
    length: subnet.length,
    nodePool: subnet.nodePool,
    text: nodePools[position]?.subnetCidr,
    path: `${at}.nodePools[${position}].subnetCidr`,
    check: (range, path) => checkNodeSubnet({ subnet: range, demand: subnet.demand }, path),
  }));
  const gateway: Wish[] =
    demand.gatewayLength === undefined
      ? []
      : [
          {
            role: 'GATEWAY_SUBNET',
            member: 'gatewaySubnet',
            length: demand.gatewayLength,
            text: ingress?.subnetCidr,
            isAgc: ingress?.kind === 'AGC',
            path: `${at}.ingress.subnetCidr`,
            check: (subnet, path) =>
              ingress?.kind === 'AGIC'
                ? checkAgicSubnet({ subnet, network: network.name, nodeNetwork: network.name, ...agicDemand(ingress) }, path)
                : checkAgcSubnet({ subnet, network: network.name, nodeNetwork: network.name }, path),
          },
        ];
  const apiServer: Wish[] =
    demand.apiServerLength === undefined
      ? []
      : [
          {
            role: 'API_SERVER_SUBNET',
            member: 'apiServerSubnet',
            length: demand.apiServerLength,
            text: undefined,
            path: at,
            check: (subnet, path) => checkApiServerSubnet({ subnet, clusters: 1 }, path),
          },
        ];
  return [...nodes, ...gateway, ...apiServer];
}

/** AGIC-10: what the gateway scales to decides how small its subnet may be. */
function agicDemand({
  applicationGateway,
  privateFrontend,
}: NonNullable<SubnetSeeker['ingress']>): Pick<AgicSubnetFacts, 'instances' | 'privateFrontend'> {
  return { instances: applicationGateway?.maxInstances ?? agicDefaults.maxInstances, privateFrontend };
}

function requestOf<P extends SubnetPool>(
  wish: Wish,
  { index, name, network }: SubnetSeeker,
  pool: PoolWithDescendants<P>,
  places: Places<P>,
): { readonly request?: SubnetRequest<P>; readonly problems: readonly Problem[] } {
  const poolPath = `pools.${wish.member}`;
  const place = places.of(pool, network);
  const exact = wish.text === undefined ? undefined : readRange(wish.text, wish.path);
  if (!place) return { problems: [outsideNetwork(wish, pool.pool, network), ...(exact?.problems ?? [])] };
  if (exact && !exact.value) return { problems: exact.problems };
  const problems = exact?.value
    ? explicitProblems(exact.value, wish, network, place.within)
    : tooSmallProblems(wish, place.pool, place.within, poolPath, name);
  if (problems.length > 0) return { problems };
  const base = {
    cluster: index,
    role: wish.role,
    member: wish.member,
    pool: place.pool,
    within: place.within,
    length: exact?.value?.length ?? wish.length,
    path: exact ? wish.path : poolPath,
  };
  return {
    request: {
      ...base,
      ...(wish.nodePool === undefined ? {} : { nodePool: wish.nodePool }),
      ...(exact?.value ? { exact: exact.value } : {}),
    },
    problems: [],
  };
}

function explicitProblems(subnet: Cidr, wish: Wish, network: SubnetSeeker['network'], within: readonly Cidr[]): readonly Problem[] {
  const found = [...wish.check(subnet, wish.path)];
  if (!network.prefixes.some((prefix) => prefix.contains(subnet))) {
    const gateway = wish.role === 'GATEWAY_SUBNET';
    found.push({
      path: wish.path,
      code: gateway ? 'agc_vnet_mismatch' : 'subnet_outside_network',
      rule: gateway ? 'AGC-23' : 'SN-06',
      message: `${subnet} is not inside ${network.name} (${network.prefixes.join(', ')}), the network of the nodes`,
      value: String(subnet),
      conflictsWith: network.prefixes.map(String),
      suggestion: `a /${wish.length} inside ${network.prefixes.join(' or ')}`,
    });
  } else if (!within.some((range) => range.contains(subnet))) {
    found.push({
      path: wish.path,
      code: 'outside_pool',
      message: `${subnet} is not inside pools.${wish.member} (${within.join(', ')} in ${network.name})`,
      value: String(subnet),
      conflictsWith: within.map(String),
    });
  }
  return found;
}

/** A pool whose largest block is smaller than what is needed is told by the rule of the subnet, not as exhaustion. */
function tooSmallProblems(wish: Wish, pool: SubnetPool, within: readonly Cidr[], path: string, cluster: string): readonly Problem[] {
  const largest = [...within].sort((a, b) => a.length - b.length)[0];
  if (largest && largest.length > wish.length)
    return wish.check(largest, path).map((problem) => ({ ...problem, message: `${cluster}: ${problem.message}` }));
  const { minPrefixLength: min, maxPrefixLength: max } = pool;
  if ((min === null || wish.length >= min) && (max === null || wish.length <= max)) return [];
  return [
    {
      path,
      code: 'invalid_prefix_length',
      message: `${cluster} needs a /${wish.length}; pool ${pool.name} gives ${min ?? 0} to ${max ?? 32}`,
      value: pool.name,
      conflictsWith: wish.length,
    },
  ];
}

/** A gateway of AGC beside another network than the nodes' is its own mistake: peering does not help (AGC-23). */
function outsideNetwork({ role, member, isAgc }: Wish, pool: SubnetPool, network: SubnetSeeker['network']): Problem {
  const elsewhere = role === 'GATEWAY_SUBNET' && isAgc === true && pool.network !== undefined;
  return {
    path: `pools.${member}`,
    code: elsewhere ? 'agc_vnet_mismatch' : 'pool_outside_network',
    rule: elsewhere ? 'AGC-23' : 'SN-06',
    message: `no part of pool ${pool.name} (${pool.cidrs.join(', ')}) lies in network ${network.name} (${network.prefixes.join(', ')})`,
    value: pool.name,
    conflictsWith: network.prefixes.map(String),
    suggestion: `a pool inside ${network.prefixes.join(' or ')}`,
  };
}
