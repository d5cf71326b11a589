import type { Json } from '@podspan/aks';
import type { ArmEffect, ArmStep, Program } from '@podspan/engine';
import { describe, expect, it } from 'vitest';
import { AgicPrograms } from './agic-programs.js';
import type { AgicInput, AgicRemoval } from './agic-input.js';

const done = async (): Promise<{ state: 'DONE' }> => ({ state: 'DONE' });
const programs = new AgicPrograms({
  readCluster: done,
  takeBlock: done,
  awaitAddOn: done,
  verify: done,
  awaitIdentity: done,
  findCluster: done,
  giveBack: done,
});
const group = '/subscriptions/sub/resourceGroups/rg-west-01-agic';
const gateway = `${group}/providers/Microsoft.Network/applicationGateways/shop`;
const vnetId = '/subscriptions/sub/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/v';
const input: AgicInput = {
  kind: 'AGIC',
  deployment: 'BYO',
  gatewayId: 'id',
  gateway: 'shop',
  cluster: 'west-01',
  clusterId: '/subscriptions/sub/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/west-01',
  subscriptionId: 'sub',
  region: 'westeurope',
  namespace: 'ingress',
  sku: 'STANDARD_V2',
  minInstances: 2,
  maxInstances: 10,
  privateFrontend: true,
  subnet: { id: `${vnetId}/subnets/snet-agic-shop`, vnetId, source: 'POOL', cidr: null },
  pool: { name: 'gateways', cidr: null, within: null, prefixLength: 28 },
  wafPolicyId: '/waf/w',
};
const outputs: Record<string, Json> = {
  cluster: { oidcIssuerUrl: 'https://issuer/', present: true },
  block: { cidr: '10.40.9.0/28' },
  identity: { properties: { principalId: 'principal' }, principalId: 'principal' },
};

function effectOf<I>(program: Program<I>, name: string, given: I, told: Record<string, Json> = outputs): ArmEffect | undefined {
  const step = program.steps.find((candidate): candidate is ArmStep<I> => candidate.name === name && candidate.kind === 'arm');
  return step?.effect({ runId: 'run', subject: 'shop', input: given, outputs: told });
}

const cluster = (profile: Json): Json => ({
  id: input.clusterId,
  location: 'westeurope',
  tags: { 'podspan-run': 'rollout' },
  properties: {
    provisioningState: 'Succeeded',
    agentPoolProfiles: [{ name: 'system', count: 3, provisioningState: 'Succeeded', unknownToUs: { kept: true } }],
    networkProfile: { podCidr: '192.168.0.0/16' },
    addonProfiles: { azurepolicy: { enabled: true }, ...(profile === null ? {} : { ingressApplicationGateway: profile }) },
  },
});
const driving = (id: string, enabled = true): Json => cluster({ enabled, config: { applicationGatewayId: id } });

describe('the creation by the Helm chart', () => {
  const program = programs.create.BYO;

  it('makes the place, the gateway and the identity, and gives roles last', () => {
    expect(program.steps.map(({ name }) => name)).toEqual([
      'cluster',
      'block',
      'subnet',
      'resource-group',
      'public-address',
      'identity',
      'federated-credential',
      'application-gateway',
      'role-group',
      'role-gateway',
      'role-subnet',
      'role-waf',
      'verify',
    ]);
  });

  it('delegates its subnet to nobody, and leaves one that exists', () => {
    expect(effectOf(program, 'subnet', input)?.body).toEqual({ properties: { addressPrefix: '10.40.9.0/28' } });
    expect(effectOf(program, 'subnet', { ...input, subnet: { ...input.subnet, source: 'GIVEN' } })).toBeUndefined();
  });

  it('takes the last address of its block for the private frontend, wherever the block comes from', () => {
    const address = (given: AgicInput): string | undefined =>
      /"privateIPAddress":"([^"]+)"/.exec(JSON.stringify(effectOf(program, 'application-gateway', given)?.body))?.[1];
    expect(address(input)).toBe('10.40.9.14');
    expect(address({ ...input, subnet: { ...input.subnet, source: 'GIVEN', cidr: '10.40.7.0/26' } })).toBe('10.40.7.62');
    expect(address({ ...input, privateFrontend: false })).toBeUndefined();
  });

  it('trusts the service account of the release (AGIC-02), and follows a cluster that was made anew', () => {
    const effect = effectOf(program, 'federated-credential', input);
    expect(effect?.body).toMatchObject({
      properties: { issuer: 'https://issuer/', subject: 'system:serviceaccount:ingress:ingress-azure' },
    });
    expect(effect?.compare?.(effect.body ?? null)).toBe('equal');
    expect(effect?.compare?.({ properties: { issuer: 'https://former/' } })).toBe('update');
  });

  it.each([
    ['role-group', group, 'acdd72a7-3385-48ef-bd42-f606fba81ae7'],
    ['role-gateway', gateway, 'b24988ac-6180-42a0-ab88-20f7382dd24c'],
    ['role-subnet', input.subnet.id, '4d97b98b-1d4f-4787-a291-c67834d212e7'],
    ['role-waf', '/waf/w', '4d97b98b-1d4f-4787-a291-c67834d212e7'],
  ])('assigns %s at its scope, which the removal finds again (AGIC-02)', (step, scope, role) => {
    const made = effectOf(program, step, input);
    expect(made?.resourceId.startsWith(`${scope}/providers/Microsoft.Authorization/roleAssignments/`)).toBe(true);
    expect(JSON.stringify(made?.body)).toContain(role);
    const removal: AgicRemoval = { ...input, resources: {}, principalId: 'principal', wafGrants: [], allocationId: null };
    expect(effectOf(programs.remove.BYO, step, removal)).toMatchObject({ method: 'DELETE', resourceId: made?.resourceId });
    expect(effectOf(programs.remove.BYO, step, { ...removal, principalId: null })).toBeUndefined();
  });
});

describe('the creation by the add-on (AGIC-01)', () => {
  const given: AgicInput = { ...input, deployment: 'ADDON' };
  const effect = effectOf(programs.create.ADDON, 'add-on', given);

  it('changes one profile of the cluster and nothing else, tags included', () => {
    expect(effect).toMatchObject({ method: 'PUT', resourceId: input.clusterId, keepsTags: true });
    const changed = effect?.change?.(cluster(null)) as { tags: unknown; properties: Record<string, unknown> };
    expect(changed.tags).toEqual({ 'podspan-run': 'rollout' });
    expect(changed.properties['addonProfiles']).toEqual({
      azurepolicy: { enabled: true },
      ingressApplicationGateway: { enabled: true, config: { applicationGatewayId: gateway } },
    });
    expect(changed.properties['agentPoolProfiles']).toEqual([{ name: 'system', count: 3, unknownToUs: { kept: true } }]);
    expect(changed.properties['networkProfile']).toEqual({ podCidr: '192.168.0.0/16' });
  });

  it.each([
    ['off', cluster(null), 'update'],
    ['on for this gateway', driving(gateway.toUpperCase()), 'equal'],
    ['on for another one', driving('/other'), 'update'],
  ])('finds it %s: %s', (_, existing, relation) => {
    expect(effect?.compare?.(existing)).toBe(relation);
  });

  it('is switched off again only where it drives this gateway, and not on a cluster that is gone', () => {
    const removal: AgicRemoval = { ...given, resources: {}, principalId: 'principal', wafGrants: [], allocationId: null };
    const off = effectOf(programs.remove.ADDON, 'add-on', removal);
    expect(off?.compare?.(driving(gateway))).toBe('update');
    expect(off?.compare?.(driving('/other'))).toBe('equal');
    expect(off?.compare?.(driving(gateway, false))).toBe('equal');
    expect(off?.change?.(driving(gateway))).toMatchObject({
      properties: { addonProfiles: { azurepolicy: { enabled: true }, ingressApplicationGateway: { enabled: false } } },
    });
    expect(effectOf(programs.remove.ADDON, 'add-on', removal, { cluster: { present: false } })).toBeUndefined();
  });
});
