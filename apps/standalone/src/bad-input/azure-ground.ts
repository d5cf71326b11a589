import type { BadInputBench } from './bad-input-bench.js';

const subscription = '/subscriptions/11111111-1111-4111-8111-111111111111';
const spoke = `${subscription}/resourceGroups/rg-spoke/providers/Microsoft.Network/virtualNetworks/spoke`;

/** What somebody else made in Azure: a delegated subnet where nodes are to go, an undelegated one for a gateway, a kubenet cluster. */
export async function makeAzureGround(bench: BadInputBench): Promise<void> {
  const delegations = [{ name: 'agc', properties: { serviceName: 'Microsoft.ServiceNetworking/trafficControllers' } }];
  await made(bench, `${spoke}/subnets/snet-nodes-delegated-in-azure-nodes`, '2026-01-01', {
    properties: { addressPrefix: '10.1.241.0/24', delegations },
  });
  await made(bench, `${spoke}/subnets/undelegated`, '2026-01-01', { properties: { addressPrefix: '10.1.240.0/24' } });
  const group = `${subscription}/resourceGroups/rg-agc-on-kubenet`;
  await made(bench, group, '2025-04-01', { location: 'westeurope' });
  await made(bench, `${group}/providers/Microsoft.ContainerService/managedClusters/agc-on-kubenet`, '2026-06-01', kubenetCluster);
}

const kubenetCluster = {
  location: 'westeurope',
  identity: { type: 'SystemAssigned' },
  properties: {
    dnsPrefix: 'old',
    agentPoolProfiles: [{ name: 'system', mode: 'System', count: 3, vmSize: 'Standard_D4s_v5', upgradeSettings: { maxSurge: '1' } }],
    networkProfile: { networkPlugin: 'kubenet', podCidr: '192.168.0.0/16', serviceCidr: '172.16.0.0/16', dnsServiceIP: '172.16.0.10' },
  },
};

/** Until Azure takes it: a sibling may still be written, and until it is done. */
async function made(bench: BadInputBench, id: string, apiVersion: string, body: unknown): Promise<void> {
  const path = `${id}?api-version=${apiVersion}`;
  await until(`Azure takes ${id}`, async () => [200, 201, 202].includes((await bench.azure('PUT', path, body)).status));
  await until(`${id} is there`, async () => {
    const { body: resource } = await bench.azure('GET', path);
    const { provisioningState = 'Succeeded' } = (resource['properties'] ?? {}) as { provisioningState?: string };
    return provisioningState === 'Succeeded';
  });
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await holds())) if (Date.now() > end) throw new Error(`in vain: ${what}`);
}
