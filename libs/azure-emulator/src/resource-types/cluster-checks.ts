import { subscriptionOf, keyOf } from '../arm-path.js';
import { holds, overlap, rangeOf, type IpRange } from '../ip-range.js';
import { textAt, type JsonObject } from '../json.js';
import type { Resource } from '../resource-store.js';
import type { World } from '../world.js';
import {
  addressesPerNode,
  blocksOf,
  dnsServiceIpOf,
  isOverlay,
  peakOf,
  podCidrsOf,
  podModeOf,
  refuse,
  refuseParameter,
  serviceCidrsOf,
  type Pool,
} from './cluster-network.js';
import { readySubnet } from './network-locks.js';
import { delegationsOf, prefixesOf, subnetCapacity } from './subnets.js';

/** What the address checks need to know of a cluster, existing or about to be. */
export interface ClusterFacts {
  readonly world: World;
  readonly id: string;
  readonly location: string;
  readonly properties: JsonObject;
  readonly pools: readonly Pool[];
}

const reserved: readonly IpRange[] = ['169.254.0.0/16', '172.30.0.0/16', '172.31.0.0/16', '192.0.2.0/24'].flatMap(
  (text) => rangeOf(text) ?? [],
);
const apiServerAddresses = 9;
const apiServerDelegation = 'microsoft.containerservice/managedclusters';

/**
 * The address checks AKS makes on create and update. Peered networks are not looked at, because Azure does not:
 * whoever overlaps those finds out from his users.
 */
export function checkAddresses(facts: ClusterFacts): void {
  const pods = blocksOf(podCidrsOf(facts.properties), 'networkProfile.podCIDR');
  const services = blocksOf(serviceCidrsOf(facts.properties), 'networkProfile.serviceCIDR');
  checkReserved(pods, 'networkProfile.podCIDR');
  checkServices(services, facts.properties);
  const clash = pods.find((pod) => services.some((service) => overlap(pod, service)));
  if (clash)
    throw refuseParameter(
      `The pod CIDR ${clash.text} overlaps the service CIDR ${services.map(({ text }) => text).join(', ')}.`,
      'networkProfile.podCIDR',
    );
  if (isOverlay(facts.properties)) checkPodCapacity(pods, facts.pools);
  const subnets = nodeSubnets(facts);
  const [first] = subnets;
  if (first) checkAgainstNetwork(facts.world, first, pods, services);
  for (const subnet of subnets) checkRoom(facts, subnet);
  checkApiServerSubnet(facts);
}

function checkReserved(blocks: readonly IpRange[], target: string): void {
  for (const block of blocks) {
    const clash = reserved.find((range) => overlap(range, block));
    if (clash) throw refuseParameter(`The CIDR ${block.text} overlaps ${clash.text}, which AKS reserves.`, target);
  }
}

function checkServices(services: readonly IpRange[], properties: JsonObject): void {
  const target = 'networkProfile.serviceCIDR';
  checkReserved(services, target);
  const tooLarge = services.find(({ family, length }) => family === 4 && length < 13);
  if (tooLarge) throw refuseParameter(`The service CIDR ${tooLarge.text} must be smaller than a /12.`, target);
  const dns = dnsServiceIpOf(properties);
  if (services.some((service) => holds(service, dns))) return;
  throw refuse(
    'DnsServiceIpOutOfServiceCidr',
    `The DNS service IP ${dns} is out of the range defined by service CIDR ${services[0]?.text ?? ''}.`,
    'networkProfile.dnsServiceIP',
  );
}

/** Every node takes one /24 of the pod CIDR, surge nodes too. */
function checkPodCapacity(pods: readonly IpRange[], pools: readonly Pool[]): void {
  const room = pods.filter(({ family }) => family === 4).reduce((sum, { length }) => sum + (length > 24 ? 0 : 2 ** (24 - length)), 0);
  const need = pools.reduce((sum, pool) => sum + peakOf(pool), 0);
  if (need <= room) return;
  throw refuse(
    'InsufficientSubnetSize',
    `Pre-allocated IPs ${need * 256} exceeds IPs available in pod CIDR ${pods[0]?.text ?? ''}: ${need} nodes with surge need a /24 each, ${room} fit.`,
    'networkProfile.podCIDR',
  );
}

/** The subnets of the pools: all in one network, of the cluster's region and subscription, free for nodes. */
function nodeSubnets(facts: ClusterFacts): Resource[] {
  const target = 'agentPoolProfile.vnetSubnetID';
  const ids = [...new Set(facts.pools.flatMap(({ properties }) => textAt(properties, 'vnetSubnetID') ?? []).map(keyOf))];
  const subnets = ids.map((id) => nodeSubnet(facts, id));
  if (new Set(subnets.map(({ parentKey }) => parentKey)).size > 1)
    throw refuseParameter('All agent pools must be in subnets of the same virtual network.', target);
  const network = subnets[0] && facts.world.store.get(subnets[0].parentKey);
  if (!network) return subnets;
  if (subscriptionOf(network.id) !== subscriptionOf(facts.id))
    throw refuseParameter(`The virtual network ${network.id} is in another subscription than the cluster.`, target);
  if (plain(network.location) !== plain(facts.location))
    throw refuseParameter(
      `The virtual network ${network.id} is in '${network.location ?? ''}', the cluster in '${facts.location}'.`,
      target,
    );
  return subnets;
}

const plain = (location = ''): string => location.toLowerCase().replaceAll(' ', '');

function nodeSubnet({ world, id }: ClusterFacts, subnetId: string): Resource {
  const found = world.store.get(subnetId);
  const target = 'agentPoolProfile.vnetSubnetID';
  if (!found) throw refuseParameter(`The subnet '${subnetId}' was not found.`, target);
  const [service] = delegationsOf(found);
  if (service !== undefined) {
    throw refuse(
      'SubnetWithExternalResourcesCannotBeUsedByOtherResources',
      `Subnet ${found.id} referenced by ${id} cannot be used because it contains external resources: it is delegated to ${service}.`,
      target,
    );
  }
  return readySubnet(world, subnetId, id);
}

/** Pod and service ranges against every subnet of the network, not only the cluster's own. */
function checkAgainstNetwork(world: World, subnet: Resource, pods: readonly IpRange[], services: readonly IpRange[]): void {
  for (const sibling of world.store.childrenOf(subnet.parentKey, subnet.type)) {
    for (const block of prefixesOf(sibling.properties)) {
      const service = services.find((range) => overlap(range, block));
      if (service)
        throw refuse(
          'ServiceCidrOverlapExistingSubnetsCidr',
          `The specified service CIDR ${service.text} is conflicted with an existing subnet CIDR ${block.text}`,
          'networkProfile.serviceCIDR',
        );
      const pod = pods.find((range) => overlap(range, block));
      if (pod)
        throw refuse(
          'NetworkProfileCIDROverlapVNET',
          `NetworkProfile CIDR ${pod.text} overlaps with reserved VNET CIDR ${block.text}`,
          'networkProfile.podCIDR',
        );
    }
  }
}

/** Nodes and surge must find addresses beside those that others hold already. */
function checkRoom({ world, id, properties, pools }: ClusterFacts, subnet: Resource): void {
  const mode = podModeOf(properties);
  const own = keyOf(id);
  const here = pools.filter((pool) => keyOf(textAt(pool.properties, 'vnetSubnetID') ?? '') === subnet.key);
  const need = here.reduce((sum, pool) => sum + peakOf(pool) * addressesPerNode(mode, pool), 0);
  const used = world.store
    .held(subnet.key)
    .filter(({ holder }) => holder !== own && !holder.startsWith(`${own}/`))
    .reduce((sum, { addresses }) => sum + addresses, 0);
  const free = subnetCapacity(subnet) - used;
  if (need <= free) return;
  throw refuse(
    'InsufficientSubnetSize',
    `Pre-allocated IPs ${need} exceeds IPs available ${free} in Subnet Cidr ${prefixesOf(subnet.properties)[0]?.text ?? ''}, Subnet Name ${subnet.name}. If Autoscaler is enabled, the max-count from each nodepool is counted towards this total.`,
    'agentPoolProfile.vnetSubnetID',
  );
}

function checkApiServerSubnet({ world, id, properties, pools }: ClusterFacts): void {
  if (textAt(properties, 'apiServerAccessProfile', 'subnetId') === undefined) return;
  const target = 'apiServerAccessProfile.subnetId';
  const subnet = readySubnet(world, textAt(properties, 'apiServerAccessProfile', 'subnetId') ?? '', id);
  if (pools.some((pool) => keyOf(textAt(pool.properties, 'vnetSubnetID') ?? '') === subnet.key))
    throw refuseParameter('The API server subnet cannot hold nodes.', target);
  if (!delegationsOf(subnet).includes(apiServerDelegation))
    throw refuseParameter(`The subnet ${subnet.id} is not delegated to Microsoft.ContainerService/managedClusters.`, target);
  const used = world.store
    .held(subnet.key)
    .filter(({ holder }) => holder !== keyOf(id))
    .reduce((sum, { addresses }) => sum + addresses, 0);
  const free = subnetCapacity(subnet) - used;
  if (free < apiServerAddresses)
    throw refuse(
      'InsufficientSubnetSize',
      `The API server needs ${apiServerAddresses} addresses, ${free} are free in subnet ${subnet.name}.`,
      target,
    );
}

export const apiServerUse = { addresses: apiServerAddresses } as const;
