import type { ArmEffect, ArmStep, Json } from '@podspan/engine';
import { describe, expect, it } from 'vitest';
import { agcCreate, agcCreateBeforeWaf } from './agc-create.js';
import type { AgcInput } from './agc-input.js';
import { ownResources } from './own-resources.js';

const done = async (): Promise<{ state: 'DONE' }> => ({ state: 'DONE' });
const tasks = { readCluster: done, takeBlock: done, awaitAddOn: done, awaitController: done, verify: done };
const program = agcCreate(tasks);
const group = '/subscriptions/sub/resourceGroups/rg-west-01-agc';
const principalId = '11111111-2222-3333-4444-555555555555';
const input: AgcInput = {
  gatewayId: 'id',
  gateway: 'shop',
  cluster: 'west-01',
  clusterId: '/subscriptions/sub/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/west-01',
  subscriptionId: 'sub',
  region: 'westeurope',
  frontends: ['public', 'partners'],
  subnet: {
    id: '/subscriptions/sub/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/v/subnets/agc',
    vnetId: '/subscriptions/sub/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/v',
    source: 'POOL',
  },
  pool: { name: 'gateways', cidr: null, within: null },
};
const outputs: Record<string, Json> = {
  cluster: { nodeResourceGroup: 'MC_rg_west-01_westeurope', oidcIssuerUrl: 'https://issuer/' },
  block: { cidr: '10.40.9.0/24' },
  identity: { properties: { principalId } },
};

function effectOf(name: string, over: Partial<AgcInput> = {}): ArmEffect | undefined {
  const step = program.steps.find((candidate): candidate is ArmStep<AgcInput> => candidate.name === name && candidate.kind === 'arm');
  return step?.effect({ runId: 'run', subject: 'shop', input: { ...input, ...over }, outputs });
}

describe(agcCreate, () => {
  it('goes in the order of AGC-04, with the identity early and its roles last', () => {
    expect(program.steps.map(({ name }) => name)).toEqual([
      'cluster',
      'block',
      'subnet',
      'resource-group',
      'identity',
      'federated-credential',
      'traffic-controller',
      'association',
      'frontend-1',
      'frontend-2',
      'frontend-3',
      'frontend-4',
      'frontend-5',
      'security-policy',
      'role-node-group',
      'role-agc-group',
      'role-subnet',
      'role-waf',
      'verify',
    ]);
  });

  it('keeps the steps of the former release for the runs that it began', () => {
    const former = agcCreateBeforeWaf(tasks);
    expect(former).toMatchObject({ name: 'agc.create', version: 1 });
    expect(former.steps).toHaveLength(17);
  });

  it('admits the WAF policy, and gives the controller the right to attach it (AGC-66)', () => {
    const wafPolicyId =
      '/subscriptions/sub/resourceGroups/sec/providers/Microsoft.Network/applicationGatewayWebApplicationFirewallPolicies/w';
    expect(effectOf('security-policy', { wafPolicyId })).toMatchObject({
      resourceId: `${group}/providers/Microsoft.ServiceNetworking/trafficControllers/shop/securityPolicies/waf`,
      body: { location: 'westeurope', properties: { wafPolicy: { id: wafPolicyId } } },
    });
    expect(effectOf('role-waf', { wafPolicyId })?.resourceId.startsWith(`${wafPolicyId}/providers/`)).toBe(true);
    expect([effectOf('security-policy'), effectOf('role-waf')]).toEqual([undefined, undefined]);
  });

  it('delegates a subnet of its own, and leaves one that exists', () => {
    expect(effectOf('subnet')?.body).toEqual({
      properties: {
        addressPrefix: '10.40.9.0/24',
        delegations: [{ name: 'podspan', properties: { serviceName: 'Microsoft.ServiceNetworking/trafficControllers' } }],
      },
    });
    expect(effectOf('subnet', { subnet: { ...input.subnet, source: 'PLAN' } })).toBeUndefined();
  });

  it('trusts exactly the controller’s service account (AGC-30), and follows a cluster that was made anew', () => {
    const effect = effectOf('federated-credential');
    expect(effect?.body).toEqual({
      properties: {
        issuer: 'https://issuer/',
        subject: 'system:serviceaccount:azure-alb-system:alb-controller-sa',
        audiences: ['api://AzureADTokenExchange'],
      },
    });
    expect(effect?.compare?.(effect.body ?? null)).toBe('equal');
    expect(
      effect?.compare?.({ properties: { issuer: 'https://former/', subject: 'system:serviceaccount:azure-alb-system:alb-controller-sa' } }),
    ).toBe('update');
  });

  it('binds subnet and frontends as the resource provider takes them', () => {
    expect(effectOf('association')).toMatchObject({
      resourceId: `${group}/providers/Microsoft.ServiceNetworking/trafficControllers/shop/associations/association`,
      body: { location: 'westeurope', properties: { associationType: 'subnets', subnet: { id: input.subnet.id } } },
    });
    expect(effectOf('frontend-2')).toMatchObject({
      resourceId: expect.stringMatching(/\/frontends\/partners$/),
      body: { location: 'westeurope', properties: {} },
    });
    expect(effectOf('frontend-3')).toBeUndefined();
  });

  it.each([
    ['role-node-group', '/subscriptions/sub/resourceGroups/MC_rg_west-01_westeurope', 'acdd72a7-3385-48ef-bd42-f606fba81ae7'],
    ['role-agc-group', group, 'fbc52c3f-28ad-4303-a892-8a056630b8f1'],
    ['role-subnet', input.subnet.id, '4d97b98b-1d4f-4787-a291-c67834d212e7'],
  ])('assigns %s at its scope, under a GUID that follows from the three (AGC-31)', (step, scope, role) => {
    const [first, again] = [effectOf(step), effectOf(step)];
    expect(first?.resourceId).toBe(again?.resourceId);
    expect(first?.resourceId.startsWith(`${scope}/providers/Microsoft.Authorization/roleAssignments/`)).toBe(true);
    expect(first?.body).toEqual({
      properties: {
        roleDefinitionId: `/subscriptions/sub/providers/Microsoft.Authorization/roleDefinitions/${role}`,
        principalId,
        principalType: 'ServicePrincipal',
      },
    });
  });
});

describe(ownResources, () => {
  const view = (name: string, state: 'SUCCEEDED' | 'FAILED' | 'PENDING', over: object = {}): object => ({
    name,
    title: name,
    state,
    attempts: 1,
    operations: [],
    ...over,
  });
  const put = { operations: [{ method: 'PUT' }] };
  const run = (...steps: object[]): Parameters<typeof ownResources>[2] =>
    ({ id: 'run', subject: 'shop', outputs, steps }) as unknown as Parameters<typeof ownResources>[2];

  it('are what was written, and what a step may have written before it failed', () => {
    const found = ownResources(
      program,
      input,
      run(
        view('subnet', 'SUCCEEDED'),
        view('identity', 'SUCCEEDED'),
        view('traffic-controller', 'FAILED', put),
        view('association', 'PENDING'),
      ),
    );
    expect(Object.keys(found)).toEqual(['subnet', 'traffic-controller']);
  });

  it('are not what somebody else has made', () => {
    expect(ownResources(program, input, run(view('traffic-controller', 'FAILED', { ...put, failure: { code: 'name_taken' } })))).toEqual(
      {},
    );
  });
});
