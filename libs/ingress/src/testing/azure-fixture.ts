import { apiVersions, type Arm } from '@podspan/azure';
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
  async cluster(name: string): Promise<string> {
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
      },
    });
    return id;
  }

  async put(resourceId: string, apiVersion: string, body: unknown): Promise<void> {
    let outcome = await this.arm.begin({ method: 'PUT', resourceId, apiVersion, body, clientRequestId: newId() });
    while (outcome.state === 'RUNNING') {
      await new Promise((wake) => setTimeout(wake, 5));
      const next = await this.arm.poll(outcome.token);
      outcome = next.state === 'RUNNING' ? { ...next, token: outcome.token } : next;
    }
    if (outcome.state !== 'SUCCEEDED') throw new Error(`${resourceId}: ${outcome.failure.code} ${outcome.failure.message}`);
  }
}
