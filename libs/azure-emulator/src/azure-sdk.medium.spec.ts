import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { azureClients, subscription } from './testing/azure-clients.js';
import { startEmulator, type Emulator } from './start-emulator.js';

const fast = { updateIntervalInMs: 2 };
const network = `/subscriptions/${subscription}/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/spoke`;

describe('the real SDK against the emulator', () => {
  let emulator: Emulator;
  let azure: ReturnType<typeof azureClients>;
  beforeAll(async () => {
    emulator = await startEmulator({ speed: 6000, throttling: false });
    azure = azureClients(emulator);
    await azure.resources.resourceGroups.createOrUpdate('rg-net', { location: 'westeurope' });
    await azure.resources.resourceGroups.createOrUpdate('rg-aks', { location: 'westeurope' });
    await azure.networks.virtualNetworks.createOrUpdate('rg-net', 'spoke', { location: 'westeurope', addressSpace: { addressPrefixes: ['10.240.0.0/16'] } }, fast);
    await azure.networks.subnets.createOrUpdate('rg-net', 'spoke', 'nodes', { addressPrefix: '10.240.0.0/22' }, fast);
  });
  afterAll(() => emulator.close());

  it('creates a network and a subnet and follows their operations to the end', async () => {
    const subnet = await azure.networks.subnets.get('rg-net', 'spoke', 'nodes');
    expect(subnet).toMatchObject({ addressPrefix: '10.240.0.0/22', provisioningState: 'Succeeded', id: `${network}/subnets/nodes` });
  });

  it('creates a cluster with an identity, an issuer and host names', async () => {
    const identity = await azure.identities.userAssignedIdentities.createOrUpdate('rg-aks', 'id-one', { location: 'westeurope' });
    const cluster = await azure.containers.managedClusters.createOrUpdate('rg-aks', 'one', {
      location: 'westeurope',
      dnsPrefix: 'one',
      identity: { type: 'UserAssigned', userAssignedIdentities: { [identity.id ?? '']: {} } },
      agentPoolProfiles: [{ name: 'system', mode: 'System', count: 3, vmSize: 'Standard_D4s_v5', vnetSubnetID: `${network}/subnets/nodes`, upgradeSettings: { maxSurge: '33%' } }],
      networkProfile: { networkPlugin: 'azure', networkPluginMode: 'overlay', podCidr: '192.168.0.0/16', serviceCidr: '172.16.0.0/16', dnsServiceIP: '172.16.0.10' },
      oidcIssuerProfile: { enabled: true },
    }, { ...fast, ifNoneMatch: '*' });
    expect(cluster.provisioningState).toBe('Succeeded');
    expect(cluster.oidcIssuerProfile?.issuerURL).toMatch(/^https:\/\/westeurope\.oic\.prod-aks\.azure\.com\/.+\/.+\/$/);
    expect(cluster.fqdn).toMatch(/^one-[0-9a-f]{8}\.hcp\.westeurope\.azmk8s\.io$/);
    expect(cluster.agentPoolProfiles?.[0]).toMatchObject({ name: 'system', maxPods: 250, provisioningState: 'Succeeded' });
    expect(Object.values(cluster.identity?.userAssignedIdentities ?? {})[0]).toMatchObject({ principalId: identity.principalId, clientId: identity.clientId });
  });
});
