import { textAt } from '@podspan/aks';
import { apiVersions, type Arm, type ArmRequest } from '@podspan/azure';
import { newId } from '@podspan/platform';

export const subscriptionId = '00000000-0000-0000-0000-00000000a9c1';
const group = `/subscriptions/${subscriptionId}/resourceGroups/rg-west`;
export const vnetId = `${group}/providers/Microsoft.Network/virtualNetworks/vnet-west`;
export const delegatedTo = 'Microsoft.ServiceNetworking/trafficControllers';

/** The part of Azure that is there before any ingress: a VNet with node and gateway subnets, and clusters. */
export class AzureFixture {
  constructor(private readonly arm: Arm) {}

  async network(): Promise<void> {
    await this.put(group, apiVersions.resourceGroups, { location: 'westeurope' });
    await this.put(vnetId, apiVersions.network, {
      location: 'westeurope',
      properties: { addressSpace: { addressPrefixes: ['10.40.0.0/16'] } },
    });
    await this.subnet('snet-nodes', '10.40.0.0/22');
    await this.put(`${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-nodes`, apiVersions.managedIdentity, {
      location: 'westeurope',
    });
  }

  async subnet(name: string, cidr: string, service?: string): Promise<string> {
    const delegations = service === undefined ? [] : [{ name: 'd', properties: { serviceName: service } }];
    await this.put(`${vnetId}/subnets/${name}`, apiVersions.network, { properties: { addressPrefix: cidr, delegations } });
    return `${vnetId}/subnets/${name}`;
  }

  /** @returns its ARM id */
  async wafPolicy(name: string, ruleSetType = 'Microsoft_DefaultRuleSet', ruleSetVersion = '2.1'): Promise<string> {
    const id = `${group}/providers/Microsoft.Network/applicationGatewayWebApplicationFirewallPolicies/${name}`;
    const managedRules = { managedRuleSets: [{ ruleSetType, ruleSetVersion }] };
    await this.put(id, apiVersions.network, { location: 'westeurope', properties: { managedRules } });
    return id;
  }

  /** What the ALB Controller in the cluster does with an ApplicationLoadBalancer. @returns the id of the trafficController */
  async asController(cluster: string, subnetId: string): Promise<string> {
    const nodeGroup = `/subscriptions/${subscriptionId}/resourceGroups/MC_rg-west_${cluster}_westeurope`;
    const id = `${nodeGroup}/providers/Microsoft.ServiceNetworking/trafficControllers/alb-1a2b3c4d`;
    await this.put(id, apiVersions.serviceNetworking, { location: 'westeurope' });
    const properties = { associationType: 'subnets', subnet: { id: subnetId } };
    await this.put(`${id}/associations/as-1a2b3c4d`, apiVersions.serviceNetworking, { location: 'westeurope', properties });
    return id;
  }

  /** What it does with a Gateway. @returns where the frontend answers */
  async frontend(trafficController: string, name: string): Promise<string> {
    const id = `${trafficController}/frontends/${name}`;
    await this.put(id, apiVersions.serviceNetworking, { location: 'westeurope', properties: {} });
    return textAt((await this.arm.get(id, apiVersions.serviceNetworking))?.raw, 'properties.fqdn') ?? '';
  }

  /** @returns its ARM id */
  async cluster(name: string, properties: object = {}): Promise<string> {
    const id = `${group}/providers/Microsoft.ContainerService/managedClusters/${name}`;
    await this.put(id, apiVersions.containerService, {
      location: 'westeurope',
      identity: {
        type: 'UserAssigned',
        userAssignedIdentities: { [`${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-nodes`]: {} },
      },
      properties: {
        dnsPrefix: name,
        agentPoolProfiles: [
          {
            name: 'system',
            mode: 'System',
            count: 1,
            vmSize: 'Standard_D4s_v5',
            osType: 'Linux',
            maxPods: 110,
            vnetSubnetID: `${vnetId}/subnets/snet-nodes`,
            upgradeSettings: { maxSurge: '1' },
          },
        ],
        networkProfile: {
          networkPlugin: 'azure',
          networkPluginMode: 'overlay',
          podCidr: '192.168.0.0/22',
          serviceCidr: '172.20.0.0/16',
          dnsServiceIP: '172.20.0.10',
        },
        oidcIssuerProfile: { enabled: true },
        securityProfile: { workloadIdentity: { enabled: true } },
        ...properties,
      },
    });
    return id;
  }

  put(resourceId: string, apiVersion: string, body: unknown): Promise<void> {
    return this.#done({ method: 'PUT', resourceId, apiVersion, body, clientRequestId: newId() });
  }

  delete(resourceId: string, apiVersion: string): Promise<void> {
    return this.#done({ method: 'DELETE', resourceId, apiVersion, clientRequestId: newId() });
  }

  async #done(request: ArmRequest): Promise<void> {
    let outcome = await this.arm.begin(request);
    while (outcome.state === 'RUNNING') {
      await new Promise((wake) => setTimeout(wake, 5));
      const next = await this.arm.poll(outcome.token);
      outcome = next.state === 'RUNNING' ? { ...next, token: outcome.token } : next;
    }
    if (outcome.state !== 'SUCCEEDED') throw new Error(`${request.resourceId}: ${outcome.failure.code} ${outcome.failure.message}`);
  }
}
