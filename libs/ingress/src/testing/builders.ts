import type { Neighbours } from '../domain/check-agc-placement.js';
import type { ClusterFacts, SubnetFacts } from '../domain/cluster-facts.js';
import type { GatewayIntent } from '../domain/gateway-intent.js';

const subscriptionId = '00000000-0000-0000-0000-000000000001';
const vnetResourceId = `/subscriptions/${subscriptionId}/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet-west`;

export function anIntent(over: Partial<GatewayIntent> = {}): GatewayIntent {
  return { name: 'shop', cluster: 'west-01', kind: 'AGC', deployment: 'BYO', frontends: ['frontend'], namespace: 'shop', ...over };
}

export function aCluster(over: Partial<ClusterFacts> = {}): ClusterFacts {
  return {
    name: 'west-01',
    subscriptionId,
    region: 'westeurope',
    network: 'spoke-west',
    kubernetesVersion: '1.34.2',
    resourceId: `/subscriptions/${subscriptionId}/resourceGroups/rg-west/providers/Microsoft.ContainerService/managedClusters/west-01`,
    vnetResourceId,
    cni: 'OVERLAY',
    gatewaySubnet: { cidr: '10.40.4.0/24', subnetId: aSubnet().id },
    ...over,
  };
}

export function aSubnet(over: Partial<SubnetFacts> = {}): SubnetFacts {
  return {
    id: `${vnetResourceId}/subnets/snet-west-01-gateway`,
    prefixes: ['10.40.4.0/24'],
    delegations: ['Microsoft.ServiceNetworking/trafficControllers'],
    occupied: false,
    ...over,
  };
}

export const noNeighbours: Neighbours = { onCluster: 0, inSubscription: 0, subnetHolder: undefined, others: [] };
