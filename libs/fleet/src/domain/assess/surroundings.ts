import { isWire, listAt, type OccupiedRange, readSubnet, textAt, type Wire } from '@podspan/aks';
import { Cidr } from '@podspan/cidr';
import { type AzureCluster, vnetOf } from '../change/azure-cluster.js';

/** A virtual network as far as an assessment looks at it. */
export interface SeenNetwork {
  readonly id: string;
  readonly name: string;
  readonly prefixes: readonly Cidr[];
  readonly subnets: readonly {
    readonly id: string;
    readonly name: string;
    readonly cidr: Cidr;
    readonly delegations: readonly string[];
    /** Ids of the Application Gateways in it, lower case. */
    readonly gateways: readonly string[];
  }[];
  /** Connected peerings: the other end, with the ranges that Azure last saw there. */
  readonly peerings: readonly { readonly remoteId: string; readonly prefixes: readonly Cidr[] }[];
}

/** By id in lower case. */
export type SeenNetworks = ReadonlyMap<string, SeenNetwork>;

export function readNetworks(wires: readonly Wire[]): SeenNetworks {
  return new Map(wires.map((wire) => [String(wire['id']).toLowerCase(), readNetwork(wire)]));
}

function readNetwork(wire: Wire): SeenNetwork {
  const id = String(wire['id']);
  return {
    id,
    name: textAt(wire, 'name') ?? lastOf(id),
    prefixes: rangesIn(listAt(wire, 'properties.addressSpace.addressPrefixes')),
    subnets: listAt(wire, 'properties.subnets').flatMap((subnet) => {
      const { prefixes, delegations } = readSubnet(asWire(subnet));
      const [cidr] = rangesIn(prefixes);
      const subnetId = textAt(subnet, 'id') ?? `${id}/subnets/${textAt(subnet, 'name') ?? ''}`;
      const gateways = gatewaysIn(asWire(subnet).properties);
      return cidr ? [{ id: subnetId, name: textAt(subnet, 'name') ?? lastOf(subnetId), cidr, delegations, gateways }] : [];
    }),
    peerings: listAt(wire, 'properties.virtualNetworkPeerings').flatMap((peering) => {
      const { properties } = asWire(peering);
      const remoteId = textAt(properties, 'remoteVirtualNetwork.id');
      const isConnected = (textAt(properties, 'peeringState') ?? 'Connected').toLowerCase() === 'connected';
      const prefixes = rangesIn(
        listAt(properties, 'remoteVirtualNetworkAddressSpace.addressPrefixes').concat(
          listAt(properties, 'remoteAddressSpace.addressPrefixes'),
        ),
      );
      return remoteId === undefined || !isConnected ? [] : [{ remoteId, prefixes }];
    }),
  };
}

/** A subnet lists what is in it by the configurations that use it. */
function gatewaysIn(subnet: Wire): readonly string[] {
  const entries = ['applicationGatewayIPConfigurations', 'applicationGatewayIpConfigurations', 'ipConfigurations'].flatMap((member) =>
    listAt(subnet, member),
  );
  const ids = entries.flatMap((entry) => /^.*\/applicationgateways\/[^/]+/.exec((textAt(entry, 'id') ?? '').toLowerCase())?.[0] ?? []);
  return [...new Set(ids)];
}

/** The subnet that an Application Gateway is in, of `az network application-gateway list` or of ARM. */
export function subnetOfGateway(gateway: Wire): string | undefined {
  const { properties } = asWire(gateway);
  const entries = [...listAt(properties, 'gatewayIPConfigurations'), ...listAt(properties, 'gatewayIpConfigurations')];
  return entries.map((entry) => textAt(asWire(entry).properties, 'subnet.id')).find((id) => id !== undefined);
}

/** The command line flattens subnets and peerings as well. */
function asWire(value: unknown): { readonly properties: Wire } {
  if (!isWire(value)) return { properties: {} };
  return isWire(value['properties']) ? { properties: value['properties'] } : { properties: value };
}

/** What Azure holds is a range in nearly every case; the odd text that is none occupies nothing. */
function rangesIn(texts: readonly unknown[]): readonly Cidr[] {
  return texts.flatMap((text) => {
    try {
      return [Cidr.parse(String(text))];
    } catch {
      return [];
    }
  });
}

function lastOf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

/**
 * Ids of the networks a cluster's nodes are in, in lower case. Without a subnet of the caller's own AKS made the network, in the group of the
 * nodes; its ranges have changed over the years, so they are read and never assumed (C-10).
 */
export function networksOf({ nodePools }: AzureCluster, nodeResourceGroup: string | undefined, networks: SeenNetworks): readonly string[] {
  const own = [...new Set(nodePools.flatMap(({ subnetId }) => (subnetId === undefined ? [] : [vnetOf(subnetId)])))];
  if (own.length > 0 || nodeResourceGroup === undefined) return own;
  const group = `/resourcegroups/${nodeResourceGroup.toLowerCase()}/`;
  return [...networks.keys()].filter((id) => id.includes(group));
}

/**
 * What a pod range of the cluster must not overlap, as far as Azure's own listing tells (OV-30 to OV-34): its networks whole, in
 * the strict form that MG-16 asks for, what is peered with them, and its service range.
 */
export function occupiedAround(cluster: AzureCluster, own: readonly string[], networks: SeenNetworks): readonly OccupiedRange[] {
  const occupied: OccupiedRange[] = [];
  for (const id of own) {
    const network = networks.get(id);
    const name = network?.name ?? lastOf(id);
    for (const cidr of network?.prefixes ?? []) occupied.push({ cidr, origin: { kind: 'VNET', network: name } });
    for (const { remoteId, prefixes } of network?.peerings ?? []) {
      const remote = networks.get(remoteId.toLowerCase());
      const remoteName = remote?.name ?? lastOf(remoteId);
      if (own.includes(remoteId.toLowerCase())) continue;
      for (const cidr of remote?.prefixes ?? prefixes)
        occupied.push({
          cidr,
          origin: { kind: 'CONNECTED_NETWORK', network: remoteName, networkKind: 'VIRTUAL_NETWORK', path: [name, remoteName] },
        });
    }
  }
  if (cluster.serviceCidr !== undefined)
    for (const cidr of rangesIn([cluster.serviceCidr])) occupied.push({ cidr, origin: { kind: 'SERVICE_CIDR' } });
  return occupied;
}

/** A subnet by its id, where the listing has its network. */
export function subnetAt(networks: SeenNetworks, id: string | undefined): SeenNetwork['subnets'][number] | undefined {
  if (id === undefined) return undefined;
  return networks.get(vnetOf(id))?.subnets.find((subnet) => subnet.id.toLowerCase() === id.toLowerCase());
}
