import { Address, Cidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import { describe, expect, it } from 'vitest';
import { aCluster, aPool, occupied } from './cluster.fixture.js';
import {
  checkAgcAnnotations,
  checkAgcNetworkPlugin,
  checkAgcSubnet,
  checkAgicSubnet,
  checkCluster,
  checkClusterQuota,
  checkDnsServiceIp,
  checkExpansion,
  checkFamilies,
  checkNodeSubnet,
  checkPodCidr,
  checkServiceCidr,
  clusterPeak,
  type OccupiedRange,
  readRange,
} from './index.js';

/** The lines of the table of bad inputs that concern the creation of a cluster, each as a caller meets it. */
const cases: readonly (Omit<Problem, 'message'> & { line: number; says: RegExp; found: () => readonly Problem[] })[] = [
  {
    line: 1,
    found: () => pods('172.16.0.0/12'),
    path: 'podCidr',
    code: 'pod_cidr_reserved_range',
    value: '172.16.0.0/12',
    conflictsWith: ['172.30.0.0/16', '172.31.0.0/16'],
    suggestion: '172.16.0.0/13',
    rule: 'OV-70',
    says: /172\.30\.0\.0\/16 and 172\.31\.0\.0\/16, which AKS reserves/,
  },
  {
    line: 2,
    found: () => pods('10.1.0.0/16', occupied('10.1.0.0/16', { kind: 'VNET', network: 'spoke-a' })),
    path: 'podCidr',
    code: 'pod_cidr_overlaps_vnet',
    value: '10.1.0.0/16',
    conflictsWith: '10.1.0.0/16',
    suggestion: '100.64.0.0/16',
    rule: 'OV-32',
    says: /own network spoke-a/,
  },
  {
    line: 3,
    found: () =>
      pods(
        '10.50.0.0/16',
        occupied('10.50.8.0/21', {
          kind: 'CONNECTED_NETWORK',
          network: 'spoke-b',
          networkKind: 'VIRTUAL_NETWORK',
          path: ['spoke-a', 'hub', 'spoke-b'],
        }),
      ),
    path: 'podCidr',
    code: 'pod_cidr_overlaps_connected_network',
    value: '10.50.0.0/16',
    conflictsWith: '10.50.8.0/21',
    suggestion: '100.64.0.0/16',
    rule: 'OV-34',
    says: /network spoke-b, reached by spoke-a -> hub -> spoke-b/,
  },
  {
    line: 4,
    found: () =>
      checkPodCidr({
        podCidr: Cidr.parse('10.244.0.0/20'),
        peakNodes: clusterPeak([{ maxCount: 20, maxSurge: '33%' }]),
        occupied: [],
      }),
    path: 'podCidr',
    code: 'pod_cidr_too_small',
    value: '10.244.0.0/20',
    conflictsWith: 27,
    suggestion: '10.244.0.0/19',
    rule: 'OV-23',
    says: /16 node blocks, 27 are needed; use \/19/,
  },
  {
    line: 5,
    found: () => readRange('10.244.1.0/16', 'podCidr').problems,
    path: 'podCidr',
    code: 'cidr_not_canonical',
    value: '10.244.1.0/16',
    suggestion: '10.244.0.0/16',
    rule: 'OV-04',
    says: /host bits set/,
  },
  {
    line: 6,
    found: () => checkServiceCidr(Cidr.parse('10.0.0.0/12'), []),
    path: 'serviceCidr',
    code: 'service_cidr_too_large',
    value: '10.0.0.0/12',
    conflictsWith: '/12',
    suggestion: '10.0.0.0/16',
    rule: 'OV-60',
    says: /prefix 13 or longer/,
  },
  {
    line: 7,
    found: () => checkDnsServiceIp(Cidr.parse('10.200.0.0/16'), undefined),
    path: 'dnsServiceIp',
    code: 'dns_ip_outside_service_cidr',
    value: '10.0.0.10',
    conflictsWith: '10.200.0.0/16',
    suggestion: '10.200.0.10',
    rule: 'OV-65',
    says: /the default DNS address 10\.0\.0\.10 is outside/,
  },
  {
    line: 8,
    found: () => checkDnsServiceIp(Cidr.parse('10.0.0.0/16'), Address.parse('10.0.0.1')),
    path: 'dnsServiceIp',
    code: 'dns_ip_is_api_service_ip',
    value: '10.0.0.1',
    conflictsWith: '10.0.0.0/16',
    suggestion: '10.0.0.10',
    rule: 'OV-66',
    says: /API server/,
  },
  {
    line: 9,
    found: () =>
      checkServiceCidr(Cidr.parse('10.1.0.0/24'), [
        occupied('10.1.0.0/24', { kind: 'VNET_SUBNET', network: 'spoke-a', name: 'endpoints' }),
      ]),
    path: 'serviceCidr',
    code: 'service_cidr_overlaps_subnet',
    value: '10.1.0.0/24',
    conflictsWith: '10.1.0.0/24',
    suggestion: '10.0.0.0/16',
    rule: 'OV-61',
    says: /subnet endpoints of network spoke-a/,
  },
  {
    line: 10,
    found: () =>
      checkNodeSubnet({
        subnet: Cidr.parse('10.240.0.0/28'),
        demand: { peakNodes: clusterPeak([{ minCount: 1, maxCount: 10, maxSurge: '33%' }]) },
      }),
    path: 'nodeSubnet',
    code: 'node_subnet_too_small',
    value: '10.240.0.0/28',
    conflictsWith: 19,
    suggestion: '10.240.0.0/27',
    rule: 'SN-13',
    says: /11 usable addresses; 14 \+ 5 reserved = 19 are needed; use \/27/,
  },
  {
    line: 11,
    found: () => checkCluster(aCluster({ nodePools: [aPool({ maxPods: 251 })] })).problems,
    path: 'nodePools[0].maxPods',
    code: 'max_pods_out_of_range',
    value: 251,
    conflictsWith: '10..250',
    suggestion: '250',
    rule: 'OV-13',
    says: /10 to 250/,
  },
  {
    line: 11,
    found: () =>
      checkCluster(aCluster({ nodePools: [aPool(), aPool({ name: 'user', mode: 'USER', count: 2, maxPods: 10 })] }))
        .problems,
    path: 'nodePools[1].maxPods',
    code: 'pool_below_30_pods',
    value: 10,
    conflictsWith: 2,
    suggestion: 'maxPods 15 or 3 nodes',
    rule: 'OV-14',
    says: /2 x 10 = 20/,
  },
  {
    line: 12,
    found: () => agcSubnet({ subnet: Cidr.parse('10.240.4.0/23') }),
    path: 'gatewaySubnet',
    code: 'agc_subnet_not_24',
    value: '10.240.4.0/23',
    conflictsWith: '/24',
    suggestion: '10.240.4.0/24',
    rule: 'AGC-21',
    says: /exactly \/24/,
  },
  {
    line: 13,
    found: () => agcSubnet({ subnet: Cidr.parse('10.240.5.128/25') }),
    path: 'gatewaySubnet',
    code: 'agc_subnet_not_24',
    value: '10.240.5.128/25',
    conflictsWith: '/24',
    suggestion: '10.240.5.0/24',
    rule: 'AGC-21',
    says: /exactly \/24/,
  },
  {
    line: 13,
    found: () => agcSubnet({ delegations: [] }),
    path: 'gatewaySubnet',
    code: 'agc_subnet_not_delegated',
    value: '10.240.5.0/24',
    conflictsWith: 'Microsoft.ServiceNetworking/trafficControllers',
    suggestion: 'delegate it to Microsoft.ServiceNetworking/trafficControllers',
    rule: 'AGC-20',
    says: /not delegated/,
  },
  {
    line: 14,
    found: () => agcSubnet({ network: 'hub' }),
    path: 'gatewaySubnet',
    code: 'agc_vnet_mismatch',
    value: 'hub',
    conflictsWith: 'spoke-a',
    suggestion: 'a /24 in spoke-a',
    rule: 'AGC-23',
    says: /peering does not help/,
  },
  {
    line: 15,
    found: () => agcSubnet({ holders: ['aks-weu-02'] }),
    path: 'gatewaySubnet',
    code: 'agc_subnet_in_use',
    value: '10.240.5.0/24',
    conflictsWith: 'aks-weu-02',
    suggestion: 'another free /24',
    rule: 'AGC-22',
    says: /one deployment per subnet/,
  },
  {
    line: 16,
    found: () => checkAgcNetworkPlugin('KUBENET'),
    path: 'ingress.kind',
    code: 'agc_unsupported_cni',
    value: 'AGC',
    conflictsWith: 'KUBENET',
    suggestion: 'migrate to overlay first',
    rule: 'AGC-25',
    says: /KUBENET/,
  },
  {
    line: 20,
    found: () => expand('10.244.0.0/16', '10.244.0.0/17'),
    path: 'podCidr',
    code: 'pod_cidr_not_superset',
    value: '10.244.0.0/17',
    conflictsWith: '10.244.0.0/16',
    suggestion: '10.244.0.0/15',
    rule: 'OV-100',
    says: /shrinks/,
  },
  {
    line: 20,
    found: () => expand('10.244.0.0/16', '10.244.0.0/15', ['win']),
    path: 'podCidr',
    code: 'pod_cidr_expansion_windows',
    conflictsWith: ['win'],
    suggestion: 'delete the Windows pools first',
    rule: 'OV-101',
    says: /Windows pools exist: win/,
  },
  {
    line: 21,
    found: () =>
      pods('100.64.0.0/16', occupied('100.64.0.0/16', { kind: 'POD_CIDR', cluster: 'aks-weu-02', mesh: 'payments' })),
    path: 'podCidr',
    code: 'pod_cidr_not_unique_in_mesh',
    value: '100.64.0.0/16',
    conflictsWith: '100.64.0.0/16',
    suggestion: '100.65.0.0/16',
    rule: 'NET-22',
    says: /aks-weu-02 in mesh payments/,
  },
  {
    line: 22,
    found: () => checkAgcAnnotations({ 'appgw.ingress.kubernetes.io/override-frontend-port': '8080' }),
    path: 'annotations["appgw.ingress.kubernetes.io/override-frontend-port"]',
    code: 'agc_feature_unsupported',
    value: '8080',
    conflictsWith: [80, 443],
    suggestion: 'use 80 or 443, or keep this Ingress on AGIC',
    rule: 'MAP-13',
    says: /80 and 443 only/,
  },
  {
    line: 22,
    found: () => checkAgcAnnotations({ 'use-private-ip': 'true' }),
    path: 'annotations["use-private-ip"]',
    code: 'agc_feature_unsupported',
    value: 'true',
    conflictsWith: 'public frontend',
    suggestion: 'use a public frontend, or keep this Ingress on AGIC',
    rule: 'MAP-14',
    says: /no private frontend/,
  },
  {
    line: 22,
    found: () => checkCluster(aCluster({ ingress: { kind: 'AGC', frontendPorts: [443, 8080] } })).problems,
    path: 'ingress.frontendPorts[1]',
    code: 'agc_feature_unsupported',
    value: 8080,
    conflictsWith: [80, 443],
    suggestion: 'use 80 or 443, or keep this Ingress on AGIC',
    rule: 'MAP-13',
    says: /80 and 443 only/,
  },
  {
    line: 23,
    found: () =>
      checkCluster(
        aCluster({
          dataplane: 'AZURE',
          nodePools: [aPool(), aPool({ name: 'winpool1', mode: 'USER', osType: 'WINDOWS', maxPods: 60 })],
        }),
      ).problems,
    path: 'nodePools[1].name',
    code: 'name_invalid',
    value: 'winpool1',
    conflictsWith: '1 to 6 characters, /^[a-z][a-z0-9]*$/',
    suggestion: 'winpoo',
    rule: 'QUO-41',
    says: /8 characters where 1 to 6/,
  },
  {
    line: 23,
    found: () => checkCluster(aCluster({ nodePools: [aPool({ name: 'Pool_1' })] })).problems,
    path: 'nodePools[0].name',
    code: 'name_invalid',
    value: 'Pool_1',
    conflictsWith: '1 to 12 characters, /^[a-z][a-z0-9]*$/',
    suggestion: 'pool1',
    rule: 'QUO-41',
    says: /does not match/,
  },
  {
    line: 23,
    found: () => checkCluster(aCluster({ name: 'a'.repeat(64) })).problems,
    path: 'name',
    code: 'name_invalid',
    value: 'a'.repeat(64),
    conflictsWith: '1 to 63 characters, /^[a-zA-Z0-9]([-_a-zA-Z0-9]*[a-zA-Z0-9])?$/',
    suggestion: 'a'.repeat(63),
    rule: 'QUO-40',
    says: /64 characters where 1 to 63/,
  },
  {
    line: 24,
    found: () =>
      checkFamilies({
        ipFamilies: ['IPv6', 'IPv4'],
        podCidrs: ranges('fd00::/64', '100.64.0.0/16'),
        serviceCidrs: ranges('fd01::/108', '10.0.0.0/16'),
      }),
    path: 'ipFamilies',
    code: 'ip_families_unsupported',
    value: ['IPv6', 'IPv4'],
    conflictsWith: ['IPv4', 'IPv6'],
    suggestion: '[IPv4, IPv6]',
    rule: 'OV-90',
    says: /not supported/,
  },
  {
    line: 24,
    found: () =>
      checkFamilies({
        ipFamilies: ['IPv4', 'IPv6'],
        podCidrs: ranges('fd00::/64', '100.64.0.0/16'),
        serviceCidrs: ranges('10.0.0.0/16', 'fd01::/108'),
      }),
    path: 'podCidrs',
    code: 'cidr_family_order_mismatch',
    value: ['fd00::/64', '100.64.0.0/16'],
    conflictsWith: ['IPv4', 'IPv6'],
    suggestion: '[100.64.0.0/16, fd00::/64]',
    rule: 'OV-91',
    says: /in the same order/,
  },
  {
    line: 24,
    found: () =>
      checkFamilies({
        ipFamilies: ['IPv4', 'IPv6'],
        podCidrs: ranges('100.64.0.0/16', 'fd00::/64'),
        serviceCidrs: ranges('10.0.0.0/16', 'fd01::/64'),
      }),
    path: 'serviceCidrs[1]',
    code: 'service_cidr_v6_too_large',
    value: 'fd01::/64',
    conflictsWith: '/108',
    suggestion: 'fd01::/108',
    rule: 'OV-92',
    says: /larger than \/108/,
  },
  {
    line: 25,
    found: () => checkClusterQuota({ region: 'westeurope', current: 100, requested: 1 }),
    path: 'region',
    code: 'cluster_quota_exceeded',
    value: 'westeurope',
    conflictsWith: 100,
    suggestion: 'ask Azure for 101 or use another region or subscription',
    rule: 'QUO-02',
    says: /quota of 100/,
  },
  {
    line: 27,
    found: () =>
      checkNodeSubnet({
        subnet: Cidr.parse('10.240.5.0/24'),
        demand: { peakNodes: 4 },
        delegations: ['Microsoft.ServiceNetworking/trafficControllers'],
      }),
    path: 'nodeSubnet',
    code: 'node_subnet_delegated',
    value: '10.240.5.0/24',
    conflictsWith: 'Microsoft.ServiceNetworking/trafficControllers',
    suggestion: 'use a subnet without delegation',
    rule: 'OV-114',
    says: /delegated to/,
  },
  {
    line: 28,
    found: () => checkAgicSubnet({ subnet: Cidr.parse('10.2.0.0/16'), network: 'spoke-a', nodeNetwork: 'spoke-a' }),
    path: 'gatewaySubnet',
    code: 'agic_subnet_too_large',
    value: '10.2.0.0/16',
    conflictsWith: '/24',
    suggestion: '10.2.0.0/24',
    rule: 'AGIC-21',
    says: /prefix 24 or longer/,
  },
];

describe('bad input is answered with code, path, value, conflict, suggestion and rule', () => {
  it.each(cases)('line $line: $code at $path ($rule)', ({ found, line: _line, says, ...expected }) => {
    const [only, ...others] = found();
    expect(others).toEqual([]);
    const { message, ...facts } = only ?? { message: '' };
    expect(facts).toEqual(expected);
    expect(message).toMatch(says);
  });
});

function pods(podCidr: string, ...ranges: readonly OccupiedRange[]): readonly Problem[] {
  return checkPodCidr({ podCidr: Cidr.parse(podCidr), peakNodes: 4, occupied: ranges });
}

function agcSubnet(over: Partial<Parameters<typeof checkAgcSubnet>[0]>): readonly Problem[] {
  return checkAgcSubnet({ subnet: Cidr.parse('10.240.5.0/24'), network: 'spoke-a', nodeNetwork: 'spoke-a', ...over });
}

function expand(from: string, to: string, windowsPools: readonly string[] = []): readonly Problem[] {
  return checkExpansion({ from: Cidr.parse(from), to: Cidr.parse(to), occupied: [], windowsPools });
}

function ranges(...texts: readonly string[]): readonly Cidr[] {
  return texts.map(Cidr.parse);
}
