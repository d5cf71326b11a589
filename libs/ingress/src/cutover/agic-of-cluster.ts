import { Injectable } from '@nestjs/common';
import { isWire, listAt, readSubnet, textAt } from '@podspan/aks';
import { apiVersions } from '@podspan/azure';
import { AzureFacts } from '../azure-facts.js';
import { vnetOf } from '../domain/agc-names.js';

/** AGIC as Azure shows it. */
export interface AgicOfCluster {
  readonly enabled: boolean;
  readonly gatewayId: string | undefined;
  readonly madeByAddon: boolean;
  readonly addresses: readonly string[];
  readonly subnet: { readonly id: string; readonly cidr: string | undefined } | undefined;
  readonly inNodeNetwork: boolean;
}

/** Reads the add-on of a cluster, its Application Gateway, that one's addresses and subnet. */
@Injectable()
export class ReadAgic {
  constructor(private readonly azure: AzureFacts) {}

  /** @param raw the managed cluster, as ARM answers it */
  async execute(raw: unknown): Promise<AgicOfCluster> {
    const gatewayId = gatewayIdOf(raw);
    const gateway = gatewayId === undefined ? undefined : await this.azure.read(gatewayId, apiVersions.network, 'the Application Gateway');
    const subnetId =
      textAt(partsOf(gateway?.raw, 'gatewayIPConfigurations')[0], 'properties.subnet.id') ?? textAt(raw, `${addOn}.config.subnetId`);
    return {
      enabled: isEnabled(raw),
      gatewayId,
      madeByAddon: isInNodeGroup(raw, gatewayId),
      addresses: await this.#addresses(gateway?.raw),
      subnet: subnetId === undefined ? undefined : { id: subnetId, cidr: await this.#cidrOf(subnetId) },
      inNodeNetwork: subnetId !== undefined && nodeNetworksOf(raw).includes(vnetOf(subnetId)),
    };
  }

  /** Names go before numbers: a record that leads to a name keeps leading to it. */
  async #addresses(gateway: unknown): Promise<readonly string[]> {
    const ids = partsOf(gateway, 'frontendIPConfigurations').flatMap((part) => textAt(part, 'properties.publicIPAddress.id') ?? []);
    const resources = await Promise.all(ids.map((id) => this.azure.read(id, apiVersions.network, 'the public address')));
    return resources.flatMap((resource) => [
      ...[textAt(resource?.raw, 'properties.dnsSettings.fqdn')].flatMap((name) => name ?? []),
      ...[textAt(resource?.raw, 'properties.ipAddress')].flatMap((address) => address ?? []),
    ]);
  }

  async #cidrOf(subnetId: string): Promise<string | undefined> {
    const resource = await this.azure.read(subnetId, apiVersions.network, "AGIC's subnet");
    return resource && readSubnet(resource.raw).prefixes[0];
  }
}

const addOn = 'properties.addonProfiles.ingressApplicationGateway';

function isEnabled(raw: unknown): boolean {
  const enabled: unknown = (raw as { properties?: { addonProfiles?: { ingressApplicationGateway?: { enabled?: unknown } } } }).properties
    ?.addonProfiles?.ingressApplicationGateway?.enabled;
  return enabled === true;
}

/** What the caller brought, what Azure says it uses, or what the add-on made in the node resource group. */
function gatewayIdOf(raw: unknown): string | undefined {
  const given = textAt(raw, `${addOn}.config.applicationGatewayId`) ?? textAt(raw, `${addOn}.config.effectiveApplicationGatewayId`);
  if (given !== undefined) return given;
  const name = textAt(raw, `${addOn}.config.applicationGatewayName`);
  const group = nodeGroupOf(raw);
  return name === undefined || group === undefined ? undefined : `${group}/providers/Microsoft.Network/applicationGateways/${name}`;
}

function nodeGroupOf(raw: unknown): string | undefined {
  const group = textAt(raw, 'properties.nodeResourceGroup');
  const subscription = /^\/subscriptions\/[^/]+/i.exec(textAt(raw, 'id') ?? '')?.[0];
  return group === undefined || subscription === undefined ? undefined : `${subscription}/resourceGroups/${group}`;
}

function isInNodeGroup(raw: unknown, gatewayId: string | undefined): boolean {
  const group = nodeGroupOf(raw)?.toLowerCase();
  return group !== undefined && gatewayId?.toLowerCase().startsWith(`${group}/`) === true;
}

function nodeNetworksOf(raw: unknown): readonly string[] {
  return listAt(raw, 'properties.agentPoolProfiles').flatMap((pool) => {
    const subnet = textAt(pool, 'vnetSubnetID');
    return subnet === undefined ? [] : [vnetOf(subnet)];
  });
}

function partsOf(gateway: unknown, collection: string): readonly unknown[] {
  return isWire(gateway) ? listAt(gateway, `properties.${collection}`) : [];
}
