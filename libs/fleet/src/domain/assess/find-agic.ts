import { Cidr } from '@podspan/cidr';
import { type AzureCluster, vnetOf } from '../change/azure-cluster.js';
import { type SeenNetwork, type SeenNetworks, subnetAt } from './surroundings.js';

/** Where the Application Gateway of the AGIC add-on is, as far as it can be told. */
export interface AgicSeen {
  readonly cidr: Cidr | undefined;
  readonly inNodeNetwork: boolean;
}

/** The subnet of each Application Gateway, by the gateway's id in lower case: of gateways that were read one by one. */
export type GatewaySubnets = ReadonlyMap<string, string>;

/**
 * The add-on says the subnet, or the gateway, or only the range that its gateway's subnet was to have in the network of the nodes. Which
 * subnet a gateway is in its network says, or the gateway itself. `undefined` without the add-on: AGIC that was installed by Helm is
 * inside the cluster, where Azure does not look.
 */
export function findAgic(
  cluster: AzureCluster,
  own: readonly string[],
  networks: SeenNetworks,
  gatewaySubnets: GatewaySubnets,
): AgicSeen | undefined {
  if (!cluster.agic.enabled) return undefined;
  const subnetId = agicSubnetId(cluster, networks, gatewaySubnets);
  if (subnetId === undefined) return { cidr: rangeOf(cluster.agic.subnetRange), inNodeNetwork: true };
  return { cidr: subnetAt(networks, subnetId)?.cidr ?? rangeOf(cluster.agic.subnetRange), inNodeNetwork: own.includes(vnetOf(subnetId)) };
}

export function agicSubnetId(
  { agicSubnetId: told, agic: { gatewayId } }: AzureCluster,
  networks: SeenNetworks,
  gatewaySubnets: GatewaySubnets,
): string | undefined {
  const gateway = gatewayId?.toLowerCase();
  if (told !== undefined || gateway === undefined) return told;
  return gatewaySubnets.get(gateway) ?? [...networks.values()].flatMap(({ subnets }) => subnets).find(holds(gateway))?.id;
}

function holds(gateway: string) {
  return ({ gateways }: SeenNetwork['subnets'][number]): boolean => gateways.includes(gateway);
}

/** Application Gateways in the networks of the nodes: one of them may be driven by an AGIC that nobody outside sees. */
export function gatewaysBeside(own: readonly string[], networks: SeenNetworks): readonly { readonly name: string; readonly cidr: Cidr }[] {
  return own
    .flatMap((id) => networks.get(id)?.subnets ?? [])
    .flatMap(({ gateways, cidr }) => gateways.map((gateway) => ({ name: gateway.slice(gateway.lastIndexOf('/') + 1), cidr })));
}

function rangeOf(text: string | undefined): Cidr | undefined {
  try {
    return text === undefined ? undefined : Cidr.parse(text);
  } catch {
    return undefined;
  }
}
