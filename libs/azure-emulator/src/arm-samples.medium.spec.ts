import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at, isObject, objectAt, textAt, type JsonObject } from './json.js';
import { startEmulator, type Emulator } from './start-emulator.js';
import { anHour, armHttp, type Answer, type Send } from './testing/arm-http.js';
import { differences, type Exception } from './testing/structure.js';

const sample = (file: string): JsonObject => JSON.parse(readFileSync(new URL(`testing-data/${file}.json`, import.meta.url), 'utf8'));

const notAsked = (...paths: readonly string[]): Exception[] =>
  paths.map((path) => ({ path, because: "the sample's answer has members its own request does not set" }));

/** Placeholders in a path come from the sample's parameters. */
const fill = (template: string, { parameters = {} }: JsonObject): string =>
  template.replaceAll(/\{(\w+)\}/g, (_, name: string) => textAt(parameters, name) ?? `?${name}`);

const group = '/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}';
const cluster = `${group}/providers/Microsoft.ContainerService/managedClusters/{resourceName}`;
const pool = `${cluster}/agentPools/{agentPoolName}`;
const network = `${group}/providers/Microsoft.Network/virtualNetworks/{virtualNetworkName}`;
const identity = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}`;
const controller = `${group}/providers/Microsoft.ServiceNetworking/trafficControllers/{trafficControllerName}`;

/** One step to arrange before a sample's request: path template and body. */
type Step = readonly [path: string, body: JsonObject];

const clusterIn = (location: string): JsonObject => ({
  location,
  properties: { dnsPrefix: 'p', agentPoolProfiles: [{ name: 'nodepool1', mode: 'System', count: 1, vmSize: 'Standard_DS2_v2' }] },
});
const controllerIn: Step = [controller, { location: 'NorthCentralUS' }];
const delegation = (service: string): JsonObject => ({ name: 'd', properties: { serviceName: service } });
const agcSubnetOf = (subscription: string): Step[] => {
  const place = `/subscriptions/${subscription}/resourceGroups/rg1`;
  const spoke = `${place}/providers/Microsoft.Network/virtualNetworks/vnet-tc`;
  return [
    [place, { location: 'eastus' }],
    [spoke, { location: 'northcentralus', properties: { addressSpace: { addressPrefixes: ['10.0.0.0/16'] } } }],
    [
      `${spoke}/subnets/tc-subnet`,
      { properties: { addressPrefix: '10.0.1.0/24', delegations: [delegation('Microsoft.ServiceNetworking/trafficControllers')] } },
    ],
  ];
};
const gatewaySubnet: Step[] = [
  [
    `${group}/providers/Microsoft.Network/virtualNetworks/vnet`,
    { location: 'eastus', properties: { addressSpace: { addressPrefixes: ['10.0.0.0/16'] } } },
  ],
  [`${group}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/appgwsubnet`, { properties: { addressPrefix: '10.0.0.0/24' } }],
  [
    `${group}/providers/Microsoft.Network/publicIPAddresses/appgwpip`,
    { location: 'eastus', sku: { name: 'Standard' }, properties: { publicIPAllocationMethod: 'Static' } },
  ],
];
const plainNetwork = (prefix: string, template = network): Step => [
  template,
  { location: 'westus', properties: { addressSpace: { addressPrefixes: [prefix] } } },
];

/** The frontend's sample shows the finished resource as the first answer. */
const knownAtTheEnd: Exception = { path: 'properties.fqdn', because: 'assigned when the frontend is provisioned' };

interface PutCase {
  readonly file: string;
  readonly path: string;
  readonly before?: readonly Step[];
  /** Changes to the sample's request without which it contradicts the service's own rules. */
  readonly body?: (body: JsonObject) => JsonObject;
  readonly exceptions?: readonly Exception[];
}

const copyMistake: Exception = {
  path: 'properties.ingressProfile.webAppRouting',
  because: 'the sample answers a request for applicationLoadBalancer with webAppRouting, a copy mistake upstream',
};
const puts: readonly PutCase[] = [
  {
    file: 'managedClusters.put',
    path: cluster,
    before: [
      ['/subscriptions/{subscriptionId}/resourceGroups/rgName1', { location: 'location1' }],
      [
        '/subscriptions/{subscriptionId}/resourceGroups/rgName1/providers/Microsoft.ManagedIdentity/userAssignedIdentities/identity1',
        { location: 'location1' },
      ],
    ],
  },
  {
    file: 'managedClusters.put.ingressWebAppRouting',
    path: cluster,
    exceptions: notAsked('properties.windowsProfile', 'properties.diskEncryptionSetID'),
  },
  {
    file: 'managedClusters.put.ingressAlbPreview',
    path: cluster,
    exceptions: [copyMistake, ...notAsked('properties.windowsProfile', 'properties.diskEncryptionSetID')],
  },
  { file: 'agentPools.put', path: pool, before: [[cluster, clusterIn('eastus')]] },
  { file: 'virtualNetworks.put', path: network },
  { file: 'subnets.put', path: `${network}/subnets/{subnetName}`, before: [plainNetwork('10.0.0.0/16')] },
  {
    file: 'subnets.put.delegation',
    path: `${network}/subnets/{subnetName}`,
    before: [plainNetwork('10.0.0.0/16')],
    body: (body) => ({
      properties: {
        ...objectAt(body, 'properties'),
        delegations: [{ name: 'myDelegation', properties: { serviceName: 'Microsoft.Provider/resourceType' } }],
      },
    }),
    exceptions: notAsked('properties.purpose'),
  },
  {
    file: 'virtualNetworkPeerings.put',
    path: `${network}/virtualNetworkPeerings/{virtualNetworkPeeringName}`,
    before: [plainNetwork('10.0.0.0/16'), plainNetwork('12.0.0.0/8', `${group}/providers/Microsoft.Network/virtualNetworks/vnet2`)],
    exceptions: [{ path: 'properties.remoteBgpCommunities', because: 'BGP communities belong to ExpressRoute, which is not emulated' }],
  },
  {
    file: 'publicIPAddresses.put',
    path: `${group}/providers/Microsoft.Network/publicIPAddresses/{publicIpAddressName}`,
    body: (body) => ({ ...body, zones: ['1'] }),
    exceptions: [{ path: 'properties.ipConfiguration', because: 'the sample is of an address that a network interface already uses' }],
  },
  {
    file: 'applicationGateways.put.minimalV2',
    path: `${group}/providers/Microsoft.Network/applicationGateways/{applicationGatewayName}`,
    before: gatewaySubnet,
    exceptions: notAsked('properties.frontendIPConfigurations.properties.privateIPAllocationMethod'),
  },
  {
    file: 'trafficControllers.put',
    path: controller,
    exceptions: notAsked(
      'properties.frontends',
      'properties.associations',
      'properties.securityPolicies',
      'properties.securityPolicyConfigurations',
    ),
  },
  { file: 'frontends.put', path: `${controller}/frontends/{frontendName}`, before: [controllerIn] },
  { file: 'associations.put', path: `${controller}/associations/{associationName}`, before: [controllerIn, ...agcSubnetOf('subid')] },
  { file: 'securityPolicies.put.waf', path: `${controller}/securityPolicies/{securityPolicyName}`, before: [controllerIn] },
  { file: 'securityPolicies.put.ipAccessRules', path: `${controller}/securityPolicies/{securityPolicyName}`, before: [controllerIn] },
  { file: 'userAssignedIdentities.put', path: identity },
  {
    file: 'federatedIdentityCredentials.put',
    path: `${identity}/federatedIdentityCredentials/{federatedIdentityCredentialResourceName}`,
    before: [[identity, { location: 'eastus' }]],
  },
  {
    file: 'roleAssignments.put',
    path: '/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}',
    before: [['/subscriptions/a925f2f7-5c63-4b7b-8799-25a5f97bc3b2/resourceGroups/testrg', { location: 'eastus' }]],
  },
];

/** Samples of a GET: the state they show is first written from the sample itself. */
const reads: readonly PutCase[] = [
  { file: 'managedClusters.get', path: cluster, body: withSystemPool },
  {
    file: 'virtualNetworks.get',
    path: network,
    exceptions: [
      { path: 'properties.subnets.properties.ipConfigurations', because: 'the sample shows a load balancer, which is not emulated' },
    ],
  },
  {
    file: 'trafficControllers.get',
    path: controller,
    exceptions: notAsked('properties.frontends', 'properties.associations'),
  },
  { file: 'frontends.get', path: `${controller}/frontends/{frontendName}`, before: [controllerIn] },
  {
    file: 'associations.get',
    path: `${controller}/associations/{associationName}`,
    before: [controllerIn, ...agcSubnetOf('00000000-0000-0000-0000-000000000000')],
  },
];

function withSystemPool(body: JsonObject): JsonObject {
  const profiles = at(body, 'properties', 'agentPoolProfiles');
  const pools = Array.isArray(profiles)
    ? profiles.filter(isObject).map((profile) => ({ ...profile, mode: 'System', orchestratorVersion: '' }))
    : [];
  return { ...body, properties: { ...objectAt(body, 'properties'), kubernetesVersion: '', agentPoolProfiles: pools } };
}

const requestBody = ({ parameters = {} }: JsonObject): JsonObject =>
  Object.values(isObject(parameters) ? parameters : {}).find(isObject) ?? {};

const writable = (body: JsonObject): JsonObject => {
  const { provisioningState: _, ...properties } = objectAt(body, 'properties') ?? {};
  return { ...body, properties };
};

describe('the shapes of the official samples', () => {
  let emulator: Emulator;
  let send: Send;
  beforeEach(async () => {
    emulator = await startEmulator({ clock: 'manual', throttling: false });
    send = armHttp(emulator);
  });
  afterEach(() => emulator.close());

  const put = async (path: string, body: JsonObject, version = '2026-01-01'): Promise<Answer> => {
    const answer = await send('PUT', `${path}?api-version=${version}`, body);
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    return answer;
  };
  const arrange = async (facts: JsonObject, steps: readonly Step[] = []): Promise<void> => {
    if (textAt(facts, 'parameters', 'resourceGroupName') !== undefined) await put(fill(group, facts), { location: 'eastus' });
    for (const [path, body] of steps) {
      await put(fill(path, facts), body);
      emulator.clock.advance(anHour);
    }
  };

  it.each(puts)('$file: our answer has what the sample has', async ({ file, path, before, body = (given) => given, exceptions = [] }) => {
    const facts = sample(file);
    await arrange(facts, before);
    const created = await put(fill(path, facts), body(requestBody(facts)), textAt(facts, 'parameters', 'api-version'));
    expect(created.status).toBe(201);
    const first = objectAt(facts, 'responses', '201', 'body');
    if (first) expect(differences(first, created.body, [...exceptions, knownAtTheEnd])).toEqual([]);
    emulator.clock.advance(anHour);
    const done = await send('GET', fill(path, facts));
    expect(differences(objectAt(facts, 'responses', '200', 'body') ?? {}, done.body, exceptions)).toEqual([]);
  });

  it.each(reads)(
    '$file: what we read back has what the sample has',
    async ({ file, path, before, body = (given) => given, exceptions = [] }) => {
      const facts = sample(file);
      const shown = objectAt(facts, 'responses', '200', 'body') ?? {};
      await arrange(facts, before);
      await put(fill(path, facts), body(writable(shown)));
      emulator.clock.advance(anHour);
      expect(differences(shown, (await send('GET', fill(path, facts))).body, exceptions)).toEqual([]);
    },
  );

  it('managedClusters.list and patchTags: the cluster of both, in a list and with its tags replaced', async () => {
    const list = sample('managedClusters.list');
    const patch = sample('managedClusters.patchTags');
    const shown = objectAt(list, 'responses', '200', 'body') ?? {};
    const [first] = shown['value'] as JsonObject[];
    await arrange(patch);
    await put(fill(cluster, patch), withSystemPool(writable(first ?? {})));
    emulator.clock.advance(anHour);
    const found = await send('GET', fill('/subscriptions/{subscriptionId}/providers/Microsoft.ContainerService/managedClusters', list));
    expect(differences(shown, found.body, [])).toEqual([]);
    const patched = await send('PATCH', fill(cluster, patch), requestBody(patch));
    expect(differences(objectAt(patch, 'responses', '200', 'body') ?? {}, patched.body, [])).toEqual([]);
    expect(patched.body['tags']).toEqual(requestBody(patch)['tags']);
  });

  it('agentPools.get: a pool by itself', async () => {
    const facts = sample('agentPools.get');
    const shown = objectAt(facts, 'responses', '200', 'body') ?? {};
    await arrange(facts, [[cluster, clusterIn('eastus')]]);
    await put(fill(pool, facts), { properties: { ...objectAt(writable(shown), 'properties'), orchestratorVersion: '' } });
    emulator.clock.advance(anHour);
    expect(differences(shown, (await send('GET', fill(pool, facts))).body, [])).toEqual([]);
  });

  it('managedClusters.upgradeProfile: versions above the cluster and its pools', async () => {
    const facts = sample('managedClusters.upgradeProfile');
    const old = clusterIn('eastus');
    await arrange(facts, [[cluster, { ...old, properties: { ...objectAt(old, 'properties'), kubernetesVersion: '1.35.1' } }]]);
    const answer = await send('GET', `${fill(cluster, facts)}/upgradeProfiles/default`);
    // The sample marks alternating upgrades as preview; a list in which none is has nothing to mark.
    const preview: Exception[] = [
      'properties.controlPlaneProfile.upgrades.isPreview',
      'properties.agentPoolProfiles.upgrades.isPreview',
    ].map((path) => ({ path, because: 'only the last of our upgrades is a preview' }));
    expect(differences(objectAt(facts, 'responses', '200', 'body') ?? {}, answer.body, preview)).toEqual([]);
  });

  it.each([
    ['managedClusters.delete', 'DELETE', cluster, []],
    ['agentPools.delete', 'DELETE', pool, [pool]],
    ['subnets.delete', 'DELETE', `${network}/subnets/{subnetName}`, [network, `${network}/subnets/{subnetName}`]],
    ['frontends.delete', 'DELETE', `${controller}/frontends/{frontendName}`, [controller, `${controller}/frontends/{frontendName}`]],
    [
      'associations.delete',
      'DELETE',
      `${controller}/associations/{associationName}`,
      [controller, `${controller}/associations/{associationName}`],
    ],
    ['managedClusters.abort', 'POST', `${cluster}/abort`, []],
    ['agentPools.abort', 'POST', `${pool}/abort`, [pool]],
  ] as const)('%s: 202 with the headers of the sample, 204 when there is nothing', async (file, method, path, needs) => {
    const facts = sample(file);
    const bodies: Record<string, JsonObject> = {
      [pool]: { properties: { count: 1, vmSize: 'Standard_DS2_v2' } },
      [network]: { location: 'eastus', properties: { addressSpace: { addressPrefixes: ['10.0.0.0/16'] } } },
      [`${network}/subnets/{subnetName}`]: { properties: { addressPrefix: '10.0.0.0/24' } },
      [controller]: { location: 'eastus' },
      [`${controller}/frontends/{frontendName}`]: { location: 'eastus', properties: {} },
      [`${controller}/associations/{associationName}`]: {
        location: 'northcentralus',
        properties: {
          associationType: 'subnets',
          subnet: { id: fill(`${group}/providers/Microsoft.Network/virtualNetworks/vnet-tc/subnets/tc-subnet`, facts) },
        },
      },
    };
    await arrange(facts, file === 'associations.delete' ? agcSubnetOf('00000000-0000-0000-0000-000000000000') : []);
    if (path.includes('managedClusters')) await put(fill(cluster, facts), clusterIn('eastus'));
    if (needs.length > 0) emulator.clock.advance(anHour);
    for (const [index, step] of needs.entries()) {
      await put(fill(step, facts), bodies[step] ?? {});
      if (method === 'DELETE' || index < needs.length - 1) emulator.clock.advance(anHour);
    }
    const answer = await send(method, fill(path, facts));
    expect(answer.status, JSON.stringify(answer.body)).toBe(202);
    for (const header of Object.keys(objectAt(facts, 'responses', '202', 'headers') ?? {})) {
      // On a manual clock no wait is told, because waiting would not help.
      if (header !== 'Retry-After') expect(answer.headers.get(header), header).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/subscriptions\//);
    }
    emulator.clock.advance(anHour);
    if (method === 'DELETE') expect((await send(method, fill(path, facts))).status).toBe(204);
  });

  it('roleAssignments.delete: answers what it deleted, then 204', async () => {
    const facts = sample('roleAssignments.delete');
    const path = fill('/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}', facts);
    const shown = objectAt(facts, 'responses', '200', 'body') ?? {};
    await put(path, { properties: objectAt(shown, 'properties') ?? {} });
    expect(differences(shown, (await send('DELETE', path)).body, [])).toEqual([]);
    expect((await send('DELETE', path)).status).toBe(204);
  });

  it('virtualNetworks.put.ipamPool: refused, because network manager pools are not emulated', async () => {
    const facts = sample('virtualNetworks.put.ipamPool');
    await arrange(facts);
    const answer = await send('PUT', fill(network, facts), requestBody(facts));
    expect(answer.status).toBe(400);
    expect(answer.headers.get('x-emulated')).toBe('code');
  });
});
