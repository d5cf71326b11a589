import { Cidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import { problem } from '../findings.js';
import { AGC_DELEGATION } from '../ranges/check-subnets.js';
import { AGC_SUBNET_PREFIX } from '../sizing/subnet-size.js';

/** Where AGC is offered, as published on the day (AGC-70). */
export const agcRegions: { readonly asOf: string; readonly regions: readonly string[] } = {
  asOf: '2025-11-30',
  regions: [
    'australiaeast',
    'brazilsouth',
    'canadacentral',
    'centralindia',
    'centralus',
    'eastasia',
    'eastus',
    'eastus2',
    'francecentral',
    'germanywestcentral',
    'koreacentral',
    'northcentralus',
    'northeurope',
    'norwayeast',
    'southcentralus',
    'southeastasia',
    'switzerlandnorth',
    'uaenorth',
    'uksouth',
    'westus',
    'westus2',
    'westus3',
    'westeurope',
  ],
};

/** AGC-10 to AGC-19. */
export const agcLimits = {
  perSubscription: { rule: 'AGC-10', most: 1_000 },
  associations: { rule: 'AGC-11', most: 1 },
  frontends: { rule: 'AGC-12', most: 5 },
  perController: { rule: 'AGC-13', most: 5 },
  listenersPerGateway: { rule: 'AGC-14', most: 64 },
  certificates: { rule: 'AGC-15', most: 100 },
  listeners: { rule: 'AGC-15', most: 200 },
  routes: { rule: 'AGC-15', most: 200 },
  rules: { rule: 'AGC-15', most: 200 },
  services: { rule: 'AGC-15', most: 100 },
  endpoints: { rule: 'AGC-15', most: 5_000 },
  /** 60 KB. */
  requestHeaderBytes: { rule: 'AGC-16', most: 61_440 },
  certificatesPerHost: { rule: 'AGC-17', most: 2 },
  controllersPerCluster: { rule: 'AGC-18', most: 1 },
  gatewaysPerFrontend: { rule: 'AGC-19', most: 1 },
} as const;

export type AgcLimit = keyof typeof agcLimits;

/** One problem for every count above its limit. `pathOf` says where the caller holds that count. */
export function checkAgcLimits(
  counts: Partial<Record<AgcLimit, number>>,
  pathOf: (limit: AgcLimit) => string = String,
): readonly Problem[] {
  return (Object.keys(agcLimits) as AgcLimit[]).flatMap((limit) => {
    const { rule, most } = agcLimits[limit];
    const count = counts[limit] ?? 0;
    if (count <= most) return [];
    const message = `${count} exceed the limit of ${most} for ${limit}`;
    return [
      problem({
        path: pathOf(limit),
        code: 'agc_limit_exceeded',
        rule,
        message,
        value: count,
        conflictsWith: most,
        suggestion: String(most),
      }),
    ];
  });
}

export interface AgcSubnetFacts {
  readonly subnet: Cidr;
  /** As read from Azure; absent for a subnet that is still to be made. */
  readonly delegations?: readonly string[] | undefined;
  /** The network of the subnet and the one of the nodes. */
  readonly network: string;
  readonly nodeNetwork: string;
  /** Gateways or clusters that already have their AGC in the subnet. */
  readonly holders?: readonly string[] | undefined;
}

/** AGC-20 to AGC-23: exactly a delegated /24 in the nodes' own network, for one deployment. */
export function checkAgcSubnet(facts: AgcSubnetFacts, path = 'gatewaySubnet'): readonly Problem[] {
  return [...checkLength(facts, path), ...checkDelegation(facts, path), ...checkNetwork(facts, path), ...checkHolders(facts, path)];
}

function checkLength({ subnet }: AgcSubnetFacts, path: string): readonly Problem[] {
  if (subnet.length === AGC_SUBNET_PREFIX) return [];
  const value = String(subnet);
  const message = `${value} must be exactly /${AGC_SUBNET_PREFIX} beside overlay nodes`;
  const suggestion = String(Cidr.around(subnet.firstAddress, AGC_SUBNET_PREFIX));
  return [
    problem({
      path,
      code: 'agc_subnet_not_24',
      rule: 'AGC-21',
      message,
      value,
      conflictsWith: `/${AGC_SUBNET_PREFIX}`,
      suggestion,
    }),
  ];
}

function checkDelegation({ subnet, delegations }: AgcSubnetFacts, path: string): readonly Problem[] {
  if (!delegations || delegations.includes(AGC_DELEGATION)) return [];
  const value = String(subnet);
  const delegated = delegations.length === 0 ? 'not delegated' : `delegated to ${delegations.join(', ')}`;
  const message = `${value} is ${delegated}; AGC needs ${AGC_DELEGATION}`;
  const conflictsWith = delegations.length === 0 ? AGC_DELEGATION : delegations;
  return [
    problem({
      path,
      code: 'agc_subnet_not_delegated',
      rule: 'AGC-20',
      message,
      value,
      conflictsWith,
      suggestion: `delegate it to ${AGC_DELEGATION}`,
    }),
  ];
}

function checkNetwork({ subnet, network, nodeNetwork }: AgcSubnetFacts, path: string): readonly Problem[] {
  if (network === nodeNetwork) return [];
  const message = `${String(subnet)} is in network ${network}, the nodes are in ${nodeNetwork}; peering does not help`;
  const suggestion = `a /${AGC_SUBNET_PREFIX} in ${nodeNetwork}`;
  return [
    problem({
      path,
      code: 'agc_vnet_mismatch',
      rule: 'AGC-23',
      message,
      value: network,
      conflictsWith: nodeNetwork,
      suggestion,
    }),
  ];
}

function checkHolders({ subnet, holders = [] }: AgcSubnetFacts, path: string): readonly Problem[] {
  const [holder] = holders;
  if (holder === undefined) return [];
  const message = `${String(subnet)} already serves ${holders.join(', ')}; one deployment per subnet`;
  const conflictsWith = holders.length === 1 ? holder : holders;
  return [
    problem({
      path,
      code: 'agc_subnet_in_use',
      rule: 'AGC-22',
      message,
      value: String(subnet),
      conflictsWith,
      suggestion: `another free /${AGC_SUBNET_PREFIX}`,
    }),
  ];
}

/** AGC-25: the network plugin of a cluster that exists or is to be made. */
export function checkAgcNetworkPlugin(
  plugin: 'OVERLAY' | 'NODE_SUBNET' | 'POD_SUBNET' | 'KUBENET' | 'NONE',
  path = 'ingress.kind',
): readonly Problem[] {
  if (plugin !== 'KUBENET' && plugin !== 'NONE') return [];
  const message = `AGC does not work with network plugin ${plugin}`;
  return [
    problem({
      path,
      code: 'agc_unsupported_cni',
      rule: 'AGC-25',
      message,
      value: 'AGC',
      conflictsWith: plugin,
      suggestion: 'migrate to overlay first',
    }),
  ];
}

/** AGC-70. */
export function checkAgcRegion(region: string, path = 'region'): readonly Problem[] {
  const name = region.toLowerCase().replaceAll(' ', '');
  if (agcRegions.regions.includes(name)) return [];
  const message = `AGC is not offered in ${region} (as of ${agcRegions.asOf})`;
  return [
    problem({
      path,
      code: 'agc_region_unavailable',
      rule: 'AGC-70',
      message,
      value: region,
      conflictsWith: 'ingress.kind AGC',
      suggestion: 'AGIC, or a region that offers AGC',
    }),
  ];
}

/** The least ALB Controller beside overlay nodes (AGC-24), and the least Kubernetes of every controller (AGC-32). */
export const LEAST_ALB_CONTROLLER = '1.7.9';
export const LEAST_KUBERNETES_FOR_AGC = '1.27';
export const agcPorts: readonly number[] = [80, 443];

/** MAP-13, MAP-14, AGC-51, AGC-52: what AGC cannot do for an Ingress; each blocks its cut-over. */
export function checkAgcAnnotations(annotations: Readonly<Record<string, string>>, path = 'annotations'): readonly Problem[] {
  return Object.entries(annotations).flatMap(([key, value]) => {
    const name = key.replace(/^appgw\.ingress\.kubernetes\.io\//, '');
    const at = `${path}["${key}"]`;
    if (name === 'override-frontend-port' && !agcPorts.includes(Number(value))) return [unsupportedPort(at, value)];
    return name === 'use-private-ip' && value.toLowerCase() === 'true' ? [unsupportedPrivateFrontend(at, value)] : [];
  });
}

export function unsupportedPort(path: string, value: string | number): Problem {
  const message = `AGC listens on 80 and 443 only, not on ${value}`;
  return problem({
    path,
    code: 'agc_feature_unsupported',
    rule: 'MAP-13',
    message,
    value,
    conflictsWith: agcPorts,
    suggestion: 'use 80 or 443, or keep this Ingress on AGIC',
  });
}

export function unsupportedPrivateFrontend(path: string, value: unknown): Problem {
  const message = 'AGC has no private frontend';
  return problem({
    path,
    code: 'agc_feature_unsupported',
    rule: 'MAP-14',
    message,
    value,
    conflictsWith: 'public frontend',
    suggestion: 'use a public frontend, or keep this Ingress on AGIC',
  });
}
