import { restorePoller, type ManagedCluster } from '@azure/arm-containerservice';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEmulator, type Emulator } from './start-emulator.js';
import { azureClients, subscription } from './testing/azure-clients.js';

const fast = { updateIntervalInMs: 2 };
const network = `/subscriptions/${subscription}/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/spoke`;

const cluster = (change: Partial<ManagedCluster> = {}): ManagedCluster => ({
  location: 'westeurope',
  dnsPrefix: 'one',
  identity: { type: 'SystemAssigned' },
  agentPoolProfiles: [
    {
      name: 'system',
      mode: 'System',
      count: 3,
      vmSize: 'Standard_D4s_v5',
      vnetSubnetID: `${network}/subnets/nodes`,
      upgradeSettings: { maxSurge: '33%' },
    },
  ],
  networkProfile: {
    networkPlugin: 'azure',
    networkPluginMode: 'overlay',
    podCidr: '192.168.0.0/16',
    serviceCidr: '172.16.0.0/16',
    dnsServiceIP: '172.16.0.10',
  },
  oidcIssuerProfile: { enabled: true },
  ...change,
});

describe('the real SDK against the emulator', () => {
  let emulator: Emulator;
  let azure: ReturnType<typeof azureClients>;
  beforeEach(async () => {
    emulator = await startEmulator({ speed: 6000, throttling: false, strictWire: true });
    azure = azureClients(emulator);
    await azure.resources.resourceGroups.createOrUpdate('rg-net', { location: 'westeurope' });
    await azure.resources.resourceGroups.createOrUpdate('rg-aks', { location: 'westeurope' });
    await azure.networks.virtualNetworks.createOrUpdate(
      'rg-net',
      'spoke',
      { location: 'westeurope', addressSpace: { addressPrefixes: ['10.240.0.0/16'] } },
      fast,
    );
    await azure.networks.subnets.createOrUpdate('rg-net', 'spoke', 'nodes', { addressPrefix: '10.240.0.0/22' }, fast);
  });
  afterEach(() => emulator.close());

  const create = (name: string, options = {}) =>
    azure.containers.managedClusters.createOrUpdate('rg-aks', name, cluster(), { ...fast, ...options });

  it('creates a network and a subnet and follows their operations to the end', async () => {
    const subnet = await azure.networks.subnets.get('rg-net', 'spoke', 'nodes');
    expect(subnet).toMatchObject({ addressPrefix: '10.240.0.0/22', provisioningState: 'Succeeded', id: `${network}/subnets/nodes` });
  });

  it('creates a cluster with an identity, an issuer and host names', async () => {
    const identity = await azure.identities.userAssignedIdentities.createOrUpdate('rg-aks', 'id-one', { location: 'westeurope' });
    const wanted = cluster({ identity: { type: 'UserAssigned', userAssignedIdentities: { [identity.id ?? '']: {} } } });
    const made = await azure.containers.managedClusters.createOrUpdate('rg-aks', 'one', wanted, { ...fast, ifNoneMatch: '*' });
    expect(made.provisioningState).toBe('Succeeded');
    expect(made.oidcIssuerProfile?.issuerURL).toMatch(/^https:\/\/westeurope\.oic\.prod-aks\.azure\.com\/.+\/.+\/$/);
    expect(made.fqdn).toMatch(/^one-[0-9a-f]{8}\.hcp\.westeurope\.azmk8s\.io$/);
    expect(made.agentPoolProfiles?.[0]).toMatchObject({ name: 'system', maxPods: 250, provisioningState: 'Succeeded' });
    expect(Object.values(made.identity?.userAssignedIdentities ?? {})[0]).toMatchObject({
      principalId: identity.principalId,
      clientId: identity.clientId,
    });
  });

  it('goes on polling in another process from a stored token, with one PUT', async () => {
    const poller = create('one');
    await poller.submitted();
    const token = await poller.serialize();
    const other = azureClients(emulator);
    const resumed = await restorePoller(other.containers, token, other.containers.managedClusters.createOrUpdate, fast).pollUntilDone();
    expect(resumed.provisioningState).toBe('Succeeded');
    expect(emulator.journal({ method: 'PUT', idPattern: '/managedClusters/' })).toHaveLength(1);
    await poller;
  });

  it('meets 412 when it creates what is there, or updates what has changed', async () => {
    const made = await create('one');
    await expect(create('one', { ifNoneMatch: '*' })).rejects.toMatchObject({ statusCode: 412, code: 'PreconditionFailed' });
    await expect(create('one', { ifMatch: 'stale' })).rejects.toMatchObject({ statusCode: 412 });
    await expect(create('one', { ifMatch: made.eTag })).resolves.toMatchObject({ provisioningState: 'Succeeded' });
  });

  it('sees the code of a refusal and of a failed operation', async () => {
    const outside = cluster({ networkProfile: { ...cluster().networkProfile, serviceCidr: '10.240.0.0/24', dnsServiceIP: '10.240.0.10' } });
    await expect(azure.containers.managedClusters.createOrUpdate('rg-aks', 'one', outside, fast)).rejects.toMatchObject({
      statusCode: 400,
      code: 'ServiceCidrOverlapExistingSubnetsCidr',
    });
    emulator.faults.add({ match: { method: 'PUT' }, do: { lroOutcome: 'Failed', lroError: { code: 'SubnetIsFull', message: 'no room' } } });
    await expect(create('one')).rejects.toThrow(/SubnetIsFull/);
  });

  it('aborts a running creation', async () => {
    await emulator.close();
    emulator = await startEmulator({
      speed: 6000,
      throttling: false,
      seconds: { 'microsoft.containerservice/managedclusters/create': [90_000, 90_000] },
    });
    azure = azureClients(emulator);
    await azure.resources.resourceGroups.createOrUpdate('rg-aks', { location: 'westeurope' });
    const { networkProfile: _, ...unplaced } = cluster({
      agentPoolProfiles: [{ name: 'system', mode: 'System', count: 1, vmSize: 'Standard_D4s_v5' }],
    });
    await azure.containers.managedClusters.createOrUpdate('rg-aks', 'one', unplaced, fast).submitted();
    await azure.containers.managedClusters.abortLatestOperation('rg-aks', 'one', fast);
    await expect(azure.containers.managedClusters.get('rg-aks', 'one')).resolves.toMatchObject({ provisioningState: 'Canceled' });
  });

  it('replaces tags, lists, reads upgrades and versions, and deletes', async () => {
    await create('one');
    const tagged = await azure.containers.managedClusters.updateTags('rg-aks', 'one', { tags: { owner: 'team' } }, fast);
    expect(tagged.tags).toEqual({ owner: 'team' });
    const names: (string | undefined)[] = [];
    for await (const { name } of azure.containers.managedClusters.list()) names.push(name);
    expect(names).toEqual(['one']);
    const profile = await azure.containers.managedClusters.getUpgradeProfile('rg-aks', 'one');
    expect(profile.controlPlaneProfile?.upgrades?.length).toBeGreaterThan(0);
    const versions = await azure.containers.managedClusters.listKubernetesVersions('westeurope');
    expect(versions.values?.some(({ isDefault }) => isDefault)).toBe(true);
    await azure.containers.agentPools.createOrUpdate('rg-aks', 'one', 'more', { count: 1, vmSize: 'Standard_D4s_v5' }, fast);
    await azure.containers.agentPools.delete('rg-aks', 'one', 'more', fast);
    await azure.containers.managedClusters.delete('rg-aks', 'one', fast);
    await expect(azure.containers.managedClusters.get('rg-aks', 'one')).rejects.toMatchObject({
      statusCode: 404,
      code: 'ResourceNotFound',
    });
    await azure.resources.resourceGroups.delete('rg-aks', fast);
  });

  it('gives roles and credentials', async () => {
    const identity = await azure.identities.userAssignedIdentities.createOrUpdate('rg-aks', 'id-one', { location: 'westeurope' });
    emulator.clock.advance(60);
    const role = await azure.roles.roleAssignments.create(network, '00000000-0000-4000-8000-000000000001', {
      roleDefinitionId: `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7`,
      principalId: identity.principalId ?? '',
      principalType: 'ServicePrincipal',
    });
    expect(role).toMatchObject({ scope: network, principalId: identity.principalId });
    const credential = await azure.identities.federatedIdentityCredentials.createOrUpdate('rg-aks', 'id-one', 'alb', {
      issuer: 'https://issuer',
      subject: 'system:serviceaccount:azure-alb-system:alb-controller-sa',
      audiences: ['api://AzureADTokenExchange'],
    });
    expect(credential.subject).toContain('alb-controller-sa');
  });

  it('creates the parts of an Application Gateway for Containers as generic resources', async () => {
    const base = `subscriptions/${subscription}/resourceGroups/rg-aks/providers/Microsoft.ServiceNetworking/trafficControllers/agc`;
    const generic = azure.resources.resources;
    await generic.createOrUpdateById(base, '2025-01-01', { location: 'westeurope' }, fast);
    const frontend = await generic.createOrUpdateById(
      `${base}/frontends/fe`,
      '2025-01-01',
      { location: 'westeurope', properties: {} },
      fast,
    );
    expect(frontend.properties).toMatchObject({ fqdn: expect.stringMatching(/\.alb\.azure\.com$/) });
    await generic.deleteById(`${base}/frontends/fe`, '2025-01-01', fast);
    await generic.deleteById(base, '2025-01-01', fast);
  });
});
