import { Address, Cidr } from '@podspan/cidr';
import type { Json } from '@podspan/aks';
import type { AgicSku } from './agic-gateway.js';
import { privateFrontend, publicFrontend } from './agic-gateway.js';

export interface WantedApplicationGateway {
  readonly id: string;
  readonly region: string;
  readonly sku: AgicSku;
  readonly minInstances: number;
  readonly maxInstances: number;
  readonly subnetId: string;
  readonly publicAddressId: string;
  /** Of the private frontend, if there is one. */
  readonly privateAddress: string | null;
  readonly wafPolicyId: string | null;
}

const skuNames: Readonly<Record<AgicSku, string>> = { STANDARD_V2: 'Standard_v2', WAF_V2: 'WAF_v2' };
/** Behind every rule that AGIC writes: it starts at 19000 for those without a priority. */
const lastPriority = 20_000;

/** The smallest v2 gateway that Azure takes, AGIC-03; AGIC replaces its parts as soon as it runs. */
export function applicationGatewayBody(wanted: WantedApplicationGateway): Json {
  const { id, region, sku, minInstances, maxInstances, subnetId, publicAddressId, privateAddress, wafPolicyId } = wanted;
  const part = (name: string, properties: Json): Json => [{ name, properties }];
  const ref = (collection: string, name: string): Json => ({ id: `${id}/${collection}/${name}` });
  const privateIp = { subnet: { id: subnetId }, privateIPAllocationMethod: 'Static', privateIPAddress: privateAddress };
  return {
    location: region,
    properties: {
      sku: { name: skuNames[sku], tier: skuNames[sku] },
      autoscaleConfiguration: { minCapacity: minInstances, maxCapacity: maxInstances },
      gatewayIPConfigurations: part('subnet', { subnet: { id: subnetId } }),
      frontendIPConfigurations: [
        { name: publicFrontend, properties: { publicIPAddress: { id: publicAddressId } } },
        ...(privateAddress === null ? [] : [{ name: privateFrontend, properties: privateIp }]),
      ],
      frontendPorts: part('http', { port: 80 }),
      backendAddressPools: part('empty', { backendAddresses: [] }),
      backendHttpSettingsCollection: part('http', { port: 80, protocol: 'Http', cookieBasedAffinity: 'Disabled', requestTimeout: 30 }),
      httpListeners: part('http', {
        frontendIPConfiguration: ref('frontendIPConfigurations', publicFrontend),
        frontendPort: ref('frontendPorts', 'http'),
        protocol: 'Http',
      }),
      requestRoutingRules: part('http', {
        ruleType: 'Basic',
        priority: lastPriority,
        httpListener: ref('httpListeners', 'http'),
        backendAddressPool: ref('backendAddressPools', 'empty'),
        backendHttpSettings: ref('backendHttpSettingsCollection', 'http'),
      }),
      ...(wafPolicyId === null ? {} : { firewallPolicy: { id: wafPolicyId } }),
    },
  };
}

/** A v2 gateway needs a fixed private address. The last that Azure gives away in the subnet: instances come from the front. */
export function privateAddressIn(cidr: string): string {
  const block = Cidr.parse(cidr);
  return String(Address.at(block.family, block.last - 1n));
}
