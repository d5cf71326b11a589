import { Cidr } from '@podspan/cidr';
import { DomainError, type Problem, problemsOf } from '@podspan/errors';
import { AzureResource, isFields, subscriptionOf, vnetOf } from './azure-resource.js';
import { type ImportRow, refusedRow, skipped } from './import-row.js';

export function isNetwork(resource: AzureResource): boolean {
  return resource.has('addressSpace', 'addressPrefixes', 'subnets', 'virtualNetworkPeerings');
}

/** A VNet gives a network, a discovered range for each prefix and subnet, and a link for each peering that works. */
export function readNetwork(resource: AzureResource, at: string): readonly ImportRow[] {
  const { id, name } = resource;
  if (name === undefined)
    return [refusedRow(at, null, [{ path: `${at}.name`, code: 'required', message: 'a network needs its name or its id' }], 'NETWORK')];
  const problems: Problem[] = [];
  const prefixes = rangesOf(
    resource.list('addressPrefixes', 'addressPrefix', 'addressSpace', 'prefixes'),
    `${at}.addressPrefixes`,
    problems,
  );
  if (prefixes.length === 0 && problems.length === 0)
    problems.push({ path: `${at}.addressPrefixes`, code: 'required', message: 'a network has address prefixes' });
  if (problems.length > 0) return [refusedRow(at, name, problems, 'NETWORK')];
  const network = {
    name,
    prefixes,
    resourceId: id,
    region: resource.text('location'),
    subscriptionId: resource.subscriptionId,
    resourceGroup: resource.text('resourceGroup') ?? groupOf(id),
  };
  return [
    { at, kind: 'NETWORK', name, values: network, problems: [] },
    ...prefixes.map((cidr): ImportRow =>
      range(at, name, { kind: 'VIRTUAL_NETWORK', cidr, resourceId: id, network: id ?? name, subscriptionId: network.subscriptionId }),
    ),
    ...resource.list('subnets').flatMap((subnet, index) => subnetRows(subnet, `${at}.subnets[${index}]`, network)),
    ...resource
      .list('virtualNetworkPeerings', 'peerings')
      .map((peering, index) => peeringRow(peering, `${at}.virtualNetworkPeerings[${index}]`, network)),
  ];
}

/** A subnet listed by itself, as Resource Graph and `az network vnet subnet list` have it. */
export function readSubnetAlone(resource: AzureResource, at: string): readonly ImportRow[] {
  return subnetRows(resource.raw, at, { name: undefined, resourceId: vnetOf(resource.id), subscriptionId: resource.subscriptionId });
}

interface Parent {
  readonly name: string | undefined;
  readonly resourceId: string | undefined;
  readonly subscriptionId: string | undefined;
}

function subnetRows(raw: unknown, at: string, parent: Parent): readonly ImportRow[] {
  if (!isFields(raw))
    return [refusedRow(at, null, [{ path: at, code: 'not_a_resource', message: 'a subnet is an object' }], 'DISCOVERED_RANGE')];
  const subnet = new AzureResource(raw);
  const name = subnet.name ?? null;
  const problems: Problem[] = [];
  const several = rangesOf(subnet.list('addressPrefixes'), `${at}.addressPrefixes`, problems);
  const prefixes = several.length > 0 ? several : rangesOf(subnet.list('addressPrefix'), `${at}.addressPrefix`, problems);
  const id = subnet.id ?? (parent.resourceId !== undefined && name !== null ? `${parent.resourceId}/subnets/${name}` : undefined);
  if (name === null && problems.length === 0)
    problems.push({ path: `${at}.name`, code: 'required', message: 'a subnet needs its name or its id' });
  if (problems.length > 0) return [refusedRow(at, name, problems, 'DISCOVERED_RANGE')];
  if (prefixes.length === 0) return [skipped(at, name, 'no_prefix', `the subnet ${name} says no address prefix`, 'DISCOVERED_RANGE')];
  const label = parent.name === undefined ? name : `${parent.name}/${name}`;
  return prefixes.map((cidr) =>
    range(at, label, {
      kind: 'SUBNET',
      cidr,
      resourceId: id,
      network: parent.resourceId ?? parent.name,
      vnetId: parent.resourceId?.toLowerCase(),
      subscriptionId: parent.subscriptionId,
      facts: subnetFacts(subnet, name ?? ''),
    }),
  );
}

function range(at: string, name: string | null, values: Readonly<Record<string, unknown>>): ImportRow {
  return { at, kind: 'DISCOVERED_RANGE', name, values: { name, routed: true, ...values }, problems: [] };
}

/** Subnets that belong to a gateway of Azure by their name. */
const gatewaySubnets: Readonly<Record<string, string>> = {
  gatewaysubnet: 'VPN_GATEWAY',
  azurefirewallsubnet: 'FIREWALL',
  azurefirewallmanagementsubnet: 'FIREWALL',
  azurebastionsubnet: 'BASTION',
  routeserversubnet: 'ROUTE_SERVER',
};

function subnetFacts(subnet: AzureResource, name: string): Readonly<Record<string, unknown>> {
  const delegations = subnet
    .list('delegations')
    .flatMap((delegation) => (isFields(delegation) ? (new AzureResource(delegation).text('serviceName') ?? []) : []));
  const appGateway = subnet.list('applicationGatewayIPConfigurations').length > 0;
  const gateway = delegations.some((service) => /servicenetworking\/trafficcontrollers/i.test(service))
    ? 'AGC'
    : appGateway
      ? 'APPLICATION_GATEWAY'
      : gatewaySubnets[name.toLowerCase()];
  return { ...(delegations.length > 0 ? { delegations } : {}), ...(gateway === undefined ? {} : { gateway }) };
}

function peeringRow(raw: unknown, at: string, network: Parent): ImportRow {
  const peering = new AzureResource(isFields(raw) ? raw : {});
  const remote = isFields(peering.raw['remoteVirtualNetwork'])
    ? peering.raw['remoteVirtualNetwork']
    : isFields(peering.raw['properties']) && isFields(peering.raw['properties']['remoteVirtualNetwork'])
      ? peering.raw['properties']['remoteVirtualNetwork']
      : {};
  const to = typeof remote['id'] === 'string' ? remote['id'] : undefined;
  const state = peering.text('peeringState') ?? 'unknown';
  const name = peering.name ?? null;
  if (to === undefined)
    return refusedRow(
      at,
      name,
      [{ path: `${at}.remoteVirtualNetwork.id`, code: 'required', message: 'a peering names the network at its other end' }],
      'LINK',
    );
  if (state.toLowerCase() !== 'connected') {
    return skipped(at, name, 'peering_not_connected', `the peering to ${to} is ${state}: no packet passes, so it is no link`, 'LINK');
  }
  return {
    at,
    kind: 'LINK',
    name,
    values: { from: network.resourceId ?? network.name, to, kind: 'PEERING', subscriptionId: network.subscriptionId ?? subscriptionOf(to) },
    problems: [],
  };
}

/** The canonical texts; what is wrong goes to `problems`, null and empty are nothing. */
export function rangesOf(values: readonly unknown[], path: string, problems: Problem[]): readonly string[] {
  return values.flatMap((value, index): string[] => {
    const at = values.length > 1 ? `${path}[${index}]` : path;
    if (value === null || value === '') return [];
    if (typeof value !== 'string') {
      problems.push({ path: at, code: 'invalid_type', message: 'a range is a text such as 10.40.0.0/22', value });
      return [];
    }
    try {
      return [String(Cidr.parse(value.trim()))];
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      problems.push(...problemsOf(error).map((problem) => ({ ...problem, path: at })));
      return [];
    }
  });
}

function groupOf(id: string | undefined): string | undefined {
  return /\/resourceGroups\/([^/]+)/i.exec(id ?? '')?.[1];
}
