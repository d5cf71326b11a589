import {
  AGC_SUBNET_PREFIX,
  assessMigration,
  legacyAddresses,
  type MigrationVerdict,
  nodeBlocks,
  type OccupiedRange,
  podPrefixFor,
  problem,
  subnetPrefixFor,
} from '@podspan/aks';
import type { Cidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import { type AzureCluster, migrationSource } from '../change/azure-cluster.js';
import { peakNodesOf, type SizedPool } from './cluster-sizes.js';
import { chooseTarget, type Target } from './choose-target.js';
import { type IngressSeen, type Move, orderMoves } from './order-moves.js';
import { type AgicSeen, findAgic, gatewaysBeside, type GatewaySubnets } from './find-agic.js';
import { occupiedAround, type SeenNetworks } from './surroundings.js';

/** An overlap that ipam knows of and Azure's listing does not: a path through a hub, a range on premises. */
export interface KnownRefusal {
  readonly rule: string;
  readonly code: string;
  readonly message: string;
  readonly range: Cidr | undefined;
}

export interface AssessmentFacts {
  readonly cluster: AzureCluster;
  readonly pools: readonly SizedPool[];
  readonly networks: SeenNetworks;
  /** Of the nodes, ids in lower case. */
  readonly own: readonly string[];
  /** Where to look for pod ranges, in this order. */
  readonly ranges: readonly Cidr[];
  readonly agcSubnet: Cidr | undefined;
  /** Subnets of AGC in a network of several clusters: they may be this one's. */
  readonly sharedAgcSubnets?: readonly { readonly name: string; readonly cidr: Cidr }[];
  /** Where Application Gateways are that were read or listed. */
  readonly gatewaySubnets?: GatewaySubnets;
  /** Ranges that must not be used for this cluster, learnt from ipam. */
  readonly refused: readonly KnownRefusal[];
}

export interface Assessment {
  readonly cluster: AzureCluster;
  readonly verdict: MigrationVerdict;
  readonly problems: readonly Problem[];
  readonly target: Target | undefined;
  readonly ingress: IngressSeen;
  readonly moves: readonly Move[];
  readonly sizes: Sizes;
  readonly warnings: readonly { readonly rule: string; readonly message: string }[];
}

/** Addresses of the virtual network that the cluster takes at its peak, and what it needs afterwards. */
export interface Sizes {
  readonly nodes: number;
  readonly peakNodes: number;
  readonly podPrefixLength: number;
  /** Nodes that the target's blocks of /24 hold; 0 without a target. */
  readonly podBlocks: number;
  /** The smallest subnet that still holds the nodes afterwards. */
  readonly nodeSubnetPrefixLength: number;
  readonly heldAddresses: number;
  readonly neededAddresses: number;
  readonly givenBackAddresses: number;
}

/** Whether the cluster can move to overlay, everything that is in the way, where its pods go and in which order (3.1 to 3.5). */
export function assessCluster(facts: AssessmentFacts): Assessment {
  const { cluster, pools, networks, own, agcSubnet } = facts;
  const peakNodes = peakNodesOf(pools);
  const movable = cluster.networkMode === 'KUBENET' || cluster.networkMode === 'NODE_SUBNET';
  const occupied = [...occupiedAround(cluster, own, networks), ...facts.refused.flatMap(asOccupied)];
  const target = movable ? chooseTarget(cluster, { peakNodes, occupied, ranges: facts.ranges }) : undefined;
  const agic = findAgic(cluster, own, networks, facts.gatewaySubnets ?? new Map());
  const source = migrationSource(cluster, { agcSubnet, agicSubnet: agic?.cidr, agicInNodeNetwork: agic?.inNodeNetwork ?? true });
  const { problems: found } = assessMigration(source, target && { podCidr: target.podCidr, peakNodes, occupied });
  const problems = [...found, ...(movable && !target ? [noTarget(facts, peakNodes)] : [])];
  const verdict: MigrationVerdict = !movable ? 'UNSUPPORTED' : problems.length > 0 ? 'BLOCKED' : 'READY';
  const ingress: IngressSeen = agcSubnet ? 'AGC' : agic ? 'AGIC' : 'NONE';
  return {
    cluster,
    verdict,
    problems,
    target,
    ingress,
    moves: orderMoves(cluster, problems, ingress),
    sizes: sizesOf(facts, peakNodes, target),
    warnings: [...warningsOf(facts), ...(movable ? agicWarnings(facts, agic) : [])],
  };
}

/** MG-19, MAP-35: what of AGIC cannot be seen, and what to look for before the move. */
function agicWarnings({ own, networks, cluster }: AssessmentFacts, agic: AgicSeen | undefined): Assessment['warnings'] {
  if (agic?.cidr) return [];
  if (agic)
    return [
      {
        rule: 'MG-19',
        message:
          "the subnet of AGIC's Application Gateway is not known: it must be a /24 or smaller in the nodes' network; add az network vnet list and az network application-gateway list",
      },
    ];
  const beside = gatewaysBeside(own, networks).map(({ name, cidr }) => `${name} (${cidr})`);
  const seen = beside.length === 0 ? '' : `; Application Gateways in the nodes' network: ${beside.join(', ')}`;
  const order = cluster.networkMode === 'KUBENET' ? 'overlay first, then AGC' : 'then overlay and AGC in either order';
  return [
    {
      rule: 'MG-19',
      message: `AGIC that Helm installed is inside the cluster, where Azure does not look: if there is a release of ingress-azure, bring it to 1.8.1 and its Application Gateway into a subnet of /24 or smaller first, ${order} (MAP-35)${seen}`,
    },
  ];
}

function asOccupied({ range, rule, message }: KnownRefusal): readonly OccupiedRange[] {
  if (!range) return [];
  // The origin only steers the search here: a range that ipam refused is never the target, so it is never reported.
  return [
    { cidr: range, origin: { kind: 'CONNECTED_NETWORK', network: `${message} [${rule}]`, networkKind: 'VIRTUAL_NETWORK', path: [] } },
  ];
}

function noTarget({ ranges, refused, cluster }: AssessmentFacts, peakNodes: number): Problem {
  const length = podPrefixFor(peakNodes);
  return problem({
    path: 'podCidr',
    code: 'no_pod_range',
    rule: refused[0]?.rule ?? 'MG-16',
    message: `no pod range of /${length} is free around ${cluster.name}${refused.map(({ message }) => `; ${message}`).join('')}`,
    value: ranges.length === 0 ? 'private space' : ranges.map(String),
    suggestion: 'name a pool with room in a range that its networks do not reach',
  });
}

function sizesOf({ cluster, pools }: AssessmentFacts, peakNodes: number, target: Target | undefined): Sizes {
  // SN-11: in node-subnet mode every node holds its own address and those of its pods, whether they run or not.
  const flat = cluster.networkMode === 'NODE_SUBNET';
  const heldAddresses = flat ? pools.reduce((sum, pool) => sum + legacyAddresses(pool.peak, pool.maxPods), 0) : peakNodes;
  const neededAddresses = peakNodes;
  return {
    nodes: pools.reduce((sum, { nodes }) => sum + nodes, 0),
    peakNodes,
    podPrefixLength: target?.podCidr.length ?? podPrefixFor(peakNodes),
    podBlocks: target ? nodeBlocks(target.podCidr.length) : 0,
    nodeSubnetPrefixLength: subnetPrefixFor(neededAddresses),
    heldAddresses,
    neededAddresses,
    givenBackAddresses: heldAddresses - neededAddresses,
  };
}

function warningsOf({
  cluster,
  own,
  networks,
  sharedAgcSubnets = [],
}: AssessmentFacts): readonly { readonly rule: string; readonly message: string }[] {
  const unseen = own.filter((id) => !networks.has(id));
  return [
    ...(cluster.networkPlugin === undefined
      ? [
          {
            rule: 'OV-02',
            message: 'the listing names no network plugin: taken for kubenet, which was the only one then; look with az aks show',
          },
        ]
      : []),
    ...unseen.map((id) => ({
      rule: 'MG-16',
      message: `network ${id.slice(id.lastIndexOf('/') + 1)} is not in the listing: its ranges and peerings were not looked at; add az network vnet list`,
    })),
    ...(own.length === 0
      ? [{ rule: 'MG-16', message: 'the nodes are in a network that AKS made and the listing does not have; add az network vnet list' }]
      : []),
    ...sharedAgcSubnets
      .filter(({ cidr }) => cidr.length !== AGC_SUBNET_PREFIX)
      .map(({ name, cidr }) => ({
        rule: 'MG-18',
        message: `subnet ${name} (${cidr}) belongs to AGC: if it is this cluster's, rebuild it as an exact /24 first`,
      })),
    ...(cluster.nodePools.some(({ osType }) => osType === 'WINDOWS')
      ? [{ rule: 'MG-13', message: 'host-network pods on Windows need OS build 20348.1668 or later' }]
      : []),
    ...(cluster.networkMode === 'KUBENET' || cluster.networkMode === 'NODE_SUBNET'
      ? [{ rule: 'MG-14', message: 'look for ConfigMap azure-ip-masq-agent-config in the cluster: Azure does not tell of it' }]
      : []),
  ];
}
