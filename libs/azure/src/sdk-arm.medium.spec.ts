import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, startEmulator } from '@podspan/azure-emulator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { apiVersions } from './api-versions.js';
import type { Arm, ArmOutcome, ArmRequest, RateHeaders } from './arm.js';
import { connectArm } from './connect-arm.js';
import { staticCredential } from './credentials.js';
import { factsOf, tokenOf } from './testing/scripted-arm.js';

const SUBSCRIPTION = '11111111-1111-4111-8111-111111111111';
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-demo`;
const VNET = `${GROUP}/providers/Microsoft.Network/virtualNetworks/vnet-demo`;
const NODES = `${VNET}/subnets/nodes`;
const GATEWAY = `${VNET}/subnets/gateway`;
const IDENTITY = `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-demo`;
const CONTROLLER = `${GROUP}/providers/Microsoft.ServiceNetworking/trafficControllers/agc-demo`;
const CLUSTER = `${GROUP}/providers/Microsoft.ContainerService/managedClusters/aks-demo`;

let emulator: Emulator;
let arm: Arm;
let told: RateHeaders[];

beforeAll(async () => {
  emulator = await startEmulator({ clock: 'manual', throttling: true, replicationLagSeconds: 0 });
});
afterAll(() => emulator.close());

beforeEach(async () => {
  emulator.reset();
  told = [];
  arm = connect();
  await done(put(GROUP, apiVersions.resourceGroups, { location: 'westeurope' }));
  await done(
    put(VNET, apiVersions.network, { location: 'westeurope', properties: { addressSpace: { addressPrefixes: ['10.240.0.0/16'] } } }),
  );
  await done(put(NODES, apiVersions.network, { properties: { addressPrefix: '10.240.0.0/22' } }));
});

function connect(endpoint = emulator.url): Arm {
  return connectArm({ endpoint, credential: staticCredential('worker'), onResponse: (answer) => told.push(answer) });
}

function put(resourceId: string, apiVersion: string, body: object, more: Partial<ArmRequest> = {}): ArmRequest {
  return { method: 'PUT', resourceId, apiVersion, body, clientRequestId: randomUUID(), ...more };
}

function createCluster(more: object = {}): ArmRequest {
  const properties = {
    dnsPrefix: 'demo',
    kubernetesVersion: '1.34',
    agentPoolProfiles: [
      { name: 'system', mode: 'System', count: 3, vmSize: 'Standard_D4s_v5', vnetSubnetID: NODES, upgradeSettings: { maxSurge: '1' } },
    ],
    networkProfile: {
      networkPlugin: 'azure',
      networkPluginMode: 'overlay',
      podCidr: '192.168.0.0/16',
      serviceCidr: '172.16.0.0/16',
      dnsServiceIP: '172.16.0.10',
    },
    oidcIssuerProfile: { enabled: true },
    ...more,
  };
  const body = { location: 'westeurope', tags: { 'podspan-run': 'run-1' }, identity: { type: 'SystemAssigned' }, properties };
  return put(CLUSTER, apiVersions.containerService, body, { ifNoneMatch: '*' });
}

/** Polls with a new client each time and moves virtual time, until the operation has ended. */
async function finish(outcome: ArmOutcome): Promise<ArmOutcome> {
  let current = outcome;
  for (let polls = 0; current.state === 'RUNNING' && polls < 50; polls += 1) {
    emulator.clock.advance(60);
    current = await connect().poll(current.token, randomUUID());
  }
  return current;
}

async function done(request: ArmRequest): Promise<ArmOutcome> {
  const outcome = await finish(await arm.begin(request));
  if (outcome.state !== 'SUCCEEDED') throw new Error(JSON.stringify(outcome));
  return outcome;
}

function acceptedWrites(id: string): number {
  return emulator.journal({ accepted: true }).filter((entry) => entry.path.toLowerCase() === id.toLowerCase()).length;
}

describe('every type the control plane writes', () => {
  it('is created, read back and removed through its own client', async () => {
    await done(put(IDENTITY, apiVersions.managedIdentity, { location: 'westeurope' }));
    const { principalId } = ((await arm.get(IDENTITY, apiVersions.managedIdentity)) as { raw: { properties: { principalId: string } } }).raw
      .properties;
    const federated = `${IDENTITY}/federatedIdentityCredentials/alb`;
    await done(
      put(federated, apiVersions.managedIdentity, {
        properties: {
          issuer: 'https://example.org/',
          subject: 'system:serviceaccount:azure-alb-system:alb-controller-sa',
          audiences: ['api://AzureADTokenExchange'],
        },
      }),
    );
    const role = `${NODES}/providers/Microsoft.Authorization/roleAssignments/0198c000-0000-5000-8000-000000000001`;
    const roleDefinitionId = `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7`;
    await done(
      put(role, apiVersions.roleAssignments, { properties: { roleDefinitionId, principalId, principalType: 'ServicePrincipal' } }),
    );
    for (const [id, version] of [
      [IDENTITY, apiVersions.managedIdentity],
      [federated, apiVersions.managedIdentity],
      [role, apiVersions.roleAssignments],
    ] as const) {
      expect((await arm.get(id, version))?.id.toLowerCase()).toBe(id.toLowerCase());
    }
    await done({ method: 'DELETE', resourceId: role, apiVersion: apiVersions.roleAssignments, clientRequestId: randomUUID() });
    expect(await arm.get(role, apiVersions.roleAssignments)).toBeUndefined();
  });

  it('includes gateways for containers, which have no client of their own', async () => {
    const delegations = [{ name: 'agc', properties: { serviceName: 'Microsoft.ServiceNetworking/trafficControllers' } }];
    await done(put(GATEWAY, apiVersions.network, { properties: { addressPrefix: '10.240.4.0/24', delegations } }));
    await done(put(CONTROLLER, apiVersions.serviceNetworking, { location: 'westeurope' }));
    await done(put(`${CONTROLLER}/frontends/web`, apiVersions.serviceNetworking, { location: 'westeurope', properties: {} }));
    const association = await done(
      put(`${CONTROLLER}/associations/one`, apiVersions.serviceNetworking, {
        location: 'westeurope',
        properties: { associationType: 'subnets', subnet: { id: GATEWAY } },
      }),
    );
    expect(association).toMatchObject({ state: 'SUCCEEDED', resource: { provisioningState: 'Succeeded' } });
    expect(await arm.get(`${CONTROLLER}/frontends/web`, apiVersions.serviceNetworking)).toMatchObject({
      raw: { properties: { fqdn: expect.any(String) } },
    });
  });

  it('is listed whole', async () => {
    await done(createCluster());
    expect((await arm.listClusters(SUBSCRIPTION)).map((cluster) => cluster.name)).toEqual(['aks-demo']);
    expect((await arm.listVirtualNetworks(SUBSCRIPTION)).map((vnet) => vnet.name)).toEqual(['vnet-demo']);
    expect((await arm.kubernetesVersions(SUBSCRIPTION, 'westeurope')).filter((version) => version.isDefault)).toHaveLength(1);
  });

  it('takes cores of its family and of its region (QUO-08)', async () => {
    await done(createCluster());
    const { families, sizes } = await arm.coreQuotas(SUBSCRIPTION, 'westeurope');
    const { used = 0, limit } = families.get('cores') ?? {};
    expect([sizes.get('standard_d4s_v5'), used > 0, families.get('standarddsv5family')]).toEqual([
      { family: 'standarddsv5family', cores: 4 },
      true,
      { used, limit },
    ]);
    expect((await arm.coreQuotas(SUBSCRIPTION, 'northeurope')).families.get('cores')).toEqual({ used: 0, limit });
  });
});

describe('creating a cluster', () => {
  it('runs to the end through as many clients as there are polls, with one accepted write (F1)', async () => {
    const outcome = await done(createCluster());
    expect(outcome).toMatchObject({ resource: { provisioningState: 'Succeeded', tags: { 'podspan-run': 'run-1' } } });
    expect(acceptedWrites(CLUSTER)).toBe(1);
  });

  it('drops no member that the typed client does not know', async () => {
    const ingressProfile = { applicationLoadBalancer: { enabled: true } };
    await done({ ...createCluster({ ingressProfile }), apiVersion: apiVersions.containerServicePreview });
    expect((await arm.get(CLUSTER, apiVersions.containerService))?.raw).toMatchObject({ properties: { ingressProfile } });
  });

  it('twice is once: the second is told to look (F6)', async () => {
    const first = await arm.begin(createCluster());
    expect(await factsOf(arm.begin(createCluster()))).toMatchObject({ class: 'ADOPT' });
    await finish(first);
    expect(await factsOf(arm.begin(createCluster()))).toMatchObject({ httpStatus: 412, code: 'PreconditionFailed', class: 'ADOPT' });
    expect(acceptedWrites(CLUSTER)).toBe(1);
  });

  it('two at once is one accepted write, and the other is told to look', async () => {
    const outcomes = await Promise.allSettled([arm.begin(createCluster()), connect().begin(createCluster())]);
    expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes).toContainEqual({
      status: 'rejected',
      reason: expect.objectContaining({ facts: expect.objectContaining({ class: 'ADOPT' }) }),
    });
    expect(acceptedWrites(CLUSTER)).toBe(1);
  });

  it('whose answer was lost is found again by reading it (F2, F4)', async () => {
    emulator.faults.add({ match: { method: 'PUT', type: 'Microsoft.ContainerService/managedClusters' }, times: 1, do: { drop: 'after' } });
    expect(await factsOf(arm.begin(createCluster()))).toMatchObject({ code: 'ConnectionLost', class: 'ADOPT' });
    emulator.faults.clear();
    expect(await arm.get(CLUSTER, apiVersions.containerService)).toMatchObject({
      provisioningState: 'Creating',
      tags: { 'podspan-run': 'run-1' },
    });
    expect(acceptedWrites(CLUSTER)).toBe(1);
  });

  it('that fails in the operation keeps code and nested details (F17)', async () => {
    const details = [{ code: 'Inner', message: 'no addresses left in nodes' }];
    emulator.faults.add({
      match: { method: 'PUT', type: 'Microsoft.ContainerService/managedClusters' },
      times: 1,
      do: { lroOutcome: 'Failed', lroError: { code: 'SubnetIsFull', message: 'full', details } },
    });
    const outcome = await finish(await arm.begin(createCluster()));
    expect(outcome).toMatchObject({ state: 'FAILED', failure: { code: 'SubnetIsFull', class: 'FATAL', details } });
    expect(await arm.get(CLUSTER, apiVersions.containerService)).toMatchObject({ provisioningState: 'Failed' });
  });

  it('goes on from its token after the status URL was gone for a while (F20)', async () => {
    emulator.faults.add({
      match: { method: 'PUT', type: 'Microsoft.ContainerService/managedClusters' },
      times: 1,
      do: { statusUrl: { after: 1, status: 404, times: 2 } },
    });
    const begun = await arm.begin(createCluster());
    const token = await tokenOf(Promise.resolve(begun));
    expect(await arm.poll(token)).toMatchObject({ state: 'RUNNING' });
    expect(await factsOf(arm.poll(token))).toMatchObject({ httpStatus: 404, class: 'ADOPT' });
    expect(await factsOf(arm.poll(token))).toMatchObject({ httpStatus: 404, class: 'ADOPT' });
    expect(await finish(begun)).toMatchObject({ state: 'SUCCEEDED' });
  });

  it('is not done when only the status says so (F22)', async () => {
    emulator.faults.add({
      match: { method: 'PUT', type: 'Microsoft.ContainerService/managedClusters' },
      times: 1,
      do: { lroOutcome: 'Failed', lroStatusSays: 'Succeeded' },
    });
    expect(await finish(await arm.begin(createCluster()))).toMatchObject({ state: 'FAILED' });
  });

  it('goes on from its token when the emulator comes back on another port', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'podspan-arm-'));
    const stateFile = join(folder, 'azure.json');
    const first = await startEmulator({ stateFile, clock: 'manual' });
    const group = put(GROUP, apiVersions.resourceGroups, { location: 'westeurope' });
    const vnet = put(VNET, apiVersions.network, {
      location: 'westeurope',
      properties: { addressSpace: { addressPrefixes: ['10.240.0.0/16'] } },
    });
    await connect(first.url).begin(group);
    const token = await tokenOf(connect(first.url).begin(vnet));
    await first.close();
    const squatter = createServer().listen(first.port, '127.0.0.1');
    await once(squatter, 'listening');
    const second = await startEmulator({ stateFile, clock: 'manual' });
    second.clock.advance(600);
    expect(await connect(second.url).poll(token)).toMatchObject({ state: 'SUCCEEDED', resource: { name: 'vnet-demo' } });
    expect(second.url).not.toBe(first.url);
    await second.close();
    squatter.close();
    await rm(folder, { recursive: true });
  });

  it('aborted ends canceled, for the abort and for the create (F26)', async () => {
    const created = await arm.begin(createCluster());
    emulator.clock.advance(5);
    const aborted = await finish(await arm.abort(CLUSTER, apiVersions.containerService, randomUUID()));
    expect(aborted).toMatchObject({ state: 'SUCCEEDED' });
    expect(await finish(created)).toMatchObject({ state: 'CANCELED' });
    expect(await arm.get(CLUSTER, apiVersions.containerService)).toMatchObject({ provisioningState: 'Canceled' });
  });
});

describe('updating a cluster', () => {
  it('with the ETag that was read is accepted, with a stale one refused', async () => {
    await done(createCluster());
    const before = await arm.get(CLUSTER, apiVersions.containerService);
    const etag = before?.etag ?? '';
    const { ifNoneMatch: _, ...update } = createCluster({ kubernetesVersion: '1.34' });
    expect(await finish(await arm.begin({ ...update, ifMatch: etag }))).toMatchObject({ state: 'SUCCEEDED' });
    expect(await factsOf(arm.begin({ ...update, ifMatch: etag }))).toMatchObject({ httpStatus: 412, class: 'ADOPT' });
  });

  it('is removed for good, and removing it again is no error', async () => {
    await done(createCluster());
    const remove = {
      method: 'DELETE' as const,
      resourceId: CLUSTER,
      apiVersion: apiVersions.containerService,
      clientRequestId: randomUUID(),
    };
    await done(remove);
    expect(await arm.get(CLUSTER, apiVersions.containerService)).toBeUndefined();
    expect(await arm.begin(remove)).toMatchObject({ state: 'SUCCEEDED' });
  });
});

describe('without a token', () => {
  it('nothing is read, and the operator must act', async () => {
    const anonymous = connectArm({ endpoint: emulator.url, credential: staticCredential('') });
    expect(await factsOf(anonymous.get(CLUSTER, apiVersions.containerService))).toMatchObject({
      httpStatus: 401,
      class: 'QUOTA',
      mustAct: 'OPERATOR',
    });
  });
});

describe('with a credential that has no token', () => {
  it('nothing is sent, and the operator must act', async () => {
    const before = emulator.journal().length;
    const nobody = connectArm({ endpoint: emulator.url, credential: { getToken: () => Promise.resolve(null) } });
    expect(await factsOf(nobody.begin(createCluster()))).toMatchObject({
      code: 'CredentialUnavailable',
      class: 'QUOTA',
      mustAct: 'OPERATOR',
    });
    expect(emulator.journal()).toHaveLength(before);
  });
});

describe('a throttle', () => {
  it('tells what to wait for and closes a bucket', async () => {
    emulator.faults.add({
      match: { method: 'PUT', type: 'Microsoft.ContainerService/managedClusters' },
      times: 1,
      do: { throttle: { retryAfter: 30 } },
    });
    expect(await factsOf(arm.begin(createCluster()))).toMatchObject({ httpStatus: 429, class: 'TRANSIENT', retryAfterSeconds: 30 });
    expect(told.at(-1)).toMatchObject({ status: 429, retryAfterSeconds: 30, region: 'westeurope' });
  });
});
