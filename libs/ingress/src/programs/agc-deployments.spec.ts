import type { ArmEffect, ArmStep, Json, Program } from '@podspan/engine';
import { describe, expect, it } from 'vitest';
import { agcCreateAddOn } from './agc-create-add-on.js';
import { agcCreateManaged } from './agc-create-managed.js';
import { agcDeleteAddOn } from './agc-delete-add-on.js';
import { agcDeleteManaged } from './agc-delete-managed.js';
import type { AgcInput, AgcRemoval } from './agc-input.js';

const done = async (): Promise<{ state: 'DONE' }> => ({ state: 'DONE' });
const creating = { readCluster: done, takeBlock: done, awaitAddOn: done, awaitController: done, verify: done };
const removing = { readController: done, awaitRelease: done, giveBack: done };
const principalId = '11111111-2222-3333-4444-555555555555';
const nodeGroup = '/subscriptions/sub/resourceGroups/MC_rg_west-01_westeurope';
const vnetId = '/subscriptions/sub/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/v';
const [reader, networkContributor, configurationManager] = [
  'acdd72a7-3385-48ef-bd42-f606fba81ae7',
  '4d97b98b-1d4f-4787-a291-c67834d212e7',
  'fbc52c3f-28ad-4303-a892-8a056630b8f1',
];
const input: AgcInput = {
  deployment: 'MANAGED',
  gatewayId: 'id',
  gateway: 'shop',
  cluster: 'west-01',
  clusterId: '/subscriptions/sub/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/west-01',
  subscriptionId: 'sub',
  region: 'westeurope',
  frontends: ['public'],
  subnet: { id: `${vnetId}/subnets/agc`, vnetId, source: 'POOL' },
  pool: { name: 'gateways', cidr: null, within: null },
};
const removal: AgcRemoval = { ...input, resources: {}, last: true, lastOfDeployment: true, allocationId: null, principalId };
const outputs: Record<string, Json> = {
  cluster: { nodeResourceGroup: 'MC_rg_west-01_westeurope', oidcIssuerUrl: 'https://issuer/' },
  block: { cidr: '10.40.9.0/24' },
  identity: { properties: { principalId }, principalId },
  controller: { principalId, nodeResourceGroup: 'MC_rg_west-01_westeurope' },
};

function effectOf<I>(program: Program<I>, name: string, of: I, held = outputs): ArmEffect | undefined {
  const step = program.steps.find((candidate): candidate is ArmStep<I> => candidate.name === name && candidate.kind === 'arm');
  if (!step) throw new Error(`no step ${name}`);
  return step.effect({ runId: 'run', subject: 'shop', input: of, outputs: held });
}

function names<I>({ steps }: Program<I>): readonly string[] {
  return steps.map(({ name }) => name);
}

describe('the managed deployment (AGC-40)', () => {
  const program = agcCreateManaged(creating);
  const gone = agcDeleteManaged(removing);

  it('makes the subnet and the identity, and nothing that the controller makes', () => {
    expect(names(program)).toEqual([
      'cluster',
      'block',
      'subnet',
      'resource-group',
      'identity',
      'federated-credential',
      'role-node-group',
      'role-agc-group',
      'role-subnet',
      'role-waf',
    ]);
  });

  it.each([
    ['role-node-group', nodeGroup, reader],
    ['role-agc-group', nodeGroup, configurationManager],
    ['role-subnet', input.subnet.id, networkContributor],
  ])('assigns %s on the scope of AGC-31', (step, scope, role) => {
    const effect = effectOf(program, step, input);
    expect(effect?.resourceId.startsWith(`${scope}/providers/Microsoft.Authorization/roleAssignments/`)).toBe(true);
    expect(effect?.body).toMatchObject({ properties: { roleDefinitionId: expect.stringContaining(role ?? ''), principalId } });
    expect(effectOf(gone, step, removal)).toMatchObject({ method: 'DELETE', resourceId: effect?.resourceId });
  });

  it('takes the roles away only after the controller has let go of the subnet', () => {
    expect(names(gone)).toEqual([
      'load-balancer',
      'controller',
      'role-waf',
      ...Array.from({ length: 10 }, (_, index) => `role-route-waf-${index + 1}`),
      'role-subnet',
      'role-agc-group',
      'role-node-group',
      'federated-credential',
      'identity',
      'subnet',
      'give-back',
    ]);
  });

  it.each([
    ['another managed one is left', { last: false, lastOfDeployment: false }, { node: false, agc: false, identity: false }],
    ['one of our own making is left', { last: false, lastOfDeployment: true }, { node: false, agc: true, identity: false }],
    ['it is the last', { last: true, lastOfDeployment: true }, { node: true, agc: true, identity: true }],
  ])('leaves what others need when %s', (_, left, goes) => {
    const effect = (step: string): boolean => effectOf(gone, step, { ...removal, ...left }) !== undefined;
    expect({ node: effect('role-node-group'), agc: effect('role-agc-group'), identity: effect('identity') }).toEqual(goes);
  });

  it('has nothing to do at a cluster that is gone, and knows the principal of the subnet’s role still', () => {
    const held = { ...outputs, controller: {} };
    expect(effectOf(gone, 'role-node-group', removal, held)).toBeUndefined();
    expect(effectOf(gone, 'role-subnet', removal, held)?.resourceId).toBe(effectOf(program, 'role-subnet', input)?.resourceId);
  });
});

describe('the add-on (AGC-42)', () => {
  const program = agcCreateAddOn(creating);
  const gone = agcDeleteAddOn(removing);
  const cluster = {
    id: input.clusterId,
    location: 'westeurope',
    tags: { team: 'shop', 'podspan-run': 'theirs' },
    properties: { provisioningState: 'Succeeded', ingressProfile: { webAppRouting: { enabled: true } }, agentPoolProfiles: [] },
  };
  const change = (effect: ArmEffect | undefined, existing: Json): Json => effect?.change?.(existing) ?? null;

  it('is switched on by a preview api-version, with the Gateway API it needs, and leaves the rest of the cluster', () => {
    const effect = effectOf(program, 'add-on', input);
    expect(effect).toMatchObject({ method: 'PUT', apiVersion: '2026-08-02-preview', keepsTags: true });
    expect(change(effect, cluster)).toMatchObject({
      tags: { team: 'shop', 'podspan-run': 'theirs', 'podspan-alb-add-on': 'true' },
      properties: {
        ingressProfile: {
          webAppRouting: { enabled: true },
          applicationLoadBalancer: { enabled: true },
          gatewayAPI: { installation: 'Standard' },
        },
      },
    });
  });

  it('is left as it is where it is on, and not marked as ours', () => {
    const on = { properties: { ingressProfile: { applicationLoadBalancer: { enabled: true }, gatewayAPI: { installation: 'Standard' } } } };
    expect(effectOf(program, 'add-on', input)?.compare?.(on)).toBe('equal');
    const without = { properties: { ingressProfile: { applicationLoadBalancer: { enabled: true } } } };
    expect(effectOf(program, 'add-on', input)?.compare?.(without)).toBe('update');
    expect(change(effectOf(program, 'add-on', input), without)).not.toHaveProperty('tags');
  });

  it('is switched off by the last gateway if it was ours, and the Gateway API stays', () => {
    const on = change(effectOf(program, 'add-on', input), cluster);
    const effect = effectOf(gone, 'add-on', removal);
    expect(effect?.compare?.(on)).toBe('update');
    const off = change(effect, on);
    expect(off).toMatchObject({
      tags: { team: 'shop' },
      properties: { ingressProfile: { applicationLoadBalancer: { enabled: false }, gatewayAPI: { installation: 'Standard' } } },
    });
    expect(effect?.compare?.(off)).toBe('equal');
    expect(effect?.compare?.({ ...cluster, properties: { ingressProfile: { applicationLoadBalancer: { enabled: true } } } })).toBe('equal');
  });

  it.each([
    ['others use it', { ...removal, last: false }, outputs],
    ['the cluster is gone', removal, { ...outputs, controller: {} }],
  ])('is not touched when %s', (_, of, held) => {
    expect(effectOf(gone, 'add-on', of, held)).toBeUndefined();
  });

  it('gives the identity that AKS made its role on our subnet', () => {
    expect(effectOf(program, 'role-subnet', input)?.body).toMatchObject({ properties: { principalId } });
  });
});
