import { checkPodCidrSpace, checkServiceCidr } from '@podspan/aks';
import { Cidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import { AzureResource, isFields, vnetOf } from './azure-resource.js';
import { type ImportRow, refusedRow, skipped } from './import-row.js';
import { rangesOf } from './read-network.js';

export function isCluster(resource: AzureResource): boolean {
  return resource.has(
    'networkProfile',
    'agentPoolProfiles',
    'podCidr',
    'podCidrs',
    'serviceCidr',
    'serviceCidrs',
    'networkPlugin',
    'dnsServiceIP',
  );
}

export type SeenMode = 'OVERLAY' | 'KUBENET' | 'NODE_SUBNET' | 'POD_SUBNET' | 'BYO';

/** A cluster gives its pod and service ranges. Its node subnets are ranges of their networks and are named here. */
export function readCluster(resource: AzureResource, at: string): readonly ImportRow[] {
  const { id, name } = resource;
  if (name === undefined)
    return [
      refusedRow(at, null, [{ path: `${at}.name`, code: 'required', message: 'a cluster needs its name or its id' }], 'DISCOVERED_RANGE'),
    ];
  const problems: Problem[] = [];
  const pods = bothOf(resource, 'podCidrs', 'podCidr', at, problems);
  const services = bothOf(resource, 'serviceCidrs', 'serviceCidr', at, problems);
  if (problems.length > 0) return [refusedRow(at, name, problems, 'DISCOVERED_RANGE')];
  const subnets = subnetsOf(resource);
  const mode = modeOf(resource);
  const facts = {
    networkPlugin: resource.text('networkPlugin'),
    networkPluginMode: resource.text('networkPluginMode'),
    networkDataplane: resource.text('networkDataplane'),
    kubernetesVersion: resource.text('currentKubernetesVersion', 'kubernetesVersion'),
    region: resource.text('location'),
    ...(subnets.nodes.length > 0 ? { nodeSubnets: subnets.nodes } : {}),
    ...(subnets.pods.length > 0 ? { podSubnets: subnets.pods } : {}),
  };
  const common = { cluster: name, mode, resourceId: id, network: vnetOf(subnets.nodes[0]), subscriptionId: resource.subscriptionId, facts };
  // Without overlay the pods hold addresses that the network carries; the text in podCidr of such a cluster means nothing.
  const podRanges = mode === 'NODE_SUBNET' || mode === 'POD_SUBNET' ? [] : pods;
  const rows = [
    ...podRanges.map((cidr) =>
      clusterRange(at, name, { ...common, kind: 'POD_CIDR', cidr, routed: mode !== 'OVERLAY', violations: podViolations(cidr, services) }),
    ),
    ...services.map((cidr) =>
      clusterRange(at, name, { ...common, kind: 'SERVICE_CIDR', cidr, routed: false, violations: serviceViolations(cidr) }),
    ),
  ];
  if (rows.length > 0) return rows;
  return [
    skipped(
      at,
      name,
      'cluster_without_ranges',
      `the cluster ${name} says no pod and no service range: its nodes are in ${subnets.nodes.join(', ') || 'no named subnet'}`,
    ),
  ];
}

function clusterRange(at: string, name: string, values: Readonly<Record<string, unknown>>): ImportRow {
  return {
    at,
    kind: 'DISCOVERED_RANGE',
    name,
    values: { name: `${name} ${values['kind'] === 'POD_CIDR' ? 'pods' : 'services'}`, ...values },
    problems: [],
  };
}

/** No plugin means overlay and `azure` without a mode means node subnets (OV-02), but a projection may have left the plugin out. */
export function modeOf(resource: AzureResource): SeenMode {
  const plugin = resource.text('networkPlugin')?.toLowerCase();
  const overlay = resource.text('networkPluginMode')?.toLowerCase() === 'overlay';
  if (plugin === 'kubenet') return 'KUBENET';
  if (plugin === 'none') return 'BYO';
  if (overlay || plugin === undefined) return 'OVERLAY';
  return subnetsOf(resource).pods.length > 0 ? 'POD_SUBNET' : 'NODE_SUBNET';
}

function subnetsOf(resource: AzureResource): { readonly nodes: readonly string[]; readonly pods: readonly string[] } {
  const pools = resource
    .list('agentPoolProfiles')
    .filter(isFields)
    .map((pool) => new AzureResource(pool));
  const distinct = (ids: readonly (string | undefined)[]): readonly string[] => [...new Set(ids.filter((id) => id !== undefined))];
  return {
    nodes: distinct([...pools.map((pool) => pool.text('vnetSubnetId')), resource.text('vnetSubnetId')]),
    pods: distinct([...pools.map((pool) => pool.text('podSubnetId')), resource.text('podSubnetId')]),
  };
}

function bothOf(resource: AzureResource, several: string, one: string, at: string, problems: Problem[]): readonly string[] {
  const all = rangesOf(resource.list(several), `${at}.${several}`, problems);
  return all.length > 0 ? all : rangesOf(resource.list(one), `${at}.${one}`, problems);
}

/** OV-74: what today's rules refuse is recorded with the rules it breaks. */
export function podViolations(text: string, services: readonly string[] = []): readonly Pick<Problem, 'code' | 'message'>[] {
  const podCidr = Cidr.parse(text);
  const occupied = services.map((service) => ({ cidr: Cidr.parse(service), origin: { kind: 'SERVICE_CIDR' } as const }));
  return podCidr.family === 4 ? violations(checkPodCidrSpace({ podCidr, occupied })) : [];
}

export function serviceViolations(text: string): readonly Pick<Problem, 'code' | 'message'>[] {
  const service = Cidr.parse(text);
  return service.family === 4 ? violations(checkServiceCidr(service, [])) : [];
}

function violations(problems: readonly Problem[]): readonly Pick<Problem, 'code' | 'message'>[] {
  return problems.map(({ rule, code, message }) => ({ rule: rule ?? '', code, message }));
}
