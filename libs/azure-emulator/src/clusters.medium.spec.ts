import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at, type JsonObject } from './json.js';
import { startEmulator, type Emulator } from './start-emulator.js';
import { anHour, armHttp, armScene, clusterBody, codeOf, type ClusterWish, type Send } from './testing/arm-http.js';

describe('managed clusters', () => {
  let emulator: Emulator;
  let send: Send;
  let scene: ReturnType<typeof armScene>;
  beforeEach(async () => {
    emulator = await startEmulator({ clock: 'manual', throttling: false, clusterQuota: 3 });
    send = armHttp(emulator);
    scene = armScene(emulator, send);
    await scene.ground();
    await scene.put(scene.subnet('agc'), {
      properties: {
        addressPrefix: '10.240.9.0/24',
        delegations: [{ name: 'd', properties: { serviceName: 'Microsoft.ServiceNetworking/trafficControllers' } }],
      },
    });
  });
  afterEach(() => emulator.close());

  const nodes = (): string => scene.subnet('nodes');
  const put = (name: string, wish: ClusterWish = {}, headers?: Record<string, string>) =>
    send('PUT', scene.cluster(name), clusterBody(wish), headers);
  const stateOf = async (name: string): Promise<unknown> =>
    at((await send('GET', scene.cluster(name))).body, 'properties', 'provisioningState');

  it.each<[string, ClusterWish, string, string]>([
    [
      'a service CIDR over a subnet of the network (OV-61)',
      { network: { serviceCidr: '10.240.8.0/22', dnsServiceIP: '10.240.8.10' } },
      'ServiceCidrOverlapExistingSubnetsCidr',
      'networkProfile.serviceCIDR',
    ],
    [
      'a pod CIDR over its node subnet (OV-30)',
      { network: { podCidr: '10.240.0.0/20' } },
      'NetworkProfileCIDROverlapVNET',
      'networkProfile.podCIDR',
    ],
    [
      'a pod CIDR over another subnet of the network (OV-31)',
      { network: { podCidr: '10.240.8.0/21' } },
      'NetworkProfileCIDROverlapVNET',
      'networkProfile.podCIDR',
    ],
    [
      'a DNS address outside the service CIDR (OV-65)',
      { network: { dnsServiceIP: '10.0.0.10' } },
      'DnsServiceIpOutOfServiceCidr',
      'networkProfile.dnsServiceIP',
    ],
    ['a pod CIDR over the service CIDR (OV-33)', { network: { podCidr: '172.16.0.0/14' } }, 'InvalidParameter', 'networkProfile.podCIDR'],
    [
      'a pod CIDR in a range that AKS reserves (OV-70)',
      { network: { podCidr: '172.28.0.0/14' } },
      'InvalidParameter',
      'networkProfile.podCIDR',
    ],
    [
      'a service CIDR of a /12 (OV-60)',
      { network: { serviceCidr: '10.16.0.0/12', dnsServiceIP: '10.16.0.10' } },
      'InvalidParameter',
      'networkProfile.serviceCIDR',
    ],
    [
      'more nodes and surge than the subnet has addresses (SN-13)',
      { count: 251 },
      'InsufficientSubnetSize',
      'agentPoolProfile.vnetSubnetID',
    ],
    [
      'more nodes and surge than the pod CIDR has /24s (OV-23)',
      { count: 4, network: { podCidr: '192.168.0.0/22' } },
      'InsufficientSubnetSize',
      'networkProfile.podCIDR',
    ],
    [
      'an autoscaler that could outgrow the subnet',
      { pool: { enableAutoScaling: true, minCount: 1, maxCount: 251 } },
      'InsufficientSubnetSize',
      'agentPoolProfile.vnetSubnetID',
    ],
    ['a pool name with a hyphen (QUO-41)', { pool: { name: 'sys-1' } }, 'InvalidParameter', 'agentPoolProfile.name'],
    ['no system pool', { pool: { mode: 'User' } }, 'InvalidParameter', 'agentPoolProfiles'],
    ['a version that is not offered', { properties: { kubernetesVersion: '1.12.0' } }, 'K8sVersionNotSupported', 'kubernetesVersion'],
    ['a broken DNS prefix (QUO-42)', { properties: { dnsPrefix: '-x' } }, 'InvalidParameter', 'dnsPrefix'],
    ['too few pods per node (OV-13)', { pool: { maxPods: 5 } }, 'InvalidParameter', 'agentPoolProfile.maxPods'],
  ])('refuses %s', async (_, wish, code, target) => {
    const answer = await put('one', { subnetId: nodes(), ...wish });
    expect([answer.status, answer.body['code'], answer.body['target']]).toEqual([400, code, target]);
    expect(answer.body).not.toHaveProperty('error');
    expect((await send('GET', scene.cluster('one'))).status).toBe(404);
  });

  it('refuses nodes in a delegated subnet (OV-114)', async () => {
    expect((await put('one', { subnetId: scene.subnet('agc') })).body['code']).toBe(
      'SubnetWithExternalResourcesCannotBeUsedByOtherResources',
    );
  });

  it('refuses a network of another region (OV-115)', async () => {
    const answer = await send('PUT', scene.cluster('one'), { ...clusterBody({ subnetId: nodes() }), location: 'eastus' });
    expect([answer.status, answer.body['code']]).toEqual([400, 'InvalidParameter']);
  });

  it('does not look at peered networks, because Azure does not (OV-34)', async () => {
    const other = `${scene.group('rg')}/providers/Microsoft.Network/virtualNetworks/acquired`;
    await scene.put(other, { location: 'westeurope', properties: { addressSpace: { addressPrefixes: ['192.168.128.0/17'] } } });
    await scene.put(`${scene.network}/virtualNetworkPeerings/p`, { properties: { remoteVirtualNetwork: { id: other } } });
    expect((await put('one', { subnetId: nodes() })).status).toBe(201);
  });

  it('counts the addresses of other clusters in the subnet and frees them when those are gone', async () => {
    await scene.put(scene.cluster('big'), clusterBody({ count: 240, subnetId: nodes() }));
    expect((await put('two', { count: 12, subnetId: nodes() })).body['code']).toBe('InsufficientSubnetSize');
    await send('DELETE', scene.cluster('big'));
    expect((await put('two', { count: 12, subnetId: nodes() })).body['code']).toBe('InsufficientSubnetSize');
    emulator.clock.advance(anHour);
    expect((await put('two', { count: 12, subnetId: nodes() })).status).toBe(201);
  });

  it('shows what is ready only when it is', async () => {
    const created = await put('one', { subnetId: nodes(), properties: { oidcIssuerProfile: { enabled: true } } });
    expect(created.body).toMatchObject({
      eTag: expect.any(String),
      properties: {
        provisioningState: 'Creating',
        nodeResourceGroup: 'MC_rg_one_westeurope',
        agentPoolProfiles: [{ provisioningState: 'Creating' }],
      },
    });
    expect(at(created.body, 'properties', 'fqdn')).toBeUndefined();
    expect(at(created.body, 'properties', 'oidcIssuerProfile', 'issuerURL')).toBeUndefined();
    emulator.clock.advance(anHour);
    const done = await send('GET', scene.cluster('one'));
    expect(done.body).toMatchObject({
      properties: { provisioningState: 'Succeeded', fqdn: expect.any(String), oidcIssuerProfile: { issuerURL: expect.any(String) } },
    });
    expect(done.body['eTag']).not.toBe(created.body['eTag']);
    expect((await send('GET', scene.group('MC_rg_one_westeurope'))).body['managedBy']).toBe(scene.cluster('one'));
  });

  it('takes between four and nine virtual minutes, the same for the same seed', async () => {
    await put('one');
    emulator.clock.advance(4 * 60 - 1);
    expect(await stateOf('one')).toBe('Creating');
    emulator.clock.advance(5 * 60 + 1);
    expect(await stateOf('one')).toBe('Succeeded');
    const [entry] = emulator.journal({ accepted: 'create', type: 'Microsoft.ContainerService/managedClusters' });
    expect(Date.parse(entry?.endedAt ?? '') - Date.parse(entry?.startedAt ?? '')).toBeGreaterThanOrEqual(240_000);
  });

  it('does one thing at a time, pools included', async () => {
    await put('one');
    const again = await put('one');
    expect([again.status, again.body['code'], again.body['details']]).toEqual([409, 'OperationNotAllowed', null]);
    const pool = await send('PUT', `${scene.cluster('one')}/agentPools/more`, { properties: { count: 1 } });
    expect([pool.status, pool.body['code']]).toEqual([409, 'OperationNotAllowed']);
    expect((await send('PATCH', scene.cluster('one'), { tags: {} })).status).toBe(409);
    expect((await put('one', {}, { 'if-none-match': '*' })).status).toBe(412);
  });

  it('is displaced by its delete, which then refuses everything else', async () => {
    const created = await put('one', { subnetId: nodes() });
    expect((await send('DELETE', scene.cluster('one'))).status).toBe(202);
    const status = await send('GET', created.headers.get('azure-asyncoperation') ?? '');
    expect(status.body).toMatchObject({ status: 'Failed', error: { code: 'AKSOperationPreemptedByDelete' } });
    expect((await put('one')).status).toBe(409);
    expect((await send('DELETE', scene.cluster('one'))).status).toBe(202);
    emulator.clock.advance(anHour);
    expect((await send('GET', scene.cluster('one'))).status).toBe(404);
    expect((await send('GET', scene.group('MC_rg_one_westeurope'))).status).toBe(404);
  });

  it('is stopped by an abort: Canceling, then Canceled, and can be put again', async () => {
    const created = await put('one');
    emulator.clock.advance(60);
    const abort = await send('POST', `${scene.cluster('one')}/abort`);
    expect(abort.status).toBe(202);
    expect(await stateOf('one')).toBe('Canceling');
    expect((await send('GET', abort.headers.get('location') ?? '')).status).toBe(202);
    emulator.clock.advance(60);
    expect(await stateOf('one')).toBe('Canceled');
    expect((await send('GET', created.headers.get('azure-asyncoperation') ?? '')).body['status']).toBe('Canceled');
    expect((await send('GET', abort.headers.get('azure-asyncoperation') ?? '')).body['status']).toBe('Succeeded');
    expect((await send('GET', abort.headers.get('location') ?? '')).status).toBe(204);
    expect((await put('one')).status).toBe(200);
  });

  it('answers an abort that comes too late with 409', async () => {
    await scene.put(scene.cluster('one'), clusterBody());
    const answer = await send('POST', `${scene.cluster('one')}/abort`);
    expect([answer.status, answer.body['code']]).toEqual([409, 'OperationNotAllowed']);
  });

  it('keeps its name, addresses and reason when it failed, and recovers with the same PUT', async () => {
    emulator.faults.add({
      match: { method: 'PUT', idPattern: 'managedClusters' },
      times: 1,
      do: { lroOutcome: 'Failed', lroError: { code: 'SubnetIsFull', message: 'full', details: [{ code: 'Inner', message: 'why' }] } },
    });
    const created = await put('one', { subnetId: nodes() });
    emulator.clock.advance(anHour);
    expect((await send('GET', created.headers.get('azure-asyncoperation') ?? '')).body).toMatchObject({
      status: 'Failed',
      error: { code: 'SubnetIsFull', details: [{ code: 'Inner' }] },
    });
    const failed = await send('GET', scene.cluster('one'));
    expect(failed.body).toMatchObject({
      properties: { provisioningState: 'Failed', status: { provisioningError: { code: 'SubnetIsFull' } } },
    });
    expect(codeOf(await send('DELETE', nodes()))).toBe('InUseSubnetCannotBeDeleted');
    expect((await put('one', { subnetId: nodes() })).status).toBe(200);
    emulator.clock.advance(anHour);
    expect(await stateOf('one')).toBe('Succeeded');
  });

  it('are limited per subscription and region (QUO-02)', async () => {
    for (const name of ['a', 'b', 'c']) await scene.put(scene.cluster(name), clusterBody());
    const answer = await put('d');
    expect([answer.status, answer.body['code']]).toEqual([400, 'ManagedClusterCountExceedsQuotaLimit']);
    expect((await put('a')).status).toBe(200);
    expect((await send('PUT', scene.cluster('d'), { ...clusterBody(), location: 'eastus' })).status).toBe(201);
  });

  it('change of a pool leaves the eTag of the cluster and of the other pools', async () => {
    await scene.put(scene.cluster('one'), clusterBody());
    const before = await send('GET', scene.cluster('one'));
    await scene.put(`${scene.cluster('one')}/agentPools/more`, { properties: { count: 2, vmSize: 'Standard_D4s_v5' } });
    const after = await send('GET', scene.cluster('one'));
    expect(after.body['eTag']).toBe(before.body['eTag']);
    const profiles = at(after.body, 'properties', 'agentPoolProfiles') as JsonObject[];
    expect(profiles).toMatchObject([{ name: 'system' }, { name: 'more', count: 2 }]);
    expect(profiles[0]?.['eTag']).toBe((at(before.body, 'properties', 'agentPoolProfiles') as JsonObject[])[0]?.['eTag']);
  });

  it.each<[string, ClusterWish, string]>([
    ['the DNS prefix', { properties: { dnsPrefix: 'other' } }, 'PropertyChangeNotAllowed'],
    ['the service CIDR (OV-63)', { network: { serviceCidr: '172.20.0.0/16', dnsServiceIP: '172.20.0.10' } }, 'PropertyChangeNotAllowed'],
    ['the pod CIDR to another', { network: { podCidr: '100.64.0.0/16' } }, 'PropertyChangeNotAllowed'],
    ['overlay back to kubenet (OV-101)', { network: { networkPlugin: 'kubenet' } }, 'PropertyChangeNotAllowed'],
  ])('cannot change %s', async (_, wish, code) => {
    await scene.put(scene.cluster('one'), clusterBody());
    const body = clusterBody(wish);
    if (wish.network?.['networkPlugin'] === 'kubenet') delete (at(body, 'properties', 'networkProfile') as JsonObject)['networkPluginMode'];
    const answer = await send('PUT', scene.cluster('one'), body);
    expect([answer.status, answer.body['code']]).toEqual([400, code]);
  });

  it('can widen the pod CIDR and move from kubenet to overlay', async () => {
    await scene.put(scene.cluster('one'), clusterBody({ network: { podCidr: '192.168.0.0/17' } }));
    expect((await put('one')).status).toBe(200);
    const kubenet = clusterBody();
    Object.assign(at(kubenet, 'properties') as JsonObject, {
      networkProfile: { networkPlugin: 'kubenet', podCidr: '192.168.0.0/16', serviceCidr: '172.16.0.0/16', dnsServiceIP: '172.16.0.10' },
    });
    await scene.put(scene.cluster('old'), kubenet);
    expect((await put('old')).status).toBe(200);
  });

  it('takes nine addresses of an API server subnet (SN-40)', async () => {
    await scene.put(scene.subnet('api'), {
      properties: {
        addressPrefix: '10.240.10.0/28',
        delegations: [{ name: 'd', properties: { serviceName: 'Microsoft.ContainerService/managedClusters' } }],
      },
    });
    const properties = { apiServerAccessProfile: { enableVnetIntegration: true, subnetId: scene.subnet('api') } };
    await scene.put(scene.cluster('one'), clusterBody({ subnetId: nodes(), properties }));
    expect((await put('two', { subnetId: nodes(), properties })).body['code']).toBe('InsufficientSubnetSize');
  });

  it('waits for a subnet that is still being written', async () => {
    await send('PUT', scene.subnet('fresh'), { properties: { addressPrefix: '10.240.20.0/24' } });
    const answer = await put('one', { subnetId: scene.subnet('fresh') });
    expect(answer.status).toBe(429);
    expect(answer.body).toMatchObject({ code: 'RetryableError', details: [{ code: 'ReferencedResourceNotProvisioned' }] });
  });

  it('fail, when rights are checked, without a role of their identity on the subnet (OV-116)', async () => {
    await emulator.close();
    emulator = await startEmulator({ clock: 'manual', throttling: false, checkRights: true });
    send = armHttp(emulator);
    scene = armScene(emulator, send);
    await scene.ground();
    const identity = await scene.put(scene.identity('id-one'), { location: 'westeurope' });
    const wanted = {
      ...clusterBody({ subnetId: nodes() }),
      identity: { type: 'UserAssigned', userAssignedIdentities: { [scene.identity('id-one')]: {} } },
    };
    await scene.put(scene.cluster('one'), wanted);
    expect((await send('GET', scene.cluster('one'))).body).toMatchObject({
      properties: { provisioningState: 'Failed', status: { provisioningError: { code: 'LinkedAuthorizationFailed' } } },
    });
    await scene.put(`${scene.network}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-4000-8000-000000000001`, {
      properties: {
        roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7',
        principalId: at(identity.body, 'properties', 'principalId') ?? '',
      },
    });
    await scene.put(scene.cluster('one'), wanted);
    expect(await stateOf('one')).toBe('Succeeded');
  });

  it('can be held by somebody else', async () => {
    await scene.put(scene.cluster('one'), clusterBody());
    expect(emulator.occupy(scene.cluster('one'), 1200)).toBe(true);
    expect((await put('one')).body['code']).toBe('OperationNotAllowed');
    expect((await send('DELETE', scene.cluster('one'))).status).toBe(409);
    emulator.clock.advance(1200);
    expect((await put('one')).status).toBe(200);
  });

  it('upgrades a minor at a time and never back', async () => {
    await scene.put(scene.cluster('one'), clusterBody({ subnetId: nodes(), properties: { kubernetesVersion: '1.33.5' } }));
    const to = async (kubernetesVersion: string): Promise<unknown> =>
      (await put('one', { subnetId: nodes(), properties: { kubernetesVersion } })).body['code'];
    expect(await to('1.35.1')).toBe('OperationNotAllowed');
    expect(await to('1.32.9')).toBe('OperationNotAllowed');
    expect(await to('1.34.2')).toBeUndefined();
  });

  it('takes the Cilium data plane on Azure CNI only, and never gives it back (MG-40)', async () => {
    await scene.put(scene.cluster('one'), clusterBody({ subnetId: nodes(), network: { networkPlugin: 'kubenet', networkPluginMode: '' } }));
    const dataplane = (name: string, networkDataplane: string, network: JsonObject = {}) =>
      put(name, {
        subnetId: nodes(),
        network: { networkDataplane, networkPolicy: networkDataplane === 'cilium' ? 'cilium' : 'none', ...network },
      });
    const kubenet = { networkPlugin: 'kubenet', networkPluginMode: '' };
    expect((await dataplane('one', 'cilium', kubenet)).body['code']).toBe('PropertyChangeNotAllowed');
    await scene.put(scene.cluster('two'), clusterBody({ subnetId: nodes() }));
    expect((await dataplane('two', 'cilium')).status).toBe(200);
    emulator.clock.advance(anHour);
    expect((await dataplane('two', 'azure')).body['code']).toBe('PropertyChangeNotAllowed');
  });

  it('gives a pool the newest node image by an action of its own, under the cluster lock', async () => {
    await scene.put(scene.cluster('one'), clusterBody({ subnetId: nodes() }));
    const pool = `${scene.cluster('one')}/agentPools/system`;
    const image = async (): Promise<unknown> => at((await send('GET', pool)).body, 'properties', 'nodeImageVersion');
    const before = await image();
    emulator.publishNodeImage('AKSUbuntu-2204gen2containerd-202612.01.0');
    expect(at((await send('GET', `${pool}/upgradeProfiles/default`)).body, 'properties', 'latestNodeImageVersion')).toBe(
      'AKSUbuntu-2204gen2containerd-202612.01.0',
    );
    expect(await image()).toBe(before);
    expect((await send('POST', `${pool}/upgradeNodeImageVersion`)).status).toBe(202);
    expect((await send('POST', `${pool}/upgradeNodeImageVersion`)).status).toBe(409);
    emulator.clock.advance(anHour);
    expect(await image()).toBe('AKSUbuntu-2204gen2containerd-202612.01.0');
  });
});
