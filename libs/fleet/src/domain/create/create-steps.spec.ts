import type { ArmStep, Json, StepContext } from '@podspan/engine';
import { describe, expect, it } from 'vitest';
import { anInput } from './builders.js';
import type { CreateInput } from './create-input.js';
import { compareSubnet, createArmSteps } from './create-steps.js';

const identity: Json = { properties: { principalId: '25cc773c-7f05-40fc-a104-32d2300754ad' } };
const context = (input: CreateInput): StepContext<CreateInput> => ({
  runId: 'r',
  subject: input.cluster.name,
  input,
  outputs: { identity },
});
const written = (steps: readonly ArmStep<CreateInput>[], input: CreateInput) =>
  steps.flatMap((step) => {
    const effect = step.effect(context(input));
    return effect
      ? [
          `${step.name} ${effect.resourceId.replace(/^.*\/providers\//, '').replace('/subscriptions/11111111-1111-4111-8111-111111111111/', '')}`,
        ]
      : [];
  });

describe(createArmSteps.name, () => {
  it('writes in the order of section 11 and leaves out what the cluster does not need', () => {
    expect(written(createArmSteps(1), anInput())).toEqual([
      'network-group resourceGroups/rg-spoke-weu-1',
      'resource-group resourceGroups/rg-aks-weu-001',
      'network Microsoft.Network/virtualNetworks/spoke-weu-1',
      'node-subnet-0 Microsoft.Network/virtualNetworks/spoke-weu-1/subnets/snet-aks-weu-001-nodes',
      'identity Microsoft.ManagedIdentity/userAssignedIdentities/id-aks-weu-001',
      expect.stringMatching(/^role-node-subnet-0 Microsoft.Authorization\/roleAssignments\/[0-9a-f-]{36}$/),
      'cluster Microsoft.ContainerService/managedClusters/aks-weu-001',
    ]);
  });

  it('adds the gateway subnet and the API server subnet with its role', () => {
    const names = written(createArmSteps(1), anInput({}, { gatewaySubnet: '10.240.8.0/24', apiServerSubnet: '10.240.9.0/28' })).map(
      (line) => line.split(' ')[0],
    );
    expect(names).toEqual([
      'network-group',
      'resource-group',
      'network',
      'node-subnet-0',
      'gateway-subnet',
      'api-server-subnet',
      'identity',
      'role-node-subnet-0',
      'role-api-server-subnet',
      'cluster',
    ]);
  });

  it('locks every write to one VNet with one key, whatever the casing', () => {
    const locked = createArmSteps(2).filter(({ lockKey }) => lockKey);
    expect(locked.map(({ name }) => name)).toEqual(['network', 'node-subnet-0', 'node-subnet-1', 'gateway-subnet', 'api-server-subnet']);
    expect(new Set(locked.map(({ lockKey }) => lockKey?.(context(anInput())))).size).toBe(1);
  });

  it('delegates the gateway subnet and never a node subnet (AGC-20, OV-114)', () => {
    const input = anInput({}, { gatewaySubnet: '10.240.8.0/24' });
    const bodies = createArmSteps(1)
      .filter(({ name }) => name.endsWith('subnet-0') || name === 'gateway-subnet')
      .map(({ effect }) => effect(context(input))?.body);
    expect(bodies.slice(0, 2)).toEqual([
      { properties: { addressPrefix: input.nodeSubnets[0]?.cidr } },
      {
        properties: {
          addressPrefix: '10.240.8.0/24',
          delegations: [{ name: 'podspan', properties: { serviceName: 'Microsoft.ServiceNetworking/trafficControllers' } }],
        },
      },
    ]);
  });

  it.each([
    [{ ingress: { kind: 'AGIC' as const } }, 'agic'],
    [{ ingress: { kind: 'AGC' as const } }, 'agc'],
    [{}, 'agc'],
  ])('names the gateway subnet of %o by what stands in it: %s', (cluster, use) => {
    const input = anInput(cluster, { gatewaySubnet: '10.240.8.0/24' });
    expect(input.gatewaySubnet?.name).toBe(`snet-${input.cluster.name}-${use}`);
    expect(input.gatewaySubnet?.subnetId.endsWith(`/subnets/snet-${input.cluster.name}-${use}`)).toBe(true);
  });

  it('delegates the subnet of an Application Gateway to nobody (AGIC-10)', () => {
    const input = anInput({ ingress: { kind: 'AGIC' } }, { gatewaySubnet: '10.240.8.0/24' });
    const step = createArmSteps(1).find(({ name }) => name === 'gateway-subnet');
    expect(step?.effect(context(input))?.body).toEqual({ properties: { addressPrefix: '10.240.8.0/24' } });
  });

  it.each`
    existing                                                                                                           | expected     | because
    ${{ addressPrefix: '10.240.0.0/27' }}                                                                              | ${'equal'}   | ${'it is the planned one'}
    ${{ addressPrefixes: ['10.240.0.0/27'] }}                                                                          | ${'equal'}   | ${'Azure may answer with a list'}
    ${{ addressPrefixes: ['10.240.0.0/27', 'fd00::/64'] }}                                                             | ${'foreign'} | ${'it has IPv6, which was not planned'}
    ${{ addressPrefix: '10.240.0.0/26' }}                                                                              | ${'foreign'} | ${'the range is another one'}
    ${{ addressPrefix: '10.240.0.0/27', delegations: [{ properties: { serviceName: 'Microsoft.Web/serverFarms' } }] }} | ${'foreign'} | ${'somebody delegated it'}
  `('takes an existing subnet as $expected when $because', ({ existing, expected }) => {
    expect(compareSubnet({ cidr: '10.240.0.0/27' }, undefined, { properties: existing })).toBe(expected);
  });
});
